"""Breeding: keep the dogs that obeyed, copy them with mutation. No dog ever gets a biscuit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from misgen.core.arguments import check_count, check_share
from misgen.core.arrays import FloatArray, IntArray
from misgen.core.env import RewardFunction
from misgen.topics.dogs.channel import Channel, as_it_is
from misgen.topics.dogs.streams import Numbers, Streams
from misgen.topics.dogs.training import Training, train


@dataclass(frozen=True)
class SelectionSettings:
    """How dogs are bred."""

    generations: int = 100
    dogs: int = 100
    """Dogs in each generation."""
    commands: int = 10
    """Commands that each dog hears before it is judged."""
    kept: float = 0.2
    """Share of the dogs that have offspring; a smaller share is a stronger selection."""
    mutation: float = 0.3
    """Standard deviation of the normal change of each weight in each copy."""
    first_spread: float = 1.0
    """Standard deviation of the normal weights of the first generation, around zero."""

    def __post_init__(self) -> None:
        """Refuse settings that cannot work.

        Raises:
            ValueError: If a count is too small, or no dog would be kept.
        """
        for name in ("generations", "dogs", "commands"):
            check_count(name, getattr(self, name))
        check_share("kept", self.kept)
        if self.parents < 1:
            raise ValueError(f"kept must leave at least one of {self.dogs} dogs, not {self.kept}.")
        if self.mutation < 0 or self.first_spread < 0:
            raise ValueError("mutation and first_spread must not be negative.")

    @property
    def parents(self) -> int:
        """Number of dogs that have offspring."""
        return round(self.kept * self.dogs)


def breed(
    *,
    distinguishing: float,
    seeds: Sequence[int],
    settings: SelectionSettings | None = None,
    keep: Sequence[int] | None = None,
    lips_clarity: float = 1.0,
    reward: RewardFunction | None = None,
    channel: Channel = as_it_is,
) -> Training:
    """Breed a population of dogs for each seed.

    In each generation every dog hears some commands. Those that did most often what the voice
    said are kept; ties are broken at random. The next generation are their copies, an equal number
    of each, and every weight of every copy is changed a little at random. The score decides who is
    copied. It never enters a policy.

    Args:
        distinguishing: Share of commands in which the lips say the other word.
        seeds: One population for each. A seed gives the same run alone and beside others.
        settings: Settings of the breeder.
        keep: Generations whose dogs are kept in the record; all by default.
        lips_clarity: See the environment.
        reward: See the environment.
        channel: What happens to the rewards before the breeder adds them up.

    Returns:
        The dogs, `(kept generations, seeds, dogs, 2)`.
    """
    chosen = settings or SelectionSettings()

    def improve(
        weights: Numbers, _obs: FloatArray, _done: IntArray, earned: FloatArray, streams: Streams
    ) -> Numbers:
        ties = streams.random(weights.shape[:2])  # (seed, dog)
        parents = choose_parents(earned.sum(axis=-1), ties, chosen.parents)  # (seed, parent)
        return copies(weights, parents) + chosen.mutation * streams.normal(weights.shape)

    return train(
        improve, rounds=chosen.generations, dogs=chosen.dogs, commands=chosen.commands,
        first_spread=chosen.first_spread, distinguishing=distinguishing, seeds=seeds, keep=keep,
        lips_clarity=lips_clarity, reward=reward, channel=channel,
    )  # fmt: skip


def choose_parents(scores: Numbers, ties: Numbers, count: int) -> IntArray:
    """Returns the dogs with the highest scores, best first, `(..., count)`.

    Only the order of the scores matters: any increasing function of them chooses the same dogs.

    Args:
        scores: Score of each dog, `(..., dogs)`.
        ties: Random numbers that decide between equal scores, same shape.
        count: How many are chosen.

    >>> choose_parents(np.array([2.0, 9.0, 2.0]), np.array([0.7, 0.1, 0.3]), 2).tolist()
    [1, 2]
    """
    return np.lexsort((ties, -scores), axis=-1)[..., :count]  # the last key counts first


def copies(weights: Numbers, parents: IntArray) -> Numbers:
    """Returns as many dogs as before, the copies of the parents in turn.

    Args:
        weights: Weights of the old generation, `(seeds, dogs, 2)`.
        parents: Numbers of the dogs that are copied, `(seeds, parents)`.
    """
    turns = np.arange(weights.shape[1]) % parents.shape[1]  # 0, 1, ..., parents - 1, 0, 1, ...
    return np.take_along_axis(weights, parents[:, turns, None], axis=1)  # (seed, dog, cue)
