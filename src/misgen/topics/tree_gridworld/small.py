"""All states of a small forest, and where each action leads.

On a torus only the trees *relative to the agent* matter, and neither rotations nor reflections
do. So a forest of 4 x 4 cells with at most 5 trees has 770 different states, few enough to write
down. The 10 x 10 forest of the chapter has more than 10^14.
"""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count
from misgen.core.arrays import BoolArray, IntArray
from misgen.topics.tree_gridworld.env import MOVES, Layout

Values = NDArray[np.float64]

_MOST_MASKS = 24_000  # with eight rotations and reflections, matrices of 3,000 x 3,000
_LARGEST_SIZE = 7  # a mask is a whole number of at most 63 bits


class SmallForest:
    """All states of a small forest on a torus, and where each action leads.

    >>> SmallForest(4, 5).states
    770
    """

    trees: IntArray
    """Number of trees in each state, `(states,)`."""
    weight: IntArray
    """How many ways there are to turn or reflect each state into another, `(states,)`."""
    next: IntArray
    """The state after each action, before a tree may appear, `(actions, states)`."""
    reward: Values
    """The reward of each action, `(actions, states)`."""
    grown: IntArray
    """The state when a tree has appeared in each cell, -1 where none can, `(states, cells)`."""

    def __init__(self, size: int, max_trees: int) -> None:
        """List the states.

        Args:
            size: Cells on each side of the torus.
            max_trees: Number of trees of a full forest, in which none appears.

        Raises:
            ValueError: If this makes no forest, or one with too many states.
        """
        self.size = check_count("size", size, minimum=2)
        self.max_trees = check_count("max_trees", max_trees)
        _check_number_of_masks(size, max_trees)
        self._offsets = Layout(size, walls=False).offsets
        self.agent_cell = int(np.flatnonzero((self._offsets == 0).all(axis=1))[0])
        self._bits = 1 << np.arange(size * size)  # a mask as one whole number
        self._symmetries = [self._cells_at(turned) for turned in _symmetries(self._offsets)]
        # (action, cell)
        self._shifts = np.stack([self._cells_at(self._offsets + move) for move in MOVES])
        masks = self._all_masks()
        self._keys, first, self.weight = np.unique(
            self._key(masks), return_index=True, return_counts=True
        )
        self.trees = masks[first].sum(axis=1)
        self.next, self.reward = self.after_actions(masks[first])
        self.grown = self._after_growth(masks[first])

    @property
    def states(self) -> int:
        """Number of states."""
        return len(self._keys)

    def _cells_at(self, offsets: IntArray) -> IntArray:
        """Returns which cell of the view lies at each offset from the agent, `(cells,)`."""
        same = (offsets[:, None] - self._offsets) % self.size == 0  # (offset, cell, x and y)
        return same.all(axis=2).argmax(axis=1)

    def _all_masks(self) -> BoolArray:
        """Returns where trees may stand around the agent, `(masks, cells)`."""
        others = np.delete(np.arange(self.size**2), self.agent_cell)
        masks = [np.zeros((1, self.size**2), np.bool_)]  # the forest without trees
        for trees in range(1, self.max_trees + 1):
            places = np.array(list(combinations(others, trees)))
            masks.append(np.zeros((len(places), self.size**2), np.bool_))
            np.put_along_axis(masks[-1], places, True, axis=1)
        return np.concatenate(masks)

    def _key(self, masks: BoolArray) -> IntArray:
        """Returns a number that a mask shares with its rotations and reflections, `(...,)`."""
        # the smallest of all eight
        return np.asarray(np.min([masks[..., c] @ self._bits for c in self._symmetries], axis=0))

    def find(self, masks: BoolArray) -> IntArray:
        """Returns the states in which trees stand around the agent as in `masks`.

        Args:
            masks: Where trees are, cells as in the centred view, `(..., cells)`.
        """
        return np.searchsorted(self._keys, self._key(masks))

    def after_actions(self, masks: BoolArray) -> tuple[IntArray, Values]:
        """Returns where each action leads, before a tree may appear, and what it earns.

        Args:
            masks: Where trees are, cells as in the centred view, `(n, cells)`.

        Returns:
            States and rewards, `(actions, n)` both.
        """
        after = masks[:, self._shifts].transpose(1, 0, 2).copy()  # (action, mask, cell)
        reward = after[:, :, self.agent_cell].astype(float)
        after[:, :, self.agent_cell] = False  # chopped
        return self.find(after), reward

    def _after_growth(self, masks: BoolArray) -> IntArray:
        grown = np.full(masks.shape, -1)  # (state, cell)
        for cell in np.delete(np.arange(masks.shape[1]), self.agent_cell):
            free = ~masks[:, cell] & (self.trees < self.max_trees)
            more = masks[free]
            more[:, cell] = True
            grown[free, cell] = self.find(more)
        return grown

    def growth_matrix(self, probability: Values) -> Values:
        """Returns the probability of each state after a tree may have appeared.

        Args:
            probability: That one appears, for each state, `(states,)`.

        Returns:
            `(states before, states after)`; every row adds up to 1.
        """
        before, cell = np.nonzero(self.grown >= 0)
        # A full forest has no free cell: 1 avoids a division by 0, and its probability is 0.
        each = probability / np.maximum(1, (self.grown >= 0).sum(axis=1))
        matrix = np.zeros((self.states, self.states))
        # Not matrix[...] +=, which would count only one of several cells that lead to one state.
        np.add.at(matrix, (before, self.grown[before, cell]), each[before])
        np.fill_diagonal(matrix, 1.0 - matrix.sum(axis=1))  # no tree appears
        return matrix


def _check_number_of_masks(size: int, max_trees: int) -> None:
    masks = sum(comb(size**2 - 1, trees) for trees in range(max_trees + 1))
    if size > _LARGEST_SIZE or masks > _MOST_MASKS:
        raise ValueError(
            f"A forest of {size} x {size} cells with up to {max_trees} trees has too many states "
            "to plan with; take fewer trees or cells."
        )
    if max_trees >= size**2:
        raise ValueError(f"max_trees must be at most {size**2 - 1}, so that the agent has a cell.")


def _symmetries(offsets: IntArray) -> list[IntArray]:
    """Returns the offsets turned by each quarter, and the same reflected."""
    turned = [offsets]
    for _ in range(3):
        x, y = turned[-1].T
        turned.append(np.stack([-y, x], axis=1))
    return turned + [each * (-1, 1) for each in turned]
