"""CoinRun with one thing changed: what the agent sees, or what its levels are like.

It is no environment of its own in the registry, since it has no other goals than CoinRun.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from misgen.core.arguments import check_count, check_flag, check_positive
from misgen.core.arrays import FloatArray, IntArray
from misgen.topics.coinrun.env import JUMP_TICKS, CoinRun
from misgen.topics.coinrun.levels import (
    DEADLY,
    MIN_LENGTH,
    PADDED_HEIGHT,
    PADDED_WIDTH,
    SOLID,
    VIEW_X,
    VIEW_Y,
    WIDTH,
    Levels,
)

MOST_AHEAD = WIDTH
MOST_SIGNAL = 1000.0
TOP = 3
"""Highest tile above the ground at which a coin may lie; so do the coins in the air."""

_CELLS = PADDED_HEIGHT * PADDED_WIDTH  # of one level in the map, column by column


class ChangedCoinRun(CoinRun):
    """CoinRun, of which one thing or another may be changed; without a change it is CoinRun.

    Goals, actions, rewards and the ends of episodes are those of CoinRun.
    """

    def __init__(
        self,
        num_envs: int,
        *,
        distinguishing: float = 0.0,
        coin_visible: bool = True,
        ahead: int = VIEW_X,
        end_visible: bool = True,
        coin_signal: float = 1.0,
        longest: int = WIDTH,
        coin_low: int = 1,
        coin_high: int = 1,
        seed: int,
    ) -> None:
        """Creates a batch of environments; call `reset` to start.

        Args:
            num_envs: Number of episodes that run side by side.
            distinguishing: Probability in [0, 1] that a level's coin lies apart from its end.
            coin_visible: False erases the coin from what the agent sees.
            ahead: Columns that the agent sees to its right; to its left it sees five.
            end_visible: False shows, in place of the end wall, that the last column goes on.
            coin_signal: What the observation holds where the coin is.
            longest: Columns of the longest level before the end wall.
            coin_low: Lowest tile above the ground where the coin of an ambiguous level lies.
            coin_high: The highest; it lies on each of them equally often, in the last column.
            seed: Seed of the levels.

        Raises:
            ValueError: If an argument is out of range.
        """
        self._ahead = check_count("ahead", ahead, maximum=MOST_AHEAD)
        self._end_visible = check_flag("end_visible", end_visible)
        self._coin_signal = np.float32(check_positive("coin_signal", coin_signal, MOST_SIGNAL))
        self._longest = check_count("longest", longest, MIN_LENGTH, WIDTH)
        self._coin_low = check_count("coin_low", coin_low, maximum=TOP)
        self._coin_high = check_count("coin_high", coin_high, self._coin_low, TOP)
        self.obs_size = 4 * (2 * VIEW_Y + 1) * (VIEW_X + 1 + self._ahead) + 2
        self.obs_high = max(1.0, float(self._coin_signal))
        super().__init__(
            num_envs, distinguishing=distinguishing, coin_visible=coin_visible, seed=seed
        )

    # ------------------------------------------------------------------ levels

    def _generate(self, count: int) -> Levels:
        levels = super()._generate(count)
        while (short := np.flatnonzero(levels.length <= self._longest)).size < count:
            levels = levels.take(short).joined(super()._generate(count))
        return self._with_coins_raised(levels.take(short[:count]))

    def _with_coins_raised(self, levels: Levels) -> Levels:
        if self._coin_high == 1:
            return levels
        tiles = self._rng.integers(self._coin_low - 1, self._coin_high, len(levels))
        coin = levels.coin.copy()  # (level, x and y)
        coin[:, 1] += np.where(levels.distinguishing, 0, tiles)
        return replace(levels, coin=coin)

    # ------------------------------------------------------------- observation

    def _observe(self, at: IntArray, rise: IntArray) -> FloatArray:
        i, cell = np.divmod(at, _CELLS)
        x, y = np.divmod(cell, PADDED_HEIGHT)
        columns = x[:, None] + np.arange(-VIEW_X, self._ahead + 1)  # (agent, column)
        # Beyond the end all is solid, so that the last column of the padding stands for the rest.
        wall = np.full(len(at), PADDED_WIDTH - 1)
        last = (wall if self._end_visible else self._last_x[i] + VIEW_X)[:, None]
        rows = y[:, None] + np.arange(VIEW_Y, -VIEW_Y - 1, -1)  # (agent, row), from the top
        places = (i[:, None] * _CELLS + np.minimum(columns, last) * PADDED_HEIGHT)[:, None, :]
        view = self._map.take(places + rows[:, :, None])  # (agent, row, column)
        # the ground is repeated, not who is on it
        view &= np.where(columns > last, SOLID | DEADLY, ~np.uint32(0))[:, None, :]
        obs = np.empty((len(at), self.obs_size), np.float32)
        obs[:, :-2] = view.view(np.uint8).reshape(len(at), -1)  # four bytes of 0 or 1 for each cell
        obs[:, 3:-2:4] *= self._coin_signal  # the coin is the last of the four
        obs[:, -2] = rise / JUMP_TICKS
        obs[:, -1] = rise > 0
        return obs
