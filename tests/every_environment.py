"""What the tests share that hold for every environment of the registry."""

from __future__ import annotations

import numpy as np

from misgen.core.env import Events
from misgen.core.registry import environment

EVENTS = set(Events.__dataclass_fields__)
STEPS = 120  # several episodes of every environment of the book that has episodes


def random_actions(name: str, num_envs: int, seed: int = 0) -> np.ndarray:
    count = len(environment(name).action_names)
    return np.random.default_rng(seed).integers(0, count, (STEPS, num_envs))


def assert_episodes_ended(name: str, ends: int) -> None:
    """None of an environment that never ends, and enough to test with of any other."""
    assert ends == 0 if environment(name).continuing else ends > 16
