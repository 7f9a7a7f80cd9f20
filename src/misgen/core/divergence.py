"""How far two distributions are apart: total variation and Kullback-Leibler divergence."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def total_variation(p: ArrayLike, q: ArrayLike) -> float:
    """Returns the total variation distance of two distributions: half of the sum of |p - q|.

    It is the largest difference between the probabilities that the two give to any set of
    outcomes: 0 if they are the same, 1 if no outcome is possible in both.

    Args:
        p: Probabilities, of any shape.
        q: Probabilities of the same outcomes, in the same shape.

    >>> total_variation([0.5, 0.5, 0.0], [0.25, 0.5, 0.25])
    0.25

    Raises:
        ValueError: If one of them is no distribution, or their shapes differ.
    """
    first, second = _distributions(p, q)
    # half, as mass that leaves one place counts in two; rounding may exceed 1 by a trifle
    return min(1.0, float(np.abs(first - second).sum() / 2))


def kl_divergence(p: ArrayLike, q: ArrayLike) -> float:
    """Returns the Kullback-Leibler divergence D(p || q) in bits: the sum of p log2(p / q).

    It has a direction: it is how many bits a draw from `p` tells, on average, against `q`. It is
    infinite where `p` has an outcome that is impossible under `q`; one draw then settles it.
    Outcomes that `p` never has count nothing (Cover & Thomas, 2006, section 2.3).

    Args:
        p: Probabilities of what happens, of any shape.
        q: Probabilities of what was expected, in the same shape.

    >>> kl_divergence([1.0, 0.0], [0.5, 0.5]), kl_divergence([0.5, 0.5], [1.0, 0.0])
    (1.0, inf)

    Raises:
        ValueError: If one of them is no distribution, or their shapes differ.
    """
    first, second = _distributions(p, q)
    happens = first > 0  # what never happens counts 0 log 0 = 0, and would be nan below
    if not second[happens].all():
        return float("inf")
    ratio = first[happens] / second[happens]  # (outcome,): the mask flattens any shape
    # Rounding must not make the distance of a distribution from itself negative.
    return max(0.0, float((first[happens] * np.log2(ratio)).sum()))


def _distributions(p: ArrayLike, q: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first, second = np.asarray(p, float), np.asarray(q, float)
    if first.shape != second.shape:
        raise ValueError(
            f"Give two distributions over the same outcomes, not {first.shape} and {second.shape}."
        )
    for values in (first, second):
        # written so that nan fails too
        if not (values >= 0).all() or not np.isclose(values.sum(), 1.0):
            raise ValueError(
                "A distribution has no negative probability and a sum of 1; divide by the sum."
            )
    return first, second
