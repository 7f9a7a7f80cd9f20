"""What makes the end easier to learn than the coin: one change at a time, with and without 1 %.

All settings were decided before the first run of the ledger; they come from a smaller study.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from misgen.core.settings import PPOSettings
from misgen.learn.trial import EPISODES
from misgen.ledger.experiment import Outcome
from misgen.ledger.runs import Config, Run
from misgen.topics.why_the_end.hypotheses import Setting, all_settings

SHARES = (0.0, 0.01)
"""Values of `distinguishing` in training: none, and so few that learning is under way."""
SEEDS = tuple(range(8))
STEPS = PPOSettings().steps


class WhyTheEndExperiment:
    """Every change at both shares."""

    name = "why_the_end"
    packages = ("numpy", "torch", "stable-baselines3", "gymnasium")

    def grid(self) -> list[Config]:
        """All trials: setting by setting, seed by seed."""
        return [
            config_of(setting, share, seed)
            for setting in all_settings().values()
            for share in SHARES
            for seed in SEEDS
        ]

    def run(self, config: Config) -> Outcome:
        """Trains and measures one agent."""
        from misgen.topics.why_the_end.trial import counts_of

        return Outcome({"episodes": EPISODES, "counts": counts_of(config, EPISODES)})

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Publishes the outcomes; no agent, as each sees something else."""
        from misgen.ledger.publishing import publish_table

        publish_table(runs, folder)


def config_of(setting: Setting, share: float, seed: int) -> Config:
    """Returns the configuration of a run."""
    return {
        "distinguishing": share, "seed": seed, "steps": STEPS,
        "options": dict(setting.options), "learner": dict(setting.learner),
    }  # fmt: skip


EXPERIMENT = WhyTheEndExperiment()
