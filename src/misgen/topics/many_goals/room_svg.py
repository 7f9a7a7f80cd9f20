"""A room with its rewards, its best moves and its walls as SVG; one cell is 100 units wide."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

import numpy as np

from misgen.topics.many_goals.gallery import LEVELS
from misgen.topics.many_goals.gridworld import (
    CELLS,
    SIZE,
    BoolArray,
    FloatArray,
    Wall,
)

UNIT = 100
_COLOURS = {"goal": "#b7791f", "proxy": "#1f6feb", "dead": "#5f6975", "ink": "#1b1f24",
            "mute": "#5a636e", "line": "#dde2e8"}  # fmt: skip
ARROWS = (
    "M50 41V23M41 32l9-9 9 9", "M59 50h18M68 41l9 9-9 9", "M50 59v18M41 68l9 9 9-9",
    "M41 50H23M32 41l-9 9 9 9", "M50 42a8 8 0 1 0 .01 0zM50 47a3 3 0 1 0 .01 0z",
)  # fmt: skip
"""The picture of each action of `gridworld.ACTIONS`."""
HATCH = "M10 84l22-22M14 94l22-22"
"""Strokes on a cell with a negative reward, so that colour is not its only mark."""
STRONGEST = (0.45, 0.85)
"""Opacity of the colour of a reward of 1 or -1, in cells with words and in small pictures."""
LEVEL_TEXTS = ("−1", "−½", "0", "+½", "+1")
"""What a level is called; a reward of 0 is not written into its cell."""


def paint(name: str) -> str:
    """Return a colour as a CSS custom property with its light value as a fallback."""
    return f"var(--mg-{name},{_COLOURS[name]})"


def value_text(value: float) -> str:
    """Write a value with one digit; halves are rounded away from zero, as on the page.

    >>> value_text(9.96), value_text(-0.25), value_text(-0.01)
    ('10.0', '−0.3', '0.0')
    """
    tenths = math.floor(10 * abs(value) + 0.5)
    return f"{'−' if value < 0 and tenths else ''}{tenths // 10}.{tenths % 10}"


def room_svg(reward: FloatArray, best: BoolArray, values: FloatArray, walls: tuple[Wall, ...],
             label: str) -> str:  # fmt: skip
    """Return a painted room with rewards, best moves and values.

    Args:
        reward: Rewards made of `LEVELS`, `(CELLS,)`.
        best: Best actions, `(CELLS, actions)`.
        values: Optimal values, `(CELLS,)`.
        walls: Pairs of cells.
        label: What it shows, for readers who do not see it.
    """
    cells = [
        placed(
            cell, _ground(reward[cell]), _arrows(best[cell]),
            _word(8, 24, "start", _written(reward[cell]), bold=True),
            _word(88, 92, "end", value_text(values[cell])),
        )
        for cell in range(CELLS)
    ]  # fmt: skip
    bars = [placed(cell, wall_bar(cell, other)) for cell, other in walls]
    return grid_svg("mg-still-part", 380, label, cells + bars)


def _written(reward: float) -> str:
    return LEVEL_TEXTS[LEVELS.index(reward)] if reward else ""


def picture_svg(reward: FloatArray, label: str) -> str:
    """Return a small picture of a reward, without words."""
    cells = [placed(cell, _ground(reward[cell], small=True)) for cell in range(CELLS)]
    return grid_svg("mg-mini", 120, label, cells)


def rewards_text(reward: FloatArray) -> str:
    """Return the rewards in words, row by row."""
    rows = np.asarray(reward).reshape(SIZE, SIZE)
    return "; ".join(" ".join(value_text(r) for r in row) for row in rows)


def wall_bar(cell: int, other: int) -> str:
    """Return the wall between a cell and its right or lower neighbour, in the cell's units."""
    return stroked("M100 0V100" if other == cell + 1 else "M0 100H100", "ink", 14)


def grid_svg(name: str, width: int, label: str, parts: Iterable[str]) -> str:
    """Return the picture of a room from what is drawn into it; `name` is its CSS class."""
    side = SIZE * UNIT
    return (
        f'<svg class="{name}" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{escape(label, quote=True)}" viewBox="-4 -4 {side + 8} {side + 8}" '
        f'width="{width}">{"".join(parts)}</svg>'
    )


def placed(cell: int, *parts: str) -> str:
    """Return what belongs to a cell, at its place."""
    row, column = divmod(cell, SIZE)
    return f'<g transform="translate({column * UNIT} {row * UNIT})">{"".join(parts)}</g>'


def _ground(reward: float, *, small: bool = False) -> str:
    colour = "goal" if reward > 0 else "dead"
    box = 'width="100" height="100"'
    ground = f'<rect {box} fill="none" style="stroke:{paint("line")}" stroke-width="2"/>'
    if abs(reward) < 0.005:
        return ground
    opacity = f"{STRONGEST[small] * min(1.0, abs(reward)):.2f}"
    tint = f'<rect {box} style="fill:{paint(colour)}" fill-opacity="{opacity}"/>'
    ink, width = ("ink", 7) if small else ("mute", 4)
    return tint + ground + (stroked(HATCH, ink, width) if reward < 0 else "")


def _arrows(best: BoolArray) -> str:
    return stroked("".join(ARROWS[a] for a in np.flatnonzero(best)), "ink", 6)


def stroked(d: str, ink: str, width: int) -> str:
    """Return a path with round ends."""
    return (
        f'<path d="{d}" fill="none" style="stroke:{paint(ink)}" stroke-width="{width}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _word(x: int, y: int, anchor: str, text: str, *, bold: bool = False) -> str:
    weight = "700" if bold else "400"
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="19" font-weight="{weight}" '
        f'font-family="system-ui, sans-serif" style="fill:{paint("ink")}">{text}</text>'
    )
