"""One trial: train an agent, round it as it is published, and measure it in every test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.measure import count_outcomes

EPISODES = 2000
TEST_SEED = 1_000_000
"""Plus the training seed: far from every training seed, so that no test level was trained on.

Each seed meets levels of its own, so that the spread over seeds contains the chance of the levels.
The same seed of another setting meets the same ones.
"""


@dataclass(frozen=True)
class Test:
    """A distribution of test levels."""

    distinguishing: float
    control: str = "none"
    options: Mapping[str, Any] | None = None
    among: str | None = None
    """Property of the environment that says which episodes count; by default all do."""
    training_levels: bool = False
    """Whether to use the very levels of the training instead of unseen ones."""


def train_and_measure(
    name: str, config: Mapping[str, Any], tests: Mapping[str, Test]
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Runs one trial.

    Args:
        name: Name of the environment.
        config: `distinguishing`, `seed`, `steps` and `options` of the training.
        tests: The tests, by the name of their result.

    Returns:
        For each test how many of the `EPISODES` episodes had each outcome, as JSON; and the agent's
        weights as float16. It is the rounded agent that is measured.
    """
    from misgen.learn.sb3 import train  # here, as reading `Test` needs no torch

    agent = train(
        name, distinguishing=config["distinguishing"], seed=config["seed"],
        steps=config["steps"], options=config["options"],
    ).rounded()  # fmt: skip
    counts = {
        label: count_outcomes(
            agent, name, distinguishing=_share(test, config), episodes=EPISODES,
            seed=config["seed"] + (0 if test.training_levels else TEST_SEED), control=test.control,
            options=_options(test, config), among=test.among,
        ).tolist()
        for label, test in tests.items()
    }  # fmt: skip
    return {"episodes": EPISODES, "counts": counts}, agent.to_arrays(np.float16)


def _share(test: Test, config: Mapping[str, Any]) -> float:
    return float(config["distinguishing"]) if test.training_levels else test.distinguishing


def _options(test: Test, config: Mapping[str, Any]) -> Mapping[str, Any]:
    return config["options"] if test.training_levels else dict(test.options or {})
