"""The still pictures of the forest explorer: a run against time, and one forest."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from misgen.explore.draw import svg_sprite
from misgen.topics.tree_gridworld.film import Rollout
from misgen.topics.tree_gridworld.runs import ForestRun

GROUPS = ((9, 10), (6, 8), (3, 5), (1, 2), (0, 0))
"""Numbers of trees that share a colour, (fewest, most), from the thickest forest to none."""
LABELS = ("9 or 10 trees", "6 to 8", "3 to 5", "1 or 2", "no tree")
REWARD_TOP = 0.3
"""Upper end of an axis of rewards: hardly more trees appear in a step than 0.3, so that no agent
can chop more in the long run."""


def grouped(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of forests in each of `GROUPS`, `(..., groups)`.

    Args:
        shares: Share of forests with 0, 1, ... 10 trees, `(..., 11)`.

    >>> grouped(np.arange(11)).tolist()
    [19, 21, 12, 3, 0]
    """
    return np.stack([shares[..., low : high + 1].sum(axis=-1) for low, high in GROUPS], axis=-1)


_WIDTH, _HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 52, 26, 42
OPACITIES = (0.8, 0.52, 0.3, 0.14, 0.0)
"""Of the green of each group of trees; where there is no tree, there is no green."""


def chart_svg(run: ForestRun, time: int) -> str:
    """Draw rewards as a line over the forests by their number of trees; a line marks `time`."""
    x = _LEFT + places(run.series.ticks) * (_WIDTH - _RIGHT - _LEFT)
    stacked = np.insert(np.cumsum(grouped(run.series.shares), axis=1), 0, 0.0, axis=1)
    areas = "".join(
        f'<polygon points="{_area(x, stacked[:, k], stacked[:, k + 1])}" '
        f'style="fill:var(--mg-good,#1a7f37)" fill-opacity="{OPACITIES[k]}"/>'
        for k in range(len(OPACITIES))
    )
    line = _points(x, _y(np.clip(run.series.rewards / REWARD_TOP, 0, 1)))
    reward = (
        f'<polyline points="{line}" fill="none" stroke-width="2.5" '
        'style="stroke:var(--mg-goal,#b7791f)"/>'
    )
    cursor = _cursor(x[time])
    axes = _axes(axis_steps(run.series.ticks))
    label = (
        f"Chart of one run. Reward per step: {run.series.rewards[0]:.3f} at the start, "
        f"{run.peak:.3f} at most, {run.ending.reward:.3f} at the end. Forests without trees at the "
        f"end: {run.ending.extinct:.0%}. Shades of green, from dark to light: "
        f"{', '.join(LABELS[:-1])}; none: {LABELS[-1]}."
    )
    return (
        f'<svg class="mg-still-part" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{escape(label, quote=True)}" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f"{areas}{reward}{cursor}{axes}</svg>"
    )


def places(ticks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return where each step lies on the logarithmic axis of time, from 0 to 1, `(bins,)`."""
    log = np.log(ticks)
    return np.asarray((log - log[0]) / (log[-1] - log[0]))


def axis_steps(ticks: NDArray[np.int64]) -> list[tuple[float, str]]:
    """Return the steps that are written on the axis of time: (place, what is written).

    >>> axis_steps(np.array([64, 6400]))
    [(0.0969, '100'), (0.3355, '300'), (0.5969, '1,000'), (0.8355, '3,000')]
    """
    round_steps = [n for n in (100, 300, 1000, 3000, 10_000, 30_000) if ticks[0] <= n <= ticks[-1]]
    each = [places(np.array([ticks[0], n, ticks[-1]]))[1] for n in round_steps]
    return [(round(float(x), 4), f"{n:,}") for x, n in zip(each, round_steps, strict=True)]


def _y(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    return _HEIGHT - _BOTTOM - shares * (_HEIGHT - _TOP - _BOTTOM)


def _points(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def _area(x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    return f"{_points(x, _y(high))} {_points(x[::-1], _y(low[::-1]))}"


def _cursor(x: float) -> str:
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}" '
        'stroke-width="1.5" stroke-dasharray="2 3" style="stroke:var(--mg-control,#7b8694)"/>'
    )


def _axes(steps: Sequence[tuple[float, str]]) -> str:
    foot, inner = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT - _LEFT
    texts = [
        (_LEFT, 14, "start", "reward per step"),
        (_WIDTH - _RIGHT, 14, "end", "share of forests"),
        (_LEFT - 8, foot, "end", "0"),
        (_LEFT - 8, _TOP + 8, "end", f"{REWARD_TOP:g}"),
        (_WIDTH - _RIGHT + 8, foot, "start", "0 %"),
        (_WIDTH - _RIGHT + 8, _TOP + 8, "start", "100 %"),
        *((_LEFT + place * inner, foot + 18, "middle", text) for place, text in steps),
        (_LEFT + inner / 2, _HEIGHT - 6, "middle", "steps of each forest, logarithmic"),
    ]
    return "".join(
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-size="12" '
        f'style="fill:var(--mg-mute,#5a636e)">{escape(text)}</text>'
        for x, y, anchor, text in texts
    )


def grid_svg(rollout: Rollout) -> str:
    """Draw the last step of a recording: the forest and the agent."""
    trees, agent = rollout.trees()[-1], int(rollout.agent[-1])
    side = round(len(trees) ** 0.5)

    def placed(name: str, cell: int) -> str:
        return f'<g transform="translate({cell % side} {cell // side})">{svg_sprite(name)}</g>'

    ground = "".join(placed("meadow", cell) for cell in range(len(trees)))
    stand = "".join(placed("tree", int(cell)) for cell in np.flatnonzero(trees))
    label = f"The forest of the frozen agent after {len(rollout.grown)} steps: {trees.sum()} trees."
    return (
        f'<svg class="mg-still-part" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{label}" viewBox="0 0 {side} {side}" style="max-width:260px">'
        f"{ground}{stand}{placed('agent', agent)}</svg>"
    )


def numbers_html(run: ForestRun) -> str:
    """Return about a dozen moments of a run as a table that opens on request, and in print."""
    series = run.series
    rows = sorted({round(i) for i in np.linspace(0, len(series.ticks) - 1, 12)})
    body = "".join(
        f'<tr><th scope="row">{series.ticks[i]:,}</th><td>{series.rewards[i]:.3f}</td>'
        f"<td>{series.left[i]:.1f}</td><td>{100 * series.empty[i]:.0f} %</td></tr>"
        for i in rows
    )
    heads = ("step", "reward per step", "trees left", "forests without trees")
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return (
        '<details class="mg-numbers"><summary>The numbers</summary><table><thead><tr>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></details>"
    )
