"""Five agents that together were trained as long as one: an ensemble for one budget.

The settings are those of `misgen.topics.mitigations`, but for the steps of each agent.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from misgen.core.registry import environment
from misgen.ledger.experiment import Outcome
from misgen.ledger.runs import Config, Run
from misgen.topics.mitigations.experiment import EPISODES, SEEDS, SHARES, WORLDS


class SharedBudgetExperiment:
    """Agents of a fifth of the usual steps, one by one and five together."""

    name = "shared_budget"
    packages = ("numpy", "torch", "stable-baselines3", "gymnasium")

    def grid(self) -> list[Config]:
        """All runs; the agents of a setting share one with their ensembles."""
        return [
            {"method": "random", "world": world, "distinguishing": share, "seeds": list(SEEDS)}
            for world in WORLDS for share in SHARES
        ]  # fmt: skip

    def run(self, config: Config) -> Outcome:
        """Trains and measures what the configuration says."""
        from misgen.topics.mitigations.trial import MEMBERS, run_of

        steps = environment(config["world"]).ppo.steps // MEMBERS
        return Outcome(run_of(config, steps, EPISODES))

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Publishes the outcomes; no agent."""
        from misgen.ledger.publishing import publish_table

        publish_table(runs, folder)


EXPERIMENT = SharedBudgetExperiment()
