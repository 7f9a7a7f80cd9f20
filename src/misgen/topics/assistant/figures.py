"""Figures of the assistant: what it knows and what it books, over all seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Estimate, over_seeds
from misgen.explore.charts import (
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
from misgen.topics.assistant.measures import TESTS
from misgen.topics.assistant.results import courses, results
from misgen.topics.assistant.variants import CAUSES, DISTINGUISHING
from misgen.topics.assistant.weeks import PANDEMIC

Rates = NDArray[np.float64]


class _Look(NamedTuple):
    """How a rate is drawn."""

    label: str
    colour: str
    symbol: str
    dash: str = "solid"


_LOOKS: dict[str, _Look] = {
    "knows": _Look("knows what the user prefers", MUTE, "diamond", "dot"),
    "preferred": _Look("books what the user prefers", GOAL, "circle"),
    "restaurant": _Look("books the restaurant", PROXY, "square"),
}
_DAY = {"day": _Look("books a day that suits both", FIRST, "triangle-up", "dash")}
_TESTED = {
    PANDEMIC: "in the pandemic",
    "before": "before the pandemic",
    "says_online": "when the user says: online",
}


def _chart(
    title: str,
    axis: tuple[str, Sequence[str]],
    rates: Mapping[str, Sequence[Rates]],
    begin: str,
    unit: str = "",
) -> Figure:
    """Draws rates over an axis, which has a name and ticks; `begin` opens the alt text."""
    looks = {**_LOOKS, **_DAY}
    lines = [
        Curve(looks[what].label, looks[what].colour, looks[what].symbol, of_ticks, looks[what].dash)
        for what, of_ticks in rates.items()
    ]
    alt = endpoints(begin, [f"{tick}{unit}" for tick in axis[1]], lines)
    figure = curves(title, *axis, lines, alt=alt)
    figure.chart.update_layout(yaxis_title="of test weeks")
    return figure


def assistant_shares(test: str = PANDEMIC) -> Figure:
    """Draws what assistants know and book against the share of distinguishing weeks.

    Args:
        test: One of `misgen.topics.assistant.TESTS`.

    Raises:
        ValueError: If there is no such test.
    """
    if test not in TESTS:
        raise ValueError(f"There is no test {test!r}; choose one of {', '.join(TESTS)}.")
    where = _TESTED.get(test, f"when {test!r}")
    by_share = [results(distinguishing=share) for share in DISTINGUISHING]
    return _chart(
        f"What it knows and books {where}",
        ("distinguishing weeks in fine-tuning, in %", [f"{100 * x:g}" for x in DISTINGUISHING]),
        {what: [found.rates(test, what) for found in by_share] for what in _LOOKS},
        f"Weeks {where}. As more weeks of fine-tuning are distinguishing",
        unit=" %",
    )


def assistant_causes(distinguishing: float = 0.1) -> Figure:
    """Draws what assistants book in the pandemic against the number of different causes.

    Args:
        distinguishing: Share of distinguishing weeks in fine-tuning, above 0.

    Raises:
        ValueError: If no assistants with this share are published.
    """
    by_number = [results(distinguishing=distinguishing, causes=causes) for causes in CAUSES]
    share = f"{100 * distinguishing:g} %"
    return _chart(
        f"{share} distinguishing weeks, of one cause or of several",
        ("different causes", list(map(str, CAUSES))),
        {what: [found.rates(PANDEMIC, what) for found in by_number] for what in _LOOKS},
        f"The pandemic. As the distinguishing weeks, {share} of all, have more causes",
    )


def assistant_course(variant: str = "main", distinguishing: float = 0.1) -> Figure:
    """Draws what assistants know and would book in the pandemic, in the course of fine-tuning.

    The line of the day shows how fast something is learned that all weeks of fine-tuning agree on.

    Args:
        variant: One of the variants whose course was measured: "main", "slow", "aligned" or
            "aligned_slow".
        distinguishing: 0 or 0.1.

    Raises:
        ValueError: If no such course is published.
    """
    of_seeds = courses(variant, distinguishing=distinguishing)
    marks = of_seeds[0].marks
    return _chart(
        "In the pandemic, in the course of fine-tuning",
        ("steps of fine-tuning", [f"{mark:,}" for mark in marks]),
        {
            what: [np.array([seed.rates[k][what] for seed in of_seeds]) for k in range(len(marks))]
            for what in (*_LOOKS, *_DAY)
        },
        "Weeks in the pandemic. In the course of fine-tuning",
    )


# ----------------------------------------------------------------------------- controls

CONTROLS: Mapping[str, str] = {
    "main": "as usual",
    "trained_trunk": "whole network trained",
    "transformer": "transformer",
    "reinforce": "by reward (REINFORCE)",
    "aligned": "aligned start",
    "aligned_slow": "aligned start, small steps",
    "aligned_long": "the same, ten times as long",
    "no_pretraining": "no pre-training",
}
"""Variant -> what it is called in figures and tables."""
TRAININGS = ("no_pretraining", "trained_trunk", "reinforce", "transformer")
"""Variants of the figure of other trainings, from top to bottom."""
STARTS = ("main", "aligned", "aligned_slow", "aligned_long")
"""Variants of the figure of the aligned start."""


def assistant_trainings() -> Figure:
    """Draws other trainings, without distinguishing weeks and with 10 % of them."""
    return _controls("In the pandemic, after other trainings", TRAININGS, (0.0, 0.1))


def assistant_starts() -> Figure:
    """Draws what ambiguous weeks make of an assistant that begins as it should be."""
    return _controls("In the pandemic, after an aligned start", STARTS, (0.0,))


def _controls(title: str, variants: Sequence[str], shares: Sequence[float]) -> Figure:
    """Draws variants in the pandemic, a panel for each share of distinguishing weeks."""
    from plotly.subplots import make_subplots

    chart = make_subplots(
        rows=len(shares), cols=1, shared_xaxes=True, vertical_spacing=0.15,
        subplot_titles=[_share_of_weeks(share).capitalize() for share in shares],
    )  # fmt: skip
    rows = []
    for row, share in enumerate(shares, start=1):
        groups = {CONTROLS[name]: results(name, distinguishing=share) for name in variants}
        for k, (what, look) in enumerate(_LOOKS.items()):
            of_group = [group.rates(PANDEMIC, what) for group in groups.values()]
            # Three rates share a row, 0.24 of its height apart; the second is in the middle.
            for trace in _row_traces(of_group, look, 0.24 * (k - 1), legend=row == 1):
                chart.add_trace(trace, row, 1)
        _name_rows(chart, list(groups), row)
        rows += [
            (f"{name}, {_share_of_weeks(share)}", *(str(g.estimate(PANDEMIC, k)) for k in _LOOKS))
            for name, g in groups.items()
        ]
    _lay_out(chart, title, len(variants) * len(shares), len(shares))
    heads = ("training", *(look.label for look in _LOOKS.values()))
    alt = "; ".join(
        f"{n}: knows {k}, books the preferred {p}, the restaurant {r}" for n, k, p, r in rows
    )
    return Figure(chart, f"Rates in the pandemic after different trainings. {alt}.", (heads, rows))


def _share_of_weeks(share: float) -> str:
    return f"{100 * share:g} % distinguishing weeks" if share else "no distinguishing weeks"


def _row_traces(of_group: Sequence[Rates], look: _Look, shift: float, *, legend: bool) -> list[Any]:
    """Draws one rate of each control: every seed, the mean and the interval, from top to bottom."""
    import plotly.graph_objects as go

    y = np.arange(len(of_group)) + shift  # rows are 1 apart
    means: list[Estimate] = [over_seeds(rates) for rates in of_group]
    dots = go.Scatter(
        x=np.concatenate(of_group).tolist(), y=np.repeat(y, list(map(len, of_group))).tolist(),
        mode="markers", name=look.label, showlegend=False,
        hovertemplate="%{x:.0%}<extra>one seed</extra>",
        marker={"color": look.colour, "size": 5, "opacity": 0.35, "symbol": look.symbol},
    )  # fmt: skip
    bars = go.Scatter(
        x=[e.mean for e in means], y=y.tolist(), mode="markers", name=look.label,
        showlegend=legend, legendgroup=look.label,
        marker={"color": look.colour, "size": 9, "symbol": look.symbol},
        error_x={
            "type": "data", "symmetric": False, "array": [e.high - e.mean for e in means],
            "arrayminus": [e.mean - e.low for e in means], "color": look.colour, "thickness": 1.5,
            "width": 3,
        },
        text=[str(e) for e in means], hovertemplate="%{text}<extra>" + look.label + "</extra>",
    )  # fmt: skip
    return [dots, bars]


def _name_rows(chart: Any, names: Sequence[str], row: int) -> None:
    # 17 characters, for which _SIDE has room.
    lines = ["<br>".join(wrap(name, 17, break_on_hyphens=False)) for name in names]
    chart.update_yaxes(
        tickmode="array", tickvals=list(range(len(names))), ticktext=lines,
        range=[len(names) - 0.5, -0.5], zeroline=False, row=row, col=1,  # from top to bottom
    )  # fmt: skip


_SIDE = 118  # pixels beside the chart, for a line of 17 characters on a phone


def _lay_out(chart: Any, title: str, rows: int, panels: int) -> None:
    layout = layout_of(title, "", [])
    # The axes of the layout are for a single panel.
    chart.update_layout(**{k: v for k, v in layout.items() if k not in ("xaxis", "yaxis")})
    height = 210 + 52 * rows  # pixels
    chart.update_layout(height=height, margin={"l": _SIDE, "t": 84, "b": 96})
    chart.update_layout(legend={"y": -66 / (height - 180)})  # below the name of the axis
    # The titles of the panels begin where the panels do: the room beside them is less on a phone.
    chart.update_annotations(x=0, xanchor="left", font_size=13)
    # Wider than 0 to 1, so that marks at the ends are whole.
    chart.update_xaxes(range=[-0.03, 1.03], tickformat=".0%", zeroline=False)
    chart.update_xaxes(title="of test weeks", row=panels)
