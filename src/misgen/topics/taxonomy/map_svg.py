"""The still picture of the map of the book: the plane, and every agent on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from misgen.topics.taxonomy.book_map import (
    CAPABLE,
    ELSEWHERE,
    HALF,
    INCAPABLE,
    WORLDS,
    MappedAgent,
    Place,
)

_WIDTH, _HEIGHT = 640, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 14, 66
_NONE_BELOW = 26  # pixels below the axis, where agents without a goal index are
COLOURS = {CAPABLE: "goal", ELSEWHERE: "proxy", INCAPABLE: "dead"}
_FALLBACKS = {"goal": "#b7791f", "proxy": "#1f6feb", "dead": "#5f6975"}
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def map_svg(agents: Sequence[MappedAgent], seen: str, label: str) -> str:
    """Draw the agents that were measured in a way of seeing.

    Args:
        agents: The agents.
        seen: What they see at test, one of `SEEN`.
        label: What the picture shows, in words.
    """
    points = "".join(_point(a, a.places[seen]) for a in agents if seen in a.places)
    return (
        f'<svg class="mg-still-part" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{escape(label, quote=True)}" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f"{_axes()}{points}</svg>"
    )


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    bottom = _HEIGHT - _BOTTOM
    return bottom + _NONE_BELOW if math.isnan(share) else bottom - share * (bottom - _TOP)


def _axes() -> str:
    middle = f"M{_x(HALF):g} {_TOP}V{_y(0):g}M{_x(HALF):g} {_y(HALF):g}H{_x(1):g}"
    ticks = "".join(
        _text(_x(t), _y(0) + 17, f"{t:.0%}", "middle") + _text(_LEFT - 8, _y(t) + 4, f"{t:.0%}")
        for t in TICKS
    )
    names = _text(_x(HALF), _HEIGHT - 6, "capability index", "middle")
    upright = f'transform="rotate(-90 12 {_y(HALF):g})"'
    names += _text(12, _y(HALF), "goal index", "middle", upright)
    return (
        f'<path d="M{_LEFT} {_TOP}V{_y(0):g}H{_x(1):g}" fill="none" '
        'style="stroke:var(--mg-control,#7b8694)"/>'
        f'<path d="{middle}" fill="none" stroke-dasharray="5 5" '
        f'style="stroke:var(--mg-line,#dde2e8)"/>{ticks}{names}'
    )


def _text(x: float, y: float, text: str, anchor: str = "end", extra: str = "") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="12" {extra} '
        f'style="fill:var(--mg-mute,#5a636e)">{escape(text)}</text>'
    )


def _point(agent: MappedAgent, place: Place) -> str:
    colour = COLOURS[place.scenario]
    value = f"var(--mg-{colour},{_FALLBACKS[colour]})"
    filled = "none" if place.scenario == INCAPABLE else value
    x, y = np.round((_x(place.capability), _y(place.goal)), 1)
    look = f'style="fill:{filled};stroke:{value}" opacity="0.6"'
    return _SHAPES[WORLDS[agent.world].mark].format(x=x, y=y, look=look)


_SHAPES = {
    "circle": '<circle cx="{x:g}" cy="{y:g}" r="4" {look}/>',
    "square": '<path d="M{x:g} {y:g}m-3.6 -3.6h7.2v7.2h-7.2z" {look}/>',
    "triangle": '<path d="M{x:g} {y:g}m0 -4.8l4.6 8h-9.2z" {look}/>',
    "diamond": '<path d="M{x:g} {y:g}m0 -5.4l4.8 5.4l-4.8 5.4l-4.8 -5.4z" {look}/>',
}
