"""Worlds, measures and explorers of the book Right Skill, Wrong Goal.

    agent = misgen.train("CoinRun", distinguishing=0.0, seed=0, progress=True)
    report = misgen.evaluate(agent, "CoinRun", distinguishing=1.0, seed=1)

Everything listed here is public; everything else may change. Importing the package needs NumPy
alone: torch, gymnasium, plotly and anywidget are imported where they are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from misgen.core.interrupts import held, import_whole
from misgen.core.intervals import Estimate, over_seeds, wilson
from misgen.core.measure import Report, evaluate
from misgen.core.policy import Policy, load
from misgen.core.registry import ENVIRONMENTS, make
from misgen.core.replay import Replay, record
from misgen.core.settings import PPOSettings
from misgen.ledger.published import published, replays, results, table

__all__ = [
    "ENVIRONMENTS", "Estimate", "PPOSettings", "Policy", "Replay", "Report", "evaluate", "load",
    "make", "over_seeds", "published", "record", "replays", "results", "table", "train", "wilson",
]  # fmt: skip
__version__ = "0.2.0"

import_whole("torch")  # whose import cannot be repeated in a process that interrupted it


def train(
    name: str,
    *,
    distinguishing: float = 0.0,
    seed: int,
    settings: PPOSettings | None = None,
    steps: int | None = None,
    until: float | None = None,
    options: Mapping[str, Any] | None = None,
    progress: bool = False,
) -> Policy:
    """Trains one agent with stable-baselines3's PPO.

    Interrupting the run (Ctrl-C, or the stop button of a notebook) keeps the agent so far.

    Args:
        name: Name of the environment, such as "CoinRun".
        distinguishing: Share of training episodes in which goal and proxy come apart.
        seed: Seed of the levels, the first weights and the actions.
        settings: Settings of the learner; by default those of the environment.
        steps: Environment steps; overrides the number in `settings`.
        until: Stop earlier, once this share of the latest 1,000 episodes reached the goal.
        options: Further options of the environment, such as `{"levels": 100}`.
        progress: Whether to show a progress bar with the mean return and the time left.

    Returns:
        The agent; its `notes` say how it was trained, and whether the run was interrupted.

    Raises:
        ValueError: If there is no such environment or an argument is out of range.
        ImportError: If stable-baselines3 or torch is not installed.
    """
    with held():  # the learner hears interruptions between two updates
        try:
            from misgen.learn import sb3  # torch takes seconds to import
        except ModuleNotFoundError as error:
            raise ImportError(
                f"misgen.train needs {error.name!r}, which is not installed: "
                "pip install 'misgen[train]'."
            ) from error
        return sb3.train(
            name,
            distinguishing=distinguishing,
            seed=seed,
            settings=settings,
            steps=steps,
            until=until,
            options=options,
            progress=progress,
        )
