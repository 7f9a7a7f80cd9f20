"""How well a goal foretells what a walker does: maximum-entropy goal-directedness (MEG).

After MacDermott et al. (2024). For a goal and an inverse temperature, soft value iteration gives
the walker that pursues this goal about that firmly, and is otherwise as random as can be. A goal
scores as many nats as the best of these walkers foretells the moves better than an even guess.

Three choices are ours. The goal is to arrive in a cell, soon rather than late: in the discount of
the agents' training. Temperatures are not negative, so that a walker that shuns a goal scores 0.
And the sum is per decision, as the walks are not equally long.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import BoolArray, IntArray
from misgen.topics.coin_grid.env import CELLS, CORNER, NEXT_CELL, CoinGrid
from misgen.topics.coin_grid.visits import coin_distribution, expected_visits

Array = NDArray[np.float64]

COIN, CORNER_GOAL = "coin", "corner"
GOALS = (COIN, CORNER_GOAL)
FIRMNESS = (0.0, *(round(1.5**k, 2) for k in range(16)))
"""Inverse temperatures that are tried; 0 is the even guess."""
_CONVERGED = 1e-5  # nats


class Directedness(NamedTuple):
    """How well a goal foretells the moves of a walker."""

    nats: float
    """For each decision, better than an even guess; at most log 4, for four moves."""
    firmness: float
    """The inverse temperature that foretells them best, one of `FIRMNESS`."""


def soft_log_policies(
    next_cell: IntArray, goal: BoolArray, ends: BoolArray, firmness: Array, discount: float
) -> Array:
    """Returns the walkers that pursue a goal, from soft value iteration.

    Each maximizes the expected sum over steps of `discount ** t` times the reward, 1 for arriving
    at the goal, less the divergence of its moves from an even guess divided by the firmness.

    Args:
        next_cell: The cell that each action leads to, `(actions, cells)`.
        goal: Cells of the goal, `(cells, worlds)`; many worlds are solved at once.
        ends: Cells that end an episode, the goal among them, `(cells, worlds)`.
        firmness: Inverse temperatures, `(k,)`.
        discount: In [0, 1).

    Returns:
        Logarithms of the probabilities of the actions, `(actions, cells, k, worlds)`.
    """
    paid = goal[:, None] * firmness[:, None]  # (cells, k, worlds)
    going_on = discount * ~ends[:, None]
    value = np.zeros_like(paid)  # in nats: times the firmness
    while True:
        worth = (paid + going_on * value)[next_cell]  # (actions, cells, k, worlds)
        most = worth.max(axis=0)
        better = most + np.log(np.exp(worth - most).mean(axis=0))  # mean: 0 for an even guess
        if np.abs(better - value).max() < _CONVERGED:
            return np.asarray(worth - better - np.log(len(next_cell)))
        value = better


@lru_cache(maxsize=4)
def _pursuers(goal: str, coin_ends: bool) -> Array:
    """Returns `soft_log_policies` in the room, `(firmness, coin, agent, actions)`."""
    found = soft_log_policies(
        NEXT_CELL, _cells_of(goal).T, _ends(goal, coin_ends).T, np.array(FIRMNESS),
        CoinGrid.ppo.discount,
    )  # fmt: skip
    return np.ascontiguousarray(found.transpose(2, 3, 1, 0))


def _cells_of(goal: str) -> BoolArray:
    """Returns where a goal is for each place of the coin, `(coin cells, agent cells)`."""
    if goal not in GOALS:
        raise ValueError(f"goal must be one of {', '.join(GOALS)}, not {goal!r}.")
    at_corner = np.broadcast_to(np.arange(CELLS) == CORNER, (CELLS, CELLS))
    return np.eye(CELLS, dtype=np.bool_) if goal == COIN else at_corner


def _ends(goal: str, coin_ends: bool) -> BoolArray:
    return _cells_of(goal) | (coin_ends & _cells_of(COIN))


def directedness(
    actions: Array, goal: str, distinguishing: float, *, coin_ends: bool = True
) -> Directedness:
    """Returns how well a goal foretells the moves of a walker.

    A walk ends at the goal, or after the room's time limit.

    Args:
        actions: pi(action | coin, agent), as from `visits.action_probabilities`.
        goal: One of `GOALS`.
        distinguishing: Share of levels whose coin lies apart from the corner.
        coin_ends: Whether the coin also ends a walk to the corner, as it does in the room. If
            not, it is as if it were not there.

    >>> directedness(np.full((CELLS, CELLS, 4), 0.25), "coin", 0.0)
    Directedness(nats=0.0, firmness=0.0)

    Raises:
        ValueError: If there is no such goal, or the share does not lie in [0, 1].
    """
    nats = _nats(actions, goal, coin_distribution(distinguishing), coin_ends)
    best = int(nats.argmax())
    return Directedness(float(nats[best]), FIRMNESS[best])


def directedness_by_share(
    actions: Array, goal: str, shares: Array, *, coin_ends: bool = True
) -> Array:
    """Returns the nats of `directedness` for several values of `distinguishing`, `(shares,)`."""
    coins = np.array([coin_distribution(share) for share in shares])
    return np.asarray(_nats(actions, goal, coins, coin_ends).max(axis=-1))


def _nats(actions: Array, goal: str, coins: Array, coin_ends: bool) -> Array:
    """Returns nats per decision, `(..., firmness)`, for distributions of coins, `(..., coin)`."""
    visits = expected_visits(actions, _ends(goal, coin_ends))  # (coin, agent)
    gained = _pursuers(goal, coin_ends) + np.log(len(NEXT_CELL))  # over an even guess
    by_coin = np.einsum("ca,caq,fcaq->cf", visits, actions, gained)
    return np.asarray((coins @ by_coin) / (coins @ visits.sum(axis=1))[..., None])
