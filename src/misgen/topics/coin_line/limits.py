"""Where gradient descent on the coin line ends: directions of largest margin, in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misgen.core.env import check_share
from misgen.topics.coin_line.clone import intended_actions, state_distribution

Floats = NDArray[np.float64]


def limit_direction(encoding: str, length: int, distinguishing: float) -> Floats:
    """Return the direction that the weights approach as gradient descent goes on, of length 1.

    It is the direction of largest margin (Soudry et al., 2018): of all weights that label every
    training state right by a margin of 1, the shortest. From any start, but slowly: the angle
    closes like 1 / log(steps).

    Args:
        encoding: What the policy sees.
        length: The last place of the line.
        distinguishing: 0 or more; how much more changes the speed and not the limit.

    >>> limit_direction("position_and_coin", 8, 0.02).round(3).tolist()
    [0.0, -0.707, 0.707]
    """
    moved = check_share("distinguishing", distinguishing) > 0
    directions = {
        "position_and_coin": [0.0, -1.0, 1.0] if moved else [1.0, 0.0, float(length)],
        "difference": [0.0, 1.0] if moved else [1.0, 1.0],
        "one_hot": _one_hot_limit(length) if moved else _one_hot_limit_at_0(length),
        "table": intended_actions(length) * (state_distribution(distinguishing, length) > 0),
    }
    if encoding not in directions:
        raise ValueError(f"encoding must be one of {', '.join(directions)}, not {encoding!r}.")
    direction = np.array(directions[encoding])
    return direction / np.linalg.norm(direction)


def _one_hot_limit_at_0(length: int) -> Floats:
    """Nearly all on the one coin that was ever seen, the rest even over the places below it."""
    return np.repeat([1.0, 0.0, 0.0, float(length)], [length, 1, length, 1])


def _one_hot_limit(length: int) -> Floats:
    """Return weights that fall with the agent's place and rise with the coin's.

    The margins tie even places of the agent to odd ones of the coin, and odd to even. Within each
    of the two chains the weights are one apart, and their mean is zero. Place 0 is never a coin's
    in training, so that its weight stays zero.
    """
    place = np.arange(length + 1)
    even, odd = length / 2, (length + 1) / 2  # the middle of each chain
    of_agent = np.where(place % 2 == 0, even, odd) - place
    of_coin = place - np.where(place % 2 == 1, even, odd)
    return np.concatenate([of_agent, np.where(place > 0, of_coin, 0.0)])
