"""Figures of the Tree Gridworld chapter: endless runs against time, and their frozen agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Band, Estimate, band, over_seeds
from misgen.explore.charts import DEAD, GOAL, Figure, Numbers, Picture
from misgen.learn.history import Series
from misgen.topics.tree_gridworld.published import ForestRuns, affinities
from misgen.topics.tree_gridworld.runs import ForestRun
from misgen.topics.tree_gridworld.svg import LABELS, REWARD_TOP, grouped

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


def interval_of_mean(values: NDArray[np.float64]) -> Band:
    """Return the mean over seeds and the ends of its 95 % t-interval, cut to [0, 1].

    Args:
        values: Rates or rewards of each seed, `(seeds, ...)`.
    """
    mean, low, high = band(values)
    return Band(mean, low.clip(0, 1), high.clip(0, 1))


def mean_and_interval(values: NDArray[np.float64], digits: str) -> str:
    """Write a mean over seeds with its interval, such as "0.205 [0.19, 0.22]"."""
    mean, low, high = interval_of_mean(values)
    return f"{mean:{digits}} [{low:{digits}}, {high:{digits}}]"


# --------------------------------------------------------------------------------------- the agents


def forest_phases(runs: ForestRuns) -> Numbers:
    """List what the run earns at each checkpoint, and what its frozen agent would do.

    Args:
        runs: The seeds of one setting, with all their checkpoints.
    """
    greed = affinities(runs)
    heads = ("step", "reward now", "no trees now", "affinity, full forest",
             "chops beside 1 of 10 trees", "chops beside the last tree",
             "2 trees: dead after 100 steps")  # fmt: skip
    rows = []
    for k, moment in enumerate(runs.runs[0].moments):
        rewards, empty = (runs.of_each(_now(k, what)) for what in ("rewards", "empty"))
        rows.append(
            (
                f"{moment.tick:,}", mean_and_interval(rewards, ".3f"), str(over_seeds(empty)),
                f"{greed[:, k, -1].mean():.2f}", *_frozen(runs, k),
            )
        )  # fmt: skip
    caption = (
        f"Checkpoints of {len(runs.runs)} runs, mean over seeds with its 95 % interval. The last "
        "four columns are frozen agents in forests of their own."
    )
    return Numbers((heads, rows), caption)


def _now(moment: int, what: str) -> Callable[[ForestRun], float]:
    """Return how to read the reward or the empty forests of a run at one of its checkpoints."""

    def read(run: ForestRun) -> float:
        at = int(np.searchsorted(run.series.ticks, run.moments[moment].tick))
        return float(getattr(run.series, what)[min(at, len(run.series.ticks) - 1)])

    return read


def _frozen(runs: ForestRuns, k: int) -> tuple[str, str, str]:
    chops = runs.of_each(lambda run: run.moments[k].chops)
    dead = runs.of_each(lambda run: run.moments[k].windows.extinct[2])
    return str(over_seeds(chops[:, -1])), str(over_seeds(chops[:, 0])), str(over_seeds(dead))


MAPS: Mapping[str, tuple[str, Callable[[ForestRun], NDArray[np.float64]]]] = {
    "chops": (
        "How likely the frozen agent chops, standing beside a tree",
        lambda run: np.array([moment.chops for moment in run.moments]),
    ),
    "extinct": (
        "Share of forests that the frozen agent ends within 100 steps",
        lambda run: np.array([moment.windows.extinct[1:] for moment in run.moments]),
    ),
}
"""What `density_map` can show: its caption, and the values of a run, `(moments, 10)`."""


def density_map(runs: ForestRuns, what: str) -> Picture:
    """Draw what frozen agents do: a column for each checkpoint, a row for each number of trees.

    Args:
        runs: The seeds of one setting, with all their checkpoints.
        what: One of `MAPS`.

    Raises:
        ValueError: If there is no such map.
    """
    if what not in MAPS:
        raise ValueError(f"what must be one of {', '.join(MAPS)}, not {what!r}.")
    caption, read = MAPS[what]
    values = runs.of_each(read).mean(axis=0).T[::-1]
    ticks = [f"{moment.tick:,}" for moment in runs.runs[0].moments]
    trees = [str(n) for n in range(len(values), 0, -1)]
    whole = f"{caption}, in percent; mean over {len(runs.runs)} seeds."
    heads = ("trees", *(f"step {tick}" for tick in ticks))
    rows = [(n, *(f"{v:.0%}" for v in row)) for n, row in zip(trees, values, strict=True)]
    return Picture(_map_svg(values, ticks, trees, whole), whole, (heads, rows))


_CELL, _ROW, _LEFT, _TOP, _FOOT = 46, 24, 52, 22, 40


def _map_svg(
    values: NDArray[np.float64], ticks: Sequence[str], trees: Sequence[str], label: str
) -> str:
    rows, columns = values.shape
    width, height = _LEFT + columns * _CELL, _TOP + rows * _ROW + _FOOT
    cells = "".join(
        _cell_svg(_LEFT + c * _CELL, _TOP + r * _ROW, float(values[r, c]))
        for r in range(rows)
        for c in range(columns)
    )
    across = "".join(_text(_LEFT + (c + 0.5) * _CELL, height - 22, t) for c, t in enumerate(ticks))
    down = "".join(_text(_LEFT - 14, _TOP + (r + 0.5) * _ROW + 4, t) for r, t in enumerate(trees))
    names = _text(_LEFT - 4, 13, "trees") + _text(_LEFT + columns * _CELL / 2, height - 5, "step")
    return (
        f'<svg class="mg-map" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{escape(label, quote=True)}" viewBox="0 0 {width} {height}" '
        f'style="width:100%;max-width:{width}px;height:auto">{cells}{across}{down}{names}</svg>'
    )


def _cell_svg(x: float, y: float, value: float) -> str:
    box = (
        f'<rect x="{x + 1}" y="{y + 1}" width="{_CELL - 2}" height="{_ROW - 2}" rx="3" '
        f'style="fill:var(--mg-goal,{GOAL})" fill-opacity="{0.06 + 0.6 * value:.2f}"/>'
    )
    return box + _text(x + _CELL / 2, y + _ROW / 2 + 4, f"{100 * value:.0f}")


def _text(x: float, y: float, text: str) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-size="11.5" '
        f'style="fill:currentcolor">{escape(text)}</text>'
    )


# ------------------------------------------------------------------------- settings


def forest_ends(groups: Mapping[str, ForestRuns]) -> Numbers:
    """List how the runs of several settings end, and what their last agents do when frozen.

    Args:
        groups: Name of each setting and its seeds.
    """
    heads = ("setting", "largest reward", "reward at the end", "no trees at the end",
             "frozen: reward", "frozen: forests that die")  # fmt: skip
    rows = [(name, *_ends(runs)) for name, runs in groups.items()]
    caption = (
        "Reward per step. The end is the last tenth of a run; the frozen agents are those of the "
        "end, in full forests of their own. Means over seeds with 95 % intervals."
    )
    return Numbers((heads, rows), caption)


def _ends(runs: ForestRuns) -> tuple[str, ...]:
    last = [run.moments[-1].long_run for run in runs.runs]
    return (
        mean_and_interval(runs.of_each(lambda run: run.peak), ".3f"),
        mean_and_interval(runs.of_each(lambda run: run.ending.reward), ".3f"),
        str(_share(runs.of_each(lambda run: run.ending.extinct))),
        mean_and_interval(np.array([found.reward for found in last]), ".3f"),
        str(_share(np.array([found.extinct for found in last]))),
    )


def _share(values: NDArray[np.float64]) -> Estimate:
    return over_seeds(np.clip(values, 0.0, 1.0))
