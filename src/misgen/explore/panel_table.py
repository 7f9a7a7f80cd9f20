"""Turns the parts of a panel into a table and small arrays, which the page only looks up."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.sprites import SPRITES
from misgen.explore.numbers import Table
from misgen.explore.panel_controls import Control
from misgen.explore.panel_formats import Texts, all_intervals, all_written
from misgen.explore.panel_parts import Bars, Cells, Line, Lines, Part, Replays, controls_of
from misgen.explore.replays import canvas_sprites

Arrays = dict[str, NDArray[np.generic]]
Sizes = Mapping[str, int]
"""Name of a control -> how many values it has."""

ROUNDING = 1e-9
"""Part of an axis by which a value may lie beyond its end: each machine rounds sums its own way."""
_MAX_TEXTS = 65536  # as many as 16 bits can number


class Words:
    """Texts of a panel, each stored once; arrays hold their numbers."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    @property
    def texts(self) -> list[str]:
        """Every text by its number."""
        return list(self._numbers)

    def numbers(self, texts: Texts) -> NDArray[np.uint16]:
        """Returns the number of each text, in the shape of the array.

        Raises:
            ValueError: If there are more texts than numbers.
        """
        # a new text gets the next number
        flat = [self._numbers.setdefault(t, len(self._numbers)) for t in texts.ravel().tolist()]
        if len(self._numbers) > _MAX_TEXTS:
            raise ValueError("The panel has too many different texts; round its numbers more.")
        return np.array(flat, np.uint16).reshape(texts.shape)


def check_over(over: Sequence[str], sizes: Sizes, what: str) -> tuple[int, ...]:
    """Returns the sizes of the controls that an array follows.

    Raises:
        ValueError: If one of them does not exist or is named twice.
    """
    unknown = [name for name in over if name not in sizes]
    if unknown:
        raise ValueError(f"There is no control {unknown[0]!r} for {what}; name one of "
                         f"{', '.join(sizes)}.")  # fmt: skip
    if len(set(over)) < len(over):
        raise ValueError(f"Name each control once in `over` of {what}.")
    return tuple(sizes[name] for name in over)


def shaped(values: ArrayLike, shape: tuple[int | None, ...], what: str) -> NDArray[Any]:
    """Returns the values as an array of a shape; None in the shape is any size.

    Raises:
        ValueError: If they have another.
    """
    array = np.asarray(values)
    fits = array.ndim == len(shape) and all(
        wanted in (None, size) for wanted, size in zip(shape, array.shape, strict=True)
    )
    if not fits:
        wanted = " x ".join("any" if size is None else str(size) for size in shape) or "no axis"
        raise ValueError(f"Give {what} as an array of {wanted}, not {array.shape}.")
    return array


def _shares(
    values: ArrayLike, ends: tuple[float, float], what: str, cut: bool = False
) -> NDArray[np.float64]:
    """Returns values as shares of the way from one end of an axis to the other."""
    array = np.asarray(values, float)
    low, high = ends
    slack = ROUNDING * (high - low)
    outside = array[(array < low - slack) | (array > high + slack)]
    if outside.size and not cut:
        raise ValueError(f"Widen the range {ends} of {what}: it has the value {outside[0]:.10g}.")
    clipped: NDArray[np.float64] = np.clip((array - low) / (high - low), 0, 1)  # NaN stays NaN
    return clipped


def part_table(
    part: Part, name: str, controls: Sequence[Control], words: Words
) -> tuple[dict[str, Any], Arrays]:
    """Returns what the page needs to draw a part.

    Args:
        part: A chart, bars or cells.
        name: Prefix of its arrays.
        controls: The controls of the panel.
        words: Collects the texts.

    Returns:
        The part's table, and its arrays by name.

    Raises:
        ValueError: If an array does not fit, or a control does not exist.
    """
    sizes = {control.name: control.size for control in controls}
    # without the cursor
    shape = check_over(controls_of(part), sizes, repr(part.label))[: len(part.over)]
    if isinstance(part, Lines):
        table, arrays = _lines_table(part, shape, controls, words)
    elif isinstance(part, Bars):
        table, arrays = _bars_table(part, shape, words)
    elif isinstance(part, Replays):
        table, arrays = _replays_table(part, shape), {}
    else:
        table, arrays = _cells_table(part, shape, words)
    head = {"kind": type(part).__name__.lower(), "name": name, "label": part.label}
    named = {f"{name}.{key}": array for key, array in arrays.items()}
    return {**head, "over": list(part.over), **table}, named


# ---------------------------------------------------------------------------------- lines


def _lines_table(
    chart: Lines, shape: tuple[int, ...], controls: Sequence[Control], words: Words
) -> tuple[dict[str, Any], Arrays]:
    place = axis(chart)
    arrays: Arrays = {}
    for i, line in enumerate(chart.lines):
        arrays |= {f"{i}.{key}": a for key, a in _line_arrays(chart, line, shape).items()}
    at = cursor_points(chart, controls)  # indices into x
    arrays["texts"] = words.numbers(line_texts(chart, at))
    arrays["intervals"] = words.numbers(line_intervals(chart, at))
    table = {
        "x": [round(place(x), 5) for x in chart.x],  # 0 to 1; 5 digits are finer than a pixel
        "xLabel": chart.x_label,
        "xTicks": [[round(place(x), 5), text] for x, text in chart.x_ticks],
        "yLabel": chart.y_label,
        "yTicks": [[round(float(_shares(y, chart.y_range, "")), 5), text]
                   for y, text in chart.y_ticks],
        "lines": [{"label": line.label, "colour": line.colour, "mark": mark, "dash": line.dash}
                  for line, mark in zip(chart.lines, chart.shown_marks, strict=True)],
        "cursor": chart.cursor,
        "points": at,
        "aligned": _aligned(chart, controls),
    }  # fmt: skip
    return table, arrays


def _aligned(chart: Lines, controls: Sequence[Control]) -> bool:
    """Whether the cursor's slider has its values where the axis has them, and so can replace it."""
    control = next((c for c in controls if c.name == chart.cursor), None)
    if control is None or control.kind != "slider" or control.below not in ("", chart.label):
        return False
    place = axis(chart)
    places = [place(float(value)) for value in control.values]
    return bool(np.allclose(places, np.linspace(0, 1, control.size)))


def axis(chart: Lines) -> Callable[[float], float]:
    """Returns the function from x to its place on the axis, from 0 to 1."""
    if chart.even_x:
        return lambda x: chart.x.index(x) / (len(chart.x) - 1)  # ticks must be points, too
    scale = np.log if chart.log_x else float
    first, last = float(scale(chart.x[0])), float(scale(chart.x[-1]))
    return lambda x: (float(scale(x)) - first) / (last - first)


def _line_arrays(chart: Lines, line: Line, shape: tuple[int, ...]) -> Arrays:
    what, points = f"line {line.label!r}", len(chart.x)
    values = shaped(line.values, (*shape, points), what)  # (*over, point)
    arrays: Arrays = {"values": _shares(values, chart.y_range, what)}
    if line.low is not None and line.high is not None:
        for key, end in (("low", line.low), ("high", line.high)):
            whole = shaped(end, (*shape, points), f"the interval of {what}")
            arrays[key] = _shares(whole, chart.y_range, what, cut=True)
    if line.seeds is not None:
        # (*over, seed, point)
        seeds = shaped(line.seeds, (*shape, None, points), f"the seeds of {what}")
        arrays["seeds"] = _shares(seeds, chart.y_range, what).astype(np.float16)  # `pack`: one byte
    return arrays


def cursor_points(chart: Lines, controls: Sequence[Control]) -> list[int]:
    """Returns the point of each value of the cursor; without a cursor, the first and the last.

    Raises:
        ValueError: If a value of the cursor is no point of the chart.
    """
    if chart.cursor is None:
        return [0, len(chart.x) - 1]
    control = next(c for c in controls if c.name == chart.cursor)
    missing = [value for value in control.values if value not in chart.x]
    if missing:
        raise ValueError(f"Put {missing[0]!r} into x of {chart.label!r}: it is a value of its "
                         f"cursor {control.name!r}.")  # fmt: skip
    return [chart.x.index(float(value)) for value in control.values]


def line_texts(chart: Lines, at: Sequence[int]) -> Texts:
    """Returns the values of all lines at some points in words, `(*over, points, lines)`."""
    values = [np.asarray(line.values, float)[..., list(at)] for line in chart.lines]
    return all_written(np.stack(values, axis=-1), chart.format)  # (*over, point, line)


def line_intervals(chart: Lines, at: Sequence[int]) -> Texts:
    """Returns the intervals of all lines in words, empty where a line has none."""
    # (*over, point, line)
    return np.stack([_line_intervals(chart, line, at) for line in chart.lines], axis=-1)


def _line_intervals(chart: Lines, line: Line, at: Sequence[int]) -> Texts:
    ends = (line.values, line.values) if line.low is None else (line.low, line.high)
    low, high = (np.asarray(end, float)[..., list(at)] for end in ends)
    if line.low is None:
        return np.full(low.shape, "", dtype=str)
    return all_intervals(low, high, chart.format)


# -------------------------------------------------------------------------------- replays


def _replays_table(part: Replays, shape: tuple[int, ...]) -> dict[str, Any]:
    if len(part.replays) != math.prod(shape):
        raise ValueError(f"Give one replay for each of the {math.prod(shape)} choices of "
                         f"{', '.join(part.over)}, not {len(part.replays)}.")  # fmt: skip
    return {"badges": dict(part.badges), "named": list(part.named), "caption": part.caption}


# ----------------------------------------------------------------------------------- bars


def _bars_table(bars: Bars, shape: tuple[int, ...], words: Words) -> tuple[dict[str, Any], Arrays]:
    what, count = f"bars {bars.label!r}", len(bars.names)
    values = shaped(bars.values, (*shape, count), what)  # (*over, bar)
    arrays: Arrays = {
        "values": _shares(values, bars.range, what),
        "texts": words.numbers(all_written(values, bars.format)),
    }
    if bars.low is not None and bars.high is not None:
        low, high = (shaped(e, values.shape, f"interval of {what}") for e in (bars.low, bars.high))
        arrays["intervals"] = words.numbers(all_intervals(low, high, bars.format))
        arrays["low"] = _shares(low, bars.range, what, cut=True)
        arrays["high"] = _shares(high, bars.range, what, cut=True)
    if bars.seeds is not None:
        seeds = shaped(bars.seeds, (*shape, None, count), f"seeds of {what}")  # (*over, seed, bar)
        arrays["seeds"] = _shares(seeds, bars.range, what).astype(np.float16)
    rows = [{"name": n, "colour": c} for n, c in zip(bars.names, bars.colours, strict=True)]
    return {"rows": rows, "zero": zero_of(bars)}, arrays


def zero_of(bars: Bars) -> float:
    """Returns where the bars start, as a share of their range."""
    return float(_shares(0.0, bars.range, "", cut=True))  # cut: an axis without 0 starts at an end


# ---------------------------------------------------------------------------------- cells


def _cells_table(
    cells: Cells, shape: tuple[int, ...], words: Words
) -> tuple[dict[str, Any], Arrays]:
    # (*over, row, column)
    values = shaped(cells.values, (*shape, *cells.grid), f"cells {cells.label!r}")
    kinds = list(cells.kinds or ())
    sprites = [glyph for _, _, glyph in kinds if glyph in SPRITES]
    drawings = canvas_sprites(sprites) if sprites else {}
    table = {
        "kinds": [{"label": label, "colour": colour, "glyph": glyph}
                  for label, colour, glyph in kinds],
        "sprites": {name: drawings[name][0] for name in sprites},
        "ends": list(cells.ends),
        "scale": cells.scale,
        "rowLabels": list(cells.row_labels),
        "columnLabels": list(cells.column_labels),
        "rowTitle": cells.row_title,
        "columnTitle": cells.column_title,
        "marks": [list(mark) for mark in cells.marks],
        "maxCell": cells.max_cell,
    }  # fmt: skip
    return table, {
        "values": values.astype(np.uint8 if kinds else np.float16),  # codes, or shares of one byte
        "texts": words.numbers(cells_texts(cells)),
    }


def cells_texts(cells: Cells) -> Texts:
    """Says what the grid shows, for readers who do not see it, `over`."""
    values = np.asarray(cells.values)
    grids = values.reshape(-1, *cells.grid)  # (choice, row, column)
    say = _share_words if cells.kinds is None else _kind_words
    texts = [say(cells, grid) for grid in grids]
    return np.array(texts, dtype=str).reshape(values.shape[:-2])


def _kind_words(cells: Cells, grid: NDArray[Any]) -> str:
    counts = np.bincount(grid.ravel(), minlength=len(cells.kinds or ()))  # (kind,)
    named = zip(cells.kinds or (), counts.tolist(), strict=True)
    parts = [f"{label} {count}" for (label, _, _), count in named if label and count]
    return f"{grid.shape[0]} rows, {grid.shape[1]} columns. Cells: {', '.join(parts)}"


def _share_words(cells: Cells, grid: NDArray[Any]) -> str:
    known = grid[~np.isnan(grid)]  # (cell,)
    towards = int((known > 0.5).sum())
    return (
        f"{grid.shape[0]} rows, {grid.shape[1]} columns. {towards} of {known.size} cells are "
        f"closer to “{cells.ends[1]}” than to “{cells.ends[0]}”"
    )


# -------------------------------------------------------------------------------- numbers

Chosen = Mapping[str, int]
"""Name of a control -> index of its value."""

_MOST_ROWS = 31  # of a table; a chart with more points lists those at its ticks


def numbers_of(part: Lines | Bars, controls: Sequence[Control], chosen: Chosen) -> Table:
    """Returns the numbers of a chart or of bars at what is chosen, as a table."""
    if isinstance(part, Bars):
        return ("", part.label), list(zip(part.names, _bar_texts(part, chosen), strict=True))
    points = _listed_points(part, controls, chosen)
    at = [point for point, _ in points]
    cells = zip(_chosen(line_texts(part, at), part, chosen),
                _chosen(line_intervals(part, at), part, chosen), strict=True)  # fmt: skip
    rows = [
        (name, *map(_with_interval, *row)) for (_, name), row in zip(points, cells, strict=True)
    ]
    return (part.x_label, *(line.label for line in part.lines)), rows


def _chosen(array: ArrayLike, part: Lines | Bars, chosen: Chosen) -> Any:
    """Returns what belongs to the choice, as lists; the first axes are those of `part.over`."""
    return np.asarray(array)[tuple(chosen[name] for name in part.over)].tolist()


def _bar_texts(bars: Bars, chosen: Chosen) -> list[str]:
    texts = _chosen(all_written(bars.values, bars.format), bars, chosen)
    if bars.low is None or bars.high is None:
        return texts
    intervals = _chosen(all_intervals(bars.low, bars.high, bars.format), bars, chosen)
    return list(map(_with_interval, texts, intervals))


def _with_interval(value: str, interval: str) -> str:
    return f"{value} ({interval})" if interval else value


def _listed_points(
    chart: Lines, controls: Sequence[Control], chosen: Chosen
) -> list[tuple[int, str]]:
    """Returns the points of the table, and what each is called."""
    cursor = next((c for c in controls if c.name == chart.cursor), None)
    if cursor is not None and cursor.size <= _MOST_ROWS:
        return list(zip(cursor_points(chart, controls), cursor.labels_at(chosen), strict=True))
    if len(chart.x) <= _MOST_ROWS:
        return [(i, f"{x:g}") for i, x in enumerate(chart.x)]
    xs = np.array(chart.x)
    # a tick may lie between two points
    return [(int(np.abs(xs - x).argmin()), text) for x, text in chart.x_ticks]
