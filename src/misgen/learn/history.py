"""What is left of an endless run: a log against time, and the agent of some moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count
from misgen.core.arrays import IntArray
from misgen.core.policy import Policy


@dataclass(frozen=True)
class Checkpoint:
    """The agent as it was at one moment of the run."""

    tick: int
    """Steps of each environment up to then."""
    agent: Policy


@dataclass(frozen=True)
class History:
    """One endless run: what it earned, what was left, and the agent in between.

    Environments that are tampered with from outside, those of `distinguishing_levels`, are part of
    the experience, but they are not counted here.
    """

    rewards: NDArray[np.float64]
    """Reward per step, mean over the environments, `(ticks,)`."""
    shares: NDArray[np.float64]
    """Share of the environments in which the gauge shows 0, 1, ..., `(ticks, top + 1)`."""
    checkpoints: tuple[Checkpoint, ...]
    """In the order of time; the last is the agent at the end."""

    def __repr__(self) -> str:
        """Returns what it is in one line; its arrays would fill screens."""
        kept = f"{len(self.checkpoints)} checkpoints"
        return f"<History: {self.ticks:,} steps of each environment, {kept}>"

    @property
    def agent(self) -> Policy:
        """The agent at the end of the run."""
        return self.checkpoints[-1].agent

    @property
    def ticks(self) -> int:
        """Steps of each environment."""
        return len(self.rewards)

    def binned(self, bins: int, first: int = 64) -> Series:
        """Returns means over spans of time, each longer than the one before by the same factor.

        Args:
            bins: Number of spans; fewer, where some would be shorter than a step.
            first: Steps of the first span.

        Raises:
            ValueError: If the run is shorter than the first span.
        """
        check_count("bins", bins)
        ends = span_ends(self.ticks, bins, first)
        starts = np.array([0, *ends[:-1]])  # (span,)
        width = ends - starts  # steps, not all the same
        return Series(
            ticks=ends,
            rewards=np.add.reduceat(self.rewards, starts) / width,
            shares=np.add.reduceat(self.shares, starts) / width[:, None],  # (span, number)
        )


def span_ends(ticks: int, bins: int, first: int) -> IntArray:
    """Returns the last step of each span of time; see `History.binned`.

    >>> span_ends(1000, 5, first=10).tolist()
    [10, 32, 100, 316, 1000]
    """
    if check_count("first", first) > ticks:
        raise ValueError(f"The run has {ticks} steps; make its first span of {first} shorter.")
    # early ends may round to the same step
    return np.unique(np.geomspace(first, ticks, bins).round().astype(np.int64))


@dataclass(frozen=True)
class Series:
    """A run against time, in a few spans; every value is the mean over one of them."""

    ticks: IntArray
    """The last step of each span, `(bins,)`."""
    rewards: NDArray[np.float64]
    """Reward per step, `(bins,)`."""
    shares: NDArray[np.float64]
    """Share of the environments with each number, `(bins, top + 1)`."""

    @property
    def empty(self) -> NDArray[np.float64]:
        """Share of the environments in which nothing is left, `(bins,)`."""
        return np.asarray(self.shares[:, 0])  # (span,)

    @property
    def left(self) -> NDArray[np.float64]:
        """Mean number that is left, `(bins,)`."""
        return np.asarray(self.shares @ np.arange(self.shares.shape[1]))


def checkpoint_ticks(ticks: int, checkpoints: int, rollout: int) -> list[int]:
    """Returns at which steps the agent is kept: the start, the end, and powers in between.

    Early on an agent changes within a few updates, later within many. So each checkpoint comes
    after the same *factor* of time, rounded to whole rollouts, because the agent changes only
    between them.

    Args:
        ticks: Steps of each environment in all.
        checkpoints: How many there are at most, with the untrained and the last one.
        rollout: Steps of each environment between two updates.

    >>> checkpoint_ticks(6400, 5, rollout=64)
    [0, 64, 320, 1408, 6400]
    """
    check_count("checkpoints", checkpoints, minimum=2)
    updates = max(1, -(-ticks // rollout))  # rounded up, at least one
    # in updates; the untrained agent is apart
    powers = np.geomspace(1, updates, checkpoints - 1).round().astype(int)
    return [0, *(rollout * int(power) for power in np.unique(powers))]
