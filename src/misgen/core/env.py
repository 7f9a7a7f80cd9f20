"""What every environment of the book has in common: a batch of episodes, stepped at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.arrays import BoolArray, FloatArray, IntArray
from misgen.core.settings import PPOSettings

RewardFunction = Callable[[Any], ArrayLike]
"""Takes the events of a step and returns the reward of each environment, `(num_envs,)`."""


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
    """Rewards, `(num_envs,)`, which are a function of the events."""
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

    `reset` and `step` check what they are given before anything changes; an environment says in
    `begin` and `advance` what then happens.
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
    columns: ClassVar[int | None] = None
    """Columns of the widest level, where levels differ in width: all pictures are as wide."""
    obs_low: float = 0.0
    obs_high: float = 1.0
    """Bounds of every entry of an observation."""

    num_envs: int
    obs_size: int
    """Entries of one observation; it may depend on the options."""

    _made_with: tuple[tuple[Any, ...], dict[str, Any]]
    _begun = False  # whether every episode has been started

    def __new__(cls, *arguments: Any, **options: Any) -> Self:
        """Remembers how the batch is made, for `reseeded`."""
        env = super().__new__(cls)
        env._made_with = arguments, options
        return env

    def reseeded(self, seed: int) -> Self:
        """Returns new environments that are made as these were, but for their seed."""
        arguments, options = self._made_with
        return type(self)(*arguments, **{**options, "seed": seed})

    @property
    def num_actions(self) -> int:
        """Number of discrete actions."""
        return len(self.action_names)

    def reset(self, mask: BoolArray | None = None) -> FloatArray:
        """Starts new episodes.

        Args:
            mask: Rows to reset, `(num_envs,)`; all of them by default.

        Returns:
            Observations of the rows that were reset, `(rows, obs_size)`.

        Raises:
            ValueError: If `mask` is no array of truth values, one for each environment, or leaves
                out an environment that has never been reset.
        """
        rows = self._rows_of(mask)
        self._begun = True
        if len(rows) == 0:
            return np.zeros((0, self.obs_size), np.float32)
        return self.begin(rows)

    def step(self, actions: IntArray) -> Step:
        """Advances every episode by one step.

        Args:
            actions: Action indices, `(num_envs,)`.

        Raises:
            ValueError: If they are anything else, or nothing has been reset; nothing happens then.
        """
        if not self._begun:
            raise ValueError("Call reset before the first step.")
        return self.advance(self._checked(actions))

    @abstractmethod
    def begin(self, rows: IntArray) -> FloatArray:
        """Starts new episodes in some rows, at least one, and returns their observations."""

    @abstractmethod
    def advance(self, actions: IntArray) -> Step:
        """Advances every episode by one step; each action is one that there is."""

    @abstractmethod
    def frame(self, i: int) -> Frame:
        """Returns what a picture of environment `i` needs."""

    @property
    @abstractmethod
    def distinguishing_levels(self) -> BoolArray:
        """Which of the running episodes tell goal and proxy apart, `(num_envs,)`."""

    def _rows_of(self, mask: BoolArray | None) -> IntArray:
        if mask is None:
            return np.arange(self.num_envs)
        chosen = np.asarray(mask)
        # numbers of rows would count as truth values
        if chosen.dtype != np.bool_ or chosen.shape != (self.num_envs,):
            raise ValueError(
                f"mask must hold {self.num_envs} truth values, one for each environment; got "
                f"{_described(chosen)}."
            )
        if not self._begun and not chosen.all():
            raise ValueError("Reset all environments once, before some of them.")
        return np.flatnonzero(chosen)

    def _checked(self, actions: IntArray) -> IntArray:
        given = np.asarray(actions)
        if given.shape == (self.num_envs,) and given.dtype.kind in "iu":
            # As numbers without a sign negative ones are the largest, so that one look is enough;
            # argmax, as max takes six times as long for a small batch.
            unsigned = given.astype(np.uint64)
            if unsigned[unsigned.argmax()] < self.num_actions:
                return given.astype(np.int64, copy=False)
        raise ValueError(
            f"actions must be {self.num_envs} whole numbers from 0 to {self.num_actions - 1}, one "
            f"for each environment; got {_described(given)}."
        )


def reward_function(
    reward: RewardFunction | None, default: Callable[[Any], FloatArray]
) -> Callable[[Any], FloatArray]:
    """Returns the reward of an environment: its own, or that of a reader, whose values are checked.

    Raises:
        ValueError: If `reward` is no function.
    """
    if reward is None:
        return default
    if not callable(reward):
        raise ValueError(  # noqa: TRY004  # as every other refusal
            f"reward must be a function of the events, such as lambda events: 2.0 * events.goal; "
            f"got {reward!r}."
        )
    return lambda events: _checked_reward(reward(events), events)


def _checked_reward(values: ArrayLike, events: Events) -> FloatArray:
    rewards = np.asarray(values)
    if rewards.shape != events.goal.shape or rewards.dtype.kind not in "biuf":
        raise ValueError(
            f"reward must return {len(events.goal)} numbers, one for each environment; it returned "
            f"{_described(rewards)}."
        )
    with np.errstate(over="ignore"):  # too large for 32 bits: infinite, and so refused
        rewards = rewards.astype(np.float32)
    if not np.isfinite(rewards).all():
        raise ValueError("reward must return finite numbers; it returned an infinite one or NaN.")
    return rewards


def _described(array: NDArray[Any]) -> str:
    """Says what an array is, and what is in a small one."""
    content = f": {array.tolist()!r}" if array.size <= 4 else ""
    return f"{array.dtype} of shape {array.shape}{content}"
