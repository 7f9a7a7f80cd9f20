"""The environments of the book, by name."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from misgen.envs.base import BatchedEnv, Events, Frame, Step

ENVIRONMENTS = {
    "CoinGrid": "misgen.envs.coin_grid",
    "CoinLine": "misgen.envs.coin_line",
    "CoinRun": "misgen.envs.coinrun",
    "Dogs": "misgen.envs.dogs",
    "Scheduling": "misgen.envs.scheduling",
    "TreeGridworld": "misgen.envs.tree_gridworld",
}
"""Name of each environment and the module that holds the class of that name."""


def environment(name: str) -> type[BatchedEnv]:
    """Return the class of an environment.

    >>> environment("CoinRun").__name__
    'CoinRun'

    Raises:
        ValueError: If there is no environment of that name.
    """
    if name not in ENVIRONMENTS:
        known = ", ".join(sorted(ENVIRONMENTS))
        raise ValueError(f"There is no environment {name!r}; the book has: {known}.")
    env_class: type[BatchedEnv] = getattr(import_module(ENVIRONMENTS[name]), name)
    return env_class


def make(name: str, num_envs: int, **options: Any) -> BatchedEnv:
    """Create a batch of environments by name; `options` are those of its class.

    >>> make("CoinRun", 2, distinguishing=1.0, seed=0).reset().shape
    (2, 310)
    """
    env_class: Any = environment(name)
    env: BatchedEnv = env_class(num_envs, **options)
    return env


__all__ = ["ENVIRONMENTS", "BatchedEnv", "Events", "Frame", "Step", "environment", "make"]
