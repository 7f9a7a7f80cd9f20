"""The three operations that a training spends its time in, and the weights that they work on.

`NumpyKernels` are those of the package. In the page, NumPy has no fast product of matrices; there
`misgen.learn.wasm` stands in for them. All kernels agree but for rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np

from misgen.core.arrays import FloatArray, IntArray
from misgen.core.policy import Policy
from misgen.core.settings import PPOSettings

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-5
"""Of Adam; epsilon is that of stable-baselines3, not the paper's 1e-8."""
_WORDS = 4  # numbers that a processor takes at once


@dataclass(frozen=True)
class Rollout:
    """Transitions of one rollout; every array has a leading axis of all of them."""

    obs: FloatArray
    """Observations, each with a 1 at its end, whose weights are the biases, `(n, inputs)`."""
    actions: IntArray
    log_probability: FloatArray
    advantage: FloatArray
    value_target: FloatArray

    @cached_property
    def used(self) -> IntArray:
        """Inputs that are not always 0, `(used,)`; in CoinRun six of ten."""
        return np.flatnonzero(self.obs.any(axis=0))

    @cached_property
    def used_obs(self) -> FloatArray:
        """The observations without what is always 0, `(n, used)`."""
        return self.obs.take(self.used, axis=1)


class Parts(NamedTuple):
    """The parts of a block of weights, or of one of slopes; they are views."""

    first: FloatArray
    """From the inputs to the hidden layer, `(inputs, units)`; the last input is 1."""
    heads: FloatArray
    """From the hidden layer to the actions and, last, the value, `(actions + 1, units)`."""
    biases: FloatArray
    """Of the heads, `(actions + 1,)`."""


class Network:
    """A `Policy` in training: its weights in one block, and what Adam keeps of them.

    One block, so that Adam is one pass over all. There may be more units than those of the policy,
    so that a kernel can take several at once: their weights are 0 and stay 0.
    """

    def __init__(self, policy: Policy, lanes: int = 1) -> None:
        """Begins with the weights of `policy`, and with a multiple of `lanes` units."""
        self._hidden, self.num_actions = policy.action_weight.shape
        self.inputs, self.units = policy.obs_size + 1, _rounded_up(self._hidden, lanes)
        used = (self.inputs + self.num_actions + 1) * self.units + self.num_actions + 1
        self.size = _rounded_up(used, _WORDS)
        # rows of one array
        self.weights, self.gradient, self.mean, self.square = np.zeros((4, self.size), np.float32)
        self.count = 0
        """Steps that Adam took."""
        self.parts, self.slopes = self._split(self.weights), self._split(self.gradient)
        own = self._own()
        own.first[:] = [*policy.hidden_weight, policy.hidden_bias]
        own.heads[:] = [*policy.action_weight.T, policy.value_weight]
        own.biases[:] = [*policy.action_bias, policy.value_bias]

    def policy(self, notes: Mapping[str, Any]) -> Policy:
        """Returns the agent as it is now; it stays so.

        Raises:
            ValueError: If weights have become infinite or NaN.
        """
        first, heads, biases = (part.copy() for part in self._own())
        return Policy(
            hidden_weight=first[:-1], hidden_bias=first[-1],
            action_weight=heads[:-1].T.copy(), action_bias=biases[:-1],
            value_weight=heads[-1], value_bias=biases[-1:].reshape(()), notes=dict(notes),
        )  # fmt: skip

    def _split(self, block: FloatArray) -> Parts:
        heads = self.num_actions + 1
        ends = np.cumsum([self.inputs * self.units, heads * self.units, heads])
        first, of_heads, biases, _ = np.split(block, ends)  # views
        return Parts(first.reshape(-1, self.units), of_heads.reshape(-1, self.units), biases)

    def _own(self) -> Parts:
        """Returns the weights without those of the further units."""
        first, heads, biases = self.parts
        return Parts(first[:, : self._hidden], heads[:, : self._hidden], biases)


class Kernels(Protocol):
    """What a training needs done fast."""

    lanes: int
    """The units of a network must be a multiple of it."""

    def choose(
        self, network: Network, obs: FloatArray, luck: FloatArray, actions: IntArray,
        log_probability: FloatArray, value: FloatArray,
    ) -> None:  # fmt: skip
        """Draws an action for each observation; writes it, its log-probability, and the value.

        Args:
            network: The agent.
            obs: Observations as in `Rollout`, `(n, inputs)`.
            luck: Draws from the exponential distribution of mean 1, `(actions, n)`. Where each
                action rings after its draw divided by its probability, the first to ring is drawn
                by the probabilities.
            actions: Where the actions go, `(n,)`.
            log_probability: Where their log-probabilities go, `(n,)`.
            value: Where the values go, `(n,)`.
        """
        ...

    def gradient(
        self, network: Network, rollout: Rollout, rows: IntArray, settings: PPOSettings
    ) -> None:
        """Writes the gradient of the PPO loss over some transitions, `(rows,)`, into `network`."""
        ...

    def adam(self, network: Network, settings: PPOSettings) -> None:
        """Takes one step of Adam (Kingma & Ba, 2015) with the gradient's norm cut."""
        ...


def pace(network: Network, settings: PPOSettings) -> tuple[float, float]:
    """Counts a step of Adam, and returns its rate and the root of the bias of its squares.

    Both means begin at 0, so that their first values are too small by known factors.
    """
    network.count += 1
    rate = settings.learning_rate / (1 - BETA1**network.count)
    return rate, (1 - BETA2**network.count) ** 0.5


class NumpyKernels:
    """The kernels in NumPy; gradients by hand."""

    lanes = 1

    def choose(
        self, network: Network, obs: FloatArray, luck: FloatArray, actions: IntArray,
        log_probability: FloatArray, value: FloatArray,
    ) -> None:  # fmt: skip
        """See `Kernels.choose`."""
        _, scores = _forward(network.parts, obs)
        value[:] = scores[-1]
        logits = scores[:-1]  # (action, environment)
        logits -= logits.max(axis=0)  # so that no exponential overflows
        odds = np.exp(logits)
        actions[:] = (odds / luck).argmax(axis=0)
        chosen = logits[actions, np.arange(len(obs))]  # (environment,)
        log_probability[:] = chosen - np.log(odds.sum(axis=0))

    def gradient(
        self, network: Network, rollout: Rollout, rows: IntArray, settings: PPOSettings
    ) -> None:
        """See `Kernels.gradient`."""
        weights, slopes = network.parts, network.slopes
        obs = rollout.used_obs.take(rows, axis=0)  # (transition, used)
        seen = weights._replace(first=weights.first.take(rollout.used, axis=0))
        hidden, scores = _forward(seen, obs)
        to_scores = _score_slopes(scores, rollout, rows, settings)
        to_scores.sum(axis=1, out=slopes.biases)
        np.matmul(to_scores, hidden, out=slopes.heads)
        to_hidden = to_scores.T @ weights.heads  # (transition, unit)
        to_hidden *= hidden > 0  # units that are cut off pass nothing back
        slopes.first.fill(0.0)
        slopes.first[rollout.used] = obs.T @ to_hidden

    def adam(self, network: Network, settings: PPOSettings) -> None:
        """See `Kernels.adam`."""
        rate, unbiased = pace(network, settings)
        slope, mean, square = network.gradient, network.mean, network.square
        norm = float(slope @ slope) ** 0.5
        # 1e-6 as torch's clip_grad_norm_
        slope *= min(1.0, settings.max_gradient_norm / (norm + 1e-6))
        mean *= BETA1
        mean += (1 - BETA1) * slope
        square *= BETA2
        slope *= slope
        slope *= 1 - BETA2
        square += slope
        move = np.sqrt(square)
        move += EPSILON * unbiased
        np.divide(mean, move, out=move)
        move *= rate * unbiased
        network.weights -= move


def _forward(weights: Parts, obs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Returns the hidden layer, `(n, units)`, and logits and value, `(actions + 1, n)`."""
    hidden = obs @ weights.first
    np.maximum(hidden, 0.0, out=hidden)
    scores = weights.heads @ hidden.T  # transitions last: sums over few actions are slow in NumPy
    scores += weights.biases[:, None]
    return hidden, scores


def _score_slopes(
    scores: FloatArray, rollout: Rollout, rows: IntArray, settings: PPOSettings
) -> FloatArray:
    """Returns the gradient of the loss to logits and value, `(actions + 1, n)`."""
    n, each = len(rows), np.arange(len(rows))
    logits, chosen = scores[:-1], rollout.actions[rows]  # (action, transition), (transition,)
    logits -= logits.max(axis=0)
    p = np.exp(logits)
    total = p.sum(axis=0)
    p /= total
    log_p = logits - np.log(total)
    push = _push(log_p[chosen, each], rollout, rows, settings)
    slopes = np.empty_like(scores)
    # d entropy / d logits is -p (log p + entropy), in nats
    entropy = -(p * log_p).sum(axis=0)
    log_p += entropy
    log_p *= settings.entropy_weight / n
    log_p -= push  # softmax: d log p[chosen] / d logits is onehot(chosen) - p
    np.multiply(p, log_p, out=slopes[:-1])
    slopes[chosen, each] += push
    # the loss is a mean of squares
    slopes[-1] = 2 * settings.value_weight / n * (scores[-1] - rollout.value_target[rows])
    return slopes


def _push(log_p: FloatArray, rollout: Rollout, rows: IntArray, settings: PPOSettings) -> FloatArray:
    """Returns the gradient of the clipped objective to the log-probability of what was done."""
    advantage = rollout.advantage[rows]
    # 1e-8 as in stable-baselines3
    advantage = (advantage - advantage.mean()) / (advantage.std() + np.float32(1e-8))
    ratio = np.exp(log_p - rollout.log_probability[rows])
    # Beyond the clip the objective is flat, but only on the side to which the advantage pushes.
    clipped = np.where(advantage > 0, ratio > 1 + settings.clip, ratio < 1 - settings.clip)
    pushes: FloatArray = advantage * ratio * ~clipped / -len(rows)
    return pushes


def _rounded_up(number: int, multiple: int) -> int:
    return -(-number // multiple) * multiple


_in_use: list[Kernels] = [NumpyKernels()]


def use(kernels: Kernels) -> None:
    """Makes all trainings that begin from now on use these kernels."""
    _in_use[0] = kernels


def in_use() -> Kernels:
    """Returns the kernels of a training that begins now."""
    return _in_use[0]
