"""The figures of the CoinRun chapter."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from misgen.core.measure import Report
from misgen.explore.charts import (
    CAPABILITY,
    FIRST,
    GOAL,
    MUTE,
    PROXY,
    Curve,
    Figure,
    curves,
    endpoints,
    layout_of,
)
from misgen.ledger.published import Results


def learning_curve(history: Mapping[int, Report]) -> Figure:
    """Draws what an agent did in tests along its training, with intervals over episodes.

    Args:
        history: Steps of training so far, increasing -> the report of the agent that it had then.
    """
    import plotly.graph_objects as go

    chart = go.Figure()
    for name, (label, colour, symbol) in _ALONG.items():
        values = [getattr(report, name) for report in history.values()]
        chart.add_scatter(
            x=list(history), y=[v.mean for v in values], mode="lines+markers", name=label,
            line={"color": colour, "width": 2},
            marker={"color": colour, "size": 8, "symbol": symbol},
            error_y={
                # lengths, not ends
                "type": "data", "symmetric": False, "array": [v.high - v.mean for v in values],
                "arrayminus": [v.mean - v.low for v in values], "color": colour, "thickness": 1.2,
                "width": 3,
            },
            text=[str(v) for v in values],
            hovertemplate="%{text} after %{x:,} steps<extra>" + label + "</extra>",
        )  # fmt: skip
    layout = layout_of("What the agent of these cells came to do", "", [])
    layout["xaxis"] = {"title": {"text": "environment steps"}}
    chart.update_layout(**layout | {"height": 320})  # pixels
    rows = [(f"{k:,}", *(str(getattr(r, name)) for name in _ALONG)) for k, r in history.items()]
    last, *ends = rows[-1]
    labels = [label for label, _, _ in _ALONG.values()]
    told = ", ".join(f"{label} {end}" for label, end in zip(labels, ends, strict=True))
    alt = f"The rates of an agent on moved coins along its training; after {last} steps: {told}."
    return Figure(chart, alt, (("steps", *labels), rows))


_ALONG = {
    "capability": ("capability (coin or end)", CAPABILITY, "triangle-up"),
    "proxy": ("runs past it to the end", PROXY, "square"),
    "goal": ("takes the coin", GOAL, "circle"),
    "accidental": ("accident (coin erased)", MUTE, "diamond"),
}
"""Rate of a report -> label, colour and symbol."""


def level_diversity(results: Results) -> Figure:
    """Draws what the number of training levels changes, and what it does not."""
    counts = sorted({t.options["levels"] for t in results.trials if "levels" in t.options})
    ticks = [*(f"{count:,}" for count in counts), "no limit"]

    def rates(share: float, test: str) -> list[NDArray[np.float64]]:
        few = [results.where(share, options={"levels": count}) for count in counts]
        return [r.rates(test, "goal") for r in [*few, results.where(share)]]

    lines = [
        Curve("on its training levels: the coin", FIRST, "diamond", rates(0.0, "training")),
        Curve.of("ordinary", "on new ordinary levels: the coin", rates(0.0, "ordinary")),
        Curve("takes the moved coin, trained without such levels", GOAL, "circle-open",
              rates(0.0, "shifted"), "dash"),
        Curve.of("goal", "takes the moved coin, trained with 10 % such levels",
                 rates(0.1, "shifted")),
    ]  # fmt: skip
    return curves(
        "More levels teach the skill, not the goal", "number of training levels", ticks, lines,
        alt=endpoints("From few training levels to no limit", ticks, lines),
    )  # fmt: skip
