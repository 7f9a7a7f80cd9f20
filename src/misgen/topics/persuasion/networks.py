"""Small networks side by side, and the two ways in which they learn here.

The copies of a network start from the same weights and never meet again: a loss is the sum of
theirs, and Adam treats each weight by itself. So a copy learns as it would alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from misgen.core.arguments import check_count
from misgen.core.arrays import BoolArray, FloatArray
from misgen.core.extras import extra

with extra("train", "Training on feedback"):
    import torch
    from torch.nn import functional


@dataclass(frozen=True)
class Learner:
    """How the networks learn, in both worlds."""

    width: int = 64
    """Hidden units of each network."""
    policy_rate: float = 3e-3
    """Step size of Adam in REINFORCE."""
    skill_rate: float = 1e-2
    """Step size of Adam in supervised learning."""
    episodes: int = 128
    """Episodes of one step of REINFORCE."""
    baseline_memory: float = 0.9
    """The baseline is a mean of earlier rewards, which each step makes weigh this much less."""

    def __post_init__(self) -> None:
        """Refuses settings that cannot work.

        Raises:
            ValueError: If a count is too small or a number out of range.
        """
        for name in ("width", "episodes"):
            check_count(name, getattr(self, name))
        for name in ("policy_rate", "skill_rate"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive, but is {getattr(self, name)}.")
        if not 0 <= self.baseline_memory < 1:
            raise ValueError(
                f"baseline_memory must lie in [0, 1), but is {self.baseline_memory}; give 0.9."
            )


class Networks:
    """Copies of a network with one hidden layer of rectified units."""

    def __init__(
        self, inputs: int, width: int, outputs: int, *, copies: int, rng: np.random.Generator
    ) -> None:
        """Draws normal weights: He et al. (2015) for the hidden layer, variance 1/width above."""
        check_count("copies", copies)
        hidden = rng.normal(0.0, math.sqrt(2 / inputs), (inputs, width))  # (input, unit)
        out = rng.normal(0.0, math.sqrt(1 / width), (width, outputs))  # (unit, output)
        first = (hidden, np.zeros((1, width)), out, np.zeros((1, outputs)))
        self.weights = [_copied(array, copies) for array in first]  # with the copies as first axis

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Returns the outputs, `(copies, batch, outputs)`.

        Args:
            x: `(batch, inputs)`, the same for all copies, or `(copies, batch, inputs)`.
        """
        hidden, hidden_bias, out, out_bias = self.weights
        return torch.relu(x @ hidden + hidden_bias) @ out + out_bias


def _copied(array: np.ndarray, copies: int) -> torch.Tensor:
    return torch.tensor(array, dtype=torch.float32).repeat(copies, 1, 1).requires_grad_()


def adam(networks: Networks, rate: float) -> torch.optim.Adam:
    """Returns an optimizer of all copies."""
    return torch.optim.Adam(networks.weights, lr=rate)


def descend(optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    """Makes one step against the gradient of a loss."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


class Reinforce:
    """REINFORCE with a baseline (Sutton & Barto, 2018, section 13.4), for policies of two actions.

    Each policy is a copy with one output: the logit of the second action. All copies use the same
    random numbers for their actions, so that they differ in their feedback alone.
    """

    def __init__(
        self,
        policies: Networks,
        entropy: Sequence[float],
        learner: Learner,
        rng: np.random.Generator,
    ) -> None:
        """Begins a phase.

        Args:
            policies: The networks.
            entropy: Weight of the entropy of each copy's actions.
            learner: Settings.
            rng: Source of the actions.
        """
        self._policies, self._rng = policies, rng
        self._entropy = torch.tensor(entropy, dtype=torch.float32)
        self._optimizer = adam(policies, learner.policy_rate)  # its memory is of this phase alone
        self._memory = learner.baseline_memory
        self._baseline: torch.Tensor | None = None  # until the first rewards

    def step(self, obs: FloatArray, reward: Callable[[BoolArray], FloatArray]) -> None:
        """Acts once in each episode, and learns from the rewards.

        Args:
            obs: What the policies see, `(episodes, inputs)` or `(copies, episodes, inputs)`.
            reward: Returns the rewards of the actions, `(copies, episodes)` both; an action is
                true if it is the second one.
        """
        logits = self._policies(torch.from_numpy(obs))[..., 0]  # (copy, episode)
        chances = torch.sigmoid(logits)
        # One number for each episode, which all copies share.
        second = self._rng.random(obs.shape[-2]) < chances.detach().numpy()
        rewards = torch.from_numpy(reward(second).astype(np.float32))
        surprise = rewards - self._expected(rewards.mean(dim=1))[:, None]
        # -log P(action), so that descending on surprise x unlikely ascends to more reward.
        unlikely = functional.binary_cross_entropy_with_logits(
            logits, torch.from_numpy(second.astype(np.float32)), reduction="none"
        )
        entropy = functional.softplus(logits) - logits * chances  # of both actions, in nats
        loss = (surprise * unlikely).mean(dim=1) - self._entropy * entropy.mean(dim=1)
        descend(self._optimizer, loss.sum())  # each copy gets the gradient of its own loss

    def _expected(self, mean: torch.Tensor) -> torch.Tensor:
        """Returns the baseline of this step, and takes its mean reward into that of the next."""
        # The first step has no earlier mean, and takes its own.
        before = mean if self._baseline is None else self._baseline
        self._baseline = self._memory * before + (1 - self._memory) * mean
        return before
