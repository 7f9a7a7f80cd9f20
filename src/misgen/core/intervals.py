"""Every interval of the book: over episodes, over training seeds, and bands of them.

A run of the ledger holds counts; intervals are computed when they are read.
"""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.arguments import check_count


@dataclass(frozen=True)
class Estimate:
    """A measured rate with its 95 % interval."""

    mean: float
    low: float
    high: float
    n: int
    """Number of episodes, or of seeds, that the interval is over."""

    def __str__(self) -> str:
        """Returns the estimate as percentages.

        >>> print(Estimate(0.5, 0.4, 0.6, 100))
        50 % [40, 60]
        """
        return f"{100 * self.mean:.0f} % [{100 * self.low:.0f}, {100 * self.high:.0f}]"


def wilson(successes: int, n: int) -> Estimate:
    """Returns a share of `n` independent episodes with its 95 % Wilson interval.

    >>> print(wilson(50, 100))
    50 % [40, 60]

    Raises:
        ValueError: If the counts are no whole numbers, or one does not lie between 0 and `n`.
    """
    successes, n = check_count("successes", successes, minimum=0), check_count("n", n)
    if successes > n:
        raise ValueError(f"{successes} successes in {n} episodes is impossible; check the counts.")
    z, p = 1.959964, successes / n  # the 97.5 % quantile of the normal distribution
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    # half the width; Wilson's score interval
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    # With 0 or n successes rounding could put p itself just outside of the interval.
    return Estimate(p, max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half)), n)


def over_seeds(rates: ArrayLike) -> Estimate:
    """Returns the mean over training seeds with its 95 % t-interval, cut to [0, 1].

    A seed is the unit: episodes of one agent are not independent evidence about training. The
    interval contains the noise of the episodes, because the rates of the seeds contain it.

    Args:
        rates: One rate a seed, `(seeds,)`.

    >>> print(over_seeds([0.1, 0.2, 0.3]))
    20 % [0, 45]

    Raises:
        ValueError: If there are fewer than two seeds or a rate lies outside [0, 1].
    """
    values = _rates(rates)
    if values.ndim != 1 or len(values) < 2 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError("Give at least two rates between 0 and 1, one for each seed.")
    mean, low, high = map(float, band(values))  # cut below, as a share lies in [0, 1]
    return Estimate(mean, max(0.0, low), min(1.0, high), len(values))


def _rates(rates: ArrayLike) -> NDArray[np.float64]:
    """Returns numbers as they are; words, sets and rows of unequal length are no rates."""
    with contextlib.suppress(ValueError):
        values = np.asarray(rates)
        if values.dtype.kind in "biuf":
            return values.astype(float)
    return np.zeros(0)


class Band(NamedTuple):
    """A curve with its 95 % t-interval over seeds; all three have the shape of the curve."""

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def band(values: ArrayLike) -> Band:
    """Returns mean and interval over the first axis; see `over_seeds`.

    Unlike there the values need not be rates, so that the interval is not cut.

    Args:
        values: One curve for each seed, `(seeds, ...)`.

    >>> [part.round(2).tolist() for part in band([[0.1, 1.0], [0.2, 1.0], [0.3, 1.0]])]
    [[0.2, 1.0], [-0.05, 1.0], [0.45, 1.0]]

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    curves = np.asarray(values, float)  # (seed, ...)
    seeds = len(curves)
    if seeds < 2:
        raise ValueError("Give the values of at least two seeds: one has no interval.")
    mean = curves.mean(axis=0)
    # ddof=1: the mean is estimated
    half = student_t(0.975, seeds - 1) * curves.std(axis=0, ddof=1) / np.sqrt(seeds)
    return Band(mean, mean - half, mean + half)


def mean_difference(first: ArrayLike, second: ArrayLike) -> Estimate:
    """Returns the mean of paired differences over seeds with its 95 % t-interval.

    Args:
        first: One value a seed, `(seeds,)`.
        second: One value a seed, `(seeds,)`, of the same seeds.

    >>> e = mean_difference([0.3, 0.5, 0.4], [0.2, 0.3, 0.1])
    >>> round(e.mean, 2), round(e.low, 2), round(e.high, 2)
    (0.2, -0.05, 0.45)
    """
    gaps = np.asarray(first, float) - np.asarray(second, float)  # (seed,), paired
    mean, low, high = map(float, band(gaps))
    return Estimate(mean, low, high, len(gaps))


@lru_cache(maxsize=128)
def student_t(probability: float, degrees: int) -> float:
    """Returns the quantile of Student's t distribution, for probabilities from 0.5 to 0.9995.

    The standard library has no t distribution, and the page has no scipy.

    >>> round(student_t(0.975, 9), 3)
    2.262
    """
    # With t = sqrt(degrees) tan(angle) the density is a power of cos(angle): smooth and finite.
    angle = np.linspace(0.0, math.pi / 2, 200_001)  # radians
    density = np.cos(angle) ** (degrees - 1)
    # trapezoids, up to a factor that cancels below
    mass = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    # the density is even, so half of the mass is below 0
    quantile = np.interp(probability - 0.5, 0.5 * mass / mass[-1], angle)
    return math.sqrt(degrees) * math.tan(float(quantile))
