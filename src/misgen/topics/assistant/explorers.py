"""The assistant: compose a week, and see what it knows that you prefer, and what it books.

The page computes the answers from the shipped weights, as this module does: there are too many
weeks for a table. A test compares the two. The user's preference is the environment's rule table,
in which the page looks it up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from misgen.explore.base import Explorer, Scalar, text_of
from misgen.explore.panel_controls import Control
from misgen.explore.study import Source, percent
from misgen.explore.tables import source_table
from misgen.topics.assistant.explorer_bytes import LOW_BITS, packed_weights, read_weights
from misgen.topics.assistant.explorer_rates import MEASURES, PandemicRates, rates_chart, rates_table
from misgen.topics.assistant.explorer_still import still_html
from misgen.topics.assistant.explorer_week import (
    Look,
    days_for_both,
    listed_places,
    preferred_place,
    rule_table,
    week_controls,
    week_table,
    words_of,
)
from misgen.topics.assistant.explorer_weights import SeedWeights, Setting, seed_weights
from misgen.topics.assistant.measures import WEEKS
from misgen.topics.assistant.results import results, seed_runs
from misgen.topics.assistant.shelf import shelf
from misgen.topics.assistant.weeks import PANDEMIC, PLACES, PLACES_A_KIND, observations
from misgen.topics.assistant.words import (
    PHRASES,
    PLACE_LABELS,
    SENTENCES,
    TEXTS,
    causes_words,
    met_words,
    sentence_of,
)

TITLE = "It knows what you prefer. Does it book it?"
SUBTITLE = (
    "You are the user. The assistant turns your week into one list of numbers, its state. One "
    "readout tells what you prefer, another books. Let the pandemic come, and compare."
)


class AssistantExplorer(Explorer):
    """A week to compose, and the answers of assistants that were fine-tuned on other weeks."""

    module: ClassVar[str] = "topics/assistant/assistant"

    def __init__(
        self,
        assistants: Sequence[SeedWeights],
        rates: Mapping[Setting, PandemicRates],
        source: Source,
        *,
        pandemic: bool = False,
        distinguishing: float = 0.0,
        title: str = TITLE,
        key: str | None = None,
    ) -> None:
        """Creates the explorer.

        Args:
            assistants: Weights of each training seed. All have the same fine-tunings: one for
                the share 0, and one for each other share and each number of causes.
            rates: What was measured of each of these fine-tunings.
            source: Where weights and rates come from.
            pandemic: Whether the pandemic has come at the start.
            distinguishing: Share of distinguishing weeks in fine-tuning at the start.
            title: Heading.
            key: See `Explorer`.

        Raises:
            ValueError: If a fine-tuning or its rates are missing, or there is no such share.
        """
        self._title, self._source = title, source
        self._settings = _fine_tunings(assistants, rates)
        weights = packed_weights(assistants)
        self._assistants = read_weights(weights, assistants)
        self._controls = [*week_controls(pandemic), *self._training_controls(distinguishing)]
        self._bars = rates_chart([rates[setting] for setting in self._settings])
        measured, bars = rates_table(self._bars)
        super().__init__(
            table={**self._table(), **measured},
            arrays={**weights, **bars, "preferred": rule_table()},
            state={control.name: control.values[control.start] for control in self._controls},
            key=key,
        )

    def _training_controls(self, distinguishing: float) -> list[Control]:
        shares, causes = (sorted(set(values)) for values in zip(*self._settings, strict=True))
        if distinguishing not in shares:
            known = ", ".join(map(str, shares))
            raise ValueError(f"Start at one of the shares {known}, not at {distinguishing}.")
        seeds = tuple(str(one.seed) for one in self._assistants)
        percents = tuple(round(100 * share, 3) for share in shares)
        return [
            Control("distinguishing", TEXTS["share"], percents, tuple(map(percent, shares)),
                    start=shares.index(distinguishing)),
            Control("causes", TEXTS["causes"], tuple(causes), tuple(map(str, causes)), "choice",
                    len(causes) - 1),
            Control("seed", TEXTS["seed"], seeds, seeds, "choice"),
        ]  # fmt: skip

    def _table(self) -> dict[str, Any]:
        *_, share, causes, _ = self._controls
        return {
            "title": self._title,
            "subtitle": SUBTITLE,
            "controls": [control.to_json() for control in self._controls],
            "week": week_table(),
            "places": [
                {"label": PLACE_LABELS[of], "phrase": PHRASES[of], "kind": i // PLACES_A_KIND}
                for i, of in enumerate(PLACES)
            ],
            "weights": {
                "lowBits": LOW_BITS,
                "places": len(PLACES),
                "settings": len(self._settings),
                "seeds": len(self._assistants),
            },
            "sentences": SENTENCES,
            "says": TEXTS,
            "settings": [
                [self._index(i, k) for k in range(causes.size)] for i in range(share.size)
            ],
            "causes": [causes_words(int(number)) for number in causes.values],
            "met": [self._met(int(number)) for number in causes.values],
            "source": source_table(self._source),
        }

    def _met(self, number: int) -> str:
        return met_words({one.seed: one.cause_order[:number] for one in self._assistants})

    def _index(self, share: int, causes: int) -> int:
        """Returns the index of the fine-tuning with these indices of share and causes."""
        *_, of_share, of_causes, _ = self._controls
        wanted = float(of_share.values[share]) / 100
        if wanted == 0:  # no cause occurs, so that their number does not matter
            return next(i for i, (each, _) in enumerate(self._settings) if each == 0)
        number = of_causes.values[causes]
        return next(
            i for i, (each, of) in enumerate(self._settings)
            if math.isclose(each, wanted) and of == number
        )  # fmt: skip

    def look(self, **choices: Scalar) -> Look:
        """Returns what is shown at the given choices, and at the start for all others.

        Raises:
            ValueError: If there is no such control or value.
        """
        unknown = set(choices) - {control.name for control in self._controls}
        if unknown:
            raise ValueError(f"There is no control {unknown.pop()!r}.")
        at = {c.name: c.index(choices.get(c.name, c.values[c.start])) for c in self._controls}
        week = {c.name: c.values[at[c.name]] for c in self._controls}
        setting = self._settings[self._index(at["distinguishing"], at["causes"])]
        words, listed = words_of(week)[None], listed_places(week)[None]
        found = [one.answers(setting, observations(words), listed) for one in self._assistants]
        knows, books, day = (
            np.concatenate([getattr(each, name) for each in found])
            for name in ("knows", "books", "day")
        )
        preferred, suits = preferred_place(week), days_for_both(week)
        said = sentence_of(
            knows.argmax(axis=1).tolist(), books.argmax(axis=1).tolist(), at["seed"], preferred,
            int(day[at["seed"]].argmax()), suits, self._filling(at),
        )  # fmt: skip
        return Look(setting, preferred, suits, listed[0], knows, books, day, said)

    def _filling(self, at: Mapping[str, int]) -> dict[str, str]:
        *_, share, causes, _ = self._controls
        number = int(causes.values[at["causes"]])
        return {
            "share": share.labels[at["distinguishing"]],
            "causes": causes_words(number) if share.values[at["distinguishing"]] else "",
        }

    @property
    def assistants(self) -> list[SeedWeights]:
        """The assistants with the weights that the page reads."""
        return self._assistants

    def sentence(self) -> str:
        """Returns the sentence of the starting values."""
        return text_of(self.look().sentence)

    def still(self) -> str:
        """Returns the answers at the start and in the pandemic, and the measured rates."""
        seed = self._assistants[0].seed
        weeks = {"Before the pandemic": False, "In the pandemic": True}
        return still_html(
            (self._title, SUBTITLE),
            [
                (f"{name} (seed {seed})", self.look(pandemic=has_come))
                for name, has_come in weeks.items()
            ],
            self._settings,
            self._bars,
            self._source,
        )


def _fine_tunings(
    assistants: Sequence[SeedWeights], rates: Mapping[Setting, PandemicRates]
) -> list[Setting]:
    """Returns all fine-tunings, in the order of the weights, or say what is missing."""
    if len(assistants) < 2:
        raise ValueError("Give the assistants of at least two training seeds.")
    settings = list(assistants[0].books)
    shares = {share for share, _ in settings if share}
    causes = {number for _, number in settings}
    wanted = {(share, number) for share in shares for number in causes}
    missing = [each for each in sorted(wanted) if each not in settings]
    missing += [each for each in settings if each not in rates]
    if missing or not any(share == 0 for share, _ in settings):
        what = missing[0] if missing else "(0, ...)"
        raise ValueError(f"Give weights and rates for the fine-tuning {what}, too.")
    return settings


# ---------------------------------------------------------------------------------- from the ledger


def shipped_seeds() -> tuple[int, ...]:
    """Returns the seeds whose weights are on the page: all would take too many bytes.

    They are the first ones for each cause that comes first in the order of a seed, so that they
    show what a single cause can do. What they answer plays no part.
    """
    first: dict[str, int] = {}
    for run in seed_runs("main"):
        first.setdefault(run.cause_order[0], run.seed)
    return tuple(sorted(first.values()))


def assistant_explorer(
    *, pandemic: bool = False, distinguishing: float = 0.0, key: str | None = None
) -> AssistantExplorer:
    """Returns the explorer with the published assistants.

    Args:
        pandemic: Whether the pandemic has come at the start.
        distinguishing: Share of distinguishing weeks in fine-tuning at the start.
        key: See `Explorer`.

    Raises:
        ValueError: If the ledger has no such share, or no assistants.
    """
    return AssistantExplorer(
        [_weights(seed) for seed in shipped_seeds()], _rates(), _source(),
        pandemic=pandemic, distinguishing=distinguishing, key=key,
    )  # fmt: skip


def _weights(seed: int) -> SeedWeights:
    found = shelf(seed)
    fine_tuned = {
        _plain(*setting): found.assistant(*_plain(*setting)) for setting in found.settings
    }
    return seed_weights(seed, fine_tuned, found.cause_order)


def _plain(distinguishing: float, causes: int | tuple[str, ...]) -> Setting:
    assert isinstance(causes, int), "the published grid counts causes and names none"
    return distinguishing, causes


def _rates() -> dict[Setting, PandemicRates]:
    measured = {}
    for setting in shelf(shipped_seeds()[0]).settings:
        found = results(distinguishing=setting.distinguishing, causes=setting.causes)
        rates = (found.rates(PANDEMIC, name).tolist() for name in MEASURES)
        measured[_plain(*setting)] = PandemicRates(*rates)
    return measured


def _source() -> Source:
    seeds, shipped = len(seed_runs("main")), ", ".join(map(str, shipped_seeds()))
    return Source(
        f"Answers: seeds {shipped} of {seeds}, one for each cause that came first; their weights "
        f"are rounded to {8 + LOW_BITS} bits. Rates: all {seeds} seeds, {WEEKS:,} weeks of the "
        "pandemic each, 95 % t-intervals over seeds.",
        reproduce="#reproduce",
    )
