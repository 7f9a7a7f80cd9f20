"""Worlds, measures and explorers of the book Right Skill, Wrong Goal.

    agent = misgen.train("CoinRun", distinguishing=0.0, seed=0, progress=True)
    report = misgen.evaluate(agent, "CoinRun", distinguishing=1.0, seed=1)

Everything listed here is public; everything else may change. Importing the package needs NumPy
alone: torch, gymnasium, plotly and anywidget are imported where they are used.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from misgen.core.intervals import Estimate, over_seeds, wilson
from misgen.core.measure import Report, evaluate
from misgen.core.policy import Policy, load
from misgen.core.registry import ENVIRONMENTS, make
from misgen.core.replay import Replay, record
from misgen.core.settings import PPOSettings
from misgen.ledger.published import published, replays, results, table

__version__ = "0.1.0"


if TYPE_CHECKING:
    from misgen.learn.sb3 import train


def __getattr__(name: str) -> Callable[..., Policy]:
    """Returns `train` when it is first asked for, because torch takes seconds to import."""
    if name != "train":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from misgen.learn import sb3
    except ModuleNotFoundError as error:
        raise _not_installed(str(error.name)) from error

    @functools.wraps(sb3.train)
    def train(*args: Any, **kwargs: Any) -> Policy:
        # A frame of its own: the trainer warns at the line that called its caller.
        return sb3.train(*args, **kwargs)

    train.__module__ = __name__  # where pickle finds it again
    return globals().setdefault("train", train)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _not_installed(package: str) -> ImportError:
    return ImportError(
        f"misgen.train needs {package!r}, which is not installed: pip install 'misgen[train]'."
    )


__all__ = [
    "ENVIRONMENTS", "Estimate", "PPOSettings", "Policy", "Replay", "Report", "evaluate", "load",
    "make", "over_seeds", "published", "record", "replays", "results", "table", "train", "wilson",
]  # fmt: skip
