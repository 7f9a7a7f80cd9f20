"""Which level to train on next: new ones, or again those on which most is lost.

The idea is prioritized level replay (Jiang et al., 2021), with the regret of Abdel Sadek et al.
(2025) in place of an estimate. Every level here can be solved, so the best success is 1, and the
regret of a level is 1 less the running success on it. The numbers below were not tuned.
"""

from __future__ import annotations

import numpy as np

from misgen.core.arrays import BoolArray, IntArray

BUFFER = 1000
"""Levels that are kept."""
REPLAYED = 0.5
"""Share of the episodes that are on a kept level, once one has any regret."""
FORGETTING = 0.3
"""How much the latest episode on a level counts in its running success."""
_EMPTY = -1.0  # below any regret, so that empty places are filled first


class LevelBuffer:
    """The levels with the most regret, and what each environment of a batch is playing."""

    def __init__(self, num_envs: int, fields: int, rng: np.random.Generator) -> None:
        """Creates an empty buffer.

        Args:
            num_envs: Number of environments.
            fields: Whole numbers that describe a level.
            rng: Source of the draws.
        """
        self.levels = np.zeros((BUFFER, fields), np.int64)
        self.regret = np.full(BUFFER, _EMPTY)
        self._rng = rng
        self._played = np.zeros((num_envs, fields), np.int64)
        self._place = np.full(num_envs, -1)  # in the buffer; -1 for a new level
        self._playing = np.zeros(num_envs, np.bool_)

    def next(self, rows: IntArray, success: BoolArray, new: IntArray) -> IntArray:
        """Notes how some episodes ended, and says what is played next.

        Args:
            rows: Environments whose episode has ended, or that start, `(k,)`.
            success: Whether each environment of the batch has just reached its goal.
            new: A new level for each row, `(k, fields)`.

        Returns:
            The levels, `(k, fields)`: some new, some from the buffer.
        """
        for row in rows[self._playing[rows]]:
            self._note(row, float(success[row]))
        levels, self._place[rows] = self._drawn(new)
        self._played[rows], self._playing[rows] = levels, True
        return levels

    def _drawn(self, new: IntArray) -> tuple[IntArray, IntArray]:
        again = self._rng.random(len(new)) < REPLAYED
        weights = np.maximum(self.regret, 0.0)
        if not weights.any():
            return new, np.full(len(new), -1)
        places = self._rng.choice(BUFFER, len(new), p=weights / weights.sum())
        levels = np.where(again[:, None], self.levels[places], new)
        return levels, np.where(again, places, -1)

    def _note(self, row: np.int64, success: float) -> None:
        place, level = self._place[row], self._played[row]
        if place < 0:
            self._keep(level, 1.0 - success)
        elif (self.levels[place] == level).all():  # not replaced by another one meanwhile
            self.regret[place] += FORGETTING * (1.0 - success - self.regret[place])

    def _keep(self, level: IntArray, regret: float) -> None:
        least = int(self.regret.argmin())
        if self.regret[least] < regret:
            self.levels[least], self.regret[least] = level, regret
