"""What is trained and measured for the CoinRun chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from misgen.core.env import Frame
from misgen.core.settings import PPOSettings
from misgen.learn.trial import train_and_measure
from misgen.ledger.experiment import Outcome
from misgen.ledger.runs import Config, Run
from misgen.topics.coinrun.evaluations import TESTS

SETTINGS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Values of `distinguishing` on the slider."""
SEEDS = tuple(range(10))
LEVEL_COUNTS = (10, 30, 100, 300, 1000)
"""Numbers of training levels in the figure on level diversity."""
STEPS = PPOSettings().steps
LONG = 27
"""Columns of a level that is long enough to show something."""


class CoinRunExperiment:
    """The dial, the coin in the last fifth, level diversity, and the untrained agents."""

    name = "coinrun"
    environment = "CoinRun"
    packages = ("numpy", "torch", "stable-baselines3", "gymnasium")

    def grid(self) -> list[Config]:
        """All trials: figure by figure, seed by seed."""
        dial = [_config(share, seed) for share in SETTINGS for seed in SEEDS]
        right_fifth = [_config(1.0, seed, placement="right_fifth") for seed in SEEDS]
        few_levels = [
            _config(share, seed, levels=count)
            for count in LEVEL_COUNTS
            for share in (0.0, 0.1)  # without and with levels that tell the goals apart
            for seed in SEEDS
        ]
        untrained = [_config(0.0, seed, steps=0) for seed in SEEDS]
        return dial + right_fifth + few_levels + untrained

    def run(self, config: Config) -> Outcome:
        """Trains and measures one agent."""
        return Outcome(*train_and_measure("CoinRun", config, TESTS))

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Publish the results, the agents of the dial and of the last fifth, and the replays."""
        from misgen.ledger.publishing import publish
        from misgen.ledger.recording import Recording, first_levels

        recording = Recording(agents=_is_on_dial, levels=first_levels("CoinRun", _is_long))
        publish("CoinRun", runs, folder, with_agent=_is_shipped, recording=recording)


def _config(distinguishing: float, seed: int, *, steps: int = STEPS, **options: Any) -> Config:
    return {"distinguishing": distinguishing, "seed": seed, "steps": steps, "options": options}


def _is_shipped(config: Mapping[str, Any]) -> bool:
    """Agents of limited levels are measured but not shipped: no page runs them."""
    return config["steps"] > 0 and "levels" not in config["options"]


def _is_on_dial(config: Mapping[str, Any]) -> bool:
    return config["steps"] > 0 and not config["options"]


def _is_long(frame: Frame) -> bool:
    columns = frame.cells.shape[1] - 1  # the end wall is not counted
    return bool(columns >= LONG)


EXPERIMENT = CoinRunExperiment()
