"""The plane of capability and goal, with every agent of the four scenarios."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Estimate
from misgen.explore.charts import DEAD, FIRST, INK, MUTE, SECOND, Figure, layout_of
from misgen.ledger.markdown import rate
from misgen.ledger.published import Results
from misgen.topics.four_scenarios.scenarios import (
    SCENARIOS,
    capability_index,
    goal_index,
    index_estimate,
    of_scenario,
    untrained,
)

_LOOKS = {
    "neither": (DEAD, "triangle-up"),
    "goal": (SECOND, "diamond"),
    "capability": (FIRST, "square"),
    "both": (INK, "circle"),
}
"""Name of a scenario -> colour and symbol."""
_HEADS = ("agents", "capability index", "coin visible", "coin erased", "goal index")


def plane(trials: Results) -> Figure:
    """Places every agent on the plane of the two indices, with the means and their intervals."""
    import plotly.graph_objects as go

    chart, rows = go.Figure(), []
    for name, group, look in _groups(trials):
        indices = capability_index(group), goal_index(group)
        capable, after = (index_estimate(index) for index in indices)
        chart.add_trace(_seeds(name, *indices, *look))
        chart.add_trace(_mean(name, capable, after, *look))
        rates = [group.estimate(test, "goal") for test in ("shifted", "erased")]
        rows.append((name, *map(rate, (capable, *rates, after))))  # as `_HEADS`
    chart.update_layout(**_layout())
    said = "; ".join(f"{name}: capability {c}, goal {g}" for name, c, _, _, g in rows)
    return Figure(chart, f"Four scenarios and untrained agents on a plane. {said}.", (_HEADS, rows))


def _groups(trials: Results) -> list[tuple[str, Results, tuple[str, str]]]:
    trained = [
        (f"{scenario.name} ({scenario.training})", of_scenario(trials, scenario), _LOOKS[key])
        for key, scenario in SCENARIOS.items()
    ]
    return [*trained, ("Untrained", untrained(trials), (MUTE, "x"))]


def _seeds(
    name: str, x: NDArray[np.float64], y: NDArray[np.float64], colour: str, symbol: str
) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=x.tolist(), y=y.tolist(), mode="markers", name=name, showlegend=False,
        marker={"color": colour, "symbol": symbol, "size": 7, "opacity": 0.4},
        hovertemplate="capability %{x:.1%}, goal %{y:.1%}<extra>one seed</extra>",
    )  # fmt: skip


def _mean(name: str, x: Estimate, y: Estimate, colour: str, symbol: str) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=[x.mean], y=[y.mean], mode="markers", name=name,
        marker={"color": colour, "symbol": symbol, "size": 11},
        error_x=_whisker(x, colour), error_y=_whisker(y, colour),
        text=[f"capability {rate(x)}, goal {rate(y)}"],
        hovertemplate="%{text}<extra>" + name + "</extra>",
    )  # fmt: skip


def _whisker(e: Estimate, colour: str) -> dict[str, Any]:
    return {
        # lengths, not ends
        "type": "data", "symmetric": False, "array": [e.high - e.mean],
        "arrayminus": [e.mean - e.low], "color": colour, "thickness": 1.5, "width": 3,
    }  # fmt: skip


def _layout() -> dict[str, Any]:
    layout = layout_of("Each can fail alone, and both can", "", [])
    axis = {"range": [-0.05, 1.05], "tickformat": ".0%"}  # so that markers at 0 and 1 are whole
    layout["xaxis"] = {**axis, "title": {"text": "capability index: success among hazards"}}
    layout["yaxis"] = {**axis, "title": {"text": "goal index: what seeing the coin adds"}}
    return layout | {"height": 500, "margin": {**layout["margin"], "b": 170}}  # a long legend
