"""How greedy a policy is: the affinity of Shah et al. (2022), with its limits.

`a = (rho_pi - rho_b) / (rho_g - rho_b)`, where `rho` is the reward of the policy, of the random
policy (b) and of the greedy one (g), in forests that start with a given number of trees. 1: it
chops like the greedy policy; 0: no more than the random one.

What is ill-defined:

- The number of steps. We could not find the paper's. Over a few steps `rho` is the speed of
  chopping. Over many, greedy has ended its forest and earns less than the random policy: the
  denominator is negative, and 1 still means "like greedy", but more reward gives less affinity.
- The denominator is 0 without trees, and wherever greedy earns no more than the random policy.
  Here such an affinity is nan.
- It is no share: a policy that waits beside the trees has less than 0, and one that plans its way
  from tree to tree better than "the nearest first" more than 1.
- It says how fast a policy chops, not why: 0 may be restraint, or inability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.scripted import NearestTree, RandomWalk
from misgen.topics.tree_gridworld.watch import Actor, watch

_RESAMPLES = 1000  # of forests, for the ends of a 95 % interval


@dataclass(frozen=True)
class Affinity:
    """The affinity of one policy in forests that start with the same number of trees."""

    value: float
    """The affinity; nan where it is not defined."""
    low: float
    high: float
    """Its 95 % interval, by resampling forests."""
    rewards: tuple[float, float, float]
    """Mean reward of the policy, of the random and of the greedy one."""


def affinity(
    actor: Actor,
    *,
    trees: int,
    steps: int = 10,
    forests: int = 400,
    seed: int,
    options: Mapping[str, Any] | None = None,
) -> Affinity:
    """Returns the affinity of a policy, which does not learn meanwhile.

    Args:
        actor: The policy.
        trees: Trees at the start of each forest.
        steps: Steps over which rewards are added up.
        forests: Forests of each of the three policies; they start alike.
        seed: Seed of the forests and of random actions.
        options: Further options of `TreeGridworld`.
    """
    check_count("forests", forests, minimum=2)
    given = {**(options or {}), "start_trees": trees}

    def rewards_of(each: Actor) -> NDArray[np.float64]:
        env = TreeGridworld(forests, seed=seed, **given)
        # rewards of each forest, added up over all steps
        return steps * watch(each, env, steps=steps, seed=seed).rates()

    greedy = NearestTree(TreeGridworld(1, seed=seed, **given), 1)
    # (policy, forest)
    rewards = np.stack([rewards_of(each) for each in (actor, RandomWalk(), greedy)])
    means = rewards.mean(axis=1)  # (policy, random, greedy)
    # (resample, forest)
    drawn = np.random.default_rng([seed, 5]).integers(0, forests, (_RESAMPLES, forests))
    resampled = affinity_of(*rewards[:, drawn].mean(axis=2))  # mean over (policy, resample, forest)
    low, high = np.percentile(resampled, [2.5, 97.5])  # nan if any of them is
    of_policy, of_random, of_greedy = map(float, means)
    value = float(affinity_of(*means))
    return Affinity(value, float(low), float(high), (of_policy, of_random, of_greedy))


def affinity_of(
    policy: NDArray[np.float64], random: NDArray[np.float64], greedy: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Returns the affinity for given rewards; nan where it is not defined.

    Args:
        policy: Rewards of a policy, of any shape.
        random: Rewards of the random policy, in a shape that fits.
        greedy: Rewards of the greedy policy.
    """
    above = greedy - random
    # np.where evaluates both branches, and would warn of the divisions by zero that it discards.
    return np.where(above > 0, (policy - random) / np.where(above > 0, above, 1.0), np.nan)
