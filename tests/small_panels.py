"""A panel with every kind of control and every kind of part, small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from misgen.explore import Bars, Cells, Control, Line, Lines, Panel, Reading, Source

SHARES = (0, 1, 2, 5, 10)
STEPS = (0, 250, 500, 1000)
RATES = np.array(
    [[0.1, 0.2, 0.3, 0.4], [0.1, 0.3, 0.5, 0.544], [0.1, 0.4, 0.6, 0.7], [0.1, 0.5, 0.7, 0.8],
     [0.1, 0.6, 0.8, np.nan]]
)  # fmt: skip
"""Goal rate, (shares, steps), with one run missing."""
WORLD = np.array([[[1, 1, 1], [1, 2, 0], [1, 1, 1]], [[1, 1, 1], [1, 0, 2], [1, 1, 1]]], np.uint8)
KINDS = [("", "", ""), ("wall", "stone-dark", "wall"), ("coin", "goal", "C")]


def share(start: int = 1) -> Control:
    labels = tuple(f"{value} %" for value in SHARES)
    return Control("share", "Distinguishing levels", SHARES, labels, start=start)


def steps(**options: Any) -> Control:
    labels = tuple(f"{value:,}" for value in STEPS)
    return Control("steps", "Training steps", STEPS, labels, start=3, **options)


def place(start: int = 0) -> Control:
    labels = ("on the left", "on the right")
    return Control("place", "Coin", ("left", "right"), labels, "choice", start)


def flipped() -> Control:
    return Control("flipped", "Picture flipped", (False, True), kind="switch")


def line(**options: Any) -> Line:
    both = np.stack([RATES, 1 - RATES])  # not flipped, flipped
    seeds = np.stack([np.clip(both - 0.05, 0, 1), np.clip(both + 0.05, 0, 1)], axis=2)
    return Line("gets <the> coin", "goal", both, both - 0.2, both + 0.2, seeds, **options)


def chart(**options: Any) -> Lines:
    settings: dict[str, Any] = {
        "x": STEPS, "x_label": "training steps", "x_ticks": [(0, "0"), (1000, "1,000")],
        "y_label": "share of levels", "y_range": (0, 1), "y_ticks": [(0, "0 %"), (1, "100 %")],
        "over": ("flipped", "share"), "cursor": "steps", "format": "percent",
        "lines": [line(), Line("by accident", "dead", np.full((2, 5, 4), 0.12), dash=True)],
    }  # fmt: skip
    return Lines("Goal rate", **{**settings, **options})


def bars(**options: Any) -> Bars:
    values = np.stack([RATES, 1 - RATES], axis=-1)
    settings: dict[str, Any] = {
        "names": ["gets the coin", "runs past it"], "colours": ["goal", "proxy"],
        "values": values, "low": values - 0.1, "high": values + 0.1,
        "seeds": np.stack([values, values], axis=2), "over": ("share", "steps"),
        "format": "percent",
    }  # fmt: skip
    return Bars("On new levels", **{**settings, **options})


def heat(**options: Any) -> Cells:
    values = np.linspace(0, 1, 5 * 6).reshape(5, 2, 3)
    settings: dict[str, Any] = {
        "values": values, "over": ("share",), "ends": ("walks on", "takes it"),
        "row_labels": ["near", "far"], "column_labels": ["1", "2", "3"], "row_title": "coin",
        "column_title": "agent", "marks": [(0, 2, "the probe")],
    }  # fmt: skip
    return Cells("Choice in each state", **{**settings, **options})


def world(**options: Any) -> Cells:
    return Cells("The level", **{"values": WORLD, "over": ("place",), "kinds": KINDS, **options})


READINGS = {
    "rate": Reading(RATES, ("share", "steps"), "of100"),
    "verb": Reading(np.array(["runs", "walks"]), ("place",)),
}
SENTENCES = [
    [("", "After {steps} steps with {share} it gets the coin {place} in "), ("goal", "{rate}"),
     ("", " levels.")],
    [("", "Untrained, it {verb}.")],
]  # fmt: skip


def panel(**options: Any) -> Panel:
    """The whole panel, or one with other arguments."""
    settings: dict[str, Any] = {
        "title": "Which goal did it learn?", "subtitle": "Each thin line is one seed.",
        "controls": [share(), steps(playable=True), place(), flipped()],
        "parts": [heat(), world(), chart(), bars()], "readings": READINGS,
        "sentences": SENTENCES, "which": (np.array([1, 0, 0, 0]), ("steps",)),
        "source": Source("2 agents & <few> levels.", "how.html", "colab.html"),
    }  # fmt: skip
    return Panel(**{**settings, **options})


NAMED = (("none", "few", "more", "many", "most"), ("0 %", "1 %", "2 %", "5 %", "10 %"))
"""Labels of the share, by the place of the coin."""


def named_by_place(by: Any = ("place", NAMED)) -> Panel:
    """The same with a slider whose labels depend on the choice of a place."""
    return panel(controls=[replace(share(), labels_by=by), steps(), place(), flipped()])
