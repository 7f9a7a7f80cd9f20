"""What is measured for the four scenarios: agents of levels with hazards or without, 0 % or 50 %.

Those of levels with hazards are published with the CoinRun chapter.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from misgen.core.settings import PPOSettings
from misgen.learn.trial import EPISODES
from misgen.ledger.experiment import Outcome
from misgen.ledger.runs import Config, Run

SHARES = (0.0, 0.5)
"""Values of `distinguishing` in training: without levels that tell the goals apart, and with."""
SEEDS = tuple(range(10))
STEPS = PPOSettings().steps


class FourScenariosExperiment:
    """Agents for each corner, and untrained ones."""

    name = "four_scenarios"
    packages = ("numpy", "torch", "stable-baselines3", "gymnasium")

    def grid(self) -> list[Config]:
        """All trials: corner by corner, seed by seed."""
        trained = [
            config_of(share, seed, hazards=hazards)
            for hazards in (False, True)
            for share in SHARES
            for seed in SEEDS
        ]
        return trained + [config_of(0.0, seed, hazards=True, steps=0) for seed in SEEDS]

    def run(self, config: Config) -> Outcome:
        """Measures one agent, after training it unless the CoinRun chapter has."""
        from misgen.topics.four_scenarios.trial import agent_of, measured

        agent = agent_of(config)
        return Outcome(measured(agent, config["seed"], EPISODES), agent.to_arrays())

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Publishes the outcomes, and replays of the trained agents."""
        from misgen.ledger.publishing import publish_table
        from misgen.topics.four_scenarios.recordings import publish_recordings

        publish_table(runs, folder)
        publish_recordings([run for run in runs if run.config["steps"]], folder)


def config_of(share: float, seed: int, *, hazards: bool, steps: int = STEPS) -> Config:
    """Returns the configuration of a run."""
    return {
        "distinguishing": share, "seed": seed, "steps": steps, "options": {"hazards": hazards},
    }  # fmt: skip


EXPERIMENT = FourScenariosExperiment()
