"""REINFORCE: one dog, whose weights every reward changes. The reward is a factor, not an input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from misgen.core.arguments import check_count
from misgen.core.arrays import FloatArray, IntArray
from misgen.core.env import RewardFunction
from misgen.topics.dogs.channel import Channel, as_it_is
from misgen.topics.dogs.policy import DogPolicy
from misgen.topics.dogs.streams import Numbers, Streams
from misgen.topics.dogs.training import Training, train


@dataclass(frozen=True)
class ReinforceSettings:
    """How one dog learns."""

    updates: int = 100
    commands: int = 10
    """Commands that the dog hears before its weights change."""
    learning_rate: float = 0.3
    """Length of the step of one command whose reward is one above the baseline."""
    baseline_memory: float = 0.9
    """The baseline is a mean of earlier rewards, which each update makes weigh this much less."""
    first_spread: float = 1.0
    """Standard deviation of the normal weights at the start, around zero."""

    def __post_init__(self) -> None:
        """Refuse settings that cannot work.

        Raises:
            ValueError: If a count is too small or a number out of range.
        """
        for name in ("updates", "commands"):
            check_count(name, getattr(self, name))
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate must be positive, but is {self.learning_rate}.")
        if not 0 <= self.baseline_memory < 1:
            raise ValueError(
                f"baseline_memory must lie in [0, 1), but is {self.baseline_memory}; give 0.9."
            )
        if self.first_spread < 0:
            raise ValueError("first_spread must not be negative.")


class Reinforcer:
    """Changes dogs by REINFORCE with a baseline (Sutton & Barto, 2018, section 13.4).

    Each command changes the weights by learning rate x (reward - baseline) x the gradient of the
    logarithm of the probability of what the dog did. That gradient is the same whatever the reward:
    the reward says how far to go along it, and in which direction.
    """

    def __init__(self, policy: DogPolicy, settings: ReinforceSettings | None = None) -> None:
        """Creates a learner for one dog, `(2,)`, or one for each of many, `(..., 2)`."""
        self.policy = policy
        self._settings = settings or ReinforceSettings()
        self._baseline = np.zeros(policy.weights.shape[:-1])  # reward, of each dog

    def learn(self, obs: FloatArray, actions: IntArray, reward: FloatArray) -> DogPolicy:
        """Change the dogs after some commands and return them; a missing reward changes nothing.

        Args:
            obs: What they heard and saw, `(..., commands, 2)`.
            actions: What they did, `(..., commands)`.
            reward: What arrived of the rewards, `(..., commands)`; NaN is missing.
        """
        there = ~np.isnan(reward)
        surprise = np.where(there, reward - self._baseline[..., None], 0.0)  # (..., command)
        # The derivative of log P(action) by the logit is action - P(sit).
        to_logit = surprise * (actions - self.policy.sit_probability(obs))
        step = (to_logit[..., None] * obs).sum(axis=-2)  # (..., cue), summed over commands
        self.policy = DogPolicy(self.policy.weights + self._settings.learning_rate * step)
        # The mean surprise of the rewards that arrived; where none did, 0 / 1 and not 0 / 0.
        self._baseline = self._baseline + (1 - self._settings.baseline_memory) * surprise.sum(
            axis=-1
        ) / np.maximum(there.sum(axis=-1), 1)
        return self.policy


def mean_step(policy: DogPolicy, distinguishing: float) -> Numbers:
    """Returns where a command moves dogs on average, for a learning rate of 1, `(..., 2)`.

    The baseline drops out: it is taken off whatever a dog does.

    Args:
        policy: The dogs.
        distinguishing: Share of commands in which the lips say the other word.

    >>> mean_step(DogPolicy(np.array([1.0, 1.0])), 0.0).round(3).tolist()
    [0.105, 0.105]
    """
    cues = np.broadcast_to(np.array([[1, 1], [1, -1]], np.float32), (*policy.weights.shape, 2))
    sits = policy.sit_probability(cues)  # (..., command); "stand" is the mirror image
    # The mean of reward x (action - P(sit)) is the variance of the action.
    weight = np.array([1 - distinguishing, distinguishing]) * sits * (1 - sits)
    step: Numbers = (weight[..., None] * cues).sum(axis=-2)  # (..., cue), summed over commands
    return step


def reinforce(
    *,
    distinguishing: float,
    seeds: Sequence[int],
    settings: ReinforceSettings | None = None,
    keep: Sequence[int] | None = None,
    lips_clarity: float = 1.0,
    reward: RewardFunction | None = None,
    channel: Channel = as_it_is,
) -> Training:
    """Trains one dog for each seed by REINFORCE.

    Args:
        distinguishing: Share of commands in which the lips say the other word.
        seeds: One dog for each. A seed gives the same run alone and beside others.
        settings: Settings of the learner.
        keep: Updates after which the dogs are kept in the record; all by default.
        lips_clarity: See the environment.
        reward: See the environment.
        channel: What happens to the rewards before the learner uses them.

    Returns:
        The dogs, `(kept updates, seeds, 1, 2)`.
    """
    chosen = settings or ReinforceSettings()
    # (seed, dog, cue). `train` draws the weights; the learner keeps the baselines of all updates.
    learner = Reinforcer(DogPolicy(np.zeros((len(seeds), 1, 2))), chosen)

    def improve(
        weights: Numbers, obs: FloatArray, actions: IntArray, earned: FloatArray, _: Streams
    ) -> Numbers:
        learner.policy = DogPolicy(weights)
        return learner.learn(obs, actions, earned).weights

    return train(
        improve, rounds=chosen.updates, dogs=1, commands=chosen.commands,
        first_spread=chosen.first_spread, distinguishing=distinguishing, seeds=seeds, keep=keep,
        lips_clarity=lips_clarity, reward=reward, channel=channel,
    )  # fmt: skip
