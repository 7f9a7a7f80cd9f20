"""The exercises of the chapter on distributions and shift that concern distances."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from misgen.core.feedback import (
    Answer,
    Feedback,
    raised,
    verdict,
)

Distribution = NDArray[np.float64]
Distance = Callable[[Distribution, Distribution], float]


def _answers(distance: Distance, cases: list[tuple[Distribution, Distribution]]) -> list[Answer]:
    # Copies, so that a function that changes its arguments changes nothing here.
    with np.errstate(divide="ignore", invalid="ignore"):
        return [np.float64(distance(p.copy(), q.copy())) for p, q in cases]


# ------------------------------------------------------- exercise: total variation


def check_total_variation(distance: Distance) -> Feedback:
    """Check a function that computes the total variation of two distributions.

    Args:
        distance: Takes the probabilities of the same outcomes under two distributions,
            `(outcomes,)` both. Returns half of the sum of their absolute differences.
    """
    try:
        answers = _answers(distance, _PAIRS)
    except Exception as error:
        return raised(error)
    return verdict(answers, _PAIRS, _total_variation, _VARIATION_MISTAKES)


_PAIRS = [
    (np.array([0.5, 0.3, 0.2, 0.0]), np.array([0.1, 0.4, 0.1, 0.4])),
    (np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.25, 0.75])),
    (np.array([0.2, 0.2, 0.6]), np.array([0.2, 0.2, 0.6])),
    (np.array([0.1, 0.15, 0.75]), np.array([0.3, 0.45, 0.25])),
]
"""Pairs of distributions: ordinary, without a common outcome, equal, and apart in one of many."""


def _total_variation(p: Distribution, q: Distribution) -> np.float64:
    return np.float64(np.abs(p - q).sum() / 2)


def _not_halved(p: Distribution, q: Distribution) -> np.float64:
    return np.float64(np.abs(p - q).sum())


def _not_absolute(p: Distribution, q: Distribution) -> np.float64:
    return np.float64((p - q).sum() / 2)


def _largest(p: Distribution, q: Distribution) -> np.float64:
    return np.float64(np.abs(p - q).max())


def _squared(p: Distribution, q: Distribution) -> np.float64:
    return np.float64(np.square(p - q).sum() / 2)


def _euclidean(p: Distribution, q: Distribution) -> np.float64:
    return np.float64(np.sqrt(np.square(p - q).sum()))


def _averaged(p: Distribution, q: Distribution) -> np.float64:
    return np.float64(np.abs(p - q).mean())


def _overlap(p: Distribution, q: Distribution) -> np.float64:
    return np.float64(np.minimum(p, q).sum())


_VARIATION_MISTAKES = {
    "forgets the half": (
        _not_halved,
        "Take half of the sum: what one distribution has too much, the other has too little, so "
        "that every difference is counted twice.",
    ),
    "forgets the absolute value": (
        _not_absolute,
        "Take the absolute value of each difference: with their signs they always add up to 0.",
    ),
    "takes the largest difference": (
        _largest,
        "Add the differences of all outcomes: the largest difference of a single outcome misses "
        "those that are spread over many.",
    ),
    "squares the differences": (_squared, "Add absolute differences, not squared ones."),
    "takes the Euclidean distance": (
        _euclidean,
        "Add absolute differences: the root of the summed squares is another distance.",
    ),
    "averages": (
        _averaged,
        "Add the absolute differences and halve the sum: their mean becomes smaller when outcomes "
        "are added that neither distribution has.",
    ),
    "gives the overlap": (
        _overlap,
        "This is what the two have in common: the total variation is 1 minus it.",
    ),
}


# --------------------------------------------------------- exercise: KL divergence


def check_kl_divergence(divergence: Distance) -> Feedback:
    """Check a function that computes the Kullback-Leibler divergence D(p || q) in bits.

    Args:
        divergence: Takes the probabilities of the same outcomes under two distributions `p` and
            `q`, `(outcomes,)` both. Returns the sum of p log2(p / q) over the outcomes that `p`
            has, and infinity where one of them is impossible under `q`.
    """
    try:
        answers = _answers(divergence, _KL_PAIRS)
    except Exception as error:
        return raised(error)
    return verdict(answers, _KL_PAIRS, _kl, _KL_MISTAKES)


_KL_PAIRS = [
    (np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])),
    (np.array([0.5, 0.5, 0.0]), np.array([0.2, 0.2, 0.6])),
    (np.array([0.2, 0.2, 0.6]), np.array([0.5, 0.5, 0.0])),
    (np.array([0.9, 0.1]), np.array([0.5, 0.5])),
]
"""Ordinary, an outcome that only q has, one that only p has, and one where direction matters."""


def _kl(p: Distribution, q: Distribution) -> np.float64:
    happens = p > 0
    if (q[happens] == 0).any():
        return np.float64(np.inf)
    return np.float64((p[happens] * np.log2(p[happens] / q[happens])).sum())


def _other_way(p: Distribution, q: Distribution) -> np.float64:
    return _kl(q, p)


def _in_nats(p: Distribution, q: Distribution) -> np.float64:
    return np.float64(_kl(p, q) * np.log(2))


def _symmetric(p: Distribution, q: Distribution) -> np.float64:
    return np.float64((_kl(p, q) + _kl(q, p)) / 2)


def _common_only(p: Distribution, q: Distribution) -> np.float64:
    common = (p > 0) & (q > 0)
    return np.float64((p[common] * np.log2(p[common] / q[common])).sum())


def _without_rule_for_0(p: Distribution, q: Distribution) -> np.float64:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.float64((p * np.log2(p / q)).sum())


def _reversed_sign(p: Distribution, q: Distribution) -> np.float64:
    return np.float64(-_kl(p, q))


_KL_MISTAKES = {
    "takes the other direction": (
        _other_way,
        "This is D(q || p): in D(p || q) the weights are those of p, of what happens.",
    ),
    "gives nats": (_in_nats, "This is in nats: take the logarithm to base 2 for bits."),
    "averages both directions": (
        _symmetric,
        "D(p || q) has a direction: do not average it with D(q || p).",
    ),
    "leaves out what q does not have": (
        _common_only,
        "Where p has an outcome that is impossible under q, the divergence is infinite: leaving "
        "it out hides the very states that training never saw.",
    ),
    "has no rule for what p does not have": (
        _without_rule_for_0,
        "An outcome that p never has counts 0, but 0 times the logarithm of 0 is nan: leave it "
        "out.",
    ),
    "has the wrong sign": (_reversed_sign, "Divide p by q, not q by p: it is never negative."),
}
