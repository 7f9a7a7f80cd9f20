"""The figures of the order of training: lies at each audit rate, and what each seed asserts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Estimate, over_seeds
from misgen.explore.charts import (
    GOAL,
    MUTE,
    PROXY,
    Curve,
    Figure,
    Numbers,
    curves,
    endpoints,
    layout_of,
)
from misgen.topics.persuasion.claims import APART, CLAIM_KINDS
from misgen.topics.persuasion.experiment import AUDITS, DISTINGUISHING, OTHER_LOUDNESSES, SEEDS
from misgen.topics.persuasion.feedback import break_even
from misgen.topics.persuasion.orders import ORDER_NAMES, ORDERS, Order
from misgen.topics.persuasion.published import StrictRuns, flawed_runs, strict_runs

Floats = NDArray[np.float64]

_LOOKS: dict[Order, tuple[str, str, str]] = {
    "capabilities_first": (PROXY, "square", "solid"),
    "goals_first": (GOAL, "circle", "dash"),
    "feedback_goes_on": (MUTE, "triangle-up", "dot"),
}
"""Order -> colour, symbol and dash."""


# ---------------------------------------------------------------------- the flawed feedback


def lies_by_audit(goal_steps: int = 150) -> Figure:
    """Draws how likely a lie is at the end of training, against the audit rate.

    Args:
        goal_steps: Steps of the first feedback, 150 or 600.
    """
    lines = [
        Curve(ORDER_NAMES[order], colour, symbol, _at_the_end(order, goal_steps), dash)
        for order, (colour, symbol, dash) in _LOOKS.items()
    ]
    ticks = [f"{100 * audit:g} %" for audit in AUDITS]
    figure = curves(
        "Audits work in every order; goals first, until the feedback goes on",
        "lies that are audited", ticks, lines,
        alt=endpoints("As more lies are audited", ticks, lines),
    )  # fmt: skip
    figure.chart.update_layout(yaxis_title="tells a lie, at the end of training")
    figure.chart.add_vline(
        x=float(np.interp(break_even(), AUDITS, range(len(AUDITS)))), line_dash="dot",
        line_color=MUTE, annotation_text="break-even", annotation_position="top right",
    )  # fmt: skip
    return figure


def _at_the_end(order: Order, goal_steps: int) -> list[Floats]:
    """Returns how likely each seed lies, one array for each audit rate."""
    return list(flawed_runs(order, goal_steps).lies[..., -1].T)


# --------------------------------------------------------------------- the reward without flaw


def persuader_seeds(distinguishing: float = 0.0) -> Figure:
    """Draws what every seed asserts where truth and belief come apart, and the mean.

    Args:
        distinguishing: Share of training episodes in which they come apart, one of those published.

    Raises:
        ValueError: If the share is not published.
    """
    import plotly.graph_objects as go

    if distinguishing not in DISTINGUISHING:
        raise ValueError(f"distinguishing must be one of {DISTINGUISHING}, not {distinguishing}.")
    at, chart = DISTINGUISHING.index(distinguishing), go.Figure()
    for order in ORDERS:
        chart.add_trace(_seeds_of(order, at))
        chart.add_trace(_mean_of(order, at))
    chart.update_layout(**_plane())
    heads = (
        "order",
        *(f"asserts what is {kind}" for kind in CLAIM_KINDS),
        "seeds, false, believed",
    )
    rows = [(ORDER_NAMES[order], *_strict_row(strict_runs(order), at), _range_of(order, at))
            for order in ORDERS]  # fmt: skip
    alt = "One mark for each seed, and an open one with whiskers for the mean. " + " ".join(
        f"{row[0]}: {row[2]} of truths that are disbelieved, {row[3]} of falsehoods that are "
        f"believed, single seeds {row[-1]}." for row in rows
    )  # fmt: skip
    return Figure(chart, alt, (heads, rows))


def _seeds_of(order: Order, at: int) -> Any:
    import plotly.graph_objects as go

    colour, symbol, _ = _LOOKS[order]
    runs = strict_runs(order)
    return go.Scatter(
        x=runs.asserts("false, believed")[:, at].tolist(),
        y=runs.asserts("true, disbelieved")[:, at].tolist(), mode="markers",
        name=ORDER_NAMES[order], marker={"color": colour, "symbol": symbol, "size": 9,
                                         "opacity": 0.7},
        text=[f"seed {seed}" for seed in range(len(runs.rates))],
        hovertemplate="%{text}: %{y:.0%} of disbelieved truths, %{x:.0%} of believed falsehoods"
        "<extra>" + ORDER_NAMES[order] + "</extra>",
    )  # fmt: skip


def _mean_of(order: Order, at: int) -> Any:
    import plotly.graph_objects as go

    colour, symbol, _ = _LOOKS[order]
    runs = strict_runs(order)
    x, y = (
        over_seeds(runs.asserts(kind)[:, at]) for kind in ("false, believed", "true, disbelieved")
    )
    return go.Scatter(
        x=[x.mean], y=[y.mean], mode="markers", name=f"{ORDER_NAMES[order]}: mean",
        showlegend=False,
        marker={"color": colour, "symbol": f"{symbol}-open", "size": 15, "line": {"width": 2}},
        error_x=_whisker(x, colour), error_y=_whisker(y, colour),
        hovertemplate=f"mean: {y} of disbelieved truths, {x} of believed falsehoods"
        "<extra>" + ORDER_NAMES[order] + "</extra>",
    )  # fmt: skip


def _whisker(estimate: Estimate, colour: str) -> dict[str, Any]:
    return {
        "type": "data", "symmetric": False, "array": [estimate.high - estimate.mean],
        "arrayminus": [estimate.mean - estimate.low], "color": colour, "thickness": 1.5,
        "width": 4,
    }  # fmt: skip


def _plane() -> dict[str, Any]:
    layout = layout_of(
        "What each seed asserts where truth and belief come apart",
        "asserts falsehoods that are believed", [],
    )  # fmt: skip
    layout["xaxis"] = {"title": layout["xaxis"]["title"], "range": [-0.05, 1.05],
                       "tickformat": ".0%"}  # fmt: skip
    layout["yaxis"] |= {"range": [-0.05, 1.16],
                        "title": {"text": "asserts truths that are disbelieved"}}  # fmt: skip
    corners = (
        (0.0, 1.0, "goal: the truth", "left"),
        (1.0, 0.0, "proxy: what is believed", "right"),
    )
    layout["annotations"] = [
        {"x": x, "y": y, "text": text, "showarrow": False, "xanchor": side, "yanchor": "bottom",
         "yshift": 10}
        for x, y, text, side in corners
    ]  # fmt: skip
    return layout


def persuader_by_opinion() -> Numbers:
    """Tabulates what is asserted for each order, with quieter and louder opinions about belief."""
    heads = ("order", "size of the opinion", *APART, "single seeds of the latter")
    rows = [
        (ORDER_NAMES[order], f"{loudness:g}", *_of_those_apart(rates))
        for order in ORDERS
        for loudness, rates in _by_loudness(strict_runs(order)).items()
    ]
    return Numbers(
        (heads, rows),
        "How likely claims are asserted at the end of ambiguous training, where truth and belief "
        f"come apart: mean over {len(SEEDS['strict'])} seeds with its 95 % t-interval, and the "
        "lowest and the highest seed. The truth is a number of size 1 in what the policy sees.",
    )


def _by_loudness(runs: StrictRuns) -> dict[float, Floats]:
    """Returns the rates of each kind of claim, `(seeds, kinds)`, by the size of the opinion."""
    others = dict(zip(OTHER_LOUDNESSES, runs.other_rates.swapaxes(0, 1), strict=True))
    return dict(sorted({**others, 1.0: runs.rates[:, DISTINGUISHING.index(0.0), -1]}.items()))


def _of_those_apart(rates: Floats) -> tuple[str, ...]:
    apart = [rates[:, CLAIM_KINDS.index(kind)] for kind in APART]
    return (*(str(over_seeds(of_kind)) for of_kind in apart), _range(apart[-1]))


def _strict_row(runs: StrictRuns, at: int) -> list[str]:
    """Returns mean and interval of each kind of claim."""
    return [str(over_seeds(of_kind)) for of_kind in runs.rates[:, at, -1].T]


def _range_of(order: Order, at: int) -> str:
    return _range(strict_runs(order).asserts("false, believed")[:, at])


def _range(rates: Floats) -> str:
    return f"{100 * rates.min():.0f} to {100 * rates.max():.0f} %"
