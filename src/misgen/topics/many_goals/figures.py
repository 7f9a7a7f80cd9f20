"""The figures on unidentifiable goals: what each cell's reward can be, and how that shrinks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike

from misgen.core.colours import PALETTE
from misgen.explore.charts import SECOND, Curve, Figure, Picture, curves
from misgen.topics.many_goals.gridworld import (
    CELLS,
    SIZE,
    BoolArray,
    FloatArray,
    Wall,
    moves_text,
    optimal_actions,
    room,
)
from misgen.topics.many_goals.identifiability import BOX
from misgen.topics.many_goals.watching import LeftOpen, Ranges

UNIT = 100
"""Side of a cell in the pictures."""
ARROWS = (
    "M50 41V23M41 32l9-9 9 9",
    "M59 50h18M68 41l9 9-9 9",
    "M50 59v18M41 68l9 9 9-9",
    "M41 50H23M32 41l-9 9 9 9",
    "M50 42a8 8 0 1 0 .01 0zM50 47a3 3 0 1 0 .01 0z",
)
"""The sign of each of `ACTIONS` in a cell: an arrow, and a dot for staying."""
HATCH = "M10 84l22-22M14 94l22-22"
"""Strokes on a cell with a negative reward, so that colour is not its only mark."""
STRONGEST = 0.85
"""Opacity of the colour of a reward of 1 or -1 in a small picture."""
LOTTERIES = "rounds of lots: half each time, by construction"
"""What the line is called that is known beforehand."""
_TOP, _BOTTOM = 10.0, 90.0  # of the scale within a cell, in its units
_AROUND = "display:flex;flex-wrap:wrap;gap:14px 20px"
_EACH = "flex:0 1 {width}px;min-width:0;font-size:0.88rem;line-height:1.3"


def value_text(value: float) -> str:
    """Returns a value with one digit; halves are rounded away from zero, as on the page.

    >>> value_text(9.96), value_text(-0.25), value_text(-0.01)
    ('10.0', '−0.3', '0.0')
    """
    tenths = math.floor(10 * abs(value) + 0.5)
    return f"{'−' if value < 0 and tenths else ''}{tenths // 10}.{tenths % 10}"


# ------------------------------------------------------------------- ranges of each cell


def reward_ranges(ranges: Ranges, reward: ArrayLike, names: Sequence[str]) -> Picture:
    """Draws what each cell's reward can be after each environment, as bars in the room.

    Args:
        ranges: Lowest and highest rewards, `(environments, CELLS)`; see `watching`.
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
        _titled(title, _ranges_svg(low, high, true, title), 210)
        for title, low, high in zip(titles, lows, highs, strict=True)
    ]
    caption = (
        "In each cell a bar from the lowest to the highest reward that it can have, on a scale "
        "from −1 below to +1 above. The line is the agent's own reward."
    )
    rows = [
        (_place(cell), _two(true[cell]),
         *(f"{_two(low)} to {_two(high)}" for low, high in zip(lows[:, cell], highs[:, cell],
                                                               strict=True)))
        for cell in range(CELLS)
    ]  # fmt: skip
    return Picture(_side_by_side(rooms), caption, (("row, column", "its reward", *names), rows))


def _ranges_svg(low: FloatArray, high: FloatArray, true: FloatArray, title: str) -> str:
    label = (
        f"{title}: the range of a cell's reward is {(high - low).mean():.2f} wide on average; "
        # ten times the tolerance of the solver
        f"{np.sum(high - low < 1e-6)} of {CELLS} cells are known exactly."
    )
    bars = ((cell, _bar(low[cell], high[cell], true[cell])) for cell in range(CELLS))
    return _room_svg("mg-ranges", 240, label, bars)


def _bar(low: float, high: float, true: float) -> str:
    # y runs downwards in a picture
    top, bottom, own, zero = (_height(value) for value in (high, low, true, 0.0))
    return (
        f'<rect width="{UNIT}" height="{UNIT}" fill="none" style="stroke:{_paint("line")}"/>'
        + _stroked(f"M20 {zero:.1f}H80", "line", 3)
        # a range of no width must be seen, too
        + f'<rect x="32" y="{top:.1f}" width="36" height="{max(2.0, bottom - top):.1f}" '
        f'style="fill:{_paint("second")}" fill-opacity="0.55"/>'
        + _stroked(f"M22 {own:.1f}H78", "first", 9)
    )


def _height(reward: float) -> float:
    # from -1 at the bottom to 1 at the top
    return _BOTTOM + (_TOP - _BOTTOM) * (reward - BOX[0]) / (BOX[1] - BOX[0])


def _place(cell: int) -> str:
    return f"{cell // SIZE + 1}, {cell % SIZE + 1}"


def _two(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")  # + 0.0 turns -0.0 into 0.0


# ------------------------------------------------------------------------- how they shrink


def ranges_left_open(shares: LeftOpen) -> Figure:
    """Draws how much stays open with each environment: rooms, and lotteries as a grey line.

    What the lotteries leave is known beforehand, so that no agent is drawn for them.

    Args:
        shares: What `watching.left_open` returns.
    """
    ticks = [str(k + 1) for k in range(shares.rooms.shape[1])]
    lines = [
        # .T: an array over agents for each
        Curve("the open room, then three walls", SECOND, "triangle-up", [*shares.rooms.T], "dot"),
        Curve(LOTTERIES, PALETTE["mute"][0], "line-ew", [*shares.gambles.T]),
    ]
    ends = "; ".join(
        f"{line.label}: {line.estimates[0]} after one, {line.estimates[-1]} after {ticks[-1]}"
        for line in lines
    )
    figure = curves(
        "More rooms tell little; a question made for it halves what is open",
        "rooms, or rounds of lots, in which it was watched",
        ticks,
        lines,
        alt=f"How much of each cell's range is open, on average over cells and agents. {ends}.",
    )
    figure.chart.update_layout(yaxis_title_text="still open, share of the range")
    chart = figure.chart
    chart.data = [t for t in chart.data if (t.name, t.mode) != (LOTTERIES, "markers")]
    chart.update_traces(
        hovertemplate="%{y:.0%}<extra>one agent</extra>", selector={"mode": "markers"}
    )
    return figure


# ------------------------------------------------------------------------- whole rewards


def reward_pictures(rewards: Mapping[str, ArrayLike], caption: str) -> Picture:
    """Draws rewards of the room side by side, coloured above 0 and grey with strokes below.

    Args:
        rewards: Name of each reward and its numbers, `(CELLS,)`, from -1 to 1.
        caption: What they have in common.
    """
    numbers = {name: np.asarray(reward, float) for name, reward in rewards.items()}
    rooms = [_titled(name, _reward_svg(name, reward), 132) for name, reward in numbers.items()]
    rows = [
        (_place(cell), *(value_text(reward[cell]) for reward in numbers.values()))
        for cell in range(CELLS)
    ]
    return Picture(_side_by_side(rooms), caption, (("row, column", *numbers), rows))


def _reward_svg(name: str, reward: FloatArray) -> str:
    """Returns the picture of a reward, the same as those in the painter's gallery."""
    rows = [" ".join(map(value_text, row)) for row in reward.reshape(SIZE, SIZE)]
    label = f"{name}, row by row: {'; '.join(rows)}"
    return _room_svg("mg-mini", 120, label, enumerate(map(_ground, reward)))


def _ground(reward: float) -> str:
    box = f'width="{UNIT}" height="{UNIT}"'
    ground = f'<rect {box} fill="none" style="stroke:{_paint("line")}" stroke-width="2"/>'
    if abs(reward) < 0.005:
        return ground
    colour, opacity = "first" if reward > 0 else "dead", STRONGEST * min(1.0, abs(reward))
    tint = f'<rect {box} style="fill:{_paint(colour)}" fill-opacity="{opacity:.2f}"/>'
    return tint + ground + (_stroked(HATCH, "ink", 7) if reward < 0 else "")


# --------------------------------------------------------------------------------- moves


def move_pictures(
    rewards: Mapping[str, ArrayLike], rooms: Mapping[str, Sequence[Wall]], discount: float
) -> Picture:
    """Draws the best moves of several agents in several rooms.

    Args:
        rewards: What each agent is called, and its reward, `(CELLS,)`.
        rooms: What each room is called, and its walls.
        discount: The discount of all agents.
    """
    pictures, rows = [], []
    for name, walls in rooms.items():
        # (agent, cell, action)
        best = optimal_actions(room(walls), np.stack([*rewards.values()]), discount)
        parted = np.asarray(~best.all(axis=0).any(axis=-1))
        for agent, moves in zip(rewards, best, strict=True):
            title = f"{name}: {agent}"
            pictures.append(_titled(title, _moves_svg(title, moves, parted, walls), 150))
        rows += [(name, _place(c), *map(moves_text, best[:, c])) for c in range(CELLS)]
    caption = (
        "Arrows are the best moves, a dot is to stay. In shaded cells the agents have no move in "
        "common."
    )
    return Picture(_side_by_side(pictures), caption, (("room", "row, column", *rewards), rows))


def _moves_svg(title: str, moves: BoolArray, parted: BoolArray, walls: Sequence[Wall]) -> str:
    label = f"{title}; {parted.sum()} of {CELLS} cells are shaded"
    tiles = [
        (cell, _tile(parted[cell]) + _stroked("".join(np.array(ARROWS)[moves[cell]]), "ink", 6))
        for cell in range(CELLS)
    ]
    # to the right of a cell, or below it
    bars = [(a, "M100 0V100" if b == a + 1 else "M0 100H100") for a, b in map(sorted, walls)]
    drawn = [(cell, _stroked(bar, "ink", 14)) for cell, bar in bars]
    return _room_svg("mg-mini", 150, label, [*tiles, *drawn])


def _tile(shaded: bool) -> str:
    fill = _paint("second") if shaded else "none"
    return (
        f'<rect width="{UNIT}" height="{UNIT}" style="fill:{fill};stroke:{_paint("line")}" '
        'fill-opacity="0.3" stroke-width="2"/>'
    )


# ------------------------------------------------------------------------------- drawing


def _paint(name: str) -> str:
    return f"var(--mg-{name},{PALETTE[name][0]})"


def _stroked(d: str, ink: str, width: int) -> str:
    return (
        f'<path d="{d}" fill="none" style="stroke:{_paint(ink)}" stroke-width="{width}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _room_svg(name: str, width: int, label: str, drawings: Iterable[tuple[int, str]]) -> str:
    """Returns the picture of a room.

    Args:
        name: Its CSS class.
        width: In pixels.
        label: What it shows, in words.
        drawings: A cell and what is drawn in it, the last of them on top.
    """
    side = SIZE * UNIT
    placed = [
        f'<g transform="translate({cell % SIZE * UNIT} {cell // SIZE * UNIT})">{inside}</g>'
        for cell, inside in drawings
    ]
    return (
        f'<svg class="{name}" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{escape(label, quote=True)}" viewBox="-4 -4 {side + 8} {side + 8}" '
        f'width="{width}" style="width:100%;height:auto">{"".join(placed)}</svg>'
    )


def _titled(title: str, svg: str, width: int) -> str:
    return f'<div style="{_EACH.format(width=width)}">{svg}<div>{escape(title)}</div></div>'


def _side_by_side(rooms: Sequence[str]) -> str:
    return f'<div style="{_AROUND}">{"".join(rooms)}</div>'
