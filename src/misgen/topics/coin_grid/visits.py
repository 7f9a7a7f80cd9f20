"""Where an agent of the coin grid spends its steps: exactly, by running all episodes at once.

The grid has 49 x 49 states: the coin's cell and the agent's. Instead of episodes, the probability
of each state is carried forward step by step, so that nothing is drawn and nothing is estimated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_share
from misgen.core.arrays import BoolArray
from misgen.core.policy import Policy
from misgen.topics.coin_grid.env import CELLS, CORNER, NEXT_CELL, TIME_LIMIT, CoinGrid

Array = NDArray[np.float64]

_MOVE_MATRICES = np.eye(CELLS)[NEXT_CELL]  # (actions, from, to)


def coin_distribution(distinguishing: float) -> Array:
    """Returns the probability that the coin lies in each cell, `(cells,)`.

    >>> float(coin_distribution(0.25)[CORNER])
    0.75

    Raises:
        ValueError: If the share does not lie in [0, 1].
    """
    share = check_share("distinguishing", distinguishing)
    probabilities = np.full(CELLS, share / (CELLS - 1))
    probabilities[CORNER] = 1 - share
    return probabilities


def action_probabilities(policy: Policy, encoding: str = "cell", *, flipped: bool = False) -> Array:
    """Returns what an agent does in every state: pi(action | coin, agent).

    Args:
        policy: The agent.
        encoding: The encoding that it was trained with.
        flipped: Whether it sees the room upside down.

    Returns:
        Probabilities, `(coin cells, agent cells, actions)`.
    """
    # the agent's cell changes fastest
    coin, agent = (grid.ravel() for grid in np.indices((CELLS, CELLS)))
    obs = CoinGrid(1, encoding=encoding, flipped=flipped, seed=0).view_from(agent, coin)
    odds = policy.probabilities(obs).astype(float)  # in 32 bits they add up to 1 only nearly
    return np.asarray(odds / odds.sum(axis=1, keepdims=True)).reshape(CELLS, CELLS, -1)


def expected_visits(actions: Array, ends: BoolArray | None = None) -> Array:
    """Returns how often the agent is expected to act in each state of an episode.

    Args:
        actions: From `action_probabilities`.
        ends: States that end an episode, `(coin cells, agent cells)`; by default those in which
            the agent has the coin.

    Returns:
        Expected number of steps for each place of the coin, `(coin cells, agent cells)`. A row
        adds up to the mean length of an episode with the coin in that place.
    """
    over = np.eye(CELLS, dtype=np.bool_) if ends is None else ends
    now = _start_distribution()  # (coin, agent), one whole episode a row
    visits = np.zeros_like(now)
    for _ in range(TIME_LIMIT):
        visits += now  # before it moves: a visit is a step that begins there
        # (coin, agent) for each action
        moved = [(now * actions[..., a]) @ matrix for a, matrix in enumerate(_MOVE_MATRICES)]
        now = np.where(over, 0.0, np.sum(moved, axis=0))
    return visits


def _start_distribution() -> Array:
    """Returns where the agent starts for each place of the coin, `(coin cells, agent cells)`."""
    allowed = ~np.eye(CELLS, dtype=np.bool_)
    allowed[:, CORNER] = False  # a start there would have reached it
    return np.asarray(allowed / allowed.sum(axis=1, keepdims=True))


def visit_distribution(visits: Array, distinguishing: float) -> Array:
    """Returns how likely each state is at a step chosen at random among all steps.

    Args:
        visits: From `expected_visits`.
        distinguishing: Share of levels whose coin lies apart from the corner.

    Returns:
        Probabilities, `(coin cells, agent cells)`. Summed over the coin, they are those of the
        agent's places.
    """
    steps = coin_distribution(distinguishing)[:, None] * visits  # longer episodes weigh more
    return np.asarray(steps / steps.sum())
