"""What is trained and measured in the coin grid, for the chapter on distributions and shift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from misgen.learn.trial import train_and_measure
from misgen.ledger.experiment import Outcome
from misgen.ledger.runs import Config, Run
from misgen.topics.coin_grid.env import ENCODINGS, CoinGrid
from misgen.topics.coin_grid.evaluations import tests_of

SETTINGS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)
"""Values of `distinguishing` in training."""
SEEDS = tuple(range(6))
STEPS = CoinGrid.ppo.steps
LENGTHS = (100_000, 200_000, 400_000)
"""Training steps in the figure on time."""
LENGTHS_SHARE = 0.02  # 2 %, one of `SETTINGS`
"""The value of `distinguishing` in that figure."""
SHIPPED_ENCODING, SHIPPED_SHARES = "cell", (0.0, 0.25)
"""Agents that the explorer of policies and visits shows."""


class CoinGridExperiment:
    """Encoding against `distinguishing`, and encoding against the length of the training."""

    name = "coin_grid"
    packages = ("numpy", "torch", "stable-baselines3", "gymnasium")

    def grid(self) -> list[Config]:
        """All trials: figure by figure, encoding by encoding, seed by seed."""
        shares = [
            _config(encoding, share, STEPS, seed)
            for encoding in ENCODINGS
            for share in SETTINGS
            for seed in SEEDS
        ]
        lengths = [
            _config(encoding, LENGTHS_SHARE, steps, seed)
            for encoding in ENCODINGS
            for steps in LENGTHS
            if steps != STEPS  # these are among `shares`
            for seed in SEEDS
        ]
        return shares + lengths

    def run(self, config: Config) -> Outcome:
        """Trains and measures one agent."""
        tests = tests_of(config["options"]["encoding"])
        return Outcome(*train_and_measure("CoinGrid", config, tests))

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Publish the results, and the agents of one explorer."""
        from misgen.ledger.publishing import publish

        publish("CoinGrid", runs, folder, with_agent=is_shipped)


def _config(encoding: str, distinguishing: float, steps: int, seed: int) -> Config:
    options = {"encoding": encoding}
    return {"distinguishing": distinguishing, "seed": seed, "steps": steps, "options": options}


def is_shipped(config: Mapping[str, Any]) -> bool:
    """Tells whether the agent of a run is published: the explorer of visits shows it."""
    return (
        config["options"]["encoding"] == SHIPPED_ENCODING
        and config["distinguishing"] in SHIPPED_SHARES
    )


EXPERIMENT = CoinGridExperiment()
