"""Tree Gridworld once more, one forest and one rule at a time: slow and readable."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from misgen.core.env import Frame
from misgen.topics.tree_gridworld.env import TreeGridworld

Cell = tuple[int, int]
MOVES = {0: (0, 0), 1: (0, 1), 2: (0, -1), 3: (-1, 0), 4: (1, 0)}


@dataclass
class ReferenceForest:
    """One forest; cells are `(x, y)` from 0 to `size - 1`, y upwards."""

    agent: Cell
    trees: set[Cell]
    size: int = 10
    max_trees: int = 10
    r_min: float = 1e-6
    r_max: float = 0.3
    walls: bool = True

    @classmethod
    def of(cls, frame: Frame, **rules: object) -> ReferenceForest:
        rim = 1 if rules.get("walls", True) else 0
        tree = TreeGridworld.sprites.index("tree")
        ((_, x, y),) = frame.actors
        trees = {
            (column - rim, row - rim)
            for row, codes in enumerate(frame.cells)
            for column, code in enumerate(codes)
            if code == tree
        }
        return cls(agent=(x - rim, y - rim), trees=trees, **rules)

    def act(self, action: int) -> int:
        """Walk, chop, and return the reward."""
        x, y = (a + b for a, b in zip(self.agent, MOVES[action], strict=True))
        inside = 0 <= x < self.size and 0 <= y < self.size
        if not self.walls:
            self.agent = (x % self.size, y % self.size)
        elif inside:
            self.agent = (x, y)
        if self.agent in self.trees:
            self.trees.remove(self.agent)
            return 1
        return 0

    def growth(self) -> float:
        """Return the probability that a tree appears."""
        n = len(self.trees)
        if n >= self.max_trees:
            return 0.0
        return max(self.r_min, self.r_max * math.log(1 + n) / math.log(1 + self.max_trees))

    def grow(self, draw: Callable[[Cell], float]) -> None:
        """Let a tree appear on the empty cell with the largest draw."""
        cells = [(x, y) for x in range(self.size) for y in range(self.size)]
        empty = [cell for cell in cells if cell not in self.trees and cell != self.agent]
        self.trees.add(max(empty, key=draw))

    def centred(self) -> list[float]:
        """Return what the agent sees around it, and where it is."""
        low, high = (1 - self.size, self.size) if self.walls else (-(self.size // 2), None)
        high = low + self.size if high is None else high
        seen = []
        for dy in reversed(range(low, high)):
            for dx in range(low, high):
                x, y = self.agent[0] + dx, self.agent[1] + dy
                cell = (x, y) if self.walls else (x % self.size, y % self.size)
                seen.append(float(cell in self.trees))
        if self.walls:
            seen += [float(self.agent[0] == x) for x in range(self.size)]
            seen += [float(self.agent[1] == y) for y in range(self.size)]
        return seen

    def image(self) -> list[float]:
        """Return the two images, each row by row from the top, with a rim."""
        places = [
            (x, y) for y in reversed(range(-1, self.size + 1)) for x in range(-1, self.size + 1)
        ]
        agent = [float(place == self.agent) for place in places]
        return agent + [float(place in self.trees) for place in places]
