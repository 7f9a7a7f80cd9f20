"""The figures of the coin line: when a policy changes its mind, and how many networks do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from misgen.core.intervals import student_t
from misgen.explore.charts import FIRST, MUTE, SECOND, Figure, layout_of
from misgen.topics.coin_line.clone import Cloned
from misgen.topics.coin_line.networks import MARKS, Networks

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


_NETWORK_LOOKS = (
    (FIRST, "square", "solid"),
    (MUTE, "diamond", "dash"),
    (SECOND, "circle", "solid"),
    (FIRST, "triangle-up", "dot"),
    (MUTE, "x", "dashdot"),
    (SECOND, "cross", "longdash"),
)
"""Colour, symbol and dash of each share; a share is neither goal nor proxy."""
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


# ---------------------------------------------------------------------------- networks


def walking_away(runs: Sequence[Networks]) -> Figure:
    """Draws how many networks walk away from the coin in the course of their training.

    Bands and whiskers are 95 % Wilson intervals over the networks.

    Args:
        runs: Networks of at most six values of `distinguishing`, from `train_networks`.

    Raises:
        ValueError: If there are more.
    """
    import plotly.graph_objects as go

    if len(runs) > len(_NETWORK_LOOKS):
        raise ValueError(f"Give at most {len(_NETWORK_LOOKS)} runs, not {len(runs)}.")
    # every row of the table has the same columns
    marks = [step for step in MARKS if all(step in run.steps for run in runs)]
    traces = [
        trace
        for run, look in zip(runs, _NETWORK_LOOKS, strict=False)
        for trace in _network_traces(run, marks, *look)
    ]
    layout = layout_of("A few moved coins turn the networks round", "", [])
    last = max(run.steps[-1] for run in runs)
    ticks = [10**k for k in range(len(str(last)))]  # the powers of ten up to the last step
    layout["xaxis"] = _log_axis("steps of gradient descent", ticks, _count)
    layout["yaxis"]["title"] = {"text": "networks that walk away from the coin"}
    heads = ("moved coins", *(f"after {_count(step)} steps" for step in marks))
    rows = [
        (_percent(run.distinguishing), *(str(run.walks_away(step)) for step in marks))
        for run in runs
    ]
    told = [
        f"With {share} moved coins: "
        + ", ".join(f"{away} {when}" for when, away in zip(heads[1:], row, strict=True))
        for share, *row in rows
    ]
    networks = runs[0].away.shape[1]
    alt = f"Share of {networks} networks that walk away from the coin. {'. '.join(told)}."
    return Figure(go.Figure(traces, layout), alt, (heads, rows))


def _network_traces(
    run: Networks, marks: Sequence[int], colour: str, symbol: str, dash: str
) -> list[Trace]:
    """Returns the interval over all steps, the share, and both once more at the marks."""
    steps = list(run.steps[1:])  # a logarithmic axis has no 0
    shares, marked = ([run.walks_away(step) for step in at] for at in (steps, marks))
    name = _percent(run.distinguishing)
    band = {
        # along the upper end, and back along the lower
        "type": "scatter", "x": steps + steps[::-1], "mode": "none", "fill": "toself",
        "y": [s.high for s in shares] + [s.low for s in shares[::-1]], "fillcolor": colour,
        "opacity": 0.13, "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip
    line = {
        "type": "scatter", "x": steps, "y": [s.mean for s in shares], "mode": "lines",
        "line": {"color": colour, "width": 2, "dash": dash}, "hoverinfo": "skip",
        "showlegend": False,
    }  # fmt: skip
    dots = {
        "type": "scatter", "x": list(marks), "y": [s.mean for s in marked], "mode": "markers",
        "name": f"{name} moved coins", "marker": {"color": colour, "size": 9, "symbol": symbol},
        "error_y": {
            "type": "data", "symmetric": False, "array": [s.high - s.mean for s in marked],
            "arrayminus": [s.mean - s.low for s in marked], "color": colour, "thickness": 1.5,
            "width": 3,
        },
        "text": [str(s) for s in marked], "hovertemplate": "%{text}<extra>" + name + "</extra>",
    }  # fmt: skip
    return [band, line, dots]
