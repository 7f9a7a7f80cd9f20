"""Figures of the Tree Gridworld chapter: endless runs against time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import over_seeds, student_t
from misgen.explore.charts import DEAD, GOAL, Figure
from misgen.learn.history import Series
from misgen.topics.tree_gridworld.groups import LABELS, REWARD_TOP, grouped
from misgen.topics.tree_gridworld.published import ForestRuns

GREENS = ("rgba(62,130,58,0.85)", "rgba(62,130,58,0.58)", "rgba(62,130,58,0.34)",
          "rgba(62,130,58,0.16)", "rgba(95,105,117,0.30)")  # fmt: skip
"""Of each group of trees; grey where there is none."""


# --------------------------------------------------------------------------- one run


def forest_run(series: Series, title: str) -> Figure:
    """Draw one run as Shah et al. (2022, figure 3) do: reward in orange, trees in green.

    Args:
        series: The run, from the ledger or from `History.binned`.
        title: What the chart shows, as a sentence.
    """
    import plotly.graph_objects as go

    x, groups = series.ticks.tolist(), grouped(series.shares)
    chart = go.Figure()
    for k, (label, colour) in enumerate(zip(LABELS, GREENS, strict=True)):
        chart.add_trace(
            go.Scatter(
                x=x, y=groups[:, k].tolist(), name=label, stackgroup="trees",
                mode="lines", line={"width": 0}, fillcolor=colour, yaxis="y2",
                hovertemplate="%{y:.0%} of the forests",
            )
        )  # fmt: skip
    chart.add_trace(_reward_line(x, series.rewards))
    chart.update_layout(**_two_panels(title))
    return Figure(chart, _run_in_words(series), _run_table(series))


def _reward_line(x: Sequence[int], rewards: NDArray[np.float64]) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=list(x), y=rewards.tolist(), mode="lines", name="reward per step",
        line={"color": GOAL, "width": 2.5}, hovertemplate="%{y:.3f} a step",
    )  # fmt: skip


def _two_panels(title: str) -> dict[str, Any]:
    """Return a layout with rewards above and forests below, on one axis of time."""
    return {
        "title": {"text": title, "x": 0, "xref": "paper", "font": {"size": 15}},
        "height": 480,
        "margin": {"l": 56, "r": 16, "t": 56, "b": 110},
        "xaxis": {
            "title": {"text": "steps of each forest"}, "anchor": "y2", "type": "log",
            "tickvals": [100, 300, 1000, 3000, 10000],
            "ticktext": ["100", "300", "1,000", "3,000", "10,000"],
        },
        "yaxis": {
            "domain": [0.52, 1.0], "range": [0, REWARD_TOP], "title": {"text": "reward"},
        },
        "yaxis2": {
            "domain": [0.0, 0.44], "range": [0, 1], "tickformat": ".0%",
            "title": {"text": "forests"},
        },
        "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
        "hovermode": "x unified",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "paper_bgcolor": "rgba(0,0,0,0)",
    }  # fmt: skip


def _run_in_words(series: Series) -> str:
    best, last = int(series.rewards.argmax()), len(series.ticks) - 1
    return (
        f"Reward per step begins at {series.rewards[0]:.3f}, is largest at step "
        f"{series.ticks[best]:,} ({series.rewards[best]:.3f}) and ends at "
        f"{series.rewards[last]:.3f}. Forests without trees: {series.empty[best]:.0%} at the "
        f"largest reward, {series.empty[last]:.0%} at the end."
    )


def _run_table(series: Series) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    heads = ("step", "reward per step", "trees left", "forests without trees")
    rows = [
        (f"{series.ticks[i]:,}", f"{series.rewards[i]:.3f}", f"{series.left[i]:.1f}",
         f"{series.empty[i]:.0%}")
        for i in _a_dozen(len(series.ticks))
    ]  # fmt: skip
    return heads, rows


def _a_dozen(count: int) -> list[int]:
    """Return about a dozen indices, evenly spaced, with the last one."""
    return sorted({round(i) for i in np.linspace(0, count - 1, min(count, 12))})


# -------------------------------------------------------------------------- all seeds


def forest_seeds(runs: ForestRuns, title: str) -> Figure:
    """Draw rewards and extinct forests of all seeds: thin lines, the mean, its 95 % interval.

    Args:
        runs: The seeds of one setting.
        title: What the chart shows, as a sentence.
    """
    import plotly.graph_objects as go

    rewards = runs.of_each(lambda run: run.series.rewards)
    extinct = runs.of_each(lambda run: run.series.empty)
    chart = go.Figure()
    chart.add_traces(_all_seeds(runs, rewards, GOAL, "reward per step", "y", "solid"))
    chart.add_traces(_all_seeds(runs, extinct, DEAD, "forests without trees", "y2", "dash"))
    chart.update_layout(**_two_panels(title))
    rows = [
        (
            f"{runs.ticks[i]:,}",
            mean_and_interval(rewards[:, i], ".3f"),
            str(over_seeds(extinct[:, i])),
        )
        for i in _a_dozen(len(runs.ticks))
    ]
    final = over_seeds(extinct[:, -1])
    alt = (
        f"{len(runs.runs)} runs against time. The largest reward per step of a run lies between "
        f"{min(run.peak for run in runs.runs):.3f} and {max(run.peak for run in runs.runs):.3f}; "
        f"at the end {final} of the forests have no trees."
    )
    return Figure(chart, alt, (("step", "reward per step", "forests without trees"), rows))


def _all_seeds(
    runs: ForestRuns, values: NDArray[np.float64], colour: str, name: str, axis: str, dash: str
) -> list[Any]:
    """Return the band of the interval, a thin line for each seed, and the mean."""
    import plotly.graph_objects as go

    x = runs.ticks.tolist()
    mean, low, high = interval_of_mean(values)
    quiet = {"yaxis": axis, "showlegend": False, "hoverinfo": "skip", "mode": "lines"}
    # One trace for all seeds: a transparent layer for each would darken the page.
    gaps = [[*row.tolist(), None] for row in values]
    seeds = go.Scatter(
        x=[*x, None] * len(values), y=[y for row in gaps for y in row], opacity=0.45,
        line={"color": colour, "width": 0.7}, **quiet,
    )  # fmt: skip
    ends = [
        go.Scatter(
            x=x + x[::-1], y=[*high.tolist(), *low.tolist()[::-1]], fill="toself",
            fillcolor="rgba(127,127,127,0.22)", line={"width": 0}, **quiet,
        )
    ]  # fmt: skip
    middle = go.Scatter(
        x=x, y=mean.tolist(), mode="lines", name=f"{name}, mean", yaxis=axis,
        line={"color": colour, "width": 2.5, "dash": dash},
    )  # fmt: skip
    return [*ends, seeds, middle]


def interval_of_mean(
    values: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean over seeds and the ends of its 95 % t-interval, cut to [0, 1].

    Args:
        values: Rates or rewards of each seed, `(seeds, ...)`.
    """
    n = len(values)
    half = student_t(0.975, n - 1) * values.std(axis=0, ddof=1) / np.sqrt(n)
    mean = values.mean(axis=0)
    return mean, np.clip(mean - half, 0, 1), np.clip(mean + half, 0, 1)


def mean_and_interval(values: NDArray[np.float64], digits: str) -> str:
    """Write a mean over seeds with its interval, such as "0.205 [0.19, 0.22]"."""
    mean, low, high = interval_of_mean(values)
    return f"{mean:{digits}} [{low:{digits}}, {high:{digits}}]"
