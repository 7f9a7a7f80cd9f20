"""Explorers: interactive figures that work in Jupyter, in Colab, and on the page without Python.

This package imports anywidget; `import misgen` does not import this package.
"""

from __future__ import annotations

from misgen.explore.base import Explorer
from misgen.explore.dial import Dial
from misgen.explore.duel import Duel
from misgen.explore.predict import Predict
from misgen.explore.quiz import Option, Question, Quiz
from misgen.explore.study import Source, Study, Words

EXPLORERS: dict[str, type[Explorer]] = {
    explorer.module: explorer for explorer in (Dial, Predict, Duel, Quiz)
}
"""Name of an explorer -> its class."""

__all__ = [
    "EXPLORERS",
    "Dial",
    "Duel",
    "Explorer",
    "Option",
    "Predict",
    "Question",
    "Quiz",
    "Source",
    "Study",
    "Words",
    "build",
]


def build(name: str, env: str) -> Explorer:
    """Return an explorer filled with the published results of an environment.

    Args:
        name: One of `EXPLORERS`.
        env: Name of an environment, such as "CoinRun".

    Raises:
        ValueError: If there is no such explorer, or it has no data for the environment.
    """
    if name not in EXPLORERS:
        raise ValueError(f"There is no explorer {name!r}; choose one of {', '.join(EXPLORERS)}.")
    from misgen.explore import sources  # the ledger, which a reader's own data does not need

    explorer: Explorer = getattr(sources, name)(env)
    return explorer
