"""Explorers: interactive figures that work in Jupyter, in Colab, and on the page without Python.

This package imports anywidget; `import misgen` does not import this package.
"""

from __future__ import annotations

from misgen.explore.assistant import AssistantExplorer
from misgen.explore.assistant_ledger import assistant_explorer
from misgen.explore.base import Explorer
from misgen.explore.book_map import BookMap
from misgen.explore.cases import Cases
from misgen.explore.coin_line import CoinLineExplorer
from misgen.explore.dial import Dial
from misgen.explore.dogs import hundred_dogs
from misgen.explore.dogs_strictness import strict_trainer
from misgen.explore.duel import Duel
from misgen.explore.forest import Forest
from misgen.explore.painter import Painter
from misgen.explore.panel import Panel
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.panel_parts import Bars, Cells, Line, Lines
from misgen.explore.predict import Predict
from misgen.explore.quiz import Option, Question, Quiz
from misgen.explore.study import Source, Study, Words
from misgen.explore.taxonomy import Taxonomy

EXPLORERS: dict[str, type[Explorer]] = {
    explorer.module: explorer
    for explorer in (
        Dial,
        Predict,
        Duel,
        Quiz,
        Panel,
        Painter,
        CoinLineExplorer,
        Forest,
        AssistantExplorer,
        Taxonomy,
        BookMap,
        Cases,
    )
}
"""Name of an explorer -> its class."""

__all__ = [
    "EXPLORERS",
    "AssistantExplorer",
    "Bars",
    "BookMap",
    "Cases",
    "Cells",
    "CoinLineExplorer",
    "Control",
    "Dial",
    "Duel",
    "Explorer",
    "Forest",
    "Line",
    "Lines",
    "Option",
    "Painter",
    "Panel",
    "Predict",
    "Question",
    "Quiz",
    "Reading",
    "Source",
    "Study",
    "Taxonomy",
    "Words",
    "assistant_explorer",
    "build",
    "hundred_dogs",
    "strict_trainer",
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

    if not hasattr(sources, name):
        raise ValueError(
            f"A {name} is not filled from the ledger of an environment; call the function of the "
            "chapter's module that makes it."
        )
    explorer: Explorer = getattr(sources, name)(env)
    return explorer
