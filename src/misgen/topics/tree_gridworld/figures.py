"""Figures of the Tree Gridworld chapter: endless runs against time, and their frozen agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.colours import PALETTE
from misgen.core.intervals import Band, band, over_seeds
from misgen.explore.charts import (
    DEAD,
    GOAL,
    SECOND,
    Curve,
    Figure,
    Numbers,
    Picture,
    curves,
    endpoints,
    layout_of,
)
from misgen.explore.numbers import Table
from misgen.learn.history import Series
from misgen.topics.tree_gridworld.experiment import FILMED_SEEDS
from misgen.topics.tree_gridworld.frozen import WINDOW
from misgen.topics.tree_gridworld.published import ForestRuns, affinities
from misgen.topics.tree_gridworld.rates import FORESTS, STEPS, VIEWS, ForestRates
from misgen.topics.tree_gridworld.runs import ForestRun

GROUPS: Mapping[str, tuple[int, int, float]] = {
    "9 or 10 trees": (9, 10, 0.8),
    "6 to 8": (6, 8, 0.52),
    "3 to 5": (3, 5, 0.3),
    "1 or 2": (1, 2, 0.14),
    "no tree": (0, 0, 0.0),
}
"""Forests that share a shade of green, from the thickest to those without trees: label ->
(fewest trees, most trees, opacity of the green)."""
REWARD_TOP = 0.3
"""Upper end of an axis of rewards: hardly more trees appear in a step than 0.3, so that no agent
can chop more in the long run."""
STEP_TICKS = tuple((float(step), f"{step:,}") for step in (100, 300, 1000, 3000, 10_000))
"""Ticks of an axis of steps, nearly even where it is logarithmic."""


def grouped(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the share of forests in each of `GROUPS`, `(..., groups)`.

    Args:
        shares: Share of forests with 0, 1, ... 10 trees, `(..., 11)`.

    >>> grouped(np.arange(11)).tolist()
    [19, 21, 12, 3, 0]
    """
    ends = [(low, high) for low, high, _ in GROUPS.values()]
    return np.stack([shares[..., low : high + 1].sum(axis=-1) for low, high in ends], axis=-1)


# --------------------------------------------------------------------------- one run


def forest_run(series: Series, title: str) -> Figure:
    """Draws one run as Shah et al. (2022, figure 3) do: reward in orange, trees in green.

    Args:
        series: The run, from the ledger or from `History.binned`.
        title: What the chart shows, as a sentence.
    """
    import plotly.graph_objects as go

    x, groups = series.ticks.tolist(), grouped(series.shares)  # (bin, group)
    chart = go.Figure()
    for k, (label, (_, _, opacity)) in enumerate(GROUPS.items()):
        colour = _rgba("good", opacity) if opacity else _rgba("dead", 0.3)
        chart.add_scatter(
            x=x, y=groups[:, k].tolist(), name=label, stackgroup="trees",
            mode="lines", line={"width": 0}, fillcolor=colour, yaxis="y2",
            hovertemplate="%{y:.0%} of the forests",
        )  # fmt: skip
    chart.add_scatter(
        x=x, y=series.rewards.tolist(), mode="lines", name="reward per step",
        line={"color": GOAL, "width": 2.5}, hovertemplate="%{y:.3f} a step",
    )  # fmt: skip
    chart.update_layout(**_two_panels(title))
    return Figure(chart, _run_in_words(series), run_table(series))


def _rgba(name: str, opacity: float) -> str:
    red, green, blue = bytes.fromhex(PALETTE[name][0].removeprefix("#"))
    return f"rgba({red},{green},{blue},{opacity})"


def _two_panels(title: str) -> dict[str, Any]:
    """Returns a layout with rewards above and forests below, on one axis of time."""
    return layout_of(title, "", []) | {
        "height": 480,
        "xaxis": {
            "title": {"text": "steps of each forest"}, "anchor": "y2", "type": "log",
            "tickvals": [step for step, _ in STEP_TICKS],
            "ticktext": [text for _, text in STEP_TICKS],
        },
        "yaxis": {
            # of the height; a gap between both
            "domain": [0.52, 1.0], "range": [0, REWARD_TOP], "title": {"text": "reward"},
        },
        "yaxis2": {
            "domain": [0.0, 0.44], "range": [0, 1], "tickformat": ".0%",
            "title": {"text": "forests"},
        },
        "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
        "hovermode": "x unified",
    }  # fmt: skip


def _run_in_words(series: Series) -> str:
    best, last = int(series.rewards.argmax()), len(series.ticks) - 1
    return (
        f"Reward per step begins at {series.rewards[0]:.3f}, is largest at step "
        f"{series.ticks[best]:,} ({series.rewards[best]:.3f}) and ends at "
        f"{series.rewards[last]:.3f}. Forests without trees: {series.empty[best]:.0%} at the "
        f"largest reward, {series.empty[last]:.0%} at the end."
    )


def run_table(series: Series) -> Table:
    """Returns about a dozen moments of a run: the step, rewards, trees, forests without trees."""
    heads = ("step", "reward per step", "trees left", "forests without trees")
    rows = [
        (f"{tick:,}", f"{series.rewards[i]:.3f}", f"{series.left[i]:.1f}", f"{series.empty[i]:.0%}")
        for i, tick in _a_dozen(series.ticks)
    ]
    return heads, rows


def _a_dozen(ticks: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Returns (index, step) of about a dozen spans, evenly spaced, with the last one."""
    indices = sorted({round(i) for i in np.linspace(0, len(ticks) - 1, 12)})
    return [(i, int(ticks[i])) for i in indices]


# -------------------------------------------------------------------------- all seeds


def forest_seeds(runs: ForestRuns, title: str) -> Figure:
    """Draws rewards and extinct forests of all seeds: thin lines, the mean, its 95 % interval.

    Args:
        runs: The seeds of one setting.
        title: What the chart shows, as a sentence.
    """
    import plotly.graph_objects as go

    rewards = runs.of_each(lambda run: run.series.rewards)  # (seed, bin)
    extinct = runs.of_each(lambda run: run.series.empty)
    chart = go.Figure()
    _add_seeds(chart, runs, rewards, GOAL, "reward per step", "y", "solid")
    _add_seeds(chart, runs, extinct, DEAD, "forests without trees", "y2", "dash")
    chart.update_layout(**_two_panels(title))
    rows = [
        (f"{tick:,}", mean_and_interval(rewards[:, i], ".3f"), str(over_seeds(extinct[:, i])))
        for i, tick in _a_dozen(runs.ticks)
    ]
    final = over_seeds(extinct[:, -1])
    alt = (
        f"{len(runs.runs)} runs against time. The largest reward per step of a run lies between "
        f"{min(run.peak for run in runs.runs):.3f} and {max(run.peak for run in runs.runs):.3f}; "
        f"at the end {final} of the forests have no trees."
    )
    return Figure(chart, alt, (("step", "reward per step", "forests without trees"), rows))


def _add_seeds(
    chart: Any, runs: ForestRuns, values: NDArray[np.float64], colour: str, name: str, axis: str,
    dash: str,
) -> None:  # fmt: skip
    """Adds the band of the interval, a thin line for each seed, and the mean."""
    x = runs.ticks.tolist()
    mean, low, high = interval_of_mean(values)
    quiet = {"yaxis": axis, "showlegend": False, "hoverinfo": "skip", "mode": "lines"}
    chart.add_scatter(
        # along the upper end, and back along the lower
        x=x + x[::-1], y=[*high.tolist(), *low.tolist()[::-1]], fill="toself",
        fillcolor="rgba(127,127,127,0.22)", line={"width": 0}, **quiet,
    )  # fmt: skip
    # One trace for all seeds: a transparent layer for each would darken the page.
    chart.add_scatter(
        # None ends the line of a seed
        x=[*x, None] * len(values), y=[y for row in values.tolist() for y in (*row, None)],
        opacity=0.45, line={"color": colour, "width": 0.7}, **quiet,
    )  # fmt: skip
    chart.add_scatter(
        x=x, y=mean.tolist(), mode="lines", name=f"{name}, mean", yaxis=axis,
        line={"color": colour, "width": 2.5, "dash": dash},
    )  # fmt: skip


def interval_of_mean(values: NDArray[np.float64]) -> Band:
    """Returns the mean over seeds and the ends of its 95 % t-interval, cut to [0, 1].

    Args:
        values: Rates or rewards of each seed, `(seeds, ...)`.
    """
    mean, low, high = band(values)
    return Band(mean, low.clip(0, 1), high.clip(0, 1))


def mean_and_interval(values: NDArray[np.float64], digits: str) -> str:
    """Writes a mean over seeds with its interval, such as "0.205 [0.19, 0.22]"."""
    mean, low, high = interval_of_mean(values)
    return f"{mean:{digits}} [{low:{digits}}, {high:{digits}}]"


# --------------------------------------------------------------------------------------- the agents


def forest_phases(runs: ForestRuns) -> Numbers:
    """List what the run earns at each checkpoint, and what its frozen agent would do.

    Args:
        runs: The seeds of one setting, with all their checkpoints.
    """
    # All are (seeds, moments, ...); the run itself is read in the span of each checkpoint.
    ticks = np.array([moment.tick for moment in runs.runs[0].moments])
    spans = np.searchsorted(runs.ticks, ticks).clip(max=len(runs.ticks) - 1)
    rewards = runs.of_each(lambda run: run.series.rewards[spans])
    empty = runs.of_each(lambda run: run.series.empty[spans])
    greed = affinities(runs)[..., -1]  # (seed, moment), in full forests
    chops = runs.of_each(lambda run: [moment.chops for moment in run.moments])
    # index 2: forests that start with two trees
    dead = runs.of_each(lambda run: [moment.windows.extinct[2] for moment in run.moments])
    heads = ("step", "reward now", "no trees now", "affinity, full forest",
             "chops beside 1 of 10 trees", "chops beside the last tree",
             "2 trees: dead after 100 steps")  # fmt: skip
    rows = [
        (
            f"{tick:,}",
            mean_and_interval(rewards[:, k], ".3f"),
            str(over_seeds(empty[:, k])),
            f"{greed[:, k].mean():.2f}",
            # `chops` begins with one tree: its last is a full forest.
            *(str(over_seeds(each[:, k])) for each in (chops[..., -1], chops[..., 0], dead)),
        )
        for k, tick in enumerate(ticks)
        if k in _first_and_last(len(ticks))
    ]
    caption = (
        f"Checkpoints of {len(runs.runs)} runs, mean over seeds with its 95 % interval. The last "
        "four columns are frozen agents in forests of their own."
    )
    return Numbers((heads, rows), caption)


def _first_and_last(moments: int) -> list[int]:
    """Returns the indices of the untrained agent and of the last seven moments."""
    return sorted({0, *range(moments)[-7:]})


def forests_ended(runs: ForestRuns, title: str) -> Figure:
    """Draws what the frozen agents of all checkpoints end, in forests of their own.

    Args:
        runs: The seeds of one setting, with all their checkpoints.
        title: What the chart shows, as a sentence.
    """
    full = runs.of_each(lambda run: [moment.unforgiven.extinct for moment in run.moments])
    thin = runs.of_each(lambda run: [moment.windows.extinct[2] for moment in run.moments])
    lines = [
        # each (moment, seed)
        Curve(f"full forests, within {STEPS:,} steps", DEAD, "square", list(full.T)),
        Curve(f"forests with two trees, within {WINDOW} steps", SECOND, "circle", list(thin.T),
              "dash"),
    ]  # fmt: skip
    ticks = [f"{moment.tick:,}" for moment in runs.runs[0].moments]
    alt = endpoints("From the first frozen agent to the last", ticks, lines)
    figure = curves(title, "agent frozen at step", ticks, lines, alt)
    figure.chart.update_layout(yaxis_title="forests that it ends")
    return figure


def rates_table(found: Mapping[tuple[int, str], Sequence[ForestRates]]) -> Numbers:
    """Lists the rates of published agents, as they are and with their sight changed.

    Args:
        found: See `rates.published_rates`.
    """
    names = ("capability", "goal", "proxy")
    heads = ("step", "what it sees", "capability", "goal: lives off it", "proxy: ends it")
    rows = [
        (f"{tick:,}", VIEWS[view],
         *(str(over_seeds([getattr(each, name) for each in rates])) for name in names))
        for (tick, view), rates in found.items()
    ]  # fmt: skip
    caption = (
        f"Of {FORESTS} full forests where no dead forest comes back, after {STEPS:,} steps: mean "
        f"over {len(FILMED_SEEDS)} seeds, with its 95 % interval. An agent has the same forests in "
        "all rows."
    )
    return Numbers((heads, rows), caption)


MAPS: Mapping[str, tuple[str, str, Callable[[ForestRun], NDArray[np.float64]]]] = {
    "chops": (
        "How likely the frozen agent chops, standing beside a tree",
        "first",
        lambda run: np.array([moment.chops for moment in run.moments]),
    ),
    "extinct": (
        "Share of forests that the frozen agent ends within 100 steps",
        "dead",
        # [1:]: without trees nothing is left to end
        lambda run: np.array([moment.windows.extinct[1:] for moment in run.moments]),
    ),
}
"""What `density_map` can show: its caption, its colour, and the values of a run,
`(moments, 10)`."""


def density_map(runs: ForestRuns, what: str) -> Picture:
    """Draws what frozen agents do: a column for a checkpoint, a row for each number of trees.

    As in `forest_phases`, of many checkpoints the first and the last seven are drawn.

    Args:
        runs: The seeds of one setting, with all their checkpoints.
        what: One of `MAPS`.

    Raises:
        ValueError: If there is no such map.
    """
    if what not in MAPS:
        raise ValueError(f"what must be one of {', '.join(MAPS)}, not {what!r}.")
    caption, colour, read = MAPS[what]
    shown = _first_and_last(len(runs.runs[0].moments))
    values = runs.of_each(read).mean(axis=0)[shown].T[::-1]  # (10 to 1 trees, moments)
    ticks = [f"{runs.runs[0].moments[k].tick:,}" for k in shown]
    trees = [str(n) for n in range(len(values), 0, -1)]
    whole = f"{caption}, in percent; mean over {len(runs.runs)} seeds."
    heads = ("trees", *(f"step {tick}" for tick in ticks))
    rows = [(n, *(f"{v:.0%}" for v in row)) for n, row in zip(trees, values, strict=True)]
    return Picture(_map_svg(values, ticks, trees, whole, colour), whole, (heads, rows))


# in pixels: a cell's width and height, margins
_CELL, _ROW, _LEFT, _TOP, _FOOT = 46, 24, 52, 22, 40


def _map_svg(
    values: NDArray[np.float64], ticks: Sequence[str], trees: Sequence[str], label: str, colour: str
) -> str:
    rows, columns = values.shape
    width, height = _LEFT + columns * _CELL, _TOP + rows * _ROW + _FOOT
    cells = "".join(
        _cell_svg(_LEFT + c * _CELL, _TOP + r * _ROW, value, colour)
        for (r, c), value in np.ndenumerate(values)
    )
    across = "".join(_text(_LEFT + (c + 0.5) * _CELL, height - 22, t) for c, t in enumerate(ticks))
    down = "".join(_text(_LEFT - 14, _TOP + (r + 0.5) * _ROW + 4, t) for r, t in enumerate(trees))
    names = _text(_LEFT - 4, 13, "trees") + _text(_LEFT + columns * _CELL / 2, height - 5, "step")
    return (
        f'<svg class="mg-map" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{escape(label, quote=True)}" viewBox="0 0 {width} {height}" '
        f'style="width:100%;max-width:{width}px;height:auto">{cells}{across}{down}{names}</svg>'
    )


def _cell_svg(x: float, y: float, value: float, colour: str) -> str:
    # A value of 0 has a trace of colour, so that its cell is seen.
    fill = f"fill:var(--mg-{colour},{PALETTE[colour][0]});fill-opacity:{0.06 + 0.6 * value:.2f}"
    box = (
        f'<rect x="{x + 1}" y="{y + 1}" width="{_CELL - 2}" height="{_ROW - 2}" rx="3" '
        f'style="{fill}"/>'
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
        "end, in full forests of their own in which nothing comes back. Means over seeds with "
        "95 % intervals."
    )
    return Numbers((heads, rows), caption)


def _ends(runs: ForestRuns) -> list[str]:
    def in_words(read: Callable[[ForestRun], float]) -> str:
        return mean_and_interval(runs.of_each(read), ".3f")

    return [
        in_words(lambda run: run.peak),
        in_words(lambda run: run.ending.reward),
        str(over_seeds(runs.of_each(lambda run: run.ending.extinct))),
        in_words(lambda run: run.moments[-1].unforgiven.reward),
        str(over_seeds(runs.of_each(lambda run: run.moments[-1].unforgiven.extinct))),
    ]
