"""The course of a training: the dogs of many runs after some of its rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from misgen.core.intervals import Estimate, wilson
from misgen.topics.dogs.policy import RELIABLE, DogPolicy, follow_rates
from misgen.topics.dogs.streams import Numbers

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
        """Return the dogs after a round, `(seeds, dogs)`; by default after the last.

        Raises:
            ValueError: If the round was not kept.
        """
        if after == LAST:
            return DogPolicy(self.weights[-1])
        if after not in self.rounds:
            raise ValueError(f"Round {after} was not kept; choose one of {self.rounds}.")
        return DogPolicy(self.weights[self.rounds.index(after)])

    def dog(self, seed: int, number: int = 0) -> DogPolicy:
        """Return one dog of one run after the last round.

        Raises:
            ValueError: If there is no run of this seed.
        """
        if seed not in self.seeds:
            raise ValueError(f"There is no run of seed {seed}; choose one of {self.seeds}.")
        return DogPolicy(self.weights[-1, self.seeds.index(seed), number])

    def voice_rates(self, situation: str = "apart", after: int = LAST) -> Numbers:
        """Return how often the dogs of each run do what the voice says, `(seeds,)`.

        Args:
            situation: One of `SITUATIONS` in which the voice is heard.
            after: One of the kept rounds.
        """
        return follow_rates(self.dogs(after), situation, self.lips_clarity)[0].mean(axis=1)

    def lips_rates(self, situation: str = "lips alone", after: int = LAST) -> Numbers:
        """Return how often the dogs of each run do what the lips say, `(seeds,)`."""
        return follow_rates(self.dogs(after), situation, self.lips_clarity)[1].mean(axis=1)

    def rounds_until(self, rate: float, situation: str = "as trained") -> Numbers:
        """Return the first kept round after which the dogs obey this often, `(seeds,)`.

        Args:
            rate: Share of the commands.
            situation: As in `voice_rates`.

        Returns:
            NaN for a run that never does.
        """
        reached = np.stack([self.voice_rates(situation, after) >= rate for after in self.rounds])
        first = np.array(self.rounds, float)[reached.argmax(axis=0)]
        return np.where(reached.any(axis=0), first, np.nan)

    def share_of_runs(self, after: int = LAST) -> Estimate:
        """Returns the share of runs that follow the voice, with its interval over seeds.

        Their dogs side with the voice nine times in ten where the cues disagree.
        """
        following = self.voice_rates("apart", after) >= RELIABLE
        return wilson(int(following.sum()), following.size)


class Recorder:
    """Collects the weights after some rounds of a training."""

    def __init__(self, rounds: int, keep: Sequence[int] | None) -> None:
        """Create a recorder for the rounds `keep` of 0 to `rounds`, or for all of them.

        Raises:
            ValueError: If a round is not one of the training.
        """
        self.rounds = tuple(range(rounds + 1)) if keep is None else tuple(sorted(set(keep)))
        if not self.rounds or not 0 <= self.rounds[0] <= self.rounds[-1] <= rounds:
            raise ValueError(f"Keep rounds from 0 to {rounds}, not {self.rounds}.")
        self._kept: list[Numbers] = []

    def add(self, number: int, weights: Numbers) -> None:
        """Keep the weights after a round, if it is one to keep."""
        if number in self.rounds:
            self._kept.append(weights.copy())

    @property
    def weights(self) -> Numbers:
        """What was kept, `(kept rounds, ...)`."""
        return np.stack(self._kept)
