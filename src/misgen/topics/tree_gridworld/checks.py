"""The exercises on Tree Gridworld: how trees grow, how to live off them, and when half are dead."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.arrays import BoolArray, FloatArray, IntArray
from misgen.core.feedback import (
    UNCHANGED,
    Feedback,
    FormError,
    Mistakes,
    checked,
    described,
    raised,
)
from misgen.topics.tree_gridworld.env import TreeGridworld, spawn_probability
from misgen.topics.tree_gridworld.scripted import NearestTree
from misgen.topics.tree_gridworld.watch import Run, watch

# -------------------------------------------------- exercise 1: how likely a tree appears

Spawn = Callable[[int, int, float, float], float]
_FORESTS = [
    (n, n_max, r_min, r_max)
    # In the last forests r_min is above the growth of one or two trees, too, not only of none.
    for n_max, r_min, r_max in ((10, 1e-6, 0.3), (5, 0.01, 0.6), (20, 0.1, 0.25))
    for n in range(n_max + 1)
]


def check_spawn(spawn: Spawn) -> Feedback:
    """Checks a function that gives the probability that a tree appears in one step.

    Args:
        spawn: Takes the number of trees, `n_max`, `r_min` and `r_max`; returns the probability.
    """
    return checked(spawn, _FORESTS, _spawn, SPAWN_MISTAKES)


def _spawn(n: int, n_max: int, r_min: float, r_max: float) -> ArrayLike:
    return spawn_probability(n, max_trees=n_max, r_min=r_min, r_max=r_max)


def _growth(n: int, n_max: int) -> float:
    return math.log(1 + n) / math.log(1 + n_max)


def _at_least(growth: Callable[[int, int], float]) -> Spawn:
    """Returns the right rule with another growth."""
    return lambda n, n_max, r_min, r_max: max(r_min, r_max * growth(n, n_max)) * (n < n_max)


SPAWN_MISTAKES: Mistakes = {
    "grows when full": (
        lambda n, n_max, r_min, r_max: max(r_min, r_max * _growth(n, n_max)),
        "In a full forest, of n_max trees, no tree appears: the probability is 0.",
    ),
    "forgets r_min": (
        lambda n, n_max, _, r_max: r_max * _growth(n, n_max) * (n < n_max),
        "The probability is never below r_min, or a forest without trees would stay so for ever.",
    ),
    "adds r_min": (
        lambda n, n_max, r_min, r_max: (r_min + r_max * _growth(n, n_max)) * (n < n_max),
        "Take the larger of the two rates, not their sum.",
    ),
    "grows in a line": (
        _at_least(lambda n, n_max: n / n_max),
        "The rate follows the logarithm of 1 + n, not n: the first trees matter most.",
    ),
    "forgets the one": (
        _at_least(lambda n, n_max: math.log(max(n, 1)) / math.log(n_max)),
        "Take the logarithms of 1 + n and of 1 + n_max, or one tree is as good as none.",
    ),
    "always divides by log 11": (
        _at_least(lambda n, _: math.log(1 + n) / math.log(11)),
        "Divide by the logarithm of 1 + n_max, whatever n_max is.",
    ),
    "divides by too much": (
        _at_least(lambda n, n_max: math.log(1 + n) / math.log(11 + n_max)),
        "Divide by the logarithm of 1 + n_max, so that the rate comes close to r_max.",
    ),
}
"""Name of a mistake with the probability -> who makes it, and what the reader is told."""


# -------------------------------------------------------- exercise 2: a policy that lasts

Lumberjack = Callable[[BoolArray, IntArray], IntArray]
ENOUGH = 0.8
"""Share of the reward of "chop only from 8 trees on" that the reader's policy must reach."""
_BEST = 8  # trees; of all thresholds only 9 earns a little more
# Steps, the first that counts (by then the full forests are thinned), forests, and seed.
_STEPS, _SETTLED, _PLACES, _SEED = 2000, 1000, 24, 0


def check_lumberjack(act: Lumberjack) -> Feedback:
    """Checks a policy for the endless forests, over 2,000 steps of 24 of them.

    Args:
        act: Takes where the agents see trees, `(forests, cells)`, and the offset `(dx, dy)` of
            each of these cells, `(cells, 2)`; returns one action for each forest: 0 stay, 1 up,
            2 down, 3 left, 4 right.
    """
    env = TreeGridworld(_PLACES, seed=_SEED)
    reader = _Reader(act, env)
    try:
        run = watch(reader, env, steps=_STEPS, seed=_SEED)
    except FormError as error:
        return Feedback(False, str(error))
    except Exception as error:
        return raised(error)
    return _judge(run, _best_rate()) if reader.has_moved else UNCHANGED


@cache
def _best_rate() -> float:
    env = TreeGridworld(_PLACES, seed=_SEED)
    run = watch(NearestTree(env, _BEST), env, steps=_STEPS, seed=_SEED)
    return float(run.rates(_SETTLED).mean())


def _judge(run: Run, best: float) -> Feedback:
    # trees a step; share of the forests
    rate, dead = float(run.rates(_SETTLED).mean()), float((run.trees[-1] == 0).mean())
    earned = f"It chops {rate:.3f} trees a step, {rate / best:.0%} of what our best rule chops"
    if rate >= ENOUGH * best:
        return Feedback(True, f"{earned}, and {1 - dead:.0%} of its forests live.")
    if dead > 0.5:
        first = run.rates()[run.trees[-1] == 0].mean() * _STEPS  # trees, of a dead forest
        return Feedback(
            False,
            f"Your policy felled {first:.0f} trees in a forest, and now {dead:.0%} of its forests "
            "are dead: leave trees alone when they are scarce.",
            "ends the forest",
        )
    if run.trees[_SETTLED:].mean() > 9:  # of 10, at which nothing grows
        return Feedback(
            False, f"{earned}: its forests stand full, and nothing grows there.", "hardly chops"
        )
    return Feedback(False, f"{earned}; try another number of trees to keep.", "not enough")


class _Reader:
    """The reader's function as an actor."""

    def __init__(self, act: Lumberjack, env: TreeGridworld) -> None:
        self._act, self._offsets = act, env.view_offsets
        self.has_moved = False

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        trees = obs[:, : len(self._offsets)] > 0  # (forest, cell); the agent's place follows
        answer = self._act(trees, self._offsets.copy())  # a reader may write in it
        actions = _whole_numbers(answer)
        moves = len(TreeGridworld.action_names)
        if actions.shape != (len(obs),) or not np.isin(actions, range(moves)).all():
            raise FormError(
                f"Return one action from 0 to {moves - 1} for each forest, as an array of shape "
                f"({len(obs)},), not {described(answer)}."
            )
        self.has_moved |= bool(actions.any())
        return actions


def _whole_numbers(answer: object) -> IntArray:
    """Returns an answer as an array of whole numbers, or an empty one if it has no such form."""
    try:
        actions = np.asarray(answer)
    except Exception:  # lists of unequal lengths, for one
        return np.empty(0, np.int64)
    whole = actions.dtype.kind in "biu" or (actions.dtype.kind == "f" and not (actions % 1).any())
    return actions.astype(np.int64) if whole else np.empty(0, np.int64)


# ---------------------------------------------------------------------------------------- half dead


HalfDead = Callable[[NDArray[np.int64], NDArray[np.float64]], float | None]
_TICKS = np.array([64, 90, 130, 250, 600, 2000])  # steps; spans grow longer, as in a published run
# Shares of dead forests at `_TICKS`; each run tells some mistakes below from the right answer.
_RUNS = {
    "collapses": [0.0, 0.02, 0.1, 0.6, 0.9, 1.0],
    "stops at half": [0.0, 0.1, 0.3, 0.5, 0.5, 0.5],
    "recovers": [0.0, 0.55, 0.7, 0.3, 0.05, 0.02],
    "survives": [0.0, 0.05, 0.2, 0.45, 0.3, 0.1],
    "dead from the start": [0.5, 0.6, 0.8, 1.0, 1.0, 1.0],
}


def check_half_dead(half_dead: HalfDead) -> Feedback:
    """Checks a function that says when at least half of the forests of a run had no tree.

    Args:
        half_dead: Takes the last step of each span of time and the share of forests without trees
            in it, `(bins,)` both; returns the first such step, or None if there is none.
    """
    return checked(half_dead, _half_dead_cases(), _half_dead, HALF_DEAD_MISTAKES)


def _half_dead_cases() -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    return [(_TICKS.copy(), np.array(empty)) for empty in _RUNS.values()]


def _half_dead(ticks: NDArray[np.int64], empty: NDArray[np.float64]) -> float:
    return _first(ticks, empty >= 0.5)


def _first(values: NDArray[np.int64], where: NDArray[np.bool_]) -> float:
    return float(values[where.argmax()]) if where.any() else float("nan")  # argmax: the first True


HALF_DEAD_MISTAKES: Mistakes = {
    "gives the index": (
        lambda ticks, empty: _first(np.arange(len(ticks)), empty >= 0.5),
        "You give the number of the span; look up its last step in `ticks`.",
    ),
    "more than half": (
        lambda ticks, empty: _first(ticks, empty > 0.5),
        "At least half includes exactly half: use >= instead of >.",
    ),
    "never is the first": (
        lambda ticks, empty: ticks[(empty >= 0.5).argmax()],
        "Where no span qualifies, argmax of all False is 0; return None for such a run.",
    ),
    "never is the end": (
        lambda ticks, empty: np.append(ticks[empty >= 0.5], ticks[-1])[0],
        "A run that keeps its forests has no such step; return None, not its last step.",
    ),
    "last time": (
        lambda ticks, empty: _first(ticks[::-1], empty[::-1] >= 0.5),
        "You give the last such span; a run that recovers was half dead long before.",
    ),
    "expects an order": (
        lambda ticks, empty: np.append(ticks, np.nan)[np.searchsorted(empty, 0.5)],
        "searchsorted needs increasing shares, but forests can come back; compare each span.",
    ),
    "any dead": (
        lambda ticks, empty: _first(ticks, empty > 0),
        "You count from the first dead forest; wait until half are dead.",
    ),
}
"""The same with when half of the forests are dead."""
