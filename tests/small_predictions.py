"""A guess and a sketch about nothing, for tests of the kit."""

from __future__ import annotations

from typing import Any

import numpy as np

from misgen.explore import Answer, Guess, Line, Lines, Sketch, Source
from misgen.explore.base import Sentence

OUTCOME: Sentence = [("", "It took "), ("goal", "54 of 100"), ("", " of them.")]
ANSWERS = (Answer("It takes `coins`.", "It saw them."), Answer("It runs on.", "The end was near."))
PLACES = (0.0, 0.01, 0.1, 0.25)
SEEDS = np.array([[0.1, 0.2, 0.7, 0.9], [0.1, 0.4, 0.5, 0.9], [0.1, 0.3, 0.6, 0.9]])
"""Rates, `(seeds, places)`."""
SOURCE = Source("2 agents & <few> levels.", "how.html", "colab.html")


def guess(**options: Any) -> Guess:
    """Returns a guess with two answers, in the maze that no chapter has."""
    return Guess("maze.coins", "What does it take?", ANSWERS, outcome=OUTCOME, **options)


def chart(**options: Any) -> Lines:
    """Returns the axes of the sketch, and three measured seeds with their mean and range."""
    line = Line(
        "Measured", "first", SEEDS.mean(axis=0), SEEDS.min(axis=0), SEEDS.max(axis=0), SEEDS
    )
    given: dict[str, Any] = {
        "x": PLACES, "x_label": "Distinguishing levels",
        "x_ticks": [(x, f"{x:.0%}") for x in PLACES], "y_label": "of test levels",
        "y_range": (0.0, 1.0), "y_ticks": [(0.0, "0 %"), (1.0, "100 %")], "lines": [line],
        "even_x": True, "format": "percent",
    }  # fmt: skip
    return Lines("Rate of coins", **(given | options))


def sketch(**options: Any) -> Sketch:
    """Returns a sketch over four places."""
    return Sketch(
        "maze.share", "How does the rate grow?", chart(), outcome=OUTCOME, source=SOURCE, **options
    )
