"""Rates over seeds as the panels show them: a band, and the range of the seeds in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Band, band
from misgen.explore.study import of_100


def band_of_shares(rates: NDArray[np.float64]) -> Band:
    """Return mean and 95 % t-interval over the first axis, cut to [0, 1].

    Args:
        rates: Rates, `(seeds, ...)`.
    """
    return Band(*(part.clip(0.0, 1.0) for part in band(rates)))


def ranges_of_100(rates: NDArray[np.float64]) -> NDArray[np.str_]:
    """Write the lowest and the highest rate of the seeds, `(...)`.

    >>> ranges_of_100(np.array([[0.1, 0.5], [0.7, 0.501]])).tolist()
    ['10 to 70 of 100', '50 of 100']

    Args:
        rates: Rates, `(seeds, ...)`.
    """
    lows, highs = rates.min(axis=0), rates.max(axis=0)
    pairs = zip(lows.ravel().tolist(), highs.ravel().tolist(), strict=True)
    return np.array([_range(low, high) for low, high in pairs]).reshape(lows.shape)


def _range(low: float, high: float) -> str:
    last = of_100(high)
    return last if of_100(low) == last else f"{round(100 * low)} to {last}"
