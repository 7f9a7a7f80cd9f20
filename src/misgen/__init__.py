"""Worlds, measures and explorers of the book Right Skill, Wrong Goal.

    agent = misgen.train("CoinRun", distinguishing=0.0, seed=0, progress=True)
    report = misgen.evaluate(agent, "CoinRun", distinguishing=1.0, seed=1)

Everything listed here is public; everything else may change. Importing the package needs NumPy
alone: torch, gymnasium, plotly and anywidget are imported where they are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from misgen.core.intervals import Estimate, over_seeds, wilson
from misgen.core.measure import Report, evaluate
from misgen.core.policy import Policy, load
from misgen.core.registry import ENVIRONMENTS, make
from misgen.core.replay import Replay, record
from misgen.core.settings import PPOSettings
from misgen.ledger.published import (
    published,
    replays,
    results,
    table,
)

__version__ = "0.1.0"


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
    """Train one agent with stable-baselines3's PPO; see `misgen.learn.sb3.train`."""
    from misgen.learn import sb3

    return sb3.train(
        name, distinguishing=distinguishing, seed=seed, settings=settings, steps=steps, until=until,
        options=options, progress=progress,
    )  # fmt: skip


__all__ = [
    "ENVIRONMENTS", "Estimate", "PPOSettings", "Policy", "Replay", "Report", "evaluate", "load",
    "make", "over_seeds", "published", "record", "replays", "results", "table", "train", "wilson",
]  # fmt: skip
