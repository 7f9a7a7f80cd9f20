"""Where things are in Tree Gridworld: cells, moves, and the view around an agent.

A forest is kept on a map that is larger than itself, so that what an agent sees around it is one
rectangle of the map: with walls, there is room without trees on all sides; on a torus, every tree
is on the map four times.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from misgen.core.env import FloatArray, IntArray

MOVES = ((0, 0), (0, 1), (0, -1), (-1, 0), (1, 0))
"""What each action adds to the place `(x, y)` of the agent; y upwards."""


class Layout:
    """A square of cells, numbered row by row from below, and how it lies on its map."""

    next: IntArray
    """The cell to which each action leads, `(cells, actions)`."""
    spots: IntArray
    """The places on the map, as one number, at which each cell lies, `(cells, copies)`."""
    map_side: int
    """Places on each side of the map."""
    offsets: IntArray
    """Offset `(dx, dy)` of each cell of the view, from the top row down, `(k, 2)`."""

    def __init__(self, size: int, *, walls: bool) -> None:
        """Lay out `size` x `size` cells; without walls they are a torus."""
        self.size = size
        here = np.stack([np.arange(size**2) % size, np.arange(size**2) // size], axis=1)
        moved = here[:, None] + np.array(MOVES)
        moved = np.clip(moved, 0, size - 1) if walls else moved % size
        self.next = moved @ (1, size)
        low, high = (1 - size, size) if walls else (-(size // 2), size - size // 2)
        self.map_side = 3 * size - 2 if walls else 2 * size
        copies = [(size - 1, size - 1)] if walls else [(0, 0), (size, 0), (0, size), (size, size)]
        self.spots = (here[:, None] + np.array(copies)) @ (1, self.map_side)
        # The lower left place of the view from each cell.
        self._x, self._y = (here if walls else (here + low) % size).T
        dx, dy = np.meshgrid(np.arange(low, high), np.arange(low, high)[::-1])
        self.offsets = np.stack([dx.ravel(), dy.ravel()], axis=1)
        self._view_side = high - low

    def views(self, maps: FloatArray, rows: IntArray, at: IntArray) -> FloatArray:
        """Return what is seen from some cells, the top row first.

        Args:
            maps: All maps, `(maps, map_side, map_side)`.
            rows: Which maps, `(n,)`.
            at: The cell in each of them, `(n,)`.

        Returns:
            `(n, view side, view side)`.
        """
        side = (self._view_side, self._view_side)
        windows = sliding_window_view(maps, side, axis=(1, 2))[..., ::-1, :]
        return np.asarray(windows[rows, self._y[at], self._x[at]])
