"""What the ledger holds of the dogs: networks, beside which a reader trains one of their own.

The chapter's figures are of dogs with two weights, which its cells train.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from misgen.learn.trial import Test, train_and_measure
from misgen.ledger.experiment import Outcome
from misgen.ledger.runs import Config, Run
from misgen.topics.dogs.env import Dogs
from misgen.topics.dogs.sweeps import SHARES

CLARITIES = (0.0, 0.5, 2.0, 4.0)
"""How clear the lips are where nothing tells them and the voice apart; otherwise 1."""
SEEDS = tuple(range(10))


class DogsExperiment:
    """The share of distinguishing commands, and the clarity of the lips."""

    name = "dogs"
    packages = ("numpy", "torch", "stable-baselines3", "gymnasium")

    def grid(self) -> list[Config]:
        """All trials: setting by setting, seed by seed."""
        shares = [_config(share, seed) for share in SHARES for seed in SEEDS]
        clarities = [
            _config(0.0, seed, lips_clarity=clarity) for clarity in CLARITIES for seed in SEEDS
        ]
        return shares + clarities

    def run(self, config: Config) -> Outcome:
        """Trains and measures one dog, which meets lips as clear as those of its training."""
        options = config["options"]
        tests = {
            "ordinary": Test(distinguishing=0.0, options=options),
            "shifted": Test(distinguishing=1.0, options=options),
            "erased": Test(distinguishing=1.0, control="erased", options=options),
        }
        return Outcome(*train_and_measure("Dogs", config, tests))

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Publish the results; no page runs these dogs."""
        from misgen.ledger.publishing import publish

        publish("Dogs", runs, folder)


def _config(distinguishing: float, seed: int, **options: Any) -> Config:
    steps = Dogs.ppo.steps
    return {"distinguishing": distinguishing, "seed": seed, "steps": steps, "options": options}


EXPERIMENT = DogsExperiment()
