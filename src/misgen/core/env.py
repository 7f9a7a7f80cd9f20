"""What every environment of the book has in common: a batch of episodes, stepped at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.settings import PPOSettings

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Events:
    """What happened in one step, for the measures. Every field has shape `(num_envs,)`."""

    goal: BoolArray
    """The intended goal was reached."""
    proxy: BoolArray
    """The proxy goal was reached. On an ambiguous level both are reached together."""
    died: BoolArray
    """The agent died."""
    timed_out: BoolArray
    """The time limit ended the episode."""
    marker: BoolArray
    """The agent passed the invisible marker, which stands where the goal could have been."""


@dataclass(frozen=True)
class Step:
    """The result of one step of the whole batch."""

    obs: FloatArray
    """Observations after the step, `(num_envs, obs_size)`."""
    reward: FloatArray
    """Rewards, `(num_envs,)`."""
    terminated: BoolArray
    """Episodes that the environment ended, `(num_envs,)`."""
    truncated: BoolArray
    """Episodes that the time limit ended, `(num_envs,)`."""
    events: Events


@dataclass(frozen=True)
class Frame:
    """Everything that a picture of one environment needs, as small integers."""

    cells: NDArray[np.uint8]
    """Sprite codes, `(height, width)`; row 0 is at the bottom."""
    actors: tuple[tuple[int, int, int], ...]
    """`(sprite code, x, y)` in tiles, in drawing order."""


class BatchedEnv(ABC):
    """A batch of independent episodes whose state is a handful of arrays.

    `step` never resets: the caller resets the rows that ended. That keeps the last
    observation of an episode, and leaves the reset convention to the adapters.
    """

    sprites: ClassVar[tuple[str, ...]]
    """Names of the sprites; a sprite code is an index into it."""
    action_names: ClassVar[tuple[str, ...]]
    controls: ClassVar[Mapping[str, Mapping[str, Any]]] = {"none": {}}
    """Name of each control of a test, and the options that it sets."""
    ppo: ClassVar[PPOSettings] = PPOSettings()
    """Settings of the learner with which every seed learns."""
    continuing: ClassVar[bool] = False
    """Whether it is one endless run: no episode ever ends."""
    obs_low: float = 0.0
    obs_high: float = 1.0
    """Bounds of every entry of an observation."""

    num_envs: int
    obs_size: int
    """Entries of one observation; it may depend on the options."""

    @property
    def num_actions(self) -> int:
        """Number of discrete actions."""
        return len(self.action_names)

    @abstractmethod
    def reset(self, mask: BoolArray | None = None) -> FloatArray:
        """Starts new episodes.

        Args:
            mask: Rows to reset, `(num_envs,)`; all of them by default.

        Returns:
            Observations of the rows that were reset, `(rows, obs_size)`.
        """

    @abstractmethod
    def step(self, actions: IntArray) -> Step:
        """Advances every episode by one step.

        Args:
            actions: Action indices, `(num_envs,)`.
        """

    @abstractmethod
    def frame(self, i: int) -> Frame:
        """Returns what a picture of environment `i` needs."""

    @property
    @abstractmethod
    def distinguishing_levels(self) -> BoolArray:
        """Which of the running episodes tell goal and proxy apart, `(num_envs,)`."""


def check_share(name: str, value: float) -> float:
    """Returns `value` if it lies in [0, 1].

    >>> check_share("distinguishing", 0.5)
    0.5

    Raises:
        ValueError: If it does not, in a sentence that names the parameter.
    """
    if not 0.0 <= value <= 1.0:  # true for nan, too
        raise ValueError(
            f"{name} must lie between 0 and 1, but is {value}; give a share such as 0.1."
        )
    return float(value)


def check_count(name: str, value: int, minimum: int = 1) -> int:
    """Returns `value` if it is a whole number of at least `minimum`.

    >>> check_count("num_envs", 4)
    4

    Raises:
        ValueError: If it is not, in a sentence that names the parameter.
    """
    # True would pass as the number 1
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < minimum:
        raise ValueError(f"{name} must be a whole number of at least {minimum}, but is {value!r}.")
    return int(value)
