"""The published endless runs, by their settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.ledger.published import table
from misgen.topics.tree_gridworld.affinity import _ratio
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.frozen import Windows, windows
from misgen.topics.tree_gridworld.runs import ForestRun, Setting, from_json
from misgen.topics.tree_gridworld.scripted import NearestTree, RandomWalk

EXPERIMENT = "tree_gridworld"
YARDSTICK_SEED = 900_000
"""Seed of the forests of the policies that nobody trained."""


@dataclass(frozen=True)
class ForestRuns:
    """The seeds of one setting."""

    setting: Setting
    runs: tuple[ForestRun, ...]
    """In the order of their seeds."""

    @property
    def seeds(self) -> list[int]:
        """The seeds."""
        return [run.seed for run in self.runs]

    @property
    def ticks(self) -> NDArray[np.int64]:
        """The last step of each span of time, `(bins,)`, the same for all seeds."""
        return self.runs[0].series.ticks

    def of_each(self, value: Callable[[ForestRun], Any]) -> NDArray[np.float64]:
        """Return a value of each run, with the seeds as the first axis.

        >>> runs(Setting()).of_each(lambda run: run.series.rewards).shape
        (10, 80)
        """
        return np.array([value(run) for run in self.runs])


def runs(setting: Setting | None = None) -> ForestRuns:
    """Return the published runs of a setting, by default of the one that collapses.

    Raises:
        ValueError: If it is not published; the message names those that are.
    """
    setting = setting or Setting()
    found = [run for run in all_runs() if run.setting == setting]
    if not found:
        known = "; ".join(dict.fromkeys(str(run.setting) for run in all_runs()))
        raise ValueError(f"No run of {setting} is published; published are {known}.")
    return ForestRuns(setting, tuple(sorted(found, key=lambda run: run.seed)))


@lru_cache(maxsize=1)
def all_runs() -> tuple[ForestRun, ...]:
    """Return all published runs, in the order of the table."""
    rows = table(EXPERIMENT)["runs"]
    return tuple(from_json(row["config"], row["result"]) for row in rows)


@lru_cache(maxsize=16)
def greed_and_chance(setting: Setting) -> tuple[Windows, Windows]:
    """Return what the greedy and the random policy do in forests of each density."""
    world = TreeGridworld(1, seed=0, **setting.options)
    greedy, chance = NearestTree(world, 1), RandomWalk()
    return (
        windows(greedy, seed=YARDSTICK_SEED, options=setting.options),
        windows(chance, seed=YARDSTICK_SEED, options=setting.options),
    )


def affinities(runs: ForestRuns) -> NDArray[np.float64]:
    """Return the affinity of each frozen agent at each density, over the first steps.

    See `affinity` for what it is and where it is not defined, which is nan.

    Returns:
        `(seeds, moments, max_trees + 1)`.
    """
    greedy, chance = greed_and_chance(runs.setting)
    rewards = runs.of_each(lambda run: [moment.windows.first_reward for moment in run.moments])
    return _ratio(np.stack(np.broadcast_arrays(rewards, chance.first_reward, greedy.first_reward)))
