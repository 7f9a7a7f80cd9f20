"""A core feature, a spurious feature, and a logistic model that cannot tell which is which.

The label y is -1 or 1, equally often. The core feature equals y in a fixed share of all examples,
in training and at test. The spurious feature equals y in one share of the training examples and
in another share of the test examples. Given y, the two are independent. (Sagawa et al., 2020,
study the same situation with Gaussian features.)

All that the model can learn from an example is which of its features agree with the label, so a
training set is four numbers: the shares of the four cases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.arguments import check_count, check_share

Array = NDArray[np.float64]

CASES = np.array([(1, 1), (1, -1), (-1, 1), (-1, -1)])  # (case, feature)
"""Whether core and spurious feature agree with the label (1) or not (-1)."""


@dataclass(frozen=True)
class Settings:
    """Gradient descent on the mean logistic loss, from weights of zero."""

    steps: int = 1000
    """Gradient steps. Weights stay finite, also where a feature is always right."""
    rate: float = 1.0
    """Step size."""


def case_shares(core: float, spurious: ArrayLike) -> Array:
    """Returns the shares of the four cases.

    Args:
        core: Share of examples in which the core feature equals the label.
        spurious: The same for the spurious feature, of any shape.

    Returns:
        Shares in the order of `CASES`, `(*shape of spurious, 4)`.

    >>> case_shares(0.9, 0.5).tolist()
    [0.45, 0.45, 0.05, 0.05]

    Raises:
        ValueError: If a share does not lie in [0, 1].
    """
    check_share("core", core)
    right = np.asarray(spurious, float)
    for value in right.ravel():
        check_share("spurious", float(value))
    of_core = np.where(CASES[:, 0] > 0, core, 1 - core)  # (case,)
    of_spurious = np.where(CASES[:, 1] > 0, right[..., None], 1 - right[..., None])  # (..., case)
    return np.asarray(np.round(of_core * of_spurious, 12))  # 1 - 0.9 is not quite 0.1


def draw(shares: Array, examples: int, seeds: int) -> Array:
    """Returns the shares of the four cases in training sets of a limited size.

    Args:
        shares: Their probabilities, `(..., 4)`.
        examples: Size of a training set.
        seeds: Number of training sets, with the seeds 0, 1, and so on.

    Returns:
        Observed shares, `(seeds, ..., 4)`.
    """
    check_count("examples", examples)
    # [seed](..., case)
    counts = [np.random.default_rng(seed).multinomial(examples, shares) for seed in range(seeds)]
    return np.asarray(np.stack(counts) / examples)


def fit(shares: Array, settings: Settings = Settings()) -> Array:
    """Returns the weights that gradient descent finds; exact, if the shares are probabilities.

    Args:
        shares: Shares of the four cases in training, `(..., 4)`.
        settings: The learner.

    Returns:
        Weights of the core and the spurious feature, `(..., 2)`.
    """
    weights = np.zeros((*shares.shape[:-1], 2))  # (..., feature)
    for _ in range(settings.steps):
        wrong = 1 / (1 + np.exp(weights @ CASES.T))  # probability of the wrong label, per case
        weights += settings.rate * (shares * wrong) @ CASES
    return weights


def accuracy(weights: Array, shares: Array) -> Array:
    """Returns the share of examples whose label is predicted; an undecided one counts half.

    Args:
        weights: From `fit`, `(..., 2)`.
        shares: Shares of the four cases at test, `(..., 4)` or `(4,)`.
    """
    right = 0.5 + 0.5 * _answers(weights, CASES)
    return np.asarray((right * shares).sum(axis=-1))


def changed_answers(weights: Array, shares: Array, *, misread: int) -> Array:
    """Returns the share of examples whose answer is another one where a feature is misread.

    Args:
        weights: From `fit`, `(..., 2)`.
        shares: Shares of the four cases, `(..., 4)` or `(4,)`.
        misread: The feature that is read as its opposite: 0 for the core, 1 for the spurious one.
    """
    read = np.where(np.arange(2) == misread, -CASES, CASES)  # (case, feature)
    changes = _answers(weights, read) != _answers(weights, CASES)
    return np.asarray((changes * shares).sum(axis=-1))


def _answers(weights: Array, cases: Array) -> Array:
    """Returns whether the label is predicted (1), its opposite (-1) or neither, `(..., case)`."""
    scores = weights @ cases.T
    # Equal weights that pull apart leave a rest of rounding, which must not decide.
    return np.where(np.abs(scores) < 1e-9, 0.0, np.sign(scores))
