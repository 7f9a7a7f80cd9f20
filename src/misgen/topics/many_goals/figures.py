"""The figures on unidentifiable goals: what each cell's reward can be, and how that shrinks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike

from misgen.explore.charts import (
    DEAD,
    GOAL,
    Curve,
    Figure,
    Picture,
    curves,
)
from misgen.topics.many_goals.gridworld import CELLS, SIZE, FloatArray
from misgen.topics.many_goals.identifiability import BOX
from misgen.topics.many_goals.room_svg import (
    UNIT,
    grid_svg,
    paint,
    picture_svg,
    placed,
    rewards_text,
    stroked,
    value_text,
)
from misgen.topics.many_goals.watching import LeftOpen, Ranges

_TOP, _BOTTOM = 10.0, 90.0  # of the scale within a cell, in its units
_AROUND = "display:flex;flex-wrap:wrap;gap:14px 20px"
_EACH = "flex:0 1 {width}px;min-width:0;font-size:0.88rem;line-height:1.3"


# ------------------------------------------------------------------- ranges of each cell


def reward_ranges(ranges: Ranges, reward: ArrayLike, names: Sequence[str]) -> Picture:
    """Draw what each cell's reward can be after each environment, as bars in the room.

    Args:
        ranges: Lowest and highest rewards, `(environments, CELLS)`; see `experiments`.
        reward: The agent's reward, `(CELLS,)`.
        names: What the agent was watched in: one name for each environment.

    Raises:
        ValueError: If there is not one name for each environment.
    """
    lows, highs = ranges
    if len(names) != len(lows):
        raise ValueError(f"Give {len(lows)} names, one for each environment, not {len(names)}.")
    true = np.asarray(reward, float)
    titles = [names[0], *(f"and with {name}" for name in names[1:])]
    rooms = [
        _titled(title, _ranges_svg(low, high, true, title))
        for title, low, high in zip(titles, lows, highs, strict=True)
    ]
    caption = (
        "In each cell a bar from the lowest to the highest reward that it can have, on a scale "
        "from −1 below to +1 above. The line is the agent's own reward."
    )
    heads = ("row, column", "its reward", *names)
    rows = [_range_row(cell, true[cell], lows[:, cell], highs[:, cell]) for cell in range(CELLS)]
    return Picture(_side_by_side(rooms), caption, (heads, rows))


def _ranges_svg(low: FloatArray, high: FloatArray, true: FloatArray, title: str) -> str:
    width = (high - low).mean()
    exact = int(np.sum(high - low < 1e-6))
    label = (
        f"{title}: the range of a cell's reward is {width:.2f} wide on average; "
        f"{exact} of {CELLS} cells are known exactly."
    )
    cells = [placed(cell, *_bar(low[cell], high[cell], true[cell])) for cell in range(CELLS)]
    return grid_svg("mg-ranges", 240, label, cells)


def _bar(low: float, high: float, true: float) -> tuple[str, ...]:
    top, bottom, at = (_height(value) for value in (high, low, true))
    frame = f'<rect width="{UNIT}" height="{UNIT}" fill="none" style="stroke:{paint("line")}"/>'
    bar = (
        f'<rect x="32" y="{top:.1f}" width="36" height="{max(2.0, bottom - top):.1f}" '
        f'style="fill:{paint("dead")}" fill-opacity="0.55"/>'
    )
    return frame, stroked(f"M20 {_height(0):.1f}H80", "line", 3), bar, stroked(
        f"M22 {at:.1f}H78", "goal", 9)  # fmt: skip


def _height(reward: float) -> float:
    share = (reward - BOX[0]) / (BOX[1] - BOX[0])
    return _BOTTOM + (_TOP - _BOTTOM) * share


def _range_row(cell: int, true: float, low: FloatArray, high: FloatArray) -> tuple[str, ...]:
    ranges = [f"{_two(a)} to {_two(b)}" for a, b in zip(low, high, strict=True)]
    return (f"{cell // SIZE + 1}, {cell % SIZE + 1}", _two(true), *ranges)


def _two(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def _titled(title: str, svg: str, width: int = 210) -> str:
    shown = svg.replace("<svg ", '<svg style="width:100%;height:auto" ', 1)
    return f'<div style="{_EACH.format(width=width)}">{shown}<div>{escape(title)}</div></div>'


def _side_by_side(rooms: Sequence[str]) -> str:
    return f'<div style="{_AROUND}">{"".join(rooms)}</div>'


# ------------------------------------------------------------------------- how they shrink


def ranges_left_open(shares: LeftOpen) -> Figure:
    """Draw how much stays open with each environment: rooms with another wall, and lotteries.

    Args:
        shares: What `experiments.left_open` returns.
    """
    ticks = [str(k + 1) for k in range(shares.rooms.shape[1])]
    lines = [
        Curve("rooms with a wall elsewhere", DEAD, "triangle-up", [*shares.rooms.T]),
        Curve("lotteries made to ask", GOAL, "circle", [*shares.gambles.T]),
    ]
    ends = "; ".join(
        f"{line.label}: {line.estimates[0]} after one, {line.estimates[-1]} after {ticks[-1]}"
        for line in lines
    )
    figure = curves(
        "More rooms tell little; a question made for it halves what is open",
        "environments in which the agent was watched", ticks, lines,
        alt=f"How much of each cell's range is open, on average over cells and agents. {ends}.",
    )  # fmt: skip
    figure.chart.update_layout(yaxis_title_text="still open, share of the range")
    figure.chart.update_traces(
        hovertemplate="%{y:.0%}<extra>one agent</extra>", selector={"mode": "markers"}
    )
    return figure


# ------------------------------------------------------------------------- whole rewards


def reward_pictures(rewards: Mapping[str, ArrayLike], caption: str) -> Picture:
    """Draw rewards of the room side by side, amber above 0 and grey with strokes below.

    Args:
        rewards: Name of each reward and its numbers, `(CELLS,)`, from -1 to 1.
        caption: What they have in common.
    """
    numbers = {name: np.asarray(reward, float) for name, reward in rewards.items()}
    rooms = [
        _titled(name, picture_svg(reward, f"{name}, row by row: {rewards_text(reward)}"), 132)
        for name, reward in numbers.items()
    ]
    rows = [
        (f"{cell // SIZE + 1}, {cell % SIZE + 1}", *(value_text(r[cell]) for r in numbers.values()))
        for cell in range(CELLS)
    ]
    return Picture(_side_by_side(rooms), caption, (("row, column", *numbers), rows))
