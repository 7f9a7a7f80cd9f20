"""How strictly the dogs are trained: selection strength, mutation and learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from misgen.learn.progress import Progress
from misgen.topics.dogs.reinforce import ReinforceSettings, reinforce
from misgen.topics.dogs.selection import SelectionSettings, breed
from misgen.topics.dogs.training import Training

Floats = NDArray[np.float64]

SHARES = (0.0, 0.02, 0.05, 0.1)
"""Shares of commands in which the lips say the other word."""
KEPT = (0.1, 0.2, 0.5)
MUTATIONS = (0.0, 0.1, 0.3)
LEARNING_RATES = (0.1, 0.3, 1.0)
SEEDS = 40


def strictness_rates(*, seeds: int = SEEDS, progress: bool = False) -> tuple[Floats, Floats]:
    """Return how often each run does what the voice says, voice against lips, after training.

    Args:
        seeds: Number of runs of each training; their seeds are 0, 1, 2 ...
        progress: Whether to show a progress bar.

    Returns:
        Of breeding, `(KEPT, MUTATIONS, runs, SHARES)`, and of REINFORCE,
        `(LEARNING_RATES, runs, SHARES)`.
    """
    settings = list(product(KEPT, MUTATIONS))
    bred = []
    with Progress(len(settings), "setting", shown=progress) as bar:
        for i, (kept, mutation) in enumerate(settings):
            bred.append(_bred(kept, mutation, seeds))
            bar.advance_to(i + 1, f"{kept:g} kept, mutation {mutation:g}")
    learned = np.array([_learned(rate, seeds) for rate in LEARNING_RATES])
    return np.array(bred).reshape(len(KEPT), len(MUTATIONS), *bred[0].shape), learned


@lru_cache(maxsize=32)
def _bred(kept: float, mutation: float, seeds: int) -> Floats:
    settings = SelectionSettings(kept=kept, mutation=mutation)
    last = [settings.generations]
    return _voice_rates(
        [breed(distinguishing=x, seeds=range(seeds), settings=settings, keep=last) for x in SHARES]
    )


@lru_cache(maxsize=32)
def _learned(rate: float, seeds: int) -> Floats:
    settings = ReinforceSettings(learning_rate=rate)
    return _voice_rates(
        [reinforce(distinguishing=x, seeds=range(seeds), settings=settings) for x in SHARES]
    )


def _voice_rates(trainings: Sequence[Training]) -> Floats:
    return np.stack([training.voice_rates() for training in trainings], axis=1)
