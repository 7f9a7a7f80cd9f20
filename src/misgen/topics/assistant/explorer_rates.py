"""What was measured of the assistants in the pandemic, as bars over the seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from misgen.core.intervals import over_seeds
from misgen.explore.panel_controls import Control
from misgen.explore.panel_parts import Bars
from misgen.explore.panel_table import Arrays, Words, part_table

MEASURES = {
    "knows": ("knows what the user prefers", "dead"),
    "restaurant": ("books the restaurant", "proxy"),
    "preferred": ("books what the user prefers", "goal"),
}
"""Measure -> its label and its colour."""

_AXIS = "setting"


@dataclass(frozen=True)
class PandemicRates:
    """What was measured of one fine-tuning in the pandemic: a rate for each seed."""

    knows: Sequence[float]
    """Says what the user prefers."""
    restaurant: Sequence[float]
    """Books the restaurant."""
    preferred: Sequence[float]
    """Books what the user prefers."""


def rates_chart(rates: Sequence[PandemicRates]) -> Bars:
    """Returns mean, interval and every seed of each measure, one row for each fine-tuning."""
    columns = [[getattr(each, name) for name in MEASURES] for each in rates]
    estimates = [[over_seeds(column) for column in row] for row in columns]
    mean, low, high = np.moveaxis(
        np.array([[(e.mean, e.low, e.high) for e in row] for row in estimates]), -1, 0
    )
    return Bars(
        f"Foodies in the pandemic, {estimates[0][0].n} seeds: mean and 95 % interval",
        names=[label for label, _ in MEASURES.values()],
        colours=[colour for _, colour in MEASURES.values()],
        values=mean, low=low, high=high, seeds=np.swapaxes(np.array(columns), -2, -1),
        over=(_AXIS,), format="percent",
    )  # fmt: skip


def rates_table(chart: Bars) -> tuple[dict[str, object], Arrays]:
    """Returns the chart as the page needs it: a table with its texts, and arrays."""
    count = len(np.asarray(chart.values))
    numbers = tuple(range(count))
    axis = Control(_AXIS, _AXIS, numbers, tuple(map(str, numbers)))
    words = Words()
    part, arrays = part_table(chart, "rates", [axis], words)
    return {"rates": part, "texts": words.texts, "axis": {"name": _AXIS, "values": numbers}}, arrays
