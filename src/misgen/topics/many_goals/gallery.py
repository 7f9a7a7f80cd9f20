"""Other rewards beside a painted one, and under which of them the same behaviour is best.

They are made from the painted reward in the open room, and judged in any room. The page does the
same in JavaScript (`gridworld.js`); a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from misgen.topics.many_goals.gridworld import (
    CELLS,
    SIZE,
    BoolArray,
    Dynamics,
    FloatArray,
    count_policies,
    named_room,
    optimal_actions,
)
from misgen.topics.many_goals.members import affine, normalized, relabelled, shaping

LEVELS = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""Rewards that can be painted."""
LEVEL_TEXTS = ("−1", "−½", "0", "+½", "+1")
"""What they are called."""
LETTERS = "abcde"
"""The letter of each level, for a painted room as a word of 25 letters."""

FACTOR, CONSTANT = 0.5, 0.3  # of the first rival
_ROW, _COLUMN = np.divmod(np.arange(CELLS), SIZE)
_MIDDLE = SIZE // 2

POTENTIALS = {
    "left": 1 - _COLUMN / 2,
    "down": _ROW / 2 - 1,
    "centre": 1 - (abs(_ROW - _MIDDLE) + abs(_COLUMN - _MIDDLE)) / 2,
    "checks": 1.0 - 2 * ((_ROW + _COLUMN) % 2),
}
"""Potentials for shaping, from -1 to 1: name -> number for each cell."""


def hills(seed: int) -> FloatArray:
    """Returns increasing heights for `members.relabelled`, with steps of random size."""
    # 0.05, so that rounded heights still increase
    steps = 0.05 + np.random.default_rng(seed).exponential(size=CELLS)
    return np.cumsum(steps).round(2)


HILLS = (hills(0), hills(1))
"""Heights of the two rewards that come from random heights."""

SAME, AMONG, OTHER = "same", "among", "other"
"""Verdicts on a reward: exactly the same moves are best; they are, and more; they are not."""


@dataclass(frozen=True, eq=False)
class Rival:
    """A reward that might have been meant instead."""

    name: str
    picture: FloatArray
    """What is drawn, `(CELLS,)`, from -1 to 1: the reward, or the potential of a shaped one."""
    verdict: str
    """`SAME`, `AMONG` or `OTHER`."""
    policies: int
    """Number of deterministic policies that are optimal under it."""

    @property
    def explains(self) -> bool:
        """Whether the behaviour that was seen is optimal under it."""
        return self.verdict != OTHER


NAMES = (
    "Half of it, plus 0.3", "Nothing anywhere", "Shaped by a potential",
    "The potential simply added", "Values in even steps", "Values in random steps",
    "Values in new random steps", "Its opposite",
)  # fmt: skip
REASONS = (
    "Another unit, and another zero.", "No move is better than any other.",
    "A climb is paid for, a descent charged.", "Standing high is paid for.",
    "The same order of the cells' values, in even steps.",
    "The same order, in steps drawn by lot.", "The same order, other steps.",
    "What was good is bad.",
)  # fmt: skip
"""What each of them is, in a line."""
OF_POTENTIAL = _SHAPED, _ADDED = 2, 3
"""Indices in `NAMES` of those that a potential makes."""


def rivals(reward: ArrayLike, discount: float, potential: str, where: Dynamics) -> list[Rival]:
    """Returns the other rewards with their verdicts.

    Args:
        reward: The painted reward, `(CELLS,)`, from -1 to 1.
        discount: The agent's discount.
        potential: One of `POTENTIALS`.
        where: The room in which they are judged.
    """
    painted, height = np.asarray(reward, float), POTENTIALS[potential]
    rewards = np.stack([  # (rival, cell)
        affine(painted, FACTOR, CONSTANT), 0 * painted, painted, painted + height,
        *(_on_hills(painted, discount, h) for h in (np.arange(float(CELLS)), *HILLS)), 0 - painted,
    ])  # fmt: skip
    bonuses = np.zeros((len(NAMES), *where.available.shape))  # (rival, cell, action)
    bonuses[_SHAPED] = shaping(where, height, discount)  # on top of the painted reward
    pictures = rewards.copy()
    # the sum may leave -1 to 1
    pictures[_SHAPED], pictures[_ADDED] = height, normalized(painted + height)
    best = optimal_actions(where, painted, discount)
    others = optimal_actions(where, rewards, discount, bonuses)
    return [
        _judged(name, picture, best, other)
        for name, picture, other in zip(NAMES, pictures, others, strict=True)
    ]


def _on_hills(painted: FloatArray, discount: float, heights: FloatArray) -> FloatArray:
    # made there, wherever it is judged
    return normalized(relabelled(named_room("open room"), painted, discount, heights))


def _judged(name: str, picture: FloatArray, best: BoolArray, other: BoolArray) -> Rival:
    among = SAME if np.array_equal(best, other) else AMONG
    verdict = among if (other | ~best).all() else OTHER  # all that is best is best here, too
    return Rival(name, picture, verdict, count_policies(other))


# ------------------------------------------------------------------------------ painted


def reward_of(paint: str) -> FloatArray:
    """Returns the reward that a word of letters stands for.

    Raises:
        ValueError: If it is no such word.

    >>> reward_of("c" * 24 + "e")[-2:].tolist()
    [0.0, 1.0]
    """
    if len(paint) != CELLS or not set(paint) <= set(LETTERS):
        raise ValueError(f"Give {CELLS} of the letters {LETTERS}, row by row, not {paint!r}.")
    return np.array([LEVELS[LETTERS.index(letter)] for letter in paint])


PRESETS = {
    "goal and pit": "cccce" "ccccc" "ccacc" "ccccc" "ccccc",
    "one goal": "cccce" "ccccc" "ccccc" "ccccc" "ccccc",
    "costs on the way": "bbbbc" "bbbbb" "bbbbb" "bbbbb" "bbbbb",
    "near and far": "cccce" "ccccc" "ccccc" "ccccc" "dcccc",
    "a river": "ccbce" "ccbcc" "ccbcc" "ccbcc" "ccccc",
    "nothing": "ccccc" * SIZE,
}  # fmt: skip
"""Painted rooms to begin with: name -> word."""

SEEKS = reward_of(PRESETS["one goal"])
"""Reward of an agent that seeks the upper right corner, `(CELLS,)`."""
FLEES = (SIZE - 1 - _ROW + _COLUMN) / (2 * SIZE - 2)
"""Reward of one that flees the lower left corner: its distance from there in moves, from 0 to 1."""
