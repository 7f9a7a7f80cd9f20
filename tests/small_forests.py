"""Made-up endless runs and films, as small as the explorer and the figures allow."""

from __future__ import annotations

import numpy as np

from misgen.learn.history import Series
from misgen.topics.tree_gridworld.explorers import Story
from misgen.topics.tree_gridworld.film import NOWHERE, Rollout
from misgen.topics.tree_gridworld.frozen import LongRun, Windows
from misgen.topics.tree_gridworld.published import DENSITIES, STEPS, Film, ForestRuns
from misgen.topics.tree_gridworld.runs import Ending, ForestRun, Moment, Setting

TICKS = np.array([64, 200, 600, 2000, 6000])
MOMENTS = (0, 128, 1000)
REWARDS = np.array([0.05, 0.2, 0.1, 0.02, 0.0])
EMPTY = np.array([0.0, 0.1, 0.5, 0.9, 1.0])


def series(seed: int = 0) -> Series:
    """A run that collapses; the rest of its forests have ten trees."""
    shares = np.zeros((len(TICKS), 11))
    shares[:, 0], shares[:, 10] = EMPTY, 1 - EMPTY
    return Series(TICKS, REWARDS + 0.001 * seed, shares)


def moment(tick: int) -> Moment:
    """A frozen agent that ends thin forests; `tick` only shifts its numbers a little."""
    n = np.arange(11)
    windows = Windows(
        reward=0.02 * n + tick / 1e5, first_reward=0.03 * n, trees=n / 2, extinct=1 - n / 10
    )
    return Moment(
        tick, windows, chops=0.5 + 0.03 * np.arange(10), long_run=LongRun(0.1, 0.25),
        unforgiven=LongRun(0.05, 0.5),
    )  # fmt: skip


def run(setting: Setting | None = None, seed: int = 0) -> ForestRun:
    """One run with three frozen agents."""
    return ForestRun(
        setting or Setting(), seed, 1_000_000, series(seed), Ending(0.001 * seed, 0.95),
        tuple(moment(tick) for tick in MOMENTS),
    )  # fmt: skip


def runs(setting: Setting | None = None, seeds: int = 3) -> ForestRuns:
    """Some seeds of one setting."""
    setting = setting or Setting()
    return ForestRuns(setting, tuple(run(setting, seed) for seed in range(seeds)))


def film(setting: Setting | None = None, seed: int = 0) -> Film:
    """A run with random pictures."""
    rng = np.random.default_rng(seed)
    rollouts = {(k, n): rollout(rng, n) for k in range(len(MOMENTS)) for n in DENSITIES}
    trees = rng.random((len(TICKS), 6, 100)) < 0.1
    return Film(
        run(setting, seed), trees, rng.integers(0, 100, (len(TICKS), 6), np.uint8), rollouts
    )


def rollout(rng: np.random.Generator, trees: int) -> Rollout:
    """An agent that jumps about at random in a forest in which now and then a tree appears."""
    start = np.zeros(100, bool)
    start[rng.permutation(99)[:trees] + 1] = True
    path = rng.integers(0, 100, STEPS + 1, np.uint8)
    path[0] = 0
    grown = np.full(STEPS, NOWHERE, np.uint8)
    grown[::5] = rng.integers(0, 100, len(grown[::5]), np.uint8)
    return Rollout(start, path, grown)


def stories(seeds: int = 3) -> list[Story]:
    """Two settings with films of the same seeds."""
    settings = {"one": Setting(), "two": Setting(discount=0.99, r_min=1e-3)}
    return [
        Story(name, f"World {name}", [film(setting, seed) for seed in range(seeds)])
        for name, setting in settings.items()
    ]
