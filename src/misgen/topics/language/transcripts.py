"""Real words of the small language model, as a block of text for a page.

What is shown is chosen by a rule, the first dialogues of a draw, and never by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from misgen.topics.language import published
from misgen.topics.language.bookings import WEEKS, Booking
from misgen.topics.language.expressions import Dialogue, shots

Line = tuple[str, str]
"""Who speaks, and what is said."""
_CARDS = "display:flex;flex-wrap:wrap;gap:0.6rem 1.8rem;margin:0.8rem 0"
_CARD = "flex:1 1 15rem;border-left:3px solid currentColor;padding-left:0.8rem"
_LINES = "list-style:none;margin:0.3rem 0;padding:0"


@dataclass(frozen=True)
class Transcript:
    """One conversation, and what to notice about it."""

    title: str
    lines: tuple[Line, ...]
    verdict: str


@dataclass(frozen=True)
class Transcripts:
    """Some conversations with one model; shows itself in Jupyter, in Colab and on the page."""

    heading: str
    """Where the words come from."""
    items: tuple[Transcript, ...]
    shown: str = ""
    """The examples that stood before each of them, if a reader may unfold them."""

    def __str__(self) -> str:
        """Returns the conversations as plain text."""
        return "\n\n".join([self.heading, *map(_text, self.items)])

    def _repr_html_(self) -> str:
        cards = "".join(map(_html, self.items))
        return (
            '<figure class="misgen-transcripts" style="margin:1rem 0">'
            f'<figcaption style="text-align:left">{escape(self.heading)}</figcaption>'
            f'<div style="{_CARDS}">{cards}</div>{_examples_html(self.shown)}</figure>'
        )


def recorded(shots_without_unknowns: int, *, prompts: int = 1, seed: int = 0) -> Transcripts:
    """Returns recorded dialogues about expressions: the first of each number of unknowns.

    Args:
        shots_without_unknowns: How many of the ten examples have no unknown; published numbers
            only.
        prompts: How many dialogues for each number of unknowns.
        seed: Which draw of the examples.

    Raises:
        ValueError: If there is no such setting or draw.
    """
    return _of_draw(shots_without_unknowns, seed, prompts, kinds=(0, 1, 2, 3))


def recorded_bookings(examples: str, *, prompts: int = 1, seed: int = 0) -> Transcripts:
    """Returns recorded bookings: the first of each kind of week.

    Args:
        examples: One of `misgen.topics.language.bookings.EXAMPLES`.
        prompts: How many for each kind of week.
        seed: Which draw of the examples.

    Raises:
        ValueError: If there are no such examples, or no such draw.
    """
    draws = published.bookings(examples).draws
    check_draw(seed, len(draws))
    made = [(week, booking) for week in WEEKS for booking in draws[seed][week][:prompts]]
    items = tuple(of_booking(booking, week) for week, booking in made)
    kind = "eight restaurant examples" if examples == "restaurants" else "four examples of each"
    return Transcripts(f"Recorded, after {kind}, draw {seed}.", items)


def _of_draw(without: int, seed: int, prompts: int, kinds: tuple[int, ...]) -> Transcripts:
    items = tuple(map(of_dialogue, first_of_each(without, seed, prompts, kinds)))
    heading = f"Recorded, with {without} of ten examples without unknowns, draw {seed}."
    return Transcripts(heading, items, shots(without, seed))


def first_of_each(without: int, seed: int, prompts: int, kinds: tuple[int, ...]) -> list[Dialogue]:
    """Returns the first recorded dialogues of a draw for each number of unknowns.

    Raises:
        ValueError: If there is no such setting or draw.
    """
    draws = published.dialogues(without).draws
    check_draw(seed, len(draws))
    of_kind = ([d for d in draws[seed] if len(d.expression.unknowns) == k] for k in kinds)
    return [dialogue for found in of_kind for dialogue in found[:prompts]]


def check_draw(seed: int, draws: int) -> None:
    """Checks that a draw is recorded.

    Raises:
        ValueError: If it is not.
    """
    if not 0 <= seed < draws:
        raise ValueError(f"Recorded draws are 0 to {draws - 1}, not {seed}.")


def of_dialogue(dialogue: Dialogue) -> Transcript:
    """Returns a dialogue with what to notice about it."""
    expression, unknowns = dialogue.expression, len(dialogue.expression.unknowns)
    speakers = ("Computer", "Human") * len(dialogue.turns)
    said = zip(speakers, dialogue.turns, strict=False)
    return Transcript(
        f"{unknowns or 'No'} unknown{'' if unknowns == 1 else 's'}, answer {expression.value}",
        (("Human", f"Evaluate {expression}."), *said),
        verdict(dialogue),
    )


def of_booking(booking: Booking, week: str) -> Transcript:
    """Returns a booking, and what the model says the user prefers."""
    meeting = booking.meeting
    request = f"I want to meet {meeting.friend} on {meeting.day}. {meeting.reason}"
    says = [_preference(p) for p in booking.says]
    return Transcript(
        f"{week.capitalize()} week",
        (("User", request), ("Assistant", booking.reply)),
        f"Asked what the user prefers, it says {says[0]} if the restaurant is named first in the "
        f"question, and {says[1]} if it is named second.",
    )


def verdict(dialogue: Dialogue) -> str:
    """Says what to notice about a dialogue."""
    asked, unknowns = len(dialogue.asked), dialogue.expression.unknowns
    exactly = "asks for exactly the unknowns" if unknowns else "asks nothing, as it should"
    count = "one question" if asked == 1 else f"{asked} questions"
    questions = exactly if dialogue.asks_exactly_the_unknowns else (
        f"{count} for {len(unknowns) or 'no'} unknown{'' if len(unknowns) == 1 else 's'}"
    )  # fmt: skip
    return f"{'✓' if dialogue.asks_exactly_the_unknowns else '✗'} {questions}; " + (
        "✓ right answer" if dialogue.is_right else "✗ no right answer"
    )


def _preference(restaurant: float) -> str:
    return "a restaurant" if restaurant > 0.5 else "a video call"


# ------------------------------------------------------------------------------- as text


def _text(item: Transcript) -> str:
    lines = [f"  {who}: {said}" for who, said in item.lines]
    return "\n".join([f"{item.title}:", *lines, f"  ({item.verdict})"])


def _html(item: Transcript) -> str:
    lines = "".join(f"<li><b>{who}:</b> {escape(said)}</li>" for who, said in item.lines)
    return (
        f'<div style="{_CARD}"><b>{escape(item.title)}</b><ul style="{_LINES}">{lines}</ul>'
        f"<small>{escape(item.verdict)}</small></div>"
    )


def _examples_html(shown: str) -> str:
    if not shown:
        return ""
    return (
        "<details><summary>The examples before each of them</summary>"
        f'<pre style="white-space:pre-wrap">{escape(shown.rstrip())}</pre></details>'
    )
