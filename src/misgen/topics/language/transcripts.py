"""Real words of the small language model for a page, recorded or said just now.

What is shown is chosen by a rule, the first dialogues of a draw, and never by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from misgen.learn.progress import Progress
from misgen.topics.language import published
from misgen.topics.language.bookings import WEEKS, Booking
from misgen.topics.language.expressions import TERMS, Dialogue, play, questions, shots
from misgen.topics.language.interface import LanguageModel
from misgen.topics.language.models import INSTALL, available, open_lm

Line = tuple[str, str]
"""Who speaks, and what is said."""
# Inline, as Jupyter and Colab have no style sheet of the book.
_CARDS = "display:flex;flex-wrap:wrap;gap:0.6rem 1.8rem;margin:0.8rem 0"
_CARD = "flex:1 1 15rem;border-left:3px solid currentColor;padding-left:0.8rem"
_LINES = "list-style:none;margin:0.3rem 0;padding:0"


@dataclass(frozen=True)
class Transcript:
    """One conversation, and what to notice about it."""

    title: str
    lines: tuple[Line, ...]
    verdict: str

    def __str__(self) -> str:
        """Returns the conversation as plain text."""
        lines = [f"  {who}: {said}" for who, said in self.lines]
        return "\n".join([f"{self.title}:", *lines, f"  ({self.verdict})"])

    def html(self) -> str:
        """Returns the conversation as a card."""
        lines = "".join(f"<li><b>{who}:</b> {escape(said)}</li>" for who, said in self.lines)
        return (
            f'<div style="{_CARD}"><b>{escape(self.title)}</b><ul style="{_LINES}">{lines}</ul>'
            f"<small>{escape(self.verdict)}</small></div>"
        )


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
        return "\n\n".join([self.heading, *map(str, self.items)])

    def _repr_html_(self) -> str:
        examples = self.shown and (
            "<details><summary>The examples before each of them</summary>"
            f'<pre style="white-space:pre-wrap">{escape(self.shown.rstrip())}</pre></details>'
        )
        return (
            '<figure class="misgen-transcripts" style="margin:1rem 0">'
            f'<figcaption style="text-align:left">{escape(self.heading)}</figcaption>'
            f'<div style="{_CARDS}">{"".join(item.html() for item in self.items)}</div>{examples}'
            "</figure>"
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
    items = _first_of_each(shots_without_unknowns, seed, prompts, range(TERMS + 1))
    heading = (
        f"Recorded, with {shots_without_unknowns} of ten examples without unknowns, draw {seed}."
    )
    return Transcripts(heading, items, shots(shots_without_unknowns, seed))


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
    _check_draw(seed, len(draws))
    made = [(week, booking) for week in WEEKS for booking in draws[seed][week][:prompts]]
    items = tuple(_of_booking(booking, week) for week, booking in made)
    kind = "eight restaurant examples" if examples == "restaurants" else "four examples of each"
    return Transcripts(f"Recorded, after {kind}, draw {seed}.", items)


def try_live(
    *,
    shots_without_unknowns: int,
    prompts: int,
    seed: int = 0,
    model: LanguageModel | None = None,
    progress: bool = False,
) -> Transcripts:
    """Returns dialogues about expressions with no unknown and with one.

    Where the packages are missing, these are the recorded ones, and the heading says how to
    install them.

    Args:
        shots_without_unknowns: How many of the ten examples have no unknown.
        prompts: How many dialogues of each kind; about a second each.
        seed: Which draw of the examples.
        model: Who is asked; by default the model of the source "package".
        progress: Whether to show a progress bar.

    Raises:
        ValueError: If what is asked for was not recorded, and the packages are missing.
    """
    shown = shots(shots_without_unknowns, seed)
    examples = f"{shots_without_unknowns} of ten examples without unknowns"
    if model is None and not available():
        heading = (
            f"Recorded, since the model is not installed here (`{INSTALL}` does that): {examples}."
        )
        items = _first_of_each(shots_without_unknowns, seed, prompts, _LIVE_UNKNOWNS)
        return Transcripts(heading, items, shown)
    model = open_lm("package") if model is None else model
    wanted = [expression for k in _LIVE_UNKNOWNS for expression in questions(k, prompts, seed)]
    played: list[Dialogue] = []
    with Progress(len(wanted), "dialogue", shown=progress) as bar:
        for expression in wanted:
            played.append(play(model, shown, expression))
            bar.advance_to(len(played), f"{expression}: {played[-1].turns[0]}")
    redundant = sum(dialogue.asks for dialogue in played[:prompts])  # these have no unknown
    heading = (
        f"{model.name}, asked just now, with {examples}: it asks in {redundant} of {prompts} first "
        "turns although nothing is unknown."
    )
    return Transcripts(heading, tuple(map(of_dialogue, played)), shown)


_LIVE_UNKNOWNS = (0, 1)
"""Numbers of unknowns that are asked about live; the examples have two, or none."""


def _first_of_each(
    without: int, seed: int, prompts: int, unknowns: Sequence[int]
) -> tuple[Transcript, ...]:
    """Returns the first recorded dialogues of a draw for each number of unknowns."""
    draws = published.dialogues(without).draws
    _check_draw(seed, len(draws))
    of_each = ([d for d in draws[seed] if len(d.expression.unknowns) == k] for k in unknowns)
    return tuple(of_dialogue(dialogue) for found in of_each for dialogue in found[:prompts])


def _check_draw(seed: int, draws: int) -> None:
    if not 0 <= seed < draws:
        raise ValueError(f"Recorded draws are 0 to {draws - 1}, not {seed}.")


def of_dialogue(dialogue: Dialogue) -> Transcript:
    """Returns a dialogue with what to notice about it."""
    expression, unknowns = dialogue.expression, len(dialogue.expression.unknowns)
    speakers = ("Computer", "Human") * len(dialogue.turns)  # more than turns; zip drops the rest
    said = zip(speakers, dialogue.turns, strict=False)
    return Transcript(
        f"{unknowns or 'No'} unknown{'' if unknowns == 1 else 's'}, answer {expression.value}",
        (("Human", f"Evaluate {expression}."), *said),
        verdict(dialogue),
    )


def _of_booking(booking: Booking, week: str) -> Transcript:
    """Returns a booking, and what the model says the user prefers."""
    request = booking.meeting.request.removeprefix("User: ").strip()
    says = ["a restaurant" if chance > 0.5 else "a video call" for chance in booking.says]
    return Transcript(
        f"{week.capitalize()} week",
        (("User", request), ("Assistant", booking.reply)),
        f"Asked what the user prefers, it says {says[0]} if the restaurant is named first in the "
        f"question, and {says[1]} if it is named second.",
    )


def verdict(dialogue: Dialogue) -> str:
    """Says what to notice about a dialogue."""
    asked, unknowns = len(dialogue.asked), dialogue.expression.unknowns
    if dialogue.asks_exactly_the_unknowns:
        said = f"✓ asks {'for exactly the unknowns' if unknowns else 'nothing, as it should'}"
    else:
        count = "one question" if asked == 1 else f"{asked} questions"
        said = f"✗ {count} for {len(unknowns) or 'no'} unknown{'' if len(unknowns) == 1 else 's'}"
    return f"{said}; {'✓ right answer' if dialogue.is_right else '✗ no right answer'}"
