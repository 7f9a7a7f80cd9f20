"""Frozen agents: what the agent of one moment would do in forests of every density.

In an endless run "training" is the past and "test" is now. To see what an agent has learned so
far, it is taken out of its run, learns no more, and is put into forests of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.policy import Policy
from misgen.topics.tree_gridworld.env import MOVES, TreeGridworld
from misgen.topics.tree_gridworld.watch import NEVER, Actor, watch

WINDOW = 100
"""Steps for which an agent is watched in forests of one density."""
FIRST = 10
"""Steps at the beginning, over which the affinity is measured; see `affinity`."""


@dataclass(frozen=True)
class Windows:
    """What a policy does in forests that start with 0, 1, ... trees; all `(max_trees + 1,)`."""

    reward: NDArray[np.float64]
    """Reward per step over `WINDOW` steps."""
    first_reward: NDArray[np.float64]
    """Reward per step over the `FIRST` steps."""
    trees: NDArray[np.float64]
    """Mean number of trees after `WINDOW` steps."""
    extinct: NDArray[np.float64]
    """Share of the forests that died within `WINDOW` steps; 1 where there is no tree at all."""


def windows(
    actor: Actor, *, forests: int = 200, seed: int, options: Mapping[str, Any] | None = None
) -> Windows:
    """Watch a policy, which does not learn meanwhile, for a while in forests of each density.

    Args:
        actor: The policy.
        forests: Forests of each density.
        seed: Seed of the forests and of the policy's random actions.
        options: Options of `TreeGridworld`.
    """
    rows = []
    for trees in _densities(options):
        env = TreeGridworld(forests, seed=seed, **{**(options or {}), "start_trees": trees})
        run = watch(actor, env, steps=WINDOW, seed=seed)
        died = (run.extinct_at != NEVER).mean() if trees else 1.0
        rows.append(
            (run.rates().mean(), run.chopped[:FIRST].mean(), run.trees[-1].mean(), float(died))
        )
    return Windows(*np.array(rows).T)  # from (trees, measure)


def _densities(options: Mapping[str, Any] | None) -> range:
    return range(TreeGridworld(1, seed=0, **(options or {})).max_trees + 1)


def chop_probabilities(
    agent: Policy, *, forests: int = 2000, seed: int, options: Mapping[str, Any] | None = None
) -> NDArray[np.float64]:
    """Returns how likely an agent chops that stands beside a tree, at each density.

    Args:
        agent: The agent.
        forests: Random forests of each density; those count in which a tree is beside the agent.
        seed: Seed of the forests.
        options: Options of `TreeGridworld`, with the centred view.

    Returns:
        Probability of the moves that chop, with 1, 2, ... trees in the forest, `(max_trees,)`.

    Raises:
        ValueError: If among these forests there is none with a tree beside the agent.
    """
    rows = []
    for trees in _densities(options)[1:]:  # without trees there is nothing to chop
        env = TreeGridworld(forests, seed=seed, **{**(options or {}), "start_trees": trees})
        obs = env.reset()
        chops = obs[:, _cells_after_moves(env)] > 0  # (forest, action): would it chop?
        beside = chops.any(axis=1)  # with one tree on 100 cells, in 4 % of the forests
        if not beside.any():
            raise ValueError(f"No agent stands beside one of {trees} trees; take more forests.")
        rows.append((agent.probabilities(obs[beside]) * chops[beside]).sum(axis=1).mean())
    return np.array(rows)


def _cells_after_moves(env: TreeGridworld) -> NDArray[np.int64]:
    """Returns which cell of the centred view each action leads to, `(actions,)`."""
    leads = (env.view_offsets[None] == np.array(MOVES)[:, None]).all(axis=2)  # (action, cell)
    return leads.argmax(axis=1)


@dataclass(frozen=True)
class LongRun:
    """What a policy makes of full forests in the long run."""

    reward: float
    """Reward per step over the last quarter."""
    extinct: float
    """Share of the forests without trees at the end."""


def long_run(
    actor: Actor,
    *,
    steps: int = 2000,
    forests: int = 64,
    seed: int,
    options: Mapping[str, Any] | None = None,
) -> LongRun:
    """Watch a policy, which does not learn meanwhile, for long in forests that start full.

    Args:
        actor: The policy.
        steps: Steps of each forest.
        forests: Number of forests.
        seed: Seed of the forests and of the policy's random actions.
        options: Options of `TreeGridworld`.
    """
    run = watch(actor, TreeGridworld(forests, seed=seed, **(options or {})), steps=steps, seed=seed)
    reward = run.rates(first=steps - steps // 4).mean()
    return LongRun(float(reward), float((run.trees[-1] == 0).mean()))
