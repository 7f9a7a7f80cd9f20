"""Pictures of forests over time, small enough to travel with a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count
from misgen.core.arrays import BoolArray
from misgen.core.env import BatchedEnv
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.watch import Actor

NOWHERE = 255
"""Stands for a cell where no tree appeared; a forest has at most 255 cells."""

Cells = NDArray[np.uint8]
"""Cells of a forest, numbered from the top row down."""


def forest_of(env: BatchedEnv, i: int) -> tuple[BoolArray, int]:
    """Returns where the trees of environment `i` stand, `(cells,)`, and the cell of its agent."""
    frame = env.frame(i)
    # (row, column); a frame begins at the bottom
    is_tree = frame.cells[::-1] == env.sprites.index("tree")
    rim = int((frame.cells[0] == env.sprites.index("wall")).all())  # a torus has no walls
    height, width = is_tree.shape
    inside = is_tree[rim : height - rim, rim : width - rim]
    ((_, x, y),) = frame.actors
    # numbered from the top, as the cells
    agent = (height - 1 - y - rim) * inside.shape[1] + x - rim
    return inside.ravel(), agent


class Snapshots:
    """Keeps what the first forests of a run look like at some of its steps.

    It is a watcher for `misgen.learn.continuing.learn`.
    """

    def __init__(self, ticks: Sequence[int], forests: int) -> None:
        """Keep the first `forests` forests after each of the steps `ticks`."""
        self._ticks, self._forests = set(ticks), check_count("forests", forests)
        self._trees: list[BoolArray] = []
        self._agents: list[list[int]] = []

    def __call__(self, tick: int, env: BatchedEnv) -> None:
        """Look at the forests after a step."""
        if tick in self._ticks:
            forests = [forest_of(env, i) for i in range(self._forests)]
            self._trees.append(np.array([trees for trees, _ in forests]))
            self._agents.append([agent for _, agent in forests])

    @property
    def trees(self) -> BoolArray:
        """Where trees stood, `(moments, forests, cells)`."""
        return np.array(self._trees)

    @property
    def agents(self) -> Cells:
        """The cell of each agent, `(moments, forests)`."""
        return np.array(self._agents, np.uint8)


@dataclass(frozen=True)
class Rollout:
    """What a policy did in one forest, step by step."""

    start: BoolArray
    """Where trees stood at the start, `(cells,)`."""
    agent: Cells
    """The cell of the agent at the start and after each step, `(steps + 1,)`."""
    grown: Cells
    """The cell in which a tree appeared in each step, or `NOWHERE`, `(steps,)`."""

    def trees(self) -> BoolArray:
        """Returns where trees stand at the start and after each step, `(steps + 1, cells)`.

        The agent chops the tree on whose cell it steps, and then a tree may appear.
        """
        stands = [self.start]
        for agent, grown in zip(self.agent[1:], self.grown, strict=True):
            now = stands[-1].copy()
            now[agent] = False  # first: no tree appears under the agent
            if grown != NOWHERE:
                now[grown] = True
            stands.append(now)
        return np.array(stands)

    @property
    def chopped(self) -> int:
        """Number of trees that were chopped."""
        standing = self.trees()[:-1]  # before each step, (step, cell)
        return int(standing[np.arange(len(standing)), self.agent[1:]].sum())


def record(
    actor: Actor, *, trees: int, steps: int, seed: int, options: Mapping[str, Any] | None = None
) -> Rollout:
    """Records a policy, which does not learn meanwhile, in one forest.

    Args:
        actor: The policy.
        trees: Trees at the start.
        steps: Number of steps.
        seed: Seed of the forest and of the policy's random actions.
        options: Further options of `TreeGridworld`; at most 255 cells.
    """
    env = TreeGridworld(1, seed=seed, **{**(options or {}), "start_trees": trees})
    rng, obs = np.random.default_rng([seed, 6]), env.reset()  # a stream apart from the forest's
    stand, agent = forest_of(env, 0)
    start, agents, grown = stand, [agent], []
    for _ in range(check_count("steps", steps)):
        obs = env.step(actor.act(obs, rng)).obs
        before, (stand, agent) = stand, forest_of(env, 0)
        agents.append(agent)
        new = np.flatnonzero(stand & ~before)  # at most one tree appears in a step
        grown.append(int(new[0]) if len(new) else NOWHERE)
    return Rollout(start, np.array(agents, np.uint8), np.array(grown, np.uint8))
