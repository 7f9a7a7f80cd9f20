"""A straight line through points on two logarithmic axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from misgen.core.intervals import student_t


@dataclass(frozen=True)
class PowerLaw:
    """A line through points on two logarithmic axes: `y = factor * x ** slope`."""

    slope: float
    low: float
    high: float
    """95 % t-interval of the slope. Points without noise have one too: it tells how straight they
    lie."""
    factor: float


def power_law(x: Sequence[float], y: Sequence[float]) -> PowerLaw:
    """Fit a power law by least squares on logarithms.

    >>> law = power_law([1, 10, 100], [5, 0.5, 0.05])
    >>> round(law.slope, 6), round(law.factor, 6)
    (-1.0, 5.0)

    Raises:
        ValueError: If there are fewer than three points, or any is not positive.
    """
    points = np.array([x, y], float)
    if points.shape[1] < 3 or not (points > 0).all():
        raise ValueError("Give at least three points whose coordinates are positive.")
    log_x, log_y = np.log(points)
    centred = log_x - log_x.mean()
    slope = float(centred @ log_y / (centred @ centred))
    level = float(log_y.mean() - slope * log_x.mean())
    rest = log_y - level - slope * log_x
    freedom = len(log_x) - 2
    error = math.sqrt(float(rest @ rest) / freedom / float(centred @ centred))
    half = student_t(0.975, freedom) * error
    return PowerLaw(slope, slope - half, slope + half, math.exp(level))
