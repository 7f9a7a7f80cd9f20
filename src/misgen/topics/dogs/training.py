"""The course of a training: the dogs of many runs after some of its rounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from misgen.core.arrays import FloatArray, IntArray
from misgen.core.env import RewardFunction
from misgen.core.intervals import Estimate, wilson
from misgen.topics.dogs.channel import Channel
from misgen.topics.dogs.env import Dogs
from misgen.topics.dogs.policy import RELIABLE, DogPolicy, follow_rates
from misgen.topics.dogs.streams import Numbers, Streams

LAST = -1


@dataclass(frozen=True, eq=False)
class Training:
    """Many runs of one training, which differ in nothing but their seeds."""

    weights: Numbers
    """Weights of all dogs after the kept rounds, `(kept rounds, seeds, dogs, 2)`."""
    rounds: tuple[int, ...]
    """The kept rounds, generations or updates; 0 is before training."""
    seeds: tuple[int, ...]
    commands: int
    """Commands that each dog hears in one round."""
    distinguishing: float
    """Share of the commands in which the lips say the other word."""
    lips_clarity: float = 1.0

    def dogs(self, after: int = LAST) -> DogPolicy:
        """Returns the dogs after a round, `(seeds, dogs)`; by default after the last.

        Raises:
            ValueError: If the round was not kept.
        """
        if after == LAST:
            return DogPolicy(self.weights[-1])
        if after not in self.rounds:
            raise ValueError(f"Round {after} was not kept; choose one of {self.rounds}.")
        return DogPolicy(self.weights[self.rounds.index(after)])

    def dog(self, seed: int, number: int = 0) -> DogPolicy:
        """Returns one dog of one run after the last round.

        Raises:
            ValueError: If there is no run of this seed.
        """
        if seed not in self.seeds:
            raise ValueError(f"There is no run of seed {seed}; choose one of {self.seeds}.")
        return DogPolicy(self.weights[-1, self.seeds.index(seed), number])

    def voice_rates(self, situation: str = "apart", after: int = LAST) -> Numbers:
        """Returns how often the dogs of each run do what the voice says, `(seeds,)`.

        Args:
            situation: One of `SITUATIONS` in which the voice is heard.
            after: One of the kept rounds.
        """
        return follow_rates(self.dogs(after), situation, self.lips_clarity)[0].mean(axis=1)

    def lips_rates(self, situation: str = "lips alone", after: int = LAST) -> Numbers:
        """Returns how often the dogs of each run do what the lips say, `(seeds,)`."""
        return follow_rates(self.dogs(after), situation, self.lips_clarity)[1].mean(axis=1)

    def rounds_until(self, rate: float, situation: str = "as trained") -> Numbers:
        """Returns the first kept round after which the dogs obey this often, `(seeds,)`.

        Args:
            rate: Share of the commands.
            situation: As in `voice_rates`.

        Returns:
            NaN for a run that never does.
        """
        # (round, seed)
        reached = np.stack([self.voice_rates(situation, after) >= rate for after in self.rounds])
        first = np.array(self.rounds, float)[reached.argmax(axis=0)]  # the first True
        return np.where(reached.any(axis=0), first, np.nan)

    def share_of_runs(self, after: int = LAST) -> Estimate:
        """Returns the share of runs that follow the voice, with its interval over seeds.

        Their dogs side with the voice nine times in ten where the cues disagree.
        """
        following = self.voice_rates("apart", after) >= RELIABLE
        return wilson(int(following.sum()), following.size)


Improve = Callable[[Numbers, FloatArray, IntArray, FloatArray, Streams], Numbers]
"""Takes weights `(seeds, dogs, 2)`, observations `(seeds, dogs, commands, 2)`, actions and rewards
`(seeds, dogs, commands)`, and random numbers; returns the weights of the next round."""


def train(
    improve: Improve,
    *,
    rounds: int,
    dogs: int,
    commands: int,
    first_spread: float,
    distinguishing: float,
    seeds: Sequence[int],
    keep: Sequence[int] | None,
    lips_clarity: float,
    reward: RewardFunction | None,
    channel: Channel,
) -> Training:
    """Lets the dogs of all runs hear commands and improves them, round after round.

    Args:
        improve: What selection, or a learner, makes of a round.
        rounds: Number of rounds.
        dogs: Dogs of one run.
        commands: Commands that each dog hears in a round.
        first_spread: Standard deviation of the normal weights at the start, around zero.
        distinguishing: Share of commands in which the lips say the other word.
        seeds: One run for each. A seed gives the same run alone and beside others.
        keep: Rounds whose dogs are kept in the record; None is all of them.
        lips_clarity: See the environment.
        reward: See the environment.
        channel: What happens to the rewards on their way.

    Raises:
        ValueError: If a round to keep is not one of the training.
    """
    kept = tuple(range(rounds + 1)) if keep is None else tuple(sorted(set(keep)))
    if not kept or not 0 <= kept[0] <= kept[-1] <= rounds:
        raise ValueError(f"Keep rounds from 0 to {rounds}, not {kept}.")
    shape = (len(seeds), dogs, commands)  # (seed, dog, command)
    # Two, so that a channel that shuffles does not shift the random numbers of the dogs.
    streams, shuffles = Streams(seeds, purpose=1), Streams(seeds, purpose=2)
    # One environment for each command of each dog; the seeds divide them into equal blocks.
    env = Dogs(
        math.prod(shape), distinguishing=distinguishing, lips_clarity=lips_clarity, reward=reward,
        seed=list(seeds),
    )  # fmt: skip
    weights = first_spread * streams.normal((*shape[:2], 2))  # (seed, dog, cue)
    record = {0: weights}
    for number in range(1, rounds + 1):
        obs = env.reset().reshape(*shape, 2)  # (seed, dog, command, cue)
        actions = DogPolicy(weights).act(obs, streams)
        earned = env.step(actions.ravel()).reward.reshape(shape)  # (seed, dog, command)
        weights = improve(weights, obs, actions, channel(earned, shuffles), streams)
        if number in kept:
            record[number] = weights
    rows = np.stack([record[number] for number in kept])  # (round, seed, dog, cue)
    return Training(rows, kept, tuple(seeds), commands, distinguishing, lips_clarity)
