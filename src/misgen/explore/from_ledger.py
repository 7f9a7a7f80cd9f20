"""Fills the explorers of replays with the published ledger of an environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

import misgen.explore.dial as dials
import misgen.explore.duel as duels
from misgen.core.intervals import over_seeds
from misgen.core.measure import OUTCOMES
from misgen.core.replay import Replay
from misgen.explore.panel import Panel
from misgen.explore.predict import Predict
from misgen.explore.study import Source, Study, Words, percent
from misgen.ledger.published import Results, replays, results
from misgen.ledger.recording import REPLAY_LEVELS


@dataclass(frozen=True, eq=False)
class Presentation:
    """The words for one environment, and which part of its ledger they are about."""

    env: str
    """Name of the environment."""
    words: Words
    levels: str = ""
    """Which levels the replays show, as the end of a sentence, if they were chosen."""
    tests: Mapping[str, tuple[str, str]] = field(
        default_factory=lambda: {
            "goal": ("shifted", "goal"),
            "proxy": ("shifted", "proxy"),
            "died": ("shifted", "died"),
            "accidental": ("erased", "goal"),
        }
    )
    """Measure of the explorers -> test and rate of the ledger."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Options of the environment in the training of the agents that are shown."""


def dial(of: Presentation) -> Panel:
    """Returns the dial over `distinguishing` of an environment."""
    the_study = study(of)
    return dials.dial(the_study, level=opening_level(the_study))


def predict(of: Presentation, name: str) -> Predict:
    """Returns the guess about the agents that never met a distinguishing level.

    Args:
        of: The environment.
        name: See `Prediction`.
    """
    the_study, ordinary = study(of), _replays(of, "ordinary")
    pairs = {(seed, level): r for (share, seed, level), r in ordinary.items() if share == 0.0}
    # Its caption gives nothing away, and stands before seeds and intervals are explained.
    told = f"Recorded episodes of {len(the_study.seeds)} agents."
    neutral = replace(the_study, source=_source(told))
    return Predict(neutral, pairs, name=name, level=opening_level(the_study))


def duel(of: Presentation) -> Panel:
    """Returns two agents side by side: the first and the last setting but one."""
    the_study = study(of)
    recorded = replace(the_study, source=_source(_opening(of, the_study.settings)))
    settings, level = (0.0, recorded.settings[-2]), opening_level(recorded)
    return duels.duel(recorded, _replays(of, "erased"), settings=settings, level=level)


def opening_level(of: Study) -> int:
    """Returns the level that the explorers open on; the reader may choose any other.

    It is the first recorded one on which the slider's first step changes what most agents do. If
    there is none, it is the first.
    """

    def usual(setting: float, level: int) -> str:
        outcomes = [of.replays[(setting, seed, level)].outcome for seed in of.seeds]
        return max(OUTCOMES, key=outcomes.count)  # of equals the first in OUTCOMES

    # 0 and 1: the slider's first step
    changed = (v for v in of.levels if usual(of.settings[0], v) != usual(of.settings[1], v))
    return next(changed, of.levels[0])


@lru_cache(maxsize=4)
def study(of: Presentation) -> Study:
    """Returns the sweep over `distinguishing` of an environment, from the ledger."""
    published, tests = _agents(of), of.tests
    settings = tuple(sorted({t.distinguishing for t in published.trials}))
    by_setting = [published.where(share, options=of.options) for share in settings]
    # (setting, measure, seed) -> (setting, seed, measure)
    rates = np.array([[r.rates(*where) for where in tests.values()] for r in by_setting]).transpose(
        0, 2, 1
    )
    told = f"{_measured(of)}, drawn as bands and whiskers. {_opening(of, settings)}"
    return Study(
        settings=settings,
        seeds=tuple(by_setting[0].seeds),
        measures=tuple(tests),
        rates=rates,
        # setting.T: (measure, seed)
        estimates=[[over_seeds(column) for column in setting.T] for setting in rates],
        replays=_replays(of, "shifted"),
        source=_source(told),
        words=of.words,
    )


def _agents(of: Presentation) -> Results:
    return results(of.env).where(options=of.options)


def _replays(of: Presentation, kind: str) -> dict[tuple[float, int, int], Replay]:
    return replays(of.env, kind, of.options)


def _measured(of: Presentation) -> str:
    trials = _agents(of).where(0.0, options=of.options).trials  # as many as at every other value
    return (
        f"{len(trials)} training seeds at each value, {trials[0].episodes:,} new levels for each "
        "agent; 95 % t-intervals over seeds"
    )


def _recorded(of: Presentation) -> str:
    chosen = of.levels
    which = f" that are {chosen}" if chosen else ""
    return f"Replays show the first {REPLAY_LEVELS} levels of one seed{which}"


def _opening(of: Presentation, settings: Sequence[float]) -> str:
    return (
        f"{_recorded(of)}, and open on the first of them on which {percent(settings[1])} changes "
        "what most agents do."
    )


def _source(text: str) -> Source:
    return Source(text, reproduce="#reproduce")  # a heading of every page with an explorer
