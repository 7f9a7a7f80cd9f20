"""The panel on what was asked for: the best that can be done in a small forest."""

from __future__ import annotations

import numpy as np

from misgen.explore import Bars, Line, Lines, Panel
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source
from misgen.topics.tree_gridworld.planning import PlanGrid, plan_grid
from misgen.topics.tree_gridworld.small import SmallForest

SIZE, TREES = 4, 5  # 770 states, few enough to solve exactly
DISCOUNTS = (0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)
R_MAXS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
_FEW = 2.0  # trees; a forest that keeps fewer on average is called thinned

_GIVEN = ("", "With a discount of {discount} and r_max {r_max}, the best policy ")
_FELLS = (
    ", after {steps} steps on average. Chopping the last tree is what this discount asks for; an "
    "agent that does it has misgeneralized nothing."
)
_THINS = (
    ", but keeps only {trees} of 5 trees on average. It chops {rate} trees a step in the long run."
)
_KEEPS = (
    " on average and chops {rate} a step in the long run. An agent that fells this forest does not "
    "do what it was asked for."
)


def asked_for(grid: PlanGrid | None = None) -> Panel:
    """Returns the panel of the best policies of a forest of 4 x 4 cells with at most 5 trees.

    Args:
        grid: Their plans; computed here by default, which takes a few seconds.
    """
    grid = grid or plan_grid(SmallForest(SIZE, TREES), discounts=DISCOUNTS, r_maxs=R_MAXS)
    over = ("discount", "r_max")
    return Panel(
        title="What does the discount ask for?",
        subtitle="The best policy of a small forest: 4 x 4 cells without walls, at most 5 trees",
        controls=[
            _slider("discount", "Discount", grid.discounts, 0.98),
            _slider("r_max", "Growth rate r_max", grid.r_maxs, 0.3),
        ],
        parts=[_rate_chart(grid), _chop_bars(grid)],
        sentences=[
            [_GIVEN, ("dead", "fells the whole forest"), ("", _FELLS)],
            [_GIVEN, ("goal", "never chops the last tree"), ("", _THINS)],
            [_GIVEN, ("goal", "keeps {trees} of 5 trees"), ("", _KEEPS)],
        ],
        # index of a sentence
        which=(np.where(grid.deforests, 0, np.where(grid.trees < _FEW, 1, 2)), over),
        readings={
            "trees": Reading(grid.trees, over, "fixed1"),
            "rate": Reading(grid.rate, over, "fixed3"),
            "steps": Reading(grid.steps_to_extinction, over, "int"),
        },
        source=Source(
            "Exact dynamic programming; nothing is simulated. r_min is 0.000001, as in the paper."
        ),
        key="asked-for",
    )


def _slider(name: str, label: str, values: tuple[float, ...], start: float) -> Control:
    return Control(name, label, values, tuple(map(str, values)), start=values.index(start))


def _rate_chart(grid: PlanGrid) -> Lines:
    return Lines(
        "Trees chopped per step in the long run",
        x=grid.discounts,
        x_label="discount",
        x_ticks=[(value, f"{value:g}") for value in grid.discounts],
        even_x=True,  # as on the slider
        y_label="trees per step",
        y_range=(0.0, 0.6),  # r_max reaches 0.6, and what does not grow is not chopped
        y_ticks=[(value, f"{value:g}") for value in (0.0, 0.2, 0.4, 0.6)],
        lines=[Line("the best policy", "goal", grid.rate.T)],  # (r_max, discount)
        over=("r_max",),
        cursor="discount",
        format="fixed3",
    )


def _chop_bars(grid: PlanGrid) -> Bars:
    numbers = range(1, grid.chop_shares.shape[-1] + 1)
    return Bars(
        "Of all situations with a tree beside it: the share in which it chops",
        names=[f"{n} tree{'s' if n > 1 else ''} left" for n in numbers],
        colours=["dead" if n == 1 else "mute" for n in numbers],
        values=grid.chop_shares,
        over=("discount", "r_max"),
        format="percent",
    )
