"""The figures of the coin line: when a policy changes its mind, and when it arrives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import student_t
from misgen.explore.charts import FIRST, MUTE, SECOND, Figure, layout_of
from misgen.topics.coin_line.clone import Cloned
from misgen.topics.coin_line.scores import decisions, score

Trace = dict[str, Any]


@dataclass(frozen=True)
class PowerLaw:
    """A line through points on two logarithmic axes: `y = factor * x ** slope`."""

    slope: float
    low: float
    high: float
    """95 % t-interval of the slope. Points without noise have one too: it tells how straight they
    lie."""
    factor: float


def power_law(x: Sequence[float], y: Sequence[float]) -> PowerLaw:
    """Fits a power law by least squares on logarithms.

    >>> law = power_law([1, 10, 100], [5, 0.5, 0.05])
    >>> round(law.slope, 6), round(law.factor, 6)
    (-1.0, 5.0)

    Raises:
        ValueError: If there are fewer than three points, or any is not positive.
    """
    points = np.array([x, y], float)  # (x or y, point)
    if points.shape[1] < 3 or not (points > 0).all():
        raise ValueError("Give at least three points whose coordinates are positive.")
    log_x, log_y = np.log(points)
    centred = log_x - log_x.mean()
    slope = float(centred @ log_y / (centred @ centred))
    level = float(log_y.mean() - slope * log_x.mean())
    rest = log_y - level - slope * log_x
    freedom = len(log_x) - 2  # slope and level are fitted
    error = math.sqrt(float(rest @ rest) / freedom / float(centred @ centred))
    half = student_t(0.975, freedom) * error
    return PowerLaw(slope, slope - half, slope + half, math.exp(level))  # back from the logarithm


_DECADES = (0.001, 0.01, 0.1, 1.0)  # shares at the ticks


# -------------------------------------------------------------------------- flip steps


def flip_law(cloned: Cloned) -> PowerLaw:
    """Returns how the flip step falls with `distinguishing`, over all flips after the first step.

    A flip at the very first step is left out: there is no earlier one.
    """
    return power_law(*zip(*_points(cloned), strict=True))


def _points(cloned: Cloned) -> list[tuple[float, float]]:
    flips = zip(cloned.distinguishing, cloned.flip_steps.tolist(), strict=True)
    return [(share, step) for share, step in flips if step > 1]


def flip_steps(cloned: Cloned) -> Figure:
    """Draws when the probe flips against `distinguishing`, with the fitted power law.

    Args:
        cloned: Policies for several values of `distinguishing`.
    """
    import plotly.graph_objects as go

    law, (shares, flips) = flip_law(cloned), zip(*_points(cloned), strict=True)
    slope = f"{law.slope:.2f} [{law.low:.2f}, {law.high:.2f}]".replace("-", "−")
    ends = [min(shares), max(shares)]  # two points make a line on logarithmic axes
    fitted = [law.factor * x**law.slope for x in ends]
    middle = np.sqrt(fitted[0] * fitted[1] * ends[0] * ends[1])  # of a line with slope -1
    computed = {
        "type": "scatter", "x": shares, "y": flips, "mode": "markers", "name": "computed",
        "marker": {"color": FIRST, "size": 9, "symbol": "circle"},
        "hovertemplate": "%{x:.1%}: step %{y:,}<extra></extra>",
    }  # fmt: skip
    traces = [
        _straight(f"fitted, slope {slope}", ends, fitted, FIRST, "solid"),
        _straight("slope −1", ends, [middle / x for x in ends], MUTE, "dot"),
        computed,
    ]
    layout = layout_of("The rarer the moved coins, the later the flip", "", [])
    layout["xaxis"] = _log_axis("training episodes whose coin is moved", _DECADES, _percent)
    layout["yaxis"] = _log_axis("steps until the probe flips", [1, 10, 100, 1000, 10_000], _count)
    rows = _flip_rows(cloned)
    alt = (
        "As more training episodes have a moved coin, fewer steps pass until the probe flips: "
        f"{', '.join(f'at {share} {steps}' for share, steps, _ in rows)}. On logarithmic axes the "
        f"slope is {slope}, with its 95 % interval."
    )
    heads = ("moved coins", "steps until the probe flips", "share times steps")
    return Figure(go.Figure(traces, layout), alt, (heads, rows))


def _straight(name: str, x: Sequence[float], y: Sequence[float], colour: str, dash: str) -> Trace:
    line = {"color": colour, "width": 1.5, "dash": dash}
    return {"type": "scatter", "x": x, "y": y, "mode": "lines", "name": name, "hoverinfo": "skip",
            "line": line}  # fmt: skip


def _log_axis(title: str, ticks: Sequence[float], written: Any) -> dict[str, Any]:
    return {
        "type": "log", "title": {"text": title}, "tickmode": "array", "tickvals": list(ticks),
        "ticktext": [written(tick) for tick in ticks],
    }  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _count(steps: float) -> str:
    return f"{steps:,.0f}"


def _flip_rows(cloned: Cloned) -> list[tuple[str, str, str]]:
    never = f"not within {cloned.settings.steps:,}"
    return [
        (_percent(share), never, "") if np.isnan(step) else
        (_percent(share), _count(step), f"{share * step:.2f}")
        for share, step in zip(cloned.distinguishing, cloned.flip_steps.tolist(), strict=True)
    ]  # fmt: skip


# ------------------------------------------------------------------------ after the flip

_SHOWN = {0.0: (MUTE, "dot"), 0.003: (SECOND, "dash"), 0.02: (FIRST, "solid"),
          0.1: (SECOND, "solid")}  # fmt: skip
"""Colour and dash of each share that is drawn; a share is neither goal nor proxy."""
_STEPS = (100, 1000, 10_000)  # in the table


def arrivals(cloned: Cloned) -> Figure:
    """Draws in how many levels the coin is taken in the course of training, and where it flips.

    Args:
        cloned: Policies for the shares 0, 0.3, 2 and 10 %, and any others.

    Raises:
        ValueError: If one of these shares is missing.
    """
    import plotly.graph_objects as go

    missing = [_percent(share) for share in _SHOWN if share not in cloned.distinguishing]
    if missing:
        raise ValueError(f"Clone a policy with {missing[0]} moved coins, too.")
    taken = dict(
        zip(cloned.distinguishing, score(decisions(cloned.logits), "uniform"), strict=True)
    )
    traces = [trace for share, look in _SHOWN.items()
              for trace in _arrival_traces(cloned, share, taken[share], *look)]  # fmt: skip
    layout = layout_of("It turns round long before it arrives", "", [])
    layout["xaxis"] = _log_axis("steps of gradient descent", [1, 10, 100, 1000, 10_000], _count)
    layout["yaxis"]["title"] = {"text": "levels in which the coin is taken"}
    steps = [step for step in _STEPS if step in cloned.steps]
    rows = [
        (
            _percent(share),
            *(_percent(round(float(taken[share][cloned.steps.index(step)]), 2)) for step in steps),
        )
        for share in _SHOWN
    ]
    heads = ("moved coins", *(f"after {_count(step)} steps" for step in steps))
    told = "; ".join(f"with {share}, {', '.join(row)}" for share, *row in rows)
    alt = (
        "Levels in which the coin is taken, wherever it lies. The share rises in stairs, after the "
        f"probe has flipped. {', '.join(heads[1:]).capitalize()}: {told}."
    )
    return Figure(go.Figure(traces, layout), alt, (heads, rows))


def _arrival_traces(
    cloned: Cloned, share: float, taken: NDArray[np.float64], colour: str, dash: str
) -> list[Trace]:
    """Returns the line of a share, and a mark where its probe has flipped."""
    # a logarithmic axis has no 0
    steps, rates = list(cloned.steps[1:]), taken[1:].tolist()
    line = {
        "type": "scatter", "x": steps, "y": rates, "mode": "lines",
        "name": f"{_percent(share)} moved coins",
        "line": {"color": colour, "width": 2, "dash": dash, "shape": "hv"},
        "hovertemplate": "step %{x:,}: %{y:.0%}<extra>" + _percent(share) + "</extra>",
    }  # fmt: skip
    flip = float(cloned.flip_steps[cloned.distinguishing.index(share)])
    if np.isnan(flip):
        return [line]
    before = rates[int(np.searchsorted(steps, flip, side="right")) - 1]
    mark = {
        "type": "scatter", "x": [flip], "y": [before], "mode": "markers", "showlegend": False,
        "marker": {"color": colour, "size": 10, "symbol": "diamond"},
        "hovertemplate": "the probe flips at step %{x:,}<extra>" + _percent(share) + "</extra>",
    }  # fmt: skip
    return [line, mark]
