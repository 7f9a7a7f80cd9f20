"""The rewards under which what an agent was seen to do is best: many goals, one behaviour.

Ng & Russell (2000, theorem 3) say which they are: a policy is optimal under a reward of states R
exactly if (P_pi - P_a) (I - discount P_pi)^-1 R >= 0 for each action a. These are linear in R, so
that the set is a cone, and linear programming finds its extremes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from misgen.core.extras import extra
from misgen.topics.many_goals.gridworld import (
    TIE,
    BoolArray,
    Dynamics,
    FloatArray,
    check_discount,
    first,
    mixed,
    optimal_actions,
    under,
)

BOX = (-1.0, 1.0)
"""Bounds of a reward. Without any, a range could only be empty or endless."""
SOLVER_TIE = 1e-6
"""Tolerance for rewards that a linear program found: its own is 1e-7."""

Known = Mapping[int, float]
"""State -> its reward, where an observer knows it."""
Minimize = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, eq=False)
class Observation:
    """What an observer saw: one policy in one environment."""

    dynamics: Dynamics
    policy: FloatArray
    """Probability of each action, `(states, actions)`."""
    discount: float

    def __post_init__(self) -> None:
        check_discount(self.discount)
        under(self.dynamics, self.policy)

    @property
    def taken(self) -> BoolArray:
        """Actions that the agent was seen to take, `(states, actions)`."""
        return self.policy > 0


def observe(
    dynamics: Dynamics, reward: ArrayLike, discount: float, *, all_best: bool = True
) -> Observation:
    """Returns what an agent that is optimal under a reward shows.

    Args:
        dynamics: The environment.
        reward: Reward of each state, `(states,)`.
        discount: Worth of a reward that comes one step later.
        all_best: Whether it takes each of its best actions now and then. Otherwise it always
            takes the first of them, which tells less.
    """
    best = optimal_actions(dynamics, reward, discount)
    return Observation(dynamics, mixed(best) if all_best else first(best), discount)


# ------------------------------------------------------------------------- membership


def conditions(seen: Observation) -> FloatArray:
    """Returns the linear conditions on a reward under which the policy is optimal.

    The policy may be stochastic: P_pi is then its mean, and each action that it takes must be
    optimal, since none may be better than their mean.

    Returns:
        Matrix A, `(available state-action pairs, states)`, for A R >= 0.
    """
    follow = under(seen.dynamics, seen.policy)
    states = np.eye(seen.dynamics.states)
    # from rewards to values, both of states
    values = np.linalg.inv(states - seen.discount * follow)
    better = (follow[None] - seen.dynamics.transitions) @ values  # (action, state, state)
    # actions that are not there ask nothing
    return better.transpose(1, 0, 2)[seen.dynamics.available]


def explains(
    observations: Sequence[Observation], rewards: ArrayLike, *, tolerance: float = TIE
) -> BoolArray:
    """Returns under which rewards everything that was seen is optimal.

    Args:
        observations: What was seen, in one environment or in several.
        rewards: Rewards of states, `(*batch, states)`.
        tolerance: How far below 0 a condition may be; `SOLVER_TIE` for what a solver found.

    Returns:
        Truth values, `(*batch,)`.

    >>> from misgen.topics.many_goals.gridworld import room
    >>> goal = np.zeros(25)
    >>> goal[4] = 1.0
    >>> seen = observe(room(), goal, 0.9)
    >>> explains([seen], [goal, 0 * goal, 3 * goal - 2, -goal]).tolist()
    [True, True, True, False]
    """
    wanted = np.asarray(rewards, float)
    # (*batch, pair) to (*batch,)
    each = [(wanted @ conditions(seen).T >= -tolerance).all(axis=-1) for seen in observations]
    return np.asarray(np.logical_and.reduce(each))


# ------------------------------------------------------------------- linear programming


def extreme_member(
    observations: Sequence[Observation], objective: ArrayLike, known: Known | None = None
) -> FloatArray:
    """Returns the reward in `BOX` that explains what was seen and minimizes an objective.

    Args:
        observations: What was seen; at least one environment.
        objective: Weight of each state's reward in the objective, `(states,)`.
        known: Rewards that the observer knows already.

    Returns:
        A reward `(states,)`, which is a vertex of the set if the objective has one minimum.

    Raises:
        ValueError: If no reward with the known values explains what was seen.
    """
    return _program(observations, known)(np.asarray(objective, float))


def reward_range(
    observations: Sequence[Observation], known: Known | None = None
) -> tuple[FloatArray, FloatArray]:
    """Returns the lowest and the highest reward that each state can have.

    If nothing is known it is all of `BOX` for each state: a reward that is the same everywhere
    makes every policy optimal. Two known rewards fix origin and unit.

    Args:
        observations: See `extreme_member`.
        known: See `extreme_member`.

    Returns:
        Lowest and highest rewards, `(states,)` each.
    """
    minimize = _program(observations, known)
    each = np.eye(observations[0].dynamics.states)
    lowest = np.array([minimize(one)[i] for i, one in enumerate(each)])  # a program for each state
    # the least of -R is the most of R
    highest = np.array([minimize(-one)[i] for i, one in enumerate(each)])
    return lowest, highest


def most_generous(observations: Sequence[Observation], known: Known | None = None) -> FloatArray:
    """Returns the reward that explains what was seen and pays most in all states together."""
    return extreme_member(observations, -np.ones(observations[0].dynamics.states), known)


def harshest(observations: Sequence[Observation], known: Known | None = None) -> FloatArray:
    """Returns the reward that explains what was seen and pays least in all states together."""
    return extreme_member(observations, np.ones(observations[0].dynamics.states), known)


def _program(observations: Sequence[Observation], known: Known | None) -> Minimize:
    """Returns what finds the least reward of the set in the direction of an objective.

    The set is a linear program in the rewards and, for each environment, the values of the policy.
    These follow from the reward, so it is the same set as that of `conditions`. Written like this
    its coefficients are few, and exact where moves are certain.
    """
    with extra("book", "A linear program over rewards"):
        from scipy import sparse
        from scipy.optimize import linprog

    if not observations:
        raise ValueError("Give at least one observation.")
    states, known = observations[0].dynamics.states, known or {}
    if unknown := set(known) - set(range(states)):
        raise ValueError(f"There is no state {unknown.pop()}; they are 0 to {states - 1}.")
    gaps = [_gaps(seen, k, len(observations)) for k, seen in enumerate(observations)]
    # one variable a column
    taken, others = (sparse.csr_array(np.concatenate(rows)) for rows in zip(*gaps, strict=True))
    free = states * len(observations)  # values, which have no bounds
    bounds = [(known[s], known[s]) if s in known else BOX for s in range(states)]

    def minimize(objective: FloatArray) -> FloatArray:
        solved: Any = linprog(
            np.concatenate([objective, np.zeros(free)]),
            A_ub=others, b_ub=np.zeros(others.shape[0]),
            A_eq=taken, b_eq=np.zeros(taken.shape[0]),
            bounds=[*bounds, *[(None, None)] * free], method="highs",
        )  # fmt: skip
        if solved.status == 2:  # infeasible, says SciPy
            raise ValueError("No reward with the known values explains this; know fewer of them.")
        if not solved.success:
            raise RuntimeError(f"The linear program was not solved: {solved.message}")
        return solved.x[:states]  # rewards stand before the values

    return minimize


def _gaps(seen: Observation, k: int, environments: int) -> tuple[FloatArray, FloatArray]:
    """Returns how R + discount P_a V - V is made up: 0 for actions taken, at most 0 for others."""
    states = np.eye(seen.dynamics.states)
    # (action, state, variable)
    blank = np.zeros((*seen.dynamics.transitions.shape[:2], len(states) * (1 + environments)))
    blank[:, :, : len(states)] = states
    # behind the rewards and the values of others
    own = slice(len(states) * (k + 1), len(states) * (k + 2))
    blank[:, :, own] = seen.discount * seen.dynamics.transitions - states
    rows = blank.transpose(1, 0, 2)
    return rows[seen.taken], rows[seen.dynamics.available & ~seen.taken]
