"""What would help, at equal budget, in CoinRun and in the coin grid.

All settings were decided before the first run of the ledger; they come from a smaller study.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from misgen.core.registry import environment
from misgen.ledger.experiment import Outcome
from misgen.ledger.runs import Config, Run

WORLDS = ("CoinRun", "CoinGrid")
SHARES = (0.0, 0.001, 0.01, 0.1)
"""Distinguishing levels that there are: the share of them among all levels that can be drawn."""
SEEDS = tuple(range(8))
EPISODES = 1000
"""In each test of each agent."""


class MitigationsExperiment:
    """Random levels with ensembles of their agents, levels by regret, and two heads."""

    name = "mitigations"
    packages = ("numpy", "torch", "stable-baselines3", "gymnasium")

    def grid(self) -> list[Config]:
        """All runs, method by method; the agents of random levels share a run with ensembles."""
        random = [
            {"method": "random", "world": world, "distinguishing": share, "seeds": list(SEEDS)}
            for world in WORLDS for share in SHARES
        ]  # fmt: skip
        regret = [
            {"method": "regret", "world": world, "distinguishing": share, "seed": seed}
            for world in WORLDS for share in SHARES for seed in SEEDS
        ]  # fmt: skip
        heads = [
            {"method": "heads", "world": world, "seed": seed}
            for world in WORLDS for seed in SEEDS
        ]  # fmt: skip
        return [*regret, *random, *heads]

    def run(self, config: Config) -> Outcome:
        """Trains and measures what the configuration says."""
        from misgen.topics.mitigations.trial import run_of

        return Outcome(run_of(config, environment(config["world"]).ppo.steps, EPISODES))

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Publishes the outcomes; no agent."""
        from misgen.ledger.publishing import publish_table

        publish_table(runs, folder)


EXPERIMENT = MitigationsExperiment()
