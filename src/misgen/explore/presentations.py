"""How the explorers of replays tell the results of an environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from misgen.explore.study import Words


@dataclass(frozen=True, eq=False)
class Presentation:
    """The words for one environment, and which part of its ledger they are about."""

    env: str
    """Name of the environment."""
    words: Words
    levels: str = ""
    """Which levels the replays show, as the end of a sentence, if they were chosen."""
    tests: Mapping[str, tuple[str, str]] = field(
        default_factory=lambda: {
            "goal": ("shifted", "goal"),
            "proxy": ("shifted", "proxy"),
            "died": ("shifted", "died"),
            "accidental": ("erased", "goal"),
        }
    )
    """Measure of the explorers -> test and rate of the ledger."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Options of the environment in the training of the agents that are shown."""
