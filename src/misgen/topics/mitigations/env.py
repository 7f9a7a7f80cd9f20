"""CoinRun and the coin grid with levels drawn by regret, for training only.

They are no environments of their own in the registry: goals, actions and rewards stay.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import FloatArray, IntArray
from misgen.core.env import Step
from misgen.topics.coin_grid.env import CoinGrid
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.levels import Levels, generate
from misgen.topics.mitigations.regret import LevelBuffer


class CoinRunByRegret(CoinRun):
    """CoinRun, half of whose episodes are on levels that went wrong before."""

    def __init__(self, num_envs: int, *, distinguishing: float = 0.0, seed: int) -> None:
        """Creates a batch of environments; call `reset` to start.

        Args:
            num_envs: Number of episodes that run side by side.
            distinguishing: Share of *new* levels whose coin lies apart from their end.
            seed: Seed of the levels and of the replays.

        Raises:
            ValueError: If an argument is out of range.
        """
        super().__init__(num_envs, distinguishing=distinguishing, seed=seed)
        self._won = np.zeros(num_envs, np.bool_)
        self.buffer = LevelBuffer(num_envs, _LEVEL_FIELDS, np.random.default_rng([seed, 5]))

    def _draw_levels(self, rows: IntArray) -> Levels:
        new = in_numbers(super()._draw_levels(rows))
        return from_numbers(self.buffer.next(rows, self._won, new))

    def advance(self, actions: IntArray) -> Step:
        """Advances every episode by one tick, and notes who has the coin."""
        step = super().advance(actions)
        self._won = step.events.goal
        return step


class CoinGridByRegret(CoinGrid):
    """The coin grid, half of whose episodes are on levels that went wrong before."""

    def __init__(self, num_envs: int, *, distinguishing: float = 0.0, seed: int) -> None:
        """Creates a batch of environments; the arguments are those of `CoinRunByRegret`.

        Raises:
            ValueError: If an argument is out of range.
        """
        super().__init__(num_envs, distinguishing=distinguishing, seed=seed)
        self._won = np.zeros(num_envs, np.bool_)
        # coin, agent and marker
        self.buffer = LevelBuffer(num_envs, 3, np.random.default_rng([seed, 5]))

    def begin(self, rows: IntArray) -> FloatArray:
        """Starts new episodes; see `BatchedEnv.begin`."""
        super().begin(rows)
        new = np.stack([self._coin[rows], self._agent[rows], self._marker[rows]], axis=1)
        coin, agent, marker = self.buffer.next(rows, self._won, new).T
        self._coin[rows], self._agent[rows], self._marker[rows] = coin, agent, marker
        return self.view_from(agent, coin)

    def advance(self, actions: IntArray) -> Step:
        """Advances every episode by one step, and notes who has the coin."""
        step = super().advance(actions)
        self._won = step.events.goal
        return step


def in_numbers(levels: Levels) -> IntArray:
    """Returns each level of CoinRun as one row of whole numbers, `(levels, numbers)`."""
    parts = [getattr(levels, field.name).reshape(len(levels), -1) for field in fields(Levels)]
    return np.concatenate(parts, axis=1).astype(np.int64)


def from_numbers(rows: IntArray) -> Levels:
    """Returns the levels that `in_numbers` described."""
    parts = np.split(rows, np.cumsum(_WIDTHS)[:-1], axis=1)
    return Levels(
        **{
            field.name: _shaped(part, getattr(_ONE, field.name))
            for field, part in zip(fields(Levels), parts, strict=True)
        }
    )


def _shaped(part: IntArray, like: NDArray[Any]) -> NDArray[Any]:
    return part.reshape(len(part), *like.shape[1:]).astype(like.dtype)


_ONE = generate(np.random.default_rng(0), 1)  # shows the shape and the type of each field
_WIDTHS = [getattr(_ONE, field.name)[0].size for field in fields(Levels)]
_LEVEL_FIELDS = sum(_WIDTHS)
