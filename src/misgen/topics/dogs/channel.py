"""What may happen to a reward between the environment that gives it and whoever uses it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from misgen.core.arrays import FloatArray
from misgen.topics.dogs.streams import Draws

Channel = Callable[[FloatArray, Draws], FloatArray]
"""Takes rewards, the last axis over commands, and random numbers; returns what arrives."""


def as_it_is(reward: FloatArray, _rng: Draws) -> FloatArray:
    """Returns the reward."""
    return reward


def permuted(reward: FloatArray, rng: Draws) -> FloatArray:
    """Returns the same rewards, dealt out at random along the last axis."""
    order = rng.random(reward.shape).argsort(axis=-1)  # a permutation of its own for each row
    return np.take_along_axis(reward, order, axis=-1)


def negated(reward: FloatArray, _rng: Draws) -> FloatArray:
    """Returns a punishment for each reward."""
    return -reward


def deleted(reward: FloatArray, _rng: Draws) -> FloatArray:
    """Returns nothing: every reward is missing."""
    return np.full_like(reward, np.nan)  # not 0, which would be a reward


CHANNELS: dict[str, Channel] = {
    "as it is": as_it_is,
    "permuted": permuted,
    "negated": negated,
    "deleted": deleted,
}
"""Name of a channel -> what it does."""
