"""What the still pictures of a panel are drawn with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.explore.palette import PALETTE

Chosen = Mapping[str, int]
"""Name of a control -> index of its value."""

WIDTH = 440
"""Width of a picture in pixels."""

_LEAST_HEIGHT = 80  # so that a single row of cells or one bar is still a picture
_FONT = 'font-size="12" font-family="system-ui, sans-serif"'


def chosen_of(values: ArrayLike, over: Sequence[str], chosen: Chosen) -> NDArray[Any]:
    """Return the part of an array that belongs to what is chosen; `over` are its first axes."""
    part: NDArray[Any] = np.asarray(values)[tuple(chosen[name] for name in over)]
    return part


def paint(name: str) -> str:
    """Return a colour as a CSS custom property with its light value as a fallback."""
    return f"var(--mg-{name},{PALETTE[name][0]})"


def fill(ink: str) -> str:
    """Return the attribute of an element filled with a colour."""
    return f'style="fill:{paint(ink)}"'


def num(value: float) -> str:
    """Write a length in pixels.

    >>> num(1 / 3), num(2.0)
    ('0.3', '2')
    """
    return f"{round(float(value), 1):g}"


def svg(width: float, height: float, label: str, shapes: Sequence[str]) -> str:
    """Return a picture; the label is for readers who do not see it."""
    height = max(height, _LEAST_HEIGHT)
    return (
        f'<svg class="mg-still-part" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{escape(label, quote=True)}" viewBox="0 0 {num(width)} {num(height)}" '
        f'width="{num(width)}">{"".join(shapes)}</svg>'
    )


def text(x: float, y: float, words: str, anchor: str = "start", ink: str = "mute") -> str:
    """Return words at a place."""
    return (
        f'<text x="{num(x)}" y="{num(y)}" text-anchor="{anchor}" {_FONT} '
        f"{fill(ink)}>{escape(words)}</text>"
    )


def path(d: str, ink: str, width: float, more: str = "") -> str:
    """Return a stroked path, or nothing for an empty one; `more` are attributes."""
    stroke = f'style="stroke:{paint(ink)}" stroke-width="{num(width)}"'
    return f'<path d="{d}" fill="none" {stroke}{more}/>' if d else ""
