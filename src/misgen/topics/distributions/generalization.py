"""Four words, each of them a curve: generalization, out-of-distribution generalization, and so on.

The other two are robustness and distributional shift. One small learner, a linear logistic
classifier, and one family of distributions: the label y is -1 or 1, equally often, and given y the
features are independent:

    core     0.7 y plus normal noise of standard deviation 1
    cue      y or -y; an example in which the cue misleads is *distinguishing*, and `distinguishing`
             is the share of such examples
    weak     50 features, each of them 0.15 y plus normal noise of standard deviation 1

The weak features together tell more than the core one, and a small push on each undoes it (after
Tsipras et al., 2019, section 2). All scores on new examples are exact: nothing is drawn but the
training examples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.arguments import check_count, check_share

Array = NDArray[np.float64]

CORE_MEAN, WEAK_MEAN = 0.7, 0.15
WEAK_FEATURES = 50
CORE, CUE = 0, 1  # places of the features; the weak ones follow
FEATURES = 2 + WEAK_FEATURES

_erf = np.vectorize(math.erf, otypes=[float])  # NumPy has none, and the page has no scipy


@dataclass(frozen=True)
class Learner:
    """Gradient descent on the mean logistic loss, from weights of zero."""

    steps: int = 300
    """Gradient steps."""
    rate: float = 0.3
    """Step size."""
    push: float = 0.0
    """Each example is trained on as if its features had been moved by so much, each in the worst
    direction: adversarial training (Goodfellow et al., 2015; Madry et al., 2018)."""


def draw(examples: int, distinguishing: float, rng: np.random.Generator) -> Array:
    """Returns training examples.

    Args:
        examples: How many.
        distinguishing: Share of examples whose cue is not the label.
        rng: Source of randomness.

    Returns:
        Each feature times the label, `(examples, features)`: what matters to a linear classifier.
    """
    check_count("examples", examples)
    check_share("distinguishing", distinguishing)
    features = rng.standard_normal((examples, FEATURES)) + WEAK_MEAN  # (example, feature)
    features[:, CORE] += CORE_MEAN - WEAK_MEAN  # all of them have the weak mean so far
    features[:, CUE] = np.where(rng.random(examples) < distinguishing, -1, 1)  # no noise
    return features


def fit(examples: Array, learner: Learner) -> Array:
    """Returns the weights after training.

    Args:
        examples: From `draw`, `(..., examples, features)`: one training set or several.
        learner: The learner.

    Returns:
        Weights, `(..., features)`.
    """
    weights = np.zeros((*examples.shape[:-2], examples.shape[-1]))  # (..., feature)
    for _ in range(learner.steps):
        # The worst push takes its size times the sum of the absolute weights from every margin.
        margins = _margins(weights, examples) - learner.push * np.abs(weights).sum(-1)[..., None]
        wrong = 1 / (1 + np.exp(margins))  # (..., example), probability of the wrong label
        pull = (wrong[..., None, :] @ examples)[..., 0, :]  # (..., feature)
        pull -= wrong.sum(-1)[..., None] * learner.push * np.sign(weights)
        weights += learner.rate * pull / examples.shape[-2]  # the gradient of a mean
    return weights


def _margins(weights: Array, examples: Array) -> Array:
    return np.asarray((examples @ weights[..., None])[..., 0])


def training_accuracy(weights: Array, examples: Array) -> Array:
    """Returns the share of the training examples that are classified rightly, `(...)`."""
    return np.asarray((_margins(weights, examples) > 0).mean(axis=-1))


def accuracy(weights: Array, distinguishing: ArrayLike, push: ArrayLike = 0.0) -> Array:
    """Returns the exact accuracy on new examples, each moved in the worst way.

    Args:
        weights: `(..., features)`.
        distinguishing: Share of examples whose cue is not the label; broadcast against `(...)`.
        push: How far each feature may be moved; broadcast against `(...)`.
    """
    share = np.asarray(distinguishing, float)
    means = np.full(FEATURES, WEAK_MEAN)
    means[CORE], means[CUE] = CORE_MEAN, 0.0  # the cue is added below, once for each of its values
    noise = np.ones(FEATURES)
    noise[CUE] = 0.0
    middle = weights @ means - push * np.abs(weights).sum(-1)  # mean margin, (...)
    spread = np.sqrt(np.square(weights) @ noise)  # its standard deviation, as noise is independent
    # probability that the margin is positive
    agree, differ = (_normal_cdf((middle + way * weights[..., CUE]) / spread) for way in (1, -1))
    return np.asarray((1 - share) * agree + share * differ)


def _normal_cdf(z: Array) -> Array:
    return np.asarray((1 + _erf(z / math.sqrt(2))) / 2)


def shift(training: float, test: ArrayLike) -> Array:
    """Returns the total variation between training and test distribution: no model is involved.

    The two differ in how often the cue is the label, and given that, in nothing.

    Args:
        training: Share of distinguishing training examples.
        test: Shares of distinguishing test examples, of any shape.

    >>> shift(0.25, [0.25, 1.0]).tolist()
    [0.0, 0.75]
    """
    return np.abs(np.asarray(test, float) - training)
