"""Numbers of trees in a few groups, for pictures in which eleven shades would be too many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GROUPS = ((9, 10), (6, 8), (3, 5), (1, 2), (0, 0))
"""Numbers of trees that share a colour, (fewest, most), from the thickest forest to none."""
LABELS = ("9 or 10 trees", "6 to 8", "3 to 5", "1 or 2", "no tree")
REWARD_TOP = 0.3
"""Upper end of an axis of rewards: hardly more trees appear in a step than 0.3, so that no agent
can chop more in the long run."""


def grouped(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of forests in each of `GROUPS`, `(..., groups)`.

    Args:
        shares: Share of forests with 0, 1, ... 10 trees, `(..., 11)`.

    >>> grouped(np.arange(11)).tolist()
    [19, 21, 12, 3, 0]
    """
    return np.stack([shares[..., low : high + 1].sum(axis=-1) for low, high in GROUPS], axis=-1)
