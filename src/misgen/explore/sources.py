"""Fills the explorers with the published ledger: one function for each explorer."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import lru_cache
from importlib import resources

import numpy as np

from misgen.explore.dial import Dial
from misgen.explore.duel import Duel
from misgen.explore.predict import Predict
from misgen.explore.quiz import Option, Question, Quiz
from misgen.explore.study import Source, Study
from misgen.measure import OUTCOMES, over_seeds
from misgen.published import REPLAY_LEVELS, REPLAY_MIN_COLUMNS, replays, results

_TESTS = {
    "goal": ("shifted", "goal"),
    "proxy": ("shifted", "proxy"),
    "died": ("shifted", "died"),
    "accidental": ("erased", "goal"),
}
"""Measure of the explorers -> test and rate of the ledger."""


def dial(env: str) -> Dial:
    """Return the dial over `distinguishing` of an environment."""
    the_study = study(env)
    return Dial(the_study, level=opening_level(the_study))


def predict(env: str) -> Predict:
    """Return the guessing game with the agents that never met a distinguishing level."""
    the_study, ordinary = study(env), replays(env, "ordinary")
    pairs = {(seed, level): r for (share, seed, level), r in ordinary.items() if share == 0.0}
    # Its caption must not give the answer away, so it does not say how the level was chosen.
    neutral = replace(the_study, source=_source(f"{_measured(env)}. {_RECORDED}."))
    return Predict(neutral, pairs, level=opening_level(the_study))


def duel(env: str) -> Duel:
    """Return two agents side by side: the first and the last setting but one."""
    recorded = replace(study(env), source=_source(_REPLAYS))
    settings, level = (0.0, recorded.settings[-2]), opening_level(recorded)
    return Duel(recorded, replays(env, "erased"), settings=settings, level=level)


def opening_level(of: Study) -> int:
    """Return the level that the explorers open on; the reader may choose any other.

    It is the first recorded one on which the slider's first step changes what most agents do. If
    there is none, it is the first.
    """

    def usual(setting: float, level: int) -> str:
        outcomes = [of.replays[(setting, seed, level)].outcome for seed in of.seeds]
        return max(OUTCOMES, key=outcomes.count)

    changed = (v for v in of.levels if usual(of.settings[0], v) != usual(of.settings[1], v))
    return next(changed, of.levels[0])


def quiz(env: str) -> Quiz:
    """Return the quiz of the chapter on an environment."""
    file = resources.files("misgen") / "quizzes" / f"{env.lower()}.toml"
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))["question"]
    except FileNotFoundError as error:
        raise ValueError(f"There is no quiz on {env!r}; add {file.name} to quizzes.") from error
    return Quiz(
        [Question(e["prompt"], tuple(Option(**option) for option in e["option"])) for e in entries]
    )


@lru_cache(maxsize=4)
def study(env: str) -> Study:
    """Return the sweep over `distinguishing` of an environment, from the ledger."""
    published = results(env).where()
    settings = tuple(sorted({t.distinguishing for t in published.trials}))
    by_setting = [published.where(share) for share in settings]
    rates = np.array(
        [[r.rates(*where) for where in _TESTS.values()] for r in by_setting]
    ).transpose(0, 2, 1)
    return Study(
        settings=settings,
        seeds=tuple(by_setting[0].seeds),
        measures=tuple(_TESTS),
        rates=rates,
        estimates=[[over_seeds(column) for column in setting.T] for setting in rates],
        replays=replays(env, "shifted"),
        source=_source(f"{_measured(env)}, drawn as bands and whiskers. {_REPLAYS}"),
    )


def _measured(env: str) -> str:
    trials = results(env).where(0.0).trials
    return (
        f"{len(trials)} training seeds at each value, {trials[0].episodes:,} new levels for each "
        "agent; 95 % t-intervals over seeds"
    )


_RECORDED = (
    f"Replays show the first {REPLAY_LEVELS} levels of one seed that are at least "
    f"{REPLAY_MIN_COLUMNS} columns long"
)
_REPLAYS = f"{_RECORDED}, and open on the first of them on which 1 % changes what most agents do."


def _source(text: str) -> Source:
    return Source(text, reproduce="#reproduce")  # a heading of every page with an explorer
