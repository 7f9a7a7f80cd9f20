"""Rewards that make the same behaviour best, written down: no search is needed for these.

Each is made from one reward; under the given dynamics the best actions are the same in each state.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from misgen.topics.many_goals.gridworld import (
    TIE,
    Dynamics,
    FloatArray,
    check_discount,
    optimal_values,
)


def affine(reward: ArrayLike, factor: float, constant: float) -> FloatArray:
    """Returns a positive multiple of a reward plus a constant in each state.

    Under any dynamics and any policy the value becomes `factor * V + constant / (1 - discount)`,
    which changes no order. This holds because there is no end: with one, the constant would pay
    for living longer.

    Raises:
        ValueError: If the factor is not positive.
    """
    if factor <= 0:
        raise ValueError(f"Choose a factor above 0, not {factor}: below, best becomes worst.")
    return factor * np.asarray(reward, float) + constant


def shaping(dynamics: Dynamics, potential: ArrayLike, discount: float) -> FloatArray:
    """Returns what potential-based shaping adds for an action in a state.

    The addition is `discount * potential(next state) - potential(state)` (Ng, Harada & Russell,
    1999). Along any path the potentials cancel except the first, so that every policy's value
    drops by the potential of the state where it begins and none gains on another. It depends on
    the move: a shaped reward is not one number for each state, so that the shaped reward is no
    member of a set of rewards of states, although the behaviour is the same.

    Args:
        dynamics: The environment.
        potential: Any number for each state, `(states,)`.
        discount: The agent's discount; with another one the terms would not cancel.

    Returns:
        Additions `(states, actions)`, to be given as `bonus`; expected where moves are uncertain.
    """
    check_discount(discount)
    height = np.asarray(potential, float)
    return discount * dynamics.expected_next(height) - height[:, None]  # (state, action)


def relabelled(
    dynamics: Dynamics, reward: ArrayLike, discount: float, heights: ArrayLike
) -> FloatArray:
    """Returns the reward of states under which the values are other numbers in the same order.

    Where moves are certain the best actions are those that lead to the highest value, so only
    the order of the values counts. Let f be increasing and V the optimal values; then
    R'(s) = f(V(s)) - discount * max over s' of f(V(s')) has the optimal values f(V) and the same
    best actions.

    Args:
        dynamics: An environment whose moves are certain.
        reward: Reward of each state, `(states,)`.
        discount: The agent's discount.
        heights: f of the lowest value, of the second lowest and so on; increasing, and at least
            as many as there are different values.

    Raises:
        ValueError: If moves are uncertain, or the heights do not increase.
    """
    steps = np.asarray(heights, float)
    if not dynamics.deterministic:
        raise ValueError("Relabel values only where each action leads to one state.")
    if np.any(np.diff(steps) <= 0):
        raise ValueError("Give heights that increase.")
    values = steps[ranks(optimal_values(dynamics, reward, discount))]  # f(V), (state,)
    # the best next value, (state,)
    ahead = np.where(dynamics.available, dynamics.expected_next(values), -np.inf).max(axis=-1)
    return values - discount * ahead


def ranks(values: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Returns the place of each value in their order from 0; equal values share one.

    >>> ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist()
    [2, 0, 2, 1]
    """
    order = np.argsort(values, kind="stable")
    # values that tie share a place
    place = np.concatenate([[0], np.cumsum(np.diff(values[order]) > TIE)])
    found = np.empty(len(values), np.int64)
    found[order] = place  # back from the order of values to that of states
    return found


def normalized(reward: ArrayLike) -> FloatArray:
    """Returns a reward scaled so that its lowest is -1 and its highest 1; 0 where all are equal.

    >>> normalized([0.0, 1.0, 0.5]).tolist()
    [-1.0, 1.0, 0.0]
    """
    numbers = np.asarray(reward, float)
    low, high = numbers.min(), numbers.max()
    if high - low <= TIE:  # a constant has no scale, and rounding would make one up
        return np.zeros_like(numbers)
    return 2 * (numbers - low) / (high - low) - 1
