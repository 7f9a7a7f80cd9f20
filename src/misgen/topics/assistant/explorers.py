"""The assistant: compose a week, and see what it knows that you prefer, and what it books.

The page computes the answers from the shipped weights: there are too many weeks for a table. The
user's preference is the environment's rule table, in which the page looks it up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band
from misgen.explore import Bars, Control, Guess
from misgen.explore.base import Explorer, Scalar, Sentence, html_of, text_of
from misgen.explore.panel_formats import all_intervals, all_written
from misgen.explore.panel_table import Words, part_table
from misgen.explore.study import Source, of_100, percent
from misgen.topics.assistant.measures import WEEKS
from misgen.topics.assistant.model import Assistant
from misgen.topics.assistant.results import results, seed_runs
from misgen.topics.assistant.shelf import Shelf, shelf
from misgen.topics.assistant.variants import Setting
from misgen.topics.assistant.weeks import (
    DAYS,
    KINDS,
    OPTIONS,
    PANDEMIC,
    PLACES,
    PLACES_A_KIND,
    VOCABULARY,
    WEATHERS,
)
from misgen.topics.assistant.weights import LOW_BITS, packed_weights
from misgen.topics.assistant.words import (
    ANSWER,
    CALENDARS,
    COUNTS,
    DAY_NAMES,
    FIXED,
    LABELS,
    PHRASES,
    PLACE_LABELS,
    TEXTS,
    Answer,
    Week,
    causes_words,
    days_for_both,
    met_words,
    preferred_place,
    rule_table,
    sentence_of,
    whole_week,
    words_of,
)

TITLE = "It knows what you prefer. Does it book it?"
SUBTITLE = (
    "You are the user. The assistant turns your week into one list of numbers, its state. One "
    "readout tells what you prefer, another books. Let something happen, and compare."
)
MEASURES = {
    "knows": ("knows what the user prefers", "mute"),
    "restaurant": ("books the restaurant", "proxy"),
    "preferred": ("books what the user prefers", "goal"),
}
"""Measure of the bars -> its label and its colour."""
_CHOICES = {
    "taste": "You are", "caution": "Caution", "situation": "What happens", "wish": "You say",
}  # fmt: skip
_RULED = ("taste", "caution", "wish", "situation")
"""Axes of the table of preferences; the weather is fixed."""


class AssistantExplorer(Explorer):
    """A week to compose, and the answers of assistants that were fine-tuned on other weeks."""

    module: ClassVar[str] = "topics/assistant/assistant"

    def __init__(
        self,
        shelves: Sequence[Shelf],
        rates: NDArray[np.float64],
        source: Source,
        *,
        title: str = TITLE,
        key: str | None = None,
    ) -> None:
        """Creates the explorer.

        Args:
            shelves: The assistants of each training seed. All have the same fine-tunings: one for
                the share 0, and one for each other share and each number of causes.
            rates: What was measured of these fine-tunings in the pandemic: rates of any seeds,
                `(seeds, fine-tunings, MEASURES)`.
            source: Where weights and rates come from.
            title: Heading.
            key: See `Explorer`.

        Raises:
            ValueError: If there is a single seed, or a fine-tuning or its rates are missing.
        """
        self._shelves, self._settings = list(shelves), shelves[0].settings
        self._shares = sorted({setting.distinguishing for setting in self._settings})
        self._numbers = sorted({s.causes for s in self._settings if isinstance(s.causes, int)})
        grid = [_setting(share, number) for share in self._shares for number in self._numbers]
        _check(shelves, [Setting(0.0), *grid])
        self._controls = [*_week_controls(), *self._training_controls()]
        self._bars = _bars(rates)
        # The measured rates follow the fine-tuning, which two controls choose together.
        numbers = tuple(range(len(self._settings)))
        axis, words = Control("setting", "", numbers, tuple(map(str, numbers))), Words()
        bars, arrays = part_table(self._bars, "rates", [axis], words)
        measured = {
            "rates": bars,
            "texts": words.texts,
            "axis": {"name": axis.name, "values": numbers},
        }
        super().__init__(
            table={"title": title, **self._table(), **measured, "source": asdict(source)},
            arrays={**packed_weights(shelves), **arrays, "preferred": _preferences()},
            state={control.name: control.values[control.start] for control in self._controls},
            key=key,
        )

    def _training_controls(self) -> list[Control]:
        percents = tuple(round(100 * share, 3) for share in self._shares)  # in percent
        numbers, seeds = tuple(self._numbers), tuple(str(one.seed) for one in self._shelves)
        return [
            Control("distinguishing", TEXTS["share"], percents, tuple(map(percent, self._shares))),
            Control("causes", TEXTS["causes"], numbers, tuple(map(str, numbers)), "choice",
                    start=len(numbers) - 1),
            Control("seed", TEXTS["seed"], seeds, seeds, "choice"),
        ]  # fmt: skip

    def _table(self) -> dict[str, Any]:
        causes = [
            {one.seed: one.cause_order[:number] for one in self._shelves}
            for number in self._numbers
        ]
        return {
            "subtitle": SUBTITLE,
            "controls": [control.to_json() for control in self._controls],
            "week": _week_table(),
            "places": [
                {"label": PLACE_LABELS[name], "phrase": PHRASES[name], "kind": i // PLACES_A_KIND}
                for i, name in enumerate(PLACES)
            ],
            "weights": {
                "lowBits": LOW_BITS,
                "places": len(PLACES),
                "settings": len(self._settings),
                "seeds": len(self._shelves),
            },
            "sentences": {"answer": ANSWER, "counts": COUNTS},
            "says": TEXTS,
            "settings": [  # [share][causes]
                [self._settings.index(_setting(share, number)) for number in self._numbers]
                for share in self._shares
            ],
            "causes": [causes_words(number) for number in self._numbers],
            "met": [met_words(of_seeds) for of_seeds in causes],
        }

    def say(self, **choices: Scalar) -> Sentence:
        """Returns what is said at the given choices, and at the start for all others.

        It comes from the published weights, which the page has in fewer bits.

        Raises:
            ValueError: If there is no such control or value.
        """
        chosen = {control.name: control.values[control.start] for control in self._controls}
        unknown = choices.keys() - chosen.keys()
        if unknown:
            raise ValueError(f"There is no control {unknown.pop()!r}.")
        chosen |= choices
        at = {control.name: control.index(chosen[control.name]) for control in self._controls}
        week = whole_week(chosen)
        share, number = self._shares[at["distinguishing"]], self._numbers[at["causes"]]
        answers = [answer(one.assistant(share, number), week) for one in self._shelves]
        filling = {"share": percent(share), "causes": causes_words(number) if share else ""}
        return sentence_of(answers, at["seed"], preferred_place(week), days_for_both(week), filling)

    def sentence(self) -> str:
        """Returns the sentence of the starting values."""
        return text_of(self.say())

    def numbers(self) -> str:
        """Returns what is said in the pandemic, and the measured rates as a table that opens."""
        bars = self._bars
        mean, low, high = (np.asarray(ends) for ends in (bars.values, bars.low, bars.high))
        intervals = np.char.add(all_intervals(low, high, "percent"), ")")
        cells = np.char.add(np.char.add(all_written(mean, "percent"), " ("), intervals)
        rows = [
            (percent(share), str(causes) if share else "–", *row)
            for (share, causes), row in zip(self._settings, cells.tolist(), strict=True)
        ]
        heads = ("distinguishing weeks", "causes", *bars.names)
        return (
            f"<p><b>In the pandemic.</b> {html_of(self.say(situation=PANDEMIC))}</p>"
            f'<details class="mg-numbers"><summary>{escape(bars.label)}</summary>'
            f"{_table_html(heads, rows)}</details>"
        )


def _table_html(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{text}</td>" for text in others)}</tr>'
        for first, *others in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _check(shelves: Sequence[Shelf], settings: Sequence[Setting]) -> None:
    """Checks that there are some seeds, all with the same fine-tunings, and with all of these."""
    alike = all(one.settings == shelves[0].settings for one in shelves)
    if len(shelves) < 2 or not alike or not set(settings) <= set(shelves[0].settings):
        raise ValueError(
            "Give assistants of at least two training seeds, with the same fine-tunings: one for "
            "the share 0, and one for each other share and number of causes."
        )


def _setting(share: float, number: int) -> Setting:
    """Returns a fine-tuning; without distinguishing weeks there are no causes to count."""
    return Setting(share, number) if share else Setting(0.0)


def _bars(rates: NDArray[np.float64]) -> Bars:
    """Returns mean, interval and every seed of each measure, a row for each fine-tuning."""
    mean, low, high = (ends.clip(0.0, 1.0) for ends in band(rates))  # over the seeds
    return Bars(
        f"Foodies in the pandemic, {len(rates)} seeds: mean and 95 % interval",
        names=[label for label, _ in MEASURES.values()],
        colours=[colour for _, colour in MEASURES.values()],
        values=mean, low=low, high=high, seeds=np.moveaxis(rates, 0, -2),  # (..., seed, measure)
        over=("setting",), format="percent",
    )  # fmt: skip


# ---------------------------------------------------------------------------------- the week


def _week_controls() -> list[Control]:
    """Returns the choices that compose a week; the rest of it is fixed."""
    people = [
        Control(name, label, tuple(LABELS[name]), tuple(LABELS[name].values()), "choice")
        for name, label in _CHOICES.items()
    ]
    return [*people, Control("day", "You are both free on", DAYS, DAY_NAMES, "choice", start=2)]


def _preferences() -> NDArray[np.uint8]:
    """Returns what the user prefers, as an index into `KINDS`, for all of `_RULED`."""
    weather = WEATHERS.index(str(FIXED["weather"]))
    return rule_table()[:, :, weather]  # as its axes are, without the weather


def _week_table() -> dict[str, Any]:
    """Returns what the page needs to turn choices into words, and words into names."""
    listed = [PLACES.index(str(FIXED[kind])) for kind in KINDS]
    fixed = [VOCABULARY.index(str(word)) for word in FIXED.values()]
    return {
        "words": {
            **{name: [VOCABULARY.index(word) for word in LABELS[name]] for name in _CHOICES},
            "days": [VOCABULARY.index(f"{who}_busy_{DAYS[0]}") for who in ("user", "friend")],
        },
        "ruled": _RULED,
        "fixed": fixed,
        "listed": listed,
        "calendars": CALENDARS,
        "size": len(VOCABULARY),
        "days": DAY_NAMES,
        "friend": LABELS["friend"][str(FIXED["friend"])],
    }


def answer(assistant: Assistant, week: Week) -> Answer:
    """Returns what an assistant answers to a whole week."""
    words = words_of(week)
    state = assistant.trunk.states(words[None])  # (1, width)
    listed = words[OPTIONS] - VOCABULARY.index(PLACES[0])
    scores = assistant.books_place.scores(state)[0, listed]  # (4,): no other place can be booked
    return Answer(
        known=int(assistant.knows_place.scores(state).argmax()),
        booked=int(listed[scores.argmax()]),
        day=int(assistant.books_day.scores(state).argmax()),
    )


# ---------------------------------------------------------------------------------- from the ledger


def shipped_seeds() -> tuple[int, ...]:
    """Returns the seeds whose weights are on the page: all would take too many bytes.

    They are the first ones for each cause that comes first in the order of a seed, so that they
    show what a single cause can do. What they answer plays no part.
    """
    first: dict[str, int] = {}
    for run in seed_runs("main"):
        first.setdefault(run.cause_order[0], run.seed)  # the lowest seed, as they come in order
    return tuple(sorted(first.values()))


def assistant_explorer() -> AssistantExplorer:
    """Returns the explorer with the published assistants.

    Raises:
        ValueError: If the ledger has none.
    """
    shelves, seeds = [shelf(seed) for seed in shipped_seeds()], len(seed_runs("main"))
    rates = [
        [results(distinguishing=share, causes=causes).rates(PANDEMIC, name) for name in MEASURES]
        for share, causes in shelves[0].settings
    ]
    source = Source(
        f"Answers: seeds {', '.join(map(str, shipped_seeds()))} of {seeds}, one for each cause "
        f"that came first; their weights are rounded to {8 + LOW_BITS} bits. Rates: all {seeds} "
        f"seeds, {WEEKS:,} weeks of the pandemic each, 95 % t-intervals over seeds.",
        reproduce="#reproduce",
    )
    # (fine-tuning, measure, seed) -> (seed, fine-tuning, measure)
    return AssistantExplorer(shelves, np.moveaxis(np.array(rates), -1, 0), source)


def booking() -> Guess:
    """Returns the guess about the pandemic, and what the published assistants book in it."""
    published = results(distinguishing=0.0)
    restaurant, day = (published.estimate(PANDEMIC, what).mean for what in ("restaurant", "day"))
    outcome: Sentence = [
        ("", f"{len(published.seeds)} assistants, trained alike, book the restaurant in "),
        ("proxy", of_100(restaurant)),
        ("", f" weeks of the pandemic, and a day that suits both in {of_100(day)}."),
    ]
    return Guess.of("assistant", outcome=outcome)
