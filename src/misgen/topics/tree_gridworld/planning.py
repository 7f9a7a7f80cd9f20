"""What was asked for: the best that can be done in a small forest, exactly.

Dynamic programming: policy iteration (Howard, 1960) finds the policy with the largest discounted
reward, and the stationary distribution of the chain that it makes says what it earns and keeps in
the long run. Both are exact up to rounding; nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_share
from misgen.core.arrays import BoolArray, FloatArray, IntArray
from misgen.topics.tree_gridworld.env import spawn_probability
from misgen.topics.tree_gridworld.small import SmallForest, Values

_FIRST_SWEEPS = 50  # of value iteration, for a good first policy
_BETTER = 1e-10  # so that rounding does not exchange equally good actions for ever


@dataclass(frozen=True)
class Optimum:
    """The policy with the largest discounted reward, and what comes of it."""

    forest: SmallForest
    discount: float
    values: Values
    """Discounted reward from each state on, `(states,)`."""
    rate: float
    """Reward per step in the long run."""
    trees: float
    """Mean number of trees in the long run."""
    deforests: bool
    """Whether it chops the last tree sooner or later, having started in a full forest."""
    steps_to_extinction: float
    """Expected number of steps until then, from a random full forest; inf if never."""
    chop_shares: Values
    """With 1 to `max_trees` trees, one of them beside the agent: in which share of these
    situations it chops, `(max_trees,)`."""
    worth_after_action: Values
    """Discounted reward to come, for each state before a tree may appear, `(states,)`."""

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        """Returns the best actions in forests like these, on a torus, with the centred view."""
        after, reward = self.forest.after_actions(obs > 0)
        return np.asarray((reward + self.worth_after_action[after]).argmax(axis=0))


def plan(
    forest: SmallForest, *, discount: float, r_max: float = 0.3, r_min: float = 1e-6
) -> Optimum:
    """Finds the best policy of a small forest.

    Args:
        forest: Its states.
        discount: How much a reward one step later counts, above 0 and below 1.
        r_max: Probability that a tree appears, as in `TreeGridworld`.
        r_min: The same, without trees.

    Raises:
        ValueError: If a number is out of range.
    """
    if not 0.0 < discount < 1.0:
        raise ValueError(f"discount must lie above 0 and below 1, but is {discount}.")
    appears = spawn_probability(
        forest.trees, max_trees=forest.max_trees,
        r_min=check_share("r_min", r_min), r_max=check_share("r_max", r_max),
    )  # fmt: skip
    growth = forest.growth_matrix(appears)  # (state before growth, state after it)
    policy, values = _policy_iteration(forest, growth, discount)
    after = forest.next[policy, np.arange(forest.states)]
    chain = growth[after]  # (state now, state after one step of the policy)
    reward = forest.reward[policy, np.arange(forest.states)]
    stationary = _stationary(chain)
    survival = _steps_to_extinction(forest, chain)
    return Optimum(
        forest=forest,
        discount=discount,
        values=values,
        rate=float(stationary @ reward),
        trees=float(stationary @ forest.trees),
        deforests=bool(np.isfinite(survival)),
        steps_to_extinction=survival,
        chop_shares=_chop_shares(forest, reward),
        worth_after_action=discount * growth @ values,
    )


def _policy_iteration(
    forest: SmallForest, growth: Values, discount: float
) -> tuple[IntArray, Values]:
    """Returns the best action in each state, and the values of the states."""

    def worth_of_actions(values: Values) -> Values:
        # (action, state)
        return np.asarray(forest.reward + discount * (growth @ values)[forest.next])

    every = np.arange(forest.states)
    values = np.zeros(forest.states)
    for _ in range(_FIRST_SWEEPS):
        values = worth_of_actions(values).max(axis=0)
    policy = worth_of_actions(values).argmax(axis=0)
    while True:
        chain = growth[forest.next[policy, every]]
        # v = r + discount P v, solved exactly for the policy that stands.
        values = np.linalg.solve(
            np.eye(forest.states) - discount * chain, forest.reward[policy, every]
        )
        worth = worth_of_actions(values)
        better = worth.max(axis=0) > worth[policy, every] + _BETTER
        if not better.any():
            return policy, values
        policy = np.where(better, worth.argmax(axis=0), policy)  # ties keep the old action


def _stationary(chain: Values) -> Values:
    """Returns the share of time that a chain spends in each state in the long run, `(states,)`."""
    equations = np.eye(len(chain)) - chain.T
    equations[-1] = 1.0  # one of them follows from the others; the shares add up to 1 instead
    # right side: 0, ..., 0, 1
    shares = np.linalg.solve(equations, np.arange(len(chain)) == len(chain) - 1)
    return np.clip(shares, 0.0, None)  # rounding leaves tiny negative shares


def _steps_to_extinction(forest: SmallForest, chain: Values) -> float:
    """Returns the expected steps from a random full forest to one without trees, or inf."""
    empty, full = forest.trees == 0, forest.trees == forest.max_trees
    moves = chain > 0
    alive = _reached(full, moves) & ~empty
    if (alive & ~_reached(empty, moves.T)).any():  # .T: backwards from the empty forests
        return float("inf")
    # Expected hitting times: t = 1 + Q t, with Q the chain among the living forests.
    steps = np.linalg.solve(np.eye(alive.sum()) - chain[np.ix_(alive, alive)], np.ones(alive.sum()))
    return float(np.average(steps[full[alive]], weights=forest.weight[full]))


def _reached(start: BoolArray, moves: BoolArray) -> BoolArray:
    """Returns which states are reached from `start`, `(states,)`."""
    reached = start
    while True:
        more = reached | moves[reached].any(axis=0)
        if (more == reached).all():
            return reached
        reached = more


def _chop_shares(forest: SmallForest, reward: Values) -> Values:
    beside = forest.reward.max(axis=0) > 0
    weight = forest.weight * beside  # a state stands for all its rotations and reflections
    chops = [
        np.average(reward > 0, weights=weight * (forest.trees == n))
        for n in range(1, forest.max_trees + 1)
    ]
    return np.array(chops)


@dataclass(frozen=True)
class PlanGrid:
    """The best policies for several discounts and growth rates of one forest."""

    discounts: tuple[float, ...]
    r_maxs: tuple[float, ...]
    rate: NDArray[np.float64]
    """Reward per step in the long run, `(discounts, r_maxs)`, as all the following."""
    trees: NDArray[np.float64]
    """Mean number of trees in the long run."""
    deforests: BoolArray
    steps_to_extinction: NDArray[np.float64]
    chop_shares: NDArray[np.float64]
    """See `Optimum`, `(discounts, r_maxs, max_trees)`."""


def plan_grid(
    forest: SmallForest, *, discounts: Sequence[float], r_maxs: Sequence[float], r_min: float = 1e-6
) -> PlanGrid:
    """Plan for every pair of a discount and an `r_max`; see `plan`."""
    plans = [
        [plan(forest, discount=discount, r_max=r_max, r_min=r_min) for r_max in r_maxs]
        for discount in discounts
    ]
    return PlanGrid(
        tuple(discounts),
        tuple(r_maxs),
        **{
            name: np.array([[getattr(best, name) for best in row] for row in plans])
            for name in ("rate", "trees", "deforests", "steps_to_extinction", "chop_shares")
        },
    )
