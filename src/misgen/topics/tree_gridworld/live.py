"""What a reader's page asks of the forest: a run of his own, and an agent's in the same place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count
from misgen.core.policy import Policy
from misgen.learn.endless import updates
from misgen.learn.history import History
from misgen.live.session import answers
from misgen.live.training import PolicyTraining, Values, noted, paying
from misgen.topics.tree_gridworld.env import ForestEvents, TreeGridworld, tree_reward
from misgen.topics.tree_gridworld.experiment import RECOVERING, STEPS
from misgen.topics.tree_gridworld.film import NOWHERE, Rollout, forest_of, record
from misgen.topics.tree_gridworld.published import frozen_agents

WORLD = RECOVERING
"""Setting of the reader's forests: that in which the published agents learn restraint."""
RUN_SEED = 0
"""Seed of the published run whose agents stand beside the reader."""
LAST_STEPS = 300
"""Steps that the reader has."""
START_TREES = 10
"""Trees of a forest at the start, which is full."""
FORESTS = 3_000_000
"""Seed of the first forest; no agent was trained or measured in these."""


SHOWN_TREES, SHOWN_STEPS = 3, 40
"""Trees of the thin forest in which the agent of a training is shown, and for how long."""


class Reader(PolicyTraining[History]):
    """What a reader asks: a run of his own, what agents do, and a training without end.

    A forest is a number. Each question holds all that its answer needs, so that nothing is lost
    when Python is started again; what is remembered only spares repeating a run from its start.
    """

    def __init__(self) -> None:
        """Begins with the first forest."""
        super().__init__()
        self._game = _Game(0)

    # ------------------------------------------------------------------------------ a run

    @answers
    def play(self, forest: int, actions: list[int]) -> dict[str, NDArray[np.uint8]]:
        """Returns the reader's run so far.

        Args:
            forest: Number of the forest.
            actions: All that he did; what comes after `LAST_STEPS` is ignored.

        Returns:
            See `packed`.
        """
        if not self._game.goes_on_with(forest, actions):
            self._game = _Game(forest)
        for action in actions[len(self._game.actions) : LAST_STEPS]:
            self._game.step(action)
        return packed([self._game.rollout()])

    @answers
    def agent(self, forest: int, moment: int) -> dict[str, NDArray[np.uint8]]:
        """Returns what an agent of the published run does in a forest, as `packed`.

        Args:
            forest: Number of the forest; it starts as the reader's.
            moment: Which of the frozen agents, from 0, in the order of time.
        """
        agents = frozen_agents(WORLD, RUN_SEED)
        check_count("moment", moment, minimum=0, maximum=len(agents) - 1)
        return packed([agent_run(forest, moment)])

    # ------------------------------------------------------------------------- a training

    @answers
    def begin(
        self,
        run: str,
        seed: int,
        distinguishing: float,
        discount: float,
        hidden: int,
        options: dict[str, Any],
        reward: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Begins an endless run, in place of an earlier one of that name.

        Args:
            run: What it is called.
            seed: Seed of the forests, the first weights and the actions.
            distinguishing: Share of scarce forests.
            discount: How much a reward one step later counts.
            hidden: Units of the network.
            options: Further options of the environment.
            reward: "chopped", the only event that happens -> what it pays, from -10 to 10; by
                default 1. Of this one payment both goals are made, the long run and the next tree:
                where it is not positive, neither has anything to chop for. The curve counts trees
                whatever they pay.

        Returns:
            The point of the untrained agent, and `of` how many steps of each forest it is one.
        """
        settings = replace(TreeGridworld.ppo, steps=STEPS, discount=discount, hidden=hidden)
        paid = {} if reward is None else {"reward": paying(reward, ForestEvents)}
        rest = updates(
            "TreeGridworld", "trees", START_TREES, distinguishing=distinguishing, seed=seed,
            settings=settings, options={**options, **paid}, logged=tree_reward,
        )  # fmt: skip
        return {"of": STEPS // settings.num_envs, **self.begun(run, rest, options)}

    def agent_of(self, turn: History) -> Policy:
        """Returns the agent as it is now."""
        return turn.agent

    def told(self, turn: History) -> Values:
        """Returns what the steps since the last update came to, but for the untrained agent.

        These are how many trees are `chopped` per step, the share of `trees` that are left, and
        the share of forests that are `empty`.
        """
        if turn.ticks == 0:
            return {}
        latest = slice(-TreeGridworld.ppo.rollout_steps, None)
        shares = turn.shares[latest].mean(axis=0)  # (trees,)
        left = float(shares @ np.arange(len(shares)) / START_TREES)
        return {
            "chopped": float(turn.rewards[latest].mean()), "trees": left, "empty": float(shares[0])
        }  # fmt: skip

    def look(self, agent: Policy, options: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the agent in a thin forest, as `packed`; the run itself tells the values."""
        shown = record(agent, trees=SHOWN_TREES, steps=SHOWN_STEPS, seed=FORESTS, options=options)
        return {"values": {}, "replay": packed([shown])}

    def steps_of(self, agent: Policy) -> int:
        """Returns after how many steps of each forest this was the agent."""
        forests = noted(agent.notes.get("settings", {}), "num_envs", default=1)
        return super().steps_of(agent) // forests


def agent_run(forest: int, moment: int) -> Rollout:
    """Returns what an agent of the published run does in a forest; see `Reader.agent`."""
    return record(
        frozen_agents(WORLD, RUN_SEED)[moment], trees=START_TREES, steps=LAST_STEPS,
        seed=_seed_of(forest), options=WORLD.options,
    )  # fmt: skip


def untouched(forest: int) -> Rollout:
    """Returns a reader's forest before his first step."""
    return _Game(forest).rollout()


def packed(rollouts: Sequence[Rollout]) -> dict[str, NDArray[np.uint8]]:
    """Returns runs of the same length as `grid.js` reads them.

    Returns:
        `start`, the trees at the start as bits, `(runs, bytes)`; `path`, the cell of the agent
        at the start and after each step, `(runs, steps + 1)`; and `grown`, where a tree appeared,
        `(runs, steps)`.
    """
    return {
        "start": np.packbits([each.start for each in rollouts], axis=-1),
        "path": np.stack([each.agent for each in rollouts]),
        "grown": np.stack([each.grown for each in rollouts]),
    }


def _seed_of(forest: int) -> int:
    return FORESTS + check_count("forest", forest, minimum=0, maximum=10**6)


class _Game:
    """A run in the reader's hands."""

    def __init__(self, forest: int) -> None:
        self.actions = list[int]()
        self._forest = forest
        self._env = TreeGridworld(
            1, seed=_seed_of(forest), start_trees=START_TREES, **WORLD.options
        )
        self._env.reset()
        self._start, agent = self._stand, _ = forest_of(self._env, 0)
        self._path, self._grown = [agent], list[int]()

    def goes_on_with(self, forest: int, actions: Sequence[int]) -> bool:
        """Whether these actions begin with what was done here."""
        return forest == self._forest and list(actions[: len(self.actions)]) == self.actions

    def step(self, action: int) -> None:
        """Does one thing more."""
        self._env.step(np.array([action]))
        before, (self._stand, agent) = self._stand, forest_of(self._env, 0)
        new = np.flatnonzero(self._stand & ~before)  # at most one tree appears in a step
        self.actions.append(action)
        self._path.append(agent)
        self._grown.append(int(new[0]) if len(new) else NOWHERE)

    def rollout(self) -> Rollout:
        """Returns the run so far."""
        return Rollout(self._start, np.array(self._path, np.uint8), np.array(self._grown, np.uint8))
