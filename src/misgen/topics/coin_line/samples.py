"""Linear policies cloned from a few drawn examples, and four numbers that are told of them."""

from __future__ import annotations

from itertools import islice

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count
from misgen.core.divergence import total_variation
from misgen.topics.coin_line.clone import (
    coin_distribution,
    descent,
    intended_actions,
    logits,
    state_distribution,
)
from misgen.topics.coin_line.env import LENGTH, features
from misgen.topics.coin_line.scores import decisions, success

Array = NDArray[np.float64]
STEPS, STEP_SIZE = 1000, 0.05
"""Of gradient descent; those of the chapter."""


def samples(distinguishing: float, examples: int, seeds: int) -> Array:
    """Returns how often each state of training is in samples of it, `(seeds, states)`.

    Args:
        distinguishing: Share of moved coins in training.
        examples: Examples in a sample, drawn independently.
        seeds: Number of samples; their seeds are 0, 1, and so on.
    """
    check_count("examples", examples)
    shares = state_distribution(distinguishing, LENGTH)
    drawn = [np.random.default_rng(seed).multinomial(examples, shares) for seed in range(seeds)]
    return np.array(drawn) / examples


def cloned_from(encoding: str, often: Array) -> Array:
    """Returns the weights of policies that were cloned from samples, `(seeds, features)`.

    Args:
        encoding: What the policies see.
        often: How often each state is in each sample, `(seeds, states)`.
    """
    labelled = features(encoding, LENGTH) * intended_actions(LENGTH)[:, None]
    return next(islice(descent(labelled, often, STEP_SIZE), STEPS - 1, None))


def taken(weights: Array, encoding: str, coins: Array) -> Array:
    """Returns the share of levels in which policies take the coin, exactly.

    Args:
        weights: Weights of policies that do what they prefer, `(..., features)`.
        encoding: What they see.
        coins: How likely the coin is at each place, `(..., LENGTH + 1)`; every start is equally
            likely.

    Returns:
        Shares, of the leading shapes broadcast against each other.
    """
    by_coin = success(decisions(logits(weights, encoding, LENGTH))).mean(axis=-1)
    return np.asarray((by_coin * coins).sum(axis=-1))


def pushed_accuracy(
    weights: Array, encoding: str, distinguishing: float, push: float | Array
) -> Array:
    """Returns the share of training states in which no misread coin turns the policy's step.

    The agent sees the coin up to `push` places from where it lies, to the side that hurts more. A
    linear policy is turned if its logit changes sign between the two ends.

    Args:
        weights: Weights of policies, `(..., features)`.
        encoding: "position_and_coin" or "difference", whose last number grows with the coin's.
        distinguishing: Share of moved coins.
        push: Places, one number or `(...,)`.
    """
    labels, shares = intended_actions(LENGTH), state_distribution(distinguishing, LENGTH)
    margins = labels * (weights @ features(encoding, LENGTH).T)  # (..., state)
    worst = np.asarray(push) * np.abs(weights[..., -1])
    return np.asarray((margins > worst[..., None]) @ shares)


def coins_anywhere(share: Array) -> Array:
    """Returns how likely the coin is at each place if a share of the coins lies anywhere.

    Args:
        share: Shares, `(...,)`; all other coins lie at the right end.

    Returns:
        Probabilities, `(..., LENGTH + 1)`.
    """
    at_end = np.eye(LENGTH + 1)[-1]
    return np.asarray(share)[..., None] * (1 / (LENGTH + 1) - at_end) + at_end


def shift(distinguishing: float, share: Array) -> Array:
    """Returns how far the coins of a test are from those of training: their total variation."""
    training = coin_distribution(distinguishing, LENGTH)
    return np.array([total_variation(coins, training) for coins in coins_anywhere(share)])
