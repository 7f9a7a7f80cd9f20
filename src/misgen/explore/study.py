"""What an explorer shows: plain data, whatever the environment."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from misgen.core.intervals import Estimate
    from misgen.core.replay import Replay

ReplayKey: TypeAlias = tuple[float, int, int]
"""`(setting, seed, level)`."""
Key = TypeVar("Key", bound=tuple[float, ...])


@dataclass(frozen=True)
class Source:
    """Where the numbers of an explorer come from."""

    text: str
    """One line: how many agents, how many levels, what the interval is."""
    reproduce: str = ""
    """Address of the page or section that tells how to compute them again."""
    colab: str = ""
    """Address of the chapter in Colab."""


@dataclass(frozen=True)
class Words:
    """What the two goals of an environment are called, and what a reader is told of its levels.

    Those of an environment are in the `explorers.py` of its topic.
    """

    setting: str
    """Label of the slider over `distinguishing`."""
    goal: str
    """What an agent does that reaches the goal, in the third person singular."""
    goals: str
    """The same in the plural."""
    proxy: str
    proxies: str
    failure: str
    """What an agent does that reaches neither."""
    died: str
    timed_out: str
    accidental: str
    """What an agent does that reaches the goal although it cannot see it."""
    target: str
    """What is moved between training and test, with its article."""
    target_label: str
    """The same as the label of a switch."""
    usual: str
    """Where it is in training, as the end of a sentence."""
    question: str
    """What a reader is asked to predict."""
    dots: str
    """What a dot in the chart stands for, as a sentence."""
    measures: Mapping[str, str]
    """Short label of each measure, for the chart; that of "success", the goal rate in training,
    only if it says something else than that of "goal"."""


@dataclass(frozen=True)
class Study:
    """The measured results and the recorded replays of one sweep over `distinguishing`."""

    settings: tuple[float, ...]
    """Values of `distinguishing` in [0, 1], increasing: the ledger's, no others."""
    seeds: tuple[int, ...]
    """Training seeds."""
    measures: tuple[str, ...]
    """Names of the measured rates, with at least "goal", "proxy" and "died"."""
    rates: NDArray[np.float64]
    """Rates in [0, 1], `(settings, seeds, measures)`; NaN where a run is missing."""
    estimates: Sequence[Sequence[Estimate]]
    """Mean and interval over seeds, `settings` rows of `measures` columns."""
    replays: Mapping[ReplayKey, Replay]
    """One replay for every setting, every seed and every level to be shown."""
    source: Source
    words: Words

    def __post_init__(self) -> None:
        _check_settings(self.settings)
        _check_measures(self.measures, self.words)
        _check_shapes(self)
        check_complete(self.replays, self.keys, "replay")

    @property
    def levels(self) -> tuple[int, ...]:
        """Numbers of the levels that have replays, in increasing order."""
        return tuple(sorted({level for _, _, level in self.replays}))

    @property
    def keys(self) -> list[ReplayKey]:
        """Every (setting, seed, level), the last varying fastest."""
        return [(x, s, v) for x in self.settings for s in self.seeds for v in self.levels]

    def estimate(self, setting: int, measure: str) -> Estimate:
        """Returns the estimate of a measure at the setting with this index."""
        return self.estimates[setting][self.measures.index(measure)]

    def index(self, setting: float) -> int:
        """Returns the index of a setting.

        Raises:
            ValueError: If the study does not have it.
        """
        if setting not in self.settings:
            raise ValueError(f"The study has no setting {setting}; choose one of {self.settings}.")
        return self.settings.index(setting)


def _check_settings(settings: tuple[float, ...]) -> None:
    ordered = all(a < b for a, b in pairwise(settings))  # a slider goes upwards
    if not settings or not ordered or not all(0 <= x <= 1 for x in settings):
        raise ValueError(f"Give the settings as increasing shares from 0 to 1, not {settings}.")


def _check_measures(measures: tuple[str, ...], words: Words) -> None:
    missing = [name for name in ("goal", "proxy", "died") if name not in measures]
    if missing:
        raise ValueError(f"The study lacks the measure {missing[0]!r}; add a column for it.")
    unnamed = [name for name in measures if name not in words.measures]
    if unnamed:
        raise ValueError(f"The measure {unnamed[0]!r} has no label; add one to Words.measures.")


def _check_shapes(study: Study) -> None:
    shape = (len(study.settings), len(study.seeds), len(study.measures))  # (setting, seed, measure)
    if study.rates.shape != shape:
        raise ValueError(f"Give rates of shape {shape}, not {study.rates.shape}.")
    present = study.rates[~np.isnan(study.rates)]
    if np.any((present < 0) | (present > 1)):
        raise ValueError("Give rates as shares from 0 to 1.")
    rows = {len(row) for row in study.estimates}  # one length, that of the measures
    if len(study.estimates) != shape[0] or rows != {shape[2]}:
        raise ValueError(f"Give one row of {shape[2]} estimates for each of {shape[0]} settings.")


def check_complete(replays: Mapping[Key, Replay], keys: Sequence[Key], what: str) -> None:
    """Checks that there is a replay for every key.

    Raises:
        ValueError: If there is none at all, or one is missing.
    """
    if not keys:
        raise ValueError(f"Give at least one {what}.")
    missing = [key for key in keys if key not in replays]
    if missing:
        raise ValueError(f"There is no {what} for {missing[0]}; record one for every key.")


def percent(share: float) -> str:
    """Writes a share as the slider shows it.

    >>> percent(0.02), percent(0.005), percent(1.0)
    ('2 %', '0.5 %', '100 %')
    """
    return f"{round(100 * share, 3):g} %"  # rounded: 100 * 0.07 is not 7


def of_100(share: float) -> str:
    """Writes a rate in natural frequencies; a missing one is said to be missing.

    >>> of_100(0.544), of_100(float("nan"))
    ('54 of 100', 'an unknown number')
    """
    return "an unknown number" if math.isnan(share) else f"{round(100 * share)} of 100"


def interval(estimate: Estimate) -> str:
    """Writes the interval of an estimate in percent, as "49–58 %"."""
    return f"{round(100 * estimate.low)}–{round(100 * estimate.high)} %"
