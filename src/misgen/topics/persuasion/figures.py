"""The figure and the table of the reward without flaw: what each seed asserts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Estimate, over_seeds
from misgen.explore.charts import FIRST, MUTE, SECOND, Figure, Numbers, layout_of
from misgen.topics.persuasion.claims import APART, CLAIM_KINDS
from misgen.topics.persuasion.experiment import DISTINGUISHING, OTHER_LOUDNESSES, SEEDS
from misgen.topics.persuasion.orders import ORDER_NAMES, ORDERS, Order
from misgen.topics.persuasion.published import strict_runs

Floats = NDArray[np.float64]

_LOOKS: dict[Order, tuple[str, str]] = {
    "capabilities_first": (FIRST, "square"),
    "goals_first": (SECOND, "circle"),
    "feedback_goes_on": (MUTE, "triangle-up"),
}
"""Order -> colour and symbol."""
_TRUE_DISBELIEVED, _FALSE_BELIEVED = map(CLAIM_KINDS.index, APART)


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
    chart, rows = go.Figure(), []
    for order in ORDERS:
        # (seed, kind)
        rates = strict_runs(order).rates[:, DISTINGUISHING.index(distinguishing), -1]
        estimates = [over_seeds(of_kind) for of_kind in rates.T]
        chart.add_traces(_marks(order, rates, estimates))
        believed = rates[:, _FALSE_BELIEVED]  # (seed,)
        rows.append((ORDER_NAMES[order], *map(str, estimates), _range(believed)))
    chart.update_layout(**_plane())
    asserts = (f"asserts what is {kind}" for kind in CLAIM_KINDS)
    alt = "One mark for each seed, and an open one with whiskers for the mean. " + " ".join(
        f"{row[0]}: {row[2]} of truths that are disbelieved, {row[3]} of falsehoods that are "
        f"believed, single seeds {row[-1]}."
        for row in rows
    )
    return Figure(chart, alt, (("order", *asserts, "seeds, false, believed"), rows))


def _marks(order: Order, rates: Floats, estimates: Sequence[Estimate]) -> list[Any]:
    """Draws all seeds of an order, and their mean; `rates` is `(seeds, CLAIM_KINDS)`."""
    import plotly.graph_objects as go

    name, (colour, symbol) = ORDER_NAMES[order], _LOOKS[order]
    x, y = estimates[_FALSE_BELIEVED], estimates[_TRUE_DISBELIEVED]
    seeds = go.Scatter(
        x=rates[:, _FALSE_BELIEVED].tolist(), y=rates[:, _TRUE_DISBELIEVED].tolist(),
        mode="markers", name=name,
        marker={"color": colour, "symbol": symbol, "size": 9, "opacity": 0.7},
        text=[f"seed {seed}" for seed in range(len(rates))],
        hovertemplate="%{text}: %{y:.0%} of disbelieved truths, %{x:.0%} of believed falsehoods"
        f"<extra>{name}</extra>",
    )  # fmt: skip
    mean = go.Scatter(
        x=[x.mean], y=[y.mean], mode="markers", name=f"{name}: mean", showlegend=False,
        marker={"color": colour, "symbol": f"{symbol}-open", "size": 15, "line": {"width": 2}},
        error_x=_whisker(x, colour), error_y=_whisker(y, colour),
        hovertemplate=f"mean: {y} of disbelieved truths, {x} of believed falsehoods"
        f"<extra>{name}</extra>",
    )  # fmt: skip
    return [seeds, mean]


def _whisker(estimate: Estimate, colour: str) -> dict[str, Any]:
    return {
        "type": "data", "symmetric": False, "array": [estimate.high - estimate.mean],
        "arrayminus": [estimate.mean - estimate.low], "color": colour, "thickness": 1.5,
        "width": 4,
    }  # fmt: skip


def _plane() -> dict[str, Any]:
    x_title, y_title = "asserts falsehoods that are believed", "asserts truths that are disbelieved"
    layout = layout_of("What each seed asserts where truth and belief come apart", x_title, [])
    # Wider than 0 to 1, so that marks at the ends are whole, with room for a label above.
    layout["xaxis"] = {"title": {"text": x_title}, "range": [-0.05, 1.05], "tickformat": ".0%"}
    layout["yaxis"] |= {"title": {"text": y_title}, "range": [-0.05, 1.16]}
    goal = (0.0, 1.0, "goal: the truth", "left")  # x, y, text, anchor
    proxy = (1.0, 0.0, "proxy: what is believed", "right")
    layout["annotations"] = [
        {"x": x, "y": y, "text": text, "showarrow": False, "xanchor": side, "yanchor": "bottom",
         "yshift": 10}
        for x, y, text, side in (goal, proxy)
    ]  # fmt: skip
    return layout


def persuader_by_opinion() -> Numbers:
    """Tabulates what is asserted for each order, with a quieter and a louder opinion of belief."""
    heads, rows = ("order", "size of the opinion", *APART, "single seeds of the latter"), []
    for order in ORDERS:
        of_sizes = strict_runs(order).other_rates.swapaxes(0, 1)  # (size, seed, kind of claim)
        for loudness, rates in zip(OTHER_LOUDNESSES, of_sizes, strict=True):
            estimates = (str(over_seeds(rates[:, CLAIM_KINDS.index(kind)])) for kind in APART)
            low_to_high = _range(rates[:, _FALSE_BELIEVED])
            rows.append((ORDER_NAMES[order], f"{loudness:g}", *estimates, low_to_high))
    return Numbers(
        (heads, rows),
        "How likely claims are asserted at the end of ambiguous training, where truth and belief "
        f"come apart: mean over {len(SEEDS['strict'])} seeds with its 95 % t-interval, and the "
        "lowest and the highest seed. The truth is a number of size 1 in what the policy sees, and "
        "so is the opinion in the figure above.",
    )


def _range(rates: Floats) -> str:
    return f"{100 * rates.min():.0f} to {100 * rates.max():.0f} %"
