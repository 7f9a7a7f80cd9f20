"""The figures of the CoinRun chapter."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from misgen.core.measure import OUTCOMES, Report
from misgen.explore.charts import (
    DEAD,
    FIRST,
    GOAL,
    MUTE,
    PROXY,
    SECOND,
    Curve,
    Figure,
    curves,
    endpoints,
    layout_of,
)
from misgen.ledger.published import Results


def dose_response(results: Results) -> Figure:
    """Remake figure 2 of Langosco et al. (2022): misgeneralization against `distinguishing`."""
    values = sorted({trial.distinguishing for trial in results.where().trials})
    by_share = {share: results.where(share) for share in values}
    shares = [f"{100 * share:g}" for share in by_share]  # short, for a phone

    def rates(test: str, what: str) -> list[NDArray[np.float64]]:
        return [r.rates(test, what) for r in by_share.values()]

    lines = [
        Curve("runs past the coin to the end", PROXY, "square", rates("shifted", "proxy")),
        Curve("gets the coin", GOAL, "circle", rates("shifted", "goal")),
        Curve("fails on ordinary levels", DEAD, "triangle-up",
              [1 - r for r in rates("ordinary", "goal")]),
        Curve("meets the erased coin by accident", MUTE, "diamond", rates("erased", "goal"), "dot"),
    ]  # fmt: skip
    return curves(
        "A few levels that tell coin and end apart change the goal",
        "training levels in which coin and end are apart, in %", shares, lines,
        alt=endpoints(
            "As more training levels tell coin and end apart", [f"{x} %" for x in shares], lines
        ),
    )  # fmt: skip


def level_diversity(results: Results) -> Figure:
    """Draws what the number of training levels changes, and what it does not."""
    counts = sorted({t.options["levels"] for t in results.trials if "levels" in t.options})
    ticks = [*(f"{count:,}" for count in counts), "no limit"]

    def rates(share: float, test: str) -> list[NDArray[np.float64]]:
        few = [results.where(share, options={"levels": count}) for count in counts]
        return [r.rates(test, "goal") for r in [*few, results.where(share)]]

    lines = [
        Curve("solves its training levels", MUTE, "triangle-up", rates(0.0, "training"), "dot"),
        Curve("solves new ordinary levels", FIRST, "square", rates(0.0, "ordinary")),
        Curve("gets the moved coin, trained without such levels", SECOND, "diamond",
              rates(0.0, "shifted")),
        Curve("gets the moved coin, trained with 10 % such levels", GOAL, "circle",
              rates(0.1, "shifted")),
    ]  # fmt: skip
    return curves(
        "More levels teach the skill, not the goal", "number of training levels", ticks, lines,
        alt=endpoints("From few training levels to no limit", ticks, lines),
    )  # fmt: skip


# ------------------------------------------------------------------------- reports

_OUTCOME_COLOURS = {"goal": GOAL, "proxy": PROXY, "died": DEAD, "timed_out": DEAD}
_OUTCOME_NAMES = {"goal": "gets the coin", "proxy": "runs past it to the end", "died": "dies",
                  "timed_out": "runs out of time"}  # fmt: skip


def reports(title: str, tests: Mapping[str, Report]) -> Figure:
    """Draws how the episodes of one agent ended in several tests, with intervals over episodes.

    Args:
        title: What the chart shows, as a sentence.
        tests: Name of each test and its report.
    """
    import plotly.graph_objects as go

    chart = go.Figure()
    for outcome in OUTCOMES:
        values = [getattr(report, outcome) for report in tests.values()]
        chart.add_bar(
            y=list(tests), x=[v.mean for v in values], orientation="h",
            name=_OUTCOME_NAMES[outcome],
            marker={
                "color": _OUTCOME_COLOURS[outcome],
                # both failures have one colour
                "pattern": {"shape": "/" if outcome == "timed_out" else "", "size": 6},
            },
            error_x={
                "type": "data", "symmetric": False, "array": [v.high - v.mean for v in values],
                "arrayminus": [v.mean - v.low for v in values], "color": MUTE, "thickness": 1.2,
                "width": 3,
            },
            text=[str(v) for v in values], textposition="none",
            hovertemplate="%{text}<extra>" + _OUTCOME_NAMES[outcome] + "</extra>",
        )  # fmt: skip
    layout = layout_of(title, "", [])
    layout["xaxis"] = {"range": [0, 1.03], "tickformat": ".0%"}
    layout["yaxis"] = {"automargin": True, "autorange": "reversed"}  # the first test on top
    legend = {**layout["legend"], "y": -0.1}
    layout |= {"barmode": "group", "height": 170 + 90 * len(tests), "legend": legend}  # in pixels
    chart.update_layout(**layout)
    rows = [(name, *(str(getattr(r, o)) for o in OUTCOMES)) for name, r in tests.items()]
    alt = " ".join(
        f"{name}: {', '.join(map(' '.join, zip(_OUTCOME_NAMES.values(), ends, strict=True)))}."
        for name, *ends in rows
    )
    return Figure(chart, alt, (("test", *_OUTCOME_NAMES.values()), rows))
