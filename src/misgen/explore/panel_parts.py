"""The pictures of a panel as plain data: line charts, bars, maps of cells, and replays."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from misgen.core.colours import PALETTE
from misgen.core.replay import Replay
from misgen.core.sprites import SPRITES
from misgen.explore.panel_formats import Format, check_format

MARKS = ("circle", "square", "triangle", "diamond")
INKS = ("goal", "proxy", "capability", "dead", "first", "second", "mute")
"""Colours of lines and bars."""
FILLS = ("", *PALETTE)
"""Colours of cells; the empty one is that of the card."""
SCALES = ("diverging", "goal", "proxy", "first")

Tick: TypeAlias = tuple[float, str]
"""(place on the axis, what is written there)."""


@dataclass(frozen=True, eq=False)
class Line:
    """One line of a chart. The axes of all arrays start with those of `Lines.over`."""

    label: str
    colour: str
    """One of `INKS`."""
    values: ArrayLike
    """Values, `(*over, points)`; NaN is missing."""
    low: ArrayLike | None = None
    """Lower end of the interval over seeds, same shape."""
    high: ArrayLike | None = None
    """Upper end."""
    seeds: ArrayLike | None = None
    """Every seed, `(*over, seeds, points)`; dots where there are at most 12 points."""
    mark: str | None = None
    """One of `MARKS`; by default the lines of a chart take them in turn."""
    dash: bool = False

    def __post_init__(self) -> None:
        _check_choice(self.colour, INKS, f"colour of {self.label!r}")
        if self.mark is not None:
            _check_choice(self.mark, MARKS, f"mark of {self.label!r}")
        if (self.low is None) != (self.high is None):
            raise ValueError(f"Give {self.label!r} both ends of its interval, or neither.")


@dataclass(frozen=True, eq=False)
class Lines:
    """A line chart."""

    label: str
    """What the chart shows; its heading."""
    _: KW_ONLY
    x: Sequence[float]
    """Points on the horizontal axis, increasing."""
    x_label: str
    x_ticks: Sequence[Tick]
    y_label: str
    y_range: tuple[float, float]
    """Lowest and highest value; the chart refuses values outside and cuts intervals."""
    y_ticks: Sequence[Tick]
    lines: Sequence[Line]
    over: tuple[str, ...] = ()
    """Names of the controls that the arrays' leading axes follow, in order."""
    log_x: bool = False
    even_x: bool = False
    """Whether the points are spaced evenly, whatever their values."""
    cursor: str | None = None
    """A control whose values are all in `x`; a vertical line marks the chosen one."""
    format: Format = "plain"
    """How a value is written."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "over", tuple(self.over))
        # frozen; any sequence will do
        object.__setattr__(self, "x", tuple(float(x) for x in self.x))
        check_format(self.format)
        _check_range(self.y_range, f"y_range of {self.label!r}")
        _check_axis(self)
        if not self.lines:
            raise ValueError(f"Give the chart {self.label!r} at least one line.")

    @property
    def shown_marks(self) -> tuple[str, ...]:
        """The mark of each line."""
        return tuple(
            # lines differ by more than colour
            MARKS[i % len(MARKS)] if line.mark is None else line.mark
            for i, line in enumerate(self.lines)
        )


def _check_axis(chart: Lines) -> None:
    if len(chart.x) < 2 or not all(a < b for a, b in pairwise(chart.x)):  # also false for NaN
        raise ValueError(f"Give the chart {chart.label!r} at least two increasing values of x.")
    if chart.log_x and chart.x[0] <= 0:  # the first is the smallest
        raise ValueError(f"A logarithmic axis starts above 0; {chart.label!r} does not.")
    outside = [x for x, _ in chart.x_ticks if not chart.x[0] <= x <= chart.x[-1]]
    outside += [y for y, _ in chart.y_ticks if not chart.y_range[0] <= y <= chart.y_range[1]]
    if outside:
        raise ValueError(f"The tick {outside[0]} is outside the axes of {chart.label!r}.")


def _check_range(ends: tuple[float, float], what: str) -> None:
    if not (math.isfinite(ends[0]) and math.isfinite(ends[1]) and ends[0] < ends[1]):
        raise ValueError(f"Give {what} as two increasing numbers, not {ends}.")


def _check_choice(value: str, allowed: Sequence[str], what: str) -> None:
    if value not in allowed:
        raise ValueError(f"The {what} is one of {', '.join(filter(None, allowed))}, not {value!r}.")


@dataclass(frozen=True, eq=False)
class Bars:
    """Horizontal bars with whiskers."""

    label: str
    _: KW_ONLY
    names: Sequence[str]
    colours: Sequence[str]
    """One of `INKS` for each bar."""
    values: ArrayLike
    """Values, `(*over, bars)`; NaN is missing."""
    low: ArrayLike | None = None
    """Lower end of the interval over seeds, same shape."""
    high: ArrayLike | None = None
    seeds: ArrayLike | None = None
    """Every seed, `(*over, seeds, bars)`, drawn as dots."""
    range: tuple[float, float] = (0.0, 1.0)
    """Values at the left and right end; bars start at 0, or at the end nearest to it."""
    format: Format = "plain"
    over: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "over", tuple(self.over))
        check_format(self.format)
        _check_range(self.range, f"range of {self.label!r}")
        if not self.names or len(self.names) != len(self.colours):
            raise ValueError(f"Give one colour for each bar of {self.label!r}.")
        for colour in self.colours:
            _check_choice(colour, INKS, f"colour of a bar of {self.label!r}")
        if (self.low is None) != (self.high is None):
            raise ValueError(f"Give {self.label!r} both ends of its intervals, or neither.")


@dataclass(frozen=True, eq=False)
class Cells:
    """A grid of cells: a heat map, or a picture of kinds such as a small world."""

    label: str
    _: KW_ONLY
    values: ArrayLike
    """Shares in [0, 1] or codes (integers), `(*over, rows, columns)`; row 0 is on top."""
    over: tuple[str, ...] = ()
    kinds: Sequence[tuple[str, str, str]] | None = None
    """For codes: (name for the legend, one of `FILLS`, glyph) for each; a glyph is one letter,
    the name of a sprite, or empty. A kind without a name is not in the legend."""
    ends: tuple[str, str] = ("0", "1")
    """For shares: what 0 and 1 mean."""
    scale: str = "diverging"
    """For shares: from proxy over the card's colour to goal, or from the card's to one colour."""
    row_labels: Sequence[str] = ()
    column_labels: Sequence[str] = ()
    row_title: str = ""
    column_title: str = ""
    marks: Sequence[tuple[int, int, str]] = ()
    """Outlined cells: (row, column, what is written in the legend)."""
    max_cell: int = 44
    """Largest side of a cell in pixels."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "over", tuple(self.over))
        _check_choice(self.scale, SCALES, f"scale of {self.label!r}")
        if np.ndim(self.values) != len(self.over) + 2:  # + 2: rows and columns
            raise ValueError(f"Give {self.label!r} values with one axis for each control of "
                             "`over`, then rows and columns.")  # fmt: skip
        _check_codes(self)
        _check_grid(self)

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = np.shape(self.values)[-2:]  # behind the axes of `over`
        return rows, columns


def _check_codes(cells: Cells) -> None:
    values = np.asarray(cells.values)
    if cells.kinds is None:
        # NaN is missing; integers have none
        present = values[~np.isnan(values)] if values.dtype.kind == "f" else values
        if np.any((present < 0) | (present > 1)):
            raise ValueError(f"Give {cells.label!r} shares from 0 to 1, or kinds for its codes.")
        return
    # integers, unsigned or not
    if values.dtype.kind not in "iu" or values.min() < 0 or values.max() >= len(cells.kinds):
        raise ValueError(f"Give {cells.label!r} integer codes below {len(cells.kinds)}, "
                         "one for each of its kinds.")  # fmt: skip
    for name, colour, glyph in cells.kinds:
        _check_choice(colour, FILLS, f"colour of the kind {name!r}")
        if len(glyph) > 1 and glyph not in SPRITES:  # one letter is drawn as text
            raise ValueError(f"The glyph {glyph!r} of {name!r} is no sprite and no single letter.")


def _check_grid(cells: Cells) -> None:
    rows, columns = cells.grid
    if cells.row_labels and len(cells.row_labels) != rows:
        raise ValueError(f"Give {cells.label!r} one label for each of its {rows} rows.")
    if cells.column_labels and len(cells.column_labels) != columns:
        raise ValueError(f"Give {cells.label!r} one label for each of its {columns} columns.")
    # negative ones are found below
    outside = [mark for mark in cells.marks if not (mark[0] < rows and mark[1] < columns)]
    if outside or any(min(row, column) < 0 for row, column, _ in cells.marks):
        raise ValueError(f"A mark of {cells.label!r} lies outside its {rows} x {columns} cells.")


@dataclass(frozen=True, eq=False)
class Replays:
    """Recorded episodes on pictures of their levels; those of a panel are played in step."""

    label: str
    """Heading; it may be empty."""
    _: KW_ONLY
    replays: Sequence[Replay]
    """One for each choice of the controls in `over`, the last of which varies fastest; several
    parts may share one list."""
    over: tuple[str, ...]
    badges: Mapping[str, str]
    """Outcome, or "accidental" -> what is written over the picture at the end."""
    named: tuple[str, ...] = ()
    """Controls whose values open the story of a replay, such as "Seed 0, level 22"."""
    caption: str = ""
    """A control whose value is written into the picture."""


Part: TypeAlias = Lines | Bars | Cells | Replays


def controls_of(part: Part) -> tuple[str, ...]:
    """Returns the names of the controls that change the picture of a part."""
    cursor = part.cursor if isinstance(part, Lines) else None
    return part.over if cursor is None or cursor in part.over else (*part.over, cursor)  # each once
