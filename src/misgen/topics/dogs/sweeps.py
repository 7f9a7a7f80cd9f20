"""Trainings of the dogs from fixed seeds: by shares, and by the clarity of the lips."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from misgen.learn.progress import Progress
from misgen.topics.dogs.policy import RELIABLE
from misgen.topics.dogs.reinforce import reinforce
from misgen.topics.dogs.selection import breed
from misgen.topics.dogs.streams import Numbers
from misgen.topics.dogs.training import Training

Way = Literal["breeding", "REINFORCE"]
WAYS: tuple[Way, ...] = ("breeding", "REINFORCE")
SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Shares of commands in which the lips say the other word."""
ROUNDS = (0, 2, 5, 10, 20, 40, 100)
"""Generations whose dogs are kept; of the single REINFORCE dogs every update is."""
SEEDS = 100
FOLLOWED = ("follow the lips", "follow neither reliably", "follow the voice")
"""What runs may do where voice and lips disagree, by their mean dog."""


@lru_cache(maxsize=64)  # both sweeps have 30
def train_dogs(
    way: Way, distinguishing: float, *, lips_clarity: float = 1.0, seeds: int = SEEDS
) -> Training:
    """Trains dogs from the seeds 0, 1, 2 ...; a second call returns the same training.

    Args:
        way: "breeding" or "REINFORCE".
        distinguishing: Share of commands in which the lips say the other word.
        lips_clarity: See the environment.
        seeds: Number of runs.

    Raises:
        ValueError: If there is no such way.
    """
    if way not in WAYS:
        raise ValueError(f"way must be one of {', '.join(WAYS)}, not {way!r}.")
    if way == "breeding":
        return breed(
            distinguishing=distinguishing, lips_clarity=lips_clarity, seeds=range(seeds),
            keep=ROUNDS,
        )  # fmt: skip
    return reinforce(distinguishing=distinguishing, lips_clarity=lips_clarity, seeds=range(seeds))


@dataclass(frozen=True)
class DogSweep:
    """Both trainings at several values of one setting."""

    values: tuple[float, ...]
    """Shares of distinguishing commands, or clarities of the lips."""
    trainings: dict[Way, tuple[Training, ...]]
    """Way of training -> one training for each value."""


def sweep_shares(*, seeds: int = SEEDS, progress: bool = False) -> DogSweep:
    """Trains dogs in both ways at every share of `SHARES`.

    Args:
        seeds: Number of runs in each.
        progress: Whether to show a progress bar.
    """
    return _sweep([(way, share, 1.0) for way in WAYS for share in SHARES], SHARES, seeds, progress)


CLARITIES = (0.5, 0.7, 0.85, 1.0, 1.2, 1.4, 2.0)
"""How much clearer the lips are than the voice."""


def sweep_clarities(*, seeds: int = SEEDS, progress: bool = False) -> DogSweep:
    """Trains dogs in both ways with lips of every clarity of `CLARITIES`, cues always together."""
    runs = [(way, 0.0, clarity) for way in WAYS for clarity in CLARITIES]
    return _sweep(runs, CLARITIES, seeds, progress)


def _sweep(
    runs: list[tuple[Way, float, float]], values: tuple[float, ...], seeds: int, progress: bool
) -> DogSweep:
    done: dict[Way, list[Training]] = {way: [] for way in WAYS}
    with Progress(len(runs), "training", shown=progress) as bar:
        for i, (way, share, clarity) in enumerate(runs):
            done[way].append(train_dogs(way, share, lips_clarity=clarity, seeds=seeds))
            bar.advance_to(i + 1, way)
    return DogSweep(values, {way: tuple(trainings) for way, trainings in done.items()})


def by_followed(training: Training, rates: Numbers) -> dict[str, Numbers]:
    """Returns a rate of each run, split by what the run follows where voice and lips disagree.

    Args:
        training: The runs.
        rates: One number for each of them, `(seeds,)`.

    Returns:
        "follow the lips", "follow neither reliably" and "follow the voice", in this order -> the
        rates of such runs.
    """
    against = training.voice_rates("apart")
    voice, lips = against >= RELIABLE, against <= 1 - RELIABLE  # the lips' rate is 1 - against
    runs = (lips, ~(voice | lips), voice)
    return {name: rates[where] for name, where in zip(FOLLOWED, runs, strict=True)}
