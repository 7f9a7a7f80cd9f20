"""The global random states, which stable-baselines3 draws from: lent to one training at a time."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Iterator

import numpy as np

from misgen.core.extras import extra

with extra("train", "Training with stable-baselines3"):
    import torch

MOST_SEED = 2**32 - 1
"""The largest seed that NumPy's global state takes."""

# Not a plain lock: a callback of a training may train another agent.
_TURN = threading.RLock()


@contextlib.contextmanager
def borrowed_randomness() -> Iterator[None]:
    """Holds the global random states of Python, NumPy and torch, and leaves them as they were.

    Trainings in several threads take turns, so that each comes out as it does alone. A thread of
    the reader that draws from these states meanwhile does spoil that: give it a generator.
    """
    with _TURN:
        python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002  # it is global
        try:
            with torch.random.fork_rng(devices=[]):
                yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002
