"""CoinRun through time: agents kept in the course of training, each measured on new levels.

All settings were decided before the first run of the ledger; they come from a smaller study.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from misgen.core.measure import count_outcomes
from misgen.core.policy import Policy
from misgen.core.registry import environment, make
from misgen.learn.trial import TEST_SEED
from misgen.ledger.experiment import Outcome
from misgen.ledger.runs import Config, Run

SHARES = (0.0, 0.01, 0.02, 0.05, 0.25)
"""Values of `distinguishing` in training."""
SEEDS = tuple(range(10))
UPDATES = (0, 1, 4, 8, 12, 17, 22, 27, 34, 40, 47, 54, 62, 70, 78, 86, 95, 104, 113, 123)
"""After how many updates an agent is kept: k ** 1.5, scaled, as early ones change more."""
EPISODES = 1000
"""In each test of each agent."""
TESTS: dict[str, dict[str, Any]] = {
    "ordinary": {"distinguishing": 0.0},
    "shifted": {"distinguishing": 1.0},
    "erased": {"distinguishing": 1.0, "control": "erased"},
}


class ThroughTimeExperiment:
    """The shares, each with agents of all moments."""

    name = "through_time"
    packages = ("numpy", "torch", "stable-baselines3", "gymnasium")

    def grid(self) -> list[Config]:
        """All trainings: share by share, seed by seed."""
        return [{"distinguishing": share, "seed": seed} for share in SHARES for seed in SEEDS]

    def run(self, config: Config) -> Outcome:
        """Trains one agent, and measures it as it was after each of `UPDATES`."""
        return Outcome(measured(config, UPDATES, EPISODES))

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Publishes the outcomes."""
        from misgen.ledger.publishing import publish_table

        publish_table(runs, folder)


def measured(config: Config, updates: Sequence[int], episodes: int) -> dict[str, Any]:
    """Returns after how many steps an agent was kept, and the outcomes of its tests each time.

    Args:
        config: `distinguishing` and `seed` of the training.
        updates: After how many updates the agent is kept, increasing.
        episodes: How many there are in each test; they are the same levels each time.
    """
    from misgen.learn.moments import agents_after  # here, as reading the grid needs no torch

    settings, seed = environment("CoinRun").ppo, config["seed"]
    share = config["distinguishing"]
    env = make("CoinRun", settings.num_envs, distinguishing=share, seed=seed)
    agents = [agent.rounded() for agent in agents_after(env, settings, seed, updates)]
    return {
        "steps": [update * settings.rollout_steps * settings.num_envs for update in updates],
        "episodes": episodes,
        "counts": {test: [_counts(agent, test, seed, episodes) for agent in agents]
                   for test in TESTS},
    }  # fmt: skip


def _counts(agent: Policy, test: str, seed: int, episodes: int) -> list[int]:
    """Returns how many episodes had each of `OUTCOMES`."""
    return count_outcomes(
        agent, "CoinRun", episodes=episodes, seed=seed + TEST_SEED, **TESTS[test]
    ).tolist()


EXPERIMENT = ThroughTimeExperiment()
