"""Maps of cells of a panel as SVG, for print and for pages without scripts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from misgen.core.sprites import SPRITES
from misgen.explore.draw import svg_sprite
from misgen.explore.panel_parts import Cells
from misgen.explore.panel_svg import WIDTH, Chosen, chosen_of, num, paint, path, svg, text

_CHARACTER, _NAMES, _TITLE = 6.9, 18, 20  # pixels
_UNDER_A_LETTER = 0.42  # share of the kind's colour, so that the letter can be read


def cells_svg(cells: Cells, chosen: Chosen, label: str) -> str:
    """Draw a map of cells at what is chosen; `label` is for readers who do not see it."""
    rows, columns = cells.grid
    grid = chosen_of(cells.values, cells.over, chosen)
    left, top = _margins(cells)
    side = min(cells.max_cell, (WIDTH - left) / columns)
    places = {
        (r, c): (left + c * side, top + r * side) for r in range(rows) for c in range(columns)
    }
    draw = _shares if cells.kinds is None else _kinds
    shapes = draw(cells, [(grid[cell], *place) for cell, place in places.items()], side - 1)
    shapes += [path(_square(*places[r, c], side), "ink", 2.5) for r, c, _ in cells.marks]
    shapes += _names(cells, left, top, side)
    return svg(left + columns * side + 2, top + rows * side + 2, label, shapes)


def _margins(cells: Cells) -> tuple[float, float]:
    """Return the room for the names of rows and of columns."""
    longest = max(map(len, cells.row_labels), default=0)
    left = longest * _CHARACTER + (8 if longest else 0) + (_TITLE if cells.row_title else 2)
    return left, (_NAMES if cells.column_labels else 2) + (_TITLE if cells.column_title else 0)


def _names(cells: Cells, left: float, top: float, side: float) -> list[str]:
    rows, columns = cells.grid
    wide = max(map(len, cells.column_labels), default=0) * _CHARACTER + 4
    every = math.ceil(wide / side)
    shapes = [
        text(left + (i + 0.5) * side, top - 5, name, "middle")
        for i, name in enumerate(cells.column_labels)
        if i % every == 0
    ]
    shapes += [
        text(left - 6, top + (i + 0.5) * side + 4, name, "end")
        for i, name in enumerate(cells.row_labels)
    ]
    if cells.column_title:
        shapes.append(text(left + columns * side / 2, 12, cells.column_title, "middle"))
    if cells.row_title:
        turn = f"translate(12 {num(top + rows * side / 2)}) rotate(-90)"
        shapes.append(f'<g transform="{turn}">{text(0, 0, cells.row_title, "middle")}</g>')
    return shapes


Placed = Sequence[tuple[Any, float, float]]
"""Value and place of every cell."""


def _square(x: float, y: float, side: float) -> str:
    return f"M{num(x)} {num(y)}h{num(side)}v{num(side)}h{num(-side)}z"


def _kinds(cells: Cells, placed: Placed, side: float) -> list[str]:
    shapes = []
    for code, x, y in placed:
        _, ink, glyph = (cells.kinds or ())[int(code)]
        shapes.append(_boxes(_square(x, y, side), kind_fill(ink, glyph)))
        shapes.append(_glyph(glyph, x, y, side))
    return shapes


def _shares(cells: Cells, placed: Placed, side: float) -> list[str]:
    """Return one path for all cells of a shade: a large map stays a small text."""
    shades: dict[tuple[str, float], list[str]] = {}
    for share, x, y in placed:
        shades.setdefault(shade(cells.scale, float(share)), []).append(_square(x, y, side))
    shapes = [
        _boxes("".join(squares), paint(ink), f' fill-opacity="{strength:g}"')
        for (ink, strength), squares in shades.items()
    ]
    return [*shapes, _stripes([(x, y) for v, x, y in placed if is_striped(cells, v)], side)]


def _boxes(d: str, fill: str, more: str = "") -> str:
    return f'<path d="{d}" style="fill:{fill};stroke:{paint("line")}"{more}/>'


def _stripes(places: Sequence[tuple[float, float]], side: float) -> str:
    third = num(side / 3)
    way = [f"M{num(x + side / 3)} {num(y + 2 * side / 3)}l{third} -{third}" for x, y in places]
    return path("".join(way), "ink", 1.2)


def _glyph(glyph: str, x: float, y: float, side: float) -> str:
    if glyph in SPRITES:
        place = f"translate({num(x)} {num(y)}) scale({num(side + 1)})"
        return f'<g transform="{place}">{svg_sprite(glyph)}</g>'
    return text(x + side / 2, y + side / 2 + 5, glyph, "middle", "ink") if glyph else ""


def is_striped(cells: Cells, share: float) -> bool:
    """Whether a cell has a stroke, so that the two sides differ in more than colour."""
    return cells.scale == "diverging" and share < 0.5


def shade(scale: str, share: float) -> tuple[str, float]:
    """Return the colour of a share on a scale, and how much of it lies over the card's.

    >>> shade("diverging", 0.25), shade("diverging", 0.9), shade("goal", 0.3)
    (('proxy', 0.5), ('goal', 0.8), ('goal', 0.3))
    """
    if np.isnan(share):
        return "card", 0.0
    if scale != "diverging":
        return scale, round(share, 2)
    return ("proxy" if share < 0.5 else "goal"), round(abs(2 * share - 1), 2)


def kind_fill(ink: str, glyph: str) -> str:
    """Return the fill of a kind of cell: light where a letter must be read on it."""
    if not ink:
        return paint("card")
    if len(glyph) != 1:
        return paint(ink)
    return f"color-mix(in srgb,{paint(ink)} {round(100 * _UNDER_A_LETTER)}%,{paint('card')})"
