"""The exercises of the chapter on distributions and shift that concern distances."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import BoolArray
from misgen.core.feedback import Feedback, Mistakes, checked

Distribution = NDArray[np.float64]
Distance = Callable[[Distribution, Distribution], float]


# ------------------------------------------------------- exercise: total variation


def check_total_variation(distance: Distance) -> Feedback:
    """Checks a function that computes the total variation of two distributions.

    Args:
        distance: Takes the probabilities of the same outcomes under two distributions,
            `(outcomes,)` both. Returns half of the sum of their absolute differences.
    """
    with np.errstate(divide="ignore", invalid="ignore"):  # a wrong answer may be nan
        return checked(distance, _PAIRS, _total_variation, VARIATION_MISTAKES, stub=lambda *_: 1.0)


_PAIRS = [
    (np.array([0.5, 0.3, 0.2, 0.0]), np.array([0.1, 0.4, 0.1, 0.4])),
    (np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.25, 0.75])),
    (np.array([0.2, 0.2, 0.6]), np.array([0.2, 0.2, 0.6])),
    (np.array([0.1, 0.15, 0.75]), np.array([0.3, 0.45, 0.25])),
]
"""Pairs of distributions: ordinary, without a common outcome, equal, and apart in one of many."""


def _total_variation(p: Distribution, q: Distribution) -> np.float64:
    return np.float64(np.abs(p - q).sum() / 2)


VARIATION_MISTAKES: Mistakes = {
    "adds up to 0": (
        lambda p, q: (p - q).sum() / 2,
        "Your function returns 0 for every pair, as its differences cancel: take their absolute "
        "values.",
    ),
    "forgets the half": (
        lambda p, q: np.abs(p - q).sum(),
        "Take half of the sum: what one distribution has too much, the other has too little, so "
        "that every difference is counted twice.",
    ),
    "takes the largest difference": (
        lambda p, q: np.abs(p - q).max(),
        "Add the differences of all outcomes: the largest difference of a single outcome misses "
        "those that are spread over many.",
    ),
    "squares the differences": (
        lambda p, q: np.square(p - q).sum() / 2,
        "Add absolute differences, not squared ones.",
    ),
    "takes the Euclidean distance": (
        lambda p, q: np.sqrt(np.square(p - q).sum()),
        "Add absolute differences: the root of the summed squares is another distance.",
    ),
    "averages": (
        lambda p, q: np.abs(p - q).mean(),
        "Add the absolute differences and halve the sum: their mean becomes smaller when outcomes "
        "are added that neither distribution has.",
    ),
    "takes a divergence": (
        lambda p, q: (p * np.log(p / q)).sum(),
        "The logarithm makes this a Kullback-Leibler divergence, which is nan where 0 meets 0: "
        "take plain differences.",
    ),
    "takes a divergence in bits": (
        lambda p, q: (p * np.log2(p / q)).sum(),
        "The logarithm makes this a Kullback-Leibler divergence, which is nan where 0 meets 0: "
        "take plain differences.",
    ),
    "gives the overlap": (
        lambda p, q: np.minimum(p, q).sum(),
        "This is what the two have in common: the total variation is 1 minus it.",
    ),
}


# --------------------------------------------------------- exercise: KL divergence


def check_kl_divergence(divergence: Distance) -> Feedback:
    """Checks a function that computes the Kullback-Leibler divergence D(p || q) in bits.

    Args:
        divergence: Takes the probabilities of the same outcomes under two distributions `p` and
            `q`, `(outcomes,)` both. Returns the sum of p log2(p / q) over the outcomes that `p`
            has, and infinity where one of them is impossible under `q`.
    """
    with np.errstate(divide="ignore", invalid="ignore"):  # a wrong answer may be nan
        return checked(divergence, _KL_PAIRS, _kl, KL_MISTAKES)


_KL_PAIRS = [
    (np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])),
    (np.array([0.5, 0.5, 0.0]), np.array([0.2, 0.2, 0.6])),
    (np.array([0.2, 0.2, 0.6]), np.array([0.5, 0.5, 0.0])),
    (np.array([0.9, 0.1]), np.array([0.5, 0.5])),
]
"""Ordinary, an outcome that only q has, one that only p has, and one where direction matters."""


def _kl(p: Distribution, q: Distribution) -> np.float64:
    if (q[p > 0] == 0).any():  # what happens was impossible
        return np.float64(np.inf)
    return _terms(p, q, p > 0)


def _terms(p: Distribution, q: Distribution, outcomes: BoolArray) -> np.float64:
    p, q = p[outcomes], q[outcomes]  # (outcome,)
    return np.float64((p * np.log2(p / q)).sum())


KL_MISTAKES: Mistakes = {
    "takes the other direction": (
        lambda p, q: _kl(q, p),
        "This is D(q || p): in D(p || q) the weights are those of p, of what happens.",
    ),
    "gives nats": (
        lambda p, q: _kl(p, q) * np.log(2),
        "This is in nats: take the logarithm to base 2 for bits.",
    ),
    "averages both directions": (
        lambda p, q: (_kl(p, q) + _kl(q, p)) / 2,
        "D(p || q) has a direction: do not average it with D(q || p).",
    ),
    "leaves out what q does not have": (
        lambda p, q: _terms(p, q, (p > 0) & (q > 0)),
        "Where p has an outcome that is impossible under q, the divergence is infinite: leaving "
        "it out hides the very states that training never saw.",
    ),
    "has no rule for what p does not have": (
        lambda p, q: _terms(p, q, p >= 0),  # all outcomes: 0 log 0 is nan here
        "An outcome that p never has counts 0, but 0 times the logarithm of 0 is nan: leave it "
        "out.",
    ),
    "has the wrong sign": (
        lambda p, q: -_kl(p, q),
        "Divide p by q, not q by p: it is never negative.",
    ),
}
