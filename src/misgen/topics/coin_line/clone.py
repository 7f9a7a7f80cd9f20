"""The coin line by behaviour cloning: linear policies that descend an exact loss.

Behaviour cloning is supervised learning of the intended action. The states of training are those
that the coin line draws: the agent at any place, the coin where `distinguishing` puts it, and not
at the agent's own place. Each is labelled with the step towards the coin. A linear logistic policy
descends the mean logistic loss over these states, exactly, so that nothing here is random. The
definitions follow MAIS-A8 (2026), sections 3 and 4.

All grids have the shape `(..., L + 1, L + 1)`: coin by position.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count, check_share
from misgen.core.policy import Policy
from misgen.topics.coin_line.env import LENGTH, SHORTEST, features, probe, states

Floats = NDArray[np.float64]

SHARES = (0.0, 0.001, 0.003, 0.01, 0.02, 0.03, 0.1, 0.3, 1.0)
"""Values of `distinguishing` in the chapter."""
_PER_DECADE = (10, 12.5, 16, 20, 25, 31.5, 40, 50, 63, 80)  # preferred numbers (ISO 3, series R10)


@dataclass(frozen=True)
class CloningSettings:
    """How a linear policy is cloned."""

    length: int = LENGTH
    """The last place of the line."""
    step_size: float = 0.05
    """Step size of gradient descent; at 0.05 the loss never rises on lines of 4 to 12."""
    steps: int = 10_000
    """Steps of gradient descent, all from weights of zero."""

    def __post_init__(self) -> None:
        """Refuse settings that cannot work.

        Raises:
            ValueError: If the line is too short, or the steps too few or too small.
        """
        check_count("length", self.length, minimum=SHORTEST)
        check_count("steps", self.steps)
        if not self.step_size > 0:
            raise ValueError(f"step_size must be positive, but is {self.step_size}.")


# --------------------------------------------------------------------------- training states


def coin_distribution(distinguishing: float, length: int) -> Floats:
    """Returns how likely the coin is at each place in training, `(L + 1,)`.

    >>> coin_distribution(0.2, 4).tolist()
    [0.0, 0.05, 0.05, 0.05, 0.8500000000000001]
    """
    moved = check_share("distinguishing", distinguishing) / length
    shares = np.full(length + 1, moved)
    # never at place 0; all the rest at the end
    shares[0], shares[-1] = 0.0, moved + 1 - distinguishing
    return shares


def state_distribution(distinguishing: float, length: int) -> Floats:
    """Returns how likely each of `states` is in training, `((L + 1)^2,)`."""
    position, coin = states(length)
    # such an episode has no step to learn
    likely = np.where(position == coin, 0.0, coin_distribution(distinguishing, length)[coin])
    return likely / likely.sum()  # without those states they add up to less than 1


def intended_actions(length: int) -> Floats:
    """Returns the label of each of `states`: +1 right, -1 left, 0 on the coin, `((L + 1)^2,)`."""
    position, coin = states(length)
    return np.sign(coin - position).astype(float)


def descent(
    examples: Floats, shares: Floats, step_size: float, start: Floats | None = None
) -> Iterator[Floats]:
    """Yields the weights of linear logistic policies after each step of gradient descent.

    The loss is the mean of `log(1 + exp(-margin))`.

    Args:
        examples: Features of each training state times its label, `(states, features)`.
        shares: How likely each state is, for each policy, `(policies, states)`.
        step_size: Step size.
        start: First weights, `(policies, features)`; zero by default.

    Yields:
        Weights, `(policies, features)`, without end.
    """
    weights = np.zeros((len(shares), examples.shape[1])) if start is None else start
    while True:
        margins = weights @ examples.T  # (policy, state)
        # not +=, which would change what was yielded
        weights = weights + step_size * (shares / (1 + np.exp(margins))) @ examples
        yield weights


def recorded_steps(steps: int) -> list[int]:
    """Returns the steps that are kept: 0, about ten in every decade, and the last.

    >>> recorded_steps(20)
    [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20]
    """
    decades = range(len(str(steps)))
    marks = {round(number * 10**decade / 10) for decade in decades for number in _PER_DECADE}
    return sorted({0, steps, *(mark for mark in marks if mark <= steps)})


# ---------------------------------------------------------------------------------- cloning


@dataclass(frozen=True)
class Cloned:
    """Linear policies, one for each value of `distinguishing`, and how they came about."""

    encoding: str
    settings: CloningSettings
    distinguishing: tuple[float, ...]
    steps: tuple[int, ...]
    """The recorded steps; 0 is before training."""
    weights: Floats
    """`(distinguishing, recorded steps, features)`."""
    flip_steps: Floats
    """First step after which each policy walks towards the coin at the probe; nan: none."""

    @property
    def logits(self) -> Floats:
        """How much each policy prefers right, `(distinguishing, recorded steps, coins, places)`."""
        return logits(self.weights, self.encoding, self.settings.length)

    @property
    def probe_logits(self) -> Floats:
        """The logit at the probe: positive walks away from the coin, `(distinguishing, steps)`."""
        place, coin = probe(self.settings.length)  # the agent's place, then the coin's
        return self.logits[..., coin, place]

    def policy(self, distinguishing: float, step: int) -> Policy:
        """Returns one of them as an agent of the environment CoinLine.

        Raises:
            ValueError: If the share or the step was not recorded.
        """
        for name, value, known in (
            ("distinguishing", distinguishing, self.distinguishing),
            ("step", step, self.steps),
        ):
            if value not in known:
                raise ValueError(f"{name} must be one of {known}, not {value}.")
        share, at = self.distinguishing.index(distinguishing), self.steps.index(step)
        return linear_policy(self.weights[share, at])


def clone(
    encoding: str = "position_and_coin",
    *,
    distinguishing: Sequence[float] = SHARES,
    settings: CloningSettings | None = None,
) -> Cloned:
    """Clone one linear policy for each value of `distinguishing`.

    Args:
        encoding: What the policy sees; see `misgen.topics.coin_line.env.features`.
        distinguishing: Shares of training episodes whose coin is moved.
        settings: Line and gradient descent; those of the chapter by default.

    >>> clone(distinguishing=[0.1]).flip_steps
    array([24.])
    """
    settings = settings or CloningSettings()
    length, keep = settings.length, recorded_steps(settings.steps)
    seen, label = features(encoding, length), intended_actions(length)
    # (share, state)
    shares = np.array([state_distribution(share, length) for share in distinguishing])
    place, coin = probe(length)
    at_probe = seen[coin * (length + 1) + place]  # states are numbered coin by coin
    # (share, step, feature); zero before training
    weights = np.zeros((len(shares), len(keep), seen.shape[1]))
    flips = np.full(len(shares), np.nan)
    rows = {step: row for row, step in enumerate(keep)}
    path = descent(seen * label[:, None], shares, settings.step_size)
    for step, now in zip(range(1, settings.steps + 1), path, strict=False):  # the path has no end
        flips[np.isnan(flips) & (now @ at_probe < 0)] = step  # only the first time counts
        if step in rows:
            weights[:, rows[step]] = now
    return Cloned(encoding, settings, tuple(distinguishing), tuple(keep), weights, flips)


def logits(weights: Floats, encoding: str, length: int) -> Floats:
    """Returns the logit of stepping right in every state, `(..., coins, places)`.

    Args:
        weights: Weights of linear policies, `(..., features)`.
        encoding: What they see.
        length: The last place of the line.
    """
    everywhere = weights @ features(encoding, length).T  # (..., state)
    return everywhere.reshape(*weights.shape[:-1], length + 1, length + 1)


def linear_policy(weights: Floats) -> Policy:
    """Returns a linear logistic policy as an agent: it steps right with chance `sigmoid(logit)`.

    Args:
        weights: `(features,)`.
    """
    # x = max(x, 0) - max(-x, 0), so that a layer of rectified units can hand its input on.
    one_way = np.eye(len(weights))  # (feature, unit)
    half = weights[:, None] / 2 * [-1.0, 1.0]  # a softmax over (-z / 2, z / 2) is a sigmoid of z
    return Policy(
        hidden_weight=np.concatenate([one_way, -one_way], axis=1).astype(np.float32),
        hidden_bias=np.zeros(2 * len(weights), np.float32),
        action_weight=np.concatenate([half, -half]).astype(np.float32),
        action_bias=np.zeros(2, np.float32),
        value_weight=np.zeros(2 * len(weights), np.float32),
        value_bias=np.zeros((), np.float32),
    )
