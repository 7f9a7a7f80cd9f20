"""Pictures of replays: one sprite table, drawn as an SVG still or by a canvas in the page.

A sprite is a list of instructions in tile units: the tile is the unit square, x to the right,
y **down** from its upper left corner. An instruction is a flat list that starts with its name:

    rect     fill, x, y, width, height, corner radius
    circle   fill, x, y, radius
    ellipse  fill, x, y, x radius, y radius
    poly     fill, x0, y0, x1, y1, ...
    line     stroke, width, x0, y0, x1, y1, ...        (round caps and joins)
    ring     stroke, width, x, y, radius

Colours are names of the palette; `explore/js/explorer.css` gives each its value in light and
dark as `--mg-<name>`. The interpreter for a canvas is `explore/js/stage.js`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from misgen.replay import Replay

Instruction = tuple[str | float, ...]
Drawing = tuple[Instruction, ...]

PALETTE: dict[str, tuple[str, str]] = {
    "sky": ("#dfedfa", "#17212d"),
    "haze": ("#eef6fd", "#1b2735"),
    "cloud": ("#ffffff", "#202e3d"),
    "hill-far": ("#c9deee", "#1e2c3a"),
    "hill-near": ("#b7d4cd", "#20332f"),
    "ground": ("#9b7358", "#6b503f"),
    "ground-light": ("#ad8669", "#7a5d4b"),
    "ground-dark": ("#87614a", "#5b4334"),
    "grass": ("#6aa84f", "#4f8a3f"),
    "grass-light": ("#8fca6c", "#68a855"),
    "grass-dark": ("#4f8a3b", "#3b6d30"),
    "wood": ("#cf9a5b", "#a87a45"),
    "wood-light": ("#e3b87f", "#c2935a"),
    "wood-dark": ("#94642f", "#6f4a22"),
    "stone": ("#8d95a3", "#596270"),
    "stone-light": ("#a8afbb", "#6d7786"),
    "stone-dark": ("#6f7886", "#434b57"),
    "lava": ("#d8482b", "#c8412a"),
    "lava-light": ("#ffb23e", "#ffae3b"),
    "lava-dark": ("#a83220", "#8f2b1d"),
    "metal": ("#b9c1cc", "#a3acb9"),
    "metal-light": ("#e3e8ee", "#d3dae3"),
    "metal-dark": ("#5d6673", "#4c5560"),
    "monster": ("#9061b8", "#a478cb"),
    "monster-light": ("#b38bd6", "#c3a0e2"),
    "monster-dark": ("#643f88", "#6d4691"),
    "agent": ("#2f3b4a", "#eef2f6"),
    "agent-light": ("#4a596c", "#ffffff"),
    "agent-dark": ("#1c2530", "#b9c4d0"),
    "eye": ("#ffffff", "#232c37"),
    "pupil": ("#1b2430", "#ffffff"),
    "white": ("#ffffff", "#ffffff"),
    "black": ("#1b1f24", "#14181d"),
    "coin": ("#f6c744", "#f6c744"),
    "coin-light": ("#ffe89c", "#ffe89c"),
    "coin-rim": ("#b7791f", "#b98a22"),
    "shade": ("#1b1f2426", "#00000059"),
    "goal": ("#92600f", "#f6c744"),
    "proxy": ("#1f6feb", "#6cb0ff"),
    "dead": ("#68727e", "#98a3af"),
}
"""Name of a colour -> its value (on light, on dark)."""

OUTCOME_COLOURS = {"goal": "goal", "proxy": "proxy", "died": "dead", "timed_out": "dead"}
"""Colour of the trail of an episode with this outcome."""

_COLUMNS, _ROWS = 33, 12


def _ground(*pebbles: Instruction) -> Drawing:
    return (("rect", "ground", 0, 0, 1, 1, 0), *pebbles)


def _pebble(colour: str, x: float, y: float, width: float = 0.22) -> Instruction:
    return ("rect", colour, x, y, width, 0.12, 0.06)


def _grass(*blades: float) -> Drawing:
    """Return earth under turf; a blade grows at each of the given places."""
    drips = tuple(("circle", "grass", x, 0.27, 0.1) for x in (0.12, 0.4, 0.62, 0.9))
    tufts = tuple(("poly", "grass-light", x, 0.02, x + 0.05, -0.13, x + 0.1, 0.02) for x in blades)
    return (
        *_ground(_pebble("ground-dark", 0.58, 0.62)),
        ("rect", "grass", 0, 0, 1, 0.28, 0),
        *drips,
        *tufts,
        ("rect", "grass-light", 0, 0, 1, 0.09, 0),
    )


def _masonry(joints: float) -> Drawing:
    """Return two courses of stones; the upper joint is at `joints`, the lower half a stone on."""
    other = (joints + 0.5) % 1
    return (
        ("rect", "stone", 0, 0, 1, 1, 0),
        ("rect", "stone-light", 0, 0.05, 1, 0.06, 0),
        ("rect", "stone-light", 0, 0.55, 1, 0.06, 0),
        ("rect", "stone-dark", 0, 0, 1, 0.05, 0),
        ("rect", "stone-dark", 0, 0.5, 1, 0.05, 0),
        ("rect", "stone-dark", joints, 0, 0.05, 0.5, 0),
        ("rect", "stone-dark", other, 0.5, 0.05, 0.5, 0),
    )


def _crate() -> Drawing:
    return (
        ("rect", "wood-dark", 0.01, 0.01, 0.98, 0.98, 0.08),
        ("rect", "wood", 0.08, 0.08, 0.84, 0.84, 0.03),
        ("line", "wood-dark", 0.05, 0.5, 0.1, 0.5, 0.9),
        ("line", "wood-dark", 0.13, 0.17, 0.83, 0.83, 0.17),
        ("line", "wood-light", 0.06, 0.16, 0.81, 0.81, 0.16),
        ("rect", "wood-light", 0.06, 0.05, 0.88, 0.12, 0.03),
        ("rect", "wood-light", 0.06, 0.83, 0.88, 0.12, 0.03),
        ("circle", "wood-dark", 0.14, 0.11, 0.025),
        ("circle", "wood-dark", 0.86, 0.11, 0.025),
        ("circle", "wood-dark", 0.14, 0.89, 0.025),
        ("circle", "wood-dark", 0.86, 0.89, 0.025),
    )


def _ledge() -> Drawing:
    return (
        ("rect", "shade", 0.04, 0.34, 0.92, 0.14, 0.05),
        ("rect", "wood-dark", 0, 0, 1, 0.36, 0),
        ("rect", "wood", 0, 0, 1, 0.27, 0),
        ("rect", "wood-light", 0, 0, 1, 0.08, 0),
        ("line", "wood-dark", 0.025, 0.02, 0.05, 0.02, 0.3),
        ("line", "wood-dark", 0.03, 0.3, 0.18, 0.62, 0.18),
        ("circle", "wood-dark", 0.18, 0.17, 0.03),
        ("circle", "wood-dark", 0.8, 0.17, 0.03),
    )


def _lava(*bubbles: tuple[float, float, float]) -> Drawing:
    wave = [(x / 8, 0.2 - 0.06 * math.sin(x / 8 * 2 * math.pi)) for x in range(9)]
    crest = [round(v, 3) for point in wave for v in point]
    foam = [round(v, 3) for x, y in reversed(wave) for v in (x, y + 0.16)]
    return (
        ("poly", "lava", *crest, 1, 1, 0, 1),
        ("rect", "lava-dark", 0, 0.78, 1, 0.22, 0),
        ("poly", "lava-light", *crest, *foam),
        *(("circle", "lava-light", *bubble) for bubble in bubbles),
    )


def _saw() -> Drawing:
    teeth, points = 12, []
    for k in range(2 * teeth):
        radius = 0.46 if k % 2 == 0 else 0.35
        angle = math.pi * (k + (0.55 if k % 2 == 0 else 0)) / teeth
        points += [round(0.5 + radius * math.cos(angle), 3), round(0.5 + radius * math.sin(angle), 3)]
    return (
        ("poly", "metal-dark", *points),
        ("circle", "metal", 0.5, 0.5, 0.34),
        ("ring", "metal-light", 0.04, 0.5, 0.5, 0.27),
        ("circle", "metal-dark", 0.5, 0.5, 0.11),
        ("circle", "metal-light", 0.5, 0.5, 0.045),
        ("line", "metal-dark", 0.035, 0.5, 0.26, 0.5, 0.33),
        ("line", "metal-dark", 0.035, 0.5, 0.67, 0.5, 0.74),
        ("line", "metal-dark", 0.035, 0.26, 0.5, 0.33, 0.5),
        ("line", "metal-dark", 0.035, 0.67, 0.5, 0.74, 0.5),
    )


def _coin() -> Drawing:
    return (
        ("circle", "coin-rim", 0.5, 0.5, 0.4),
        ("circle", "coin", 0.5, 0.5, 0.33),
        ("ring", "coin-light", 0.04, 0.5, 0.5, 0.265),
        ("rect", "coin-rim", 0.45, 0.33, 0.1, 0.34, 0.05),
        ("ellipse", "white", 0.37, 0.33, 0.07, 0.045),
    )


def _erased_coin() -> Drawing:
    angles = [2 * math.pi * k / 12 for k in range(12)]
    return tuple(
        ("circle", "coin-rim", round(0.5 + 0.36 * math.cos(a), 3), round(0.5 + 0.36 * math.sin(a), 3), 0.035)
        for a in angles
    )


def _monster() -> Drawing:
    return (
        ("ellipse", "shade", 0.5, 0.97, 0.4, 0.05),
        ("rect", "monster-dark", 0.16, 0.82, 0.24, 0.16, 0.08),
        ("rect", "monster-dark", 0.62, 0.82, 0.24, 0.16, 0.08),
        ("poly", "monster-dark", 0.2, 0.34, 0.25, 0.08, 0.42, 0.26),
        ("poly", "monster-dark", 0.58, 0.26, 0.75, 0.08, 0.8, 0.34),
        ("rect", "monster", 0.1, 0.2, 0.8, 0.68, 0.32),
        ("ellipse", "monster-light", 0.42, 0.34, 0.2, 0.08),
        ("circle", "white", 0.47, 0.48, 0.13),
        ("circle", "white", 0.73, 0.48, 0.12),
        ("circle", "black", 0.52, 0.5, 0.06),
        ("circle", "black", 0.77, 0.5, 0.055),
        ("line", "monster-dark", 0.05, 0.36, 0.33, 0.54, 0.39),
        ("line", "monster-dark", 0.05, 0.68, 0.39, 0.84, 0.33),
        ("rect", "monster-dark", 0.38, 0.68, 0.42, 0.1, 0.05),
        ("poly", "white", 0.45, 0.68, 0.54, 0.68, 0.495, 0.755),
        ("poly", "white", 0.64, 0.68, 0.73, 0.68, 0.685, 0.755),
    )


def _agent(feet: Drawing, eye: Drawing) -> Drawing:
    """Return the agent, facing right: a small robot with one large eye."""
    return (
        *feet,
        ("line", "agent", 0.05, 0.4, 0.14, 0.33, 0.03),
        ("circle", "agent", 0.32, 0.02, 0.06),
        ("rect", "agent", 0.16, 0.1, 0.68, 0.78, 0.28),
        ("rect", "agent-dark", 0.2, 0.62, 0.6, 0.22, 0.11),
        ("rect", "agent", 0.2, 0.55, 0.6, 0.22, 0.11),
        ("ellipse", "agent-light", 0.36, 0.19, 0.13, 0.045),
        *eye,
        ("rect", "agent-light", 0.28, 0.62, 0.18, 0.08, 0.04),
    )


def _foot(x: float, y: float = 0.84) -> Instruction:
    return ("rect", "agent-dark", x, y, 0.24, 0.15, 0.075)


_SHADOW: Instruction = ("ellipse", "shade", 0.5, 0.97, 0.36, 0.045)
_OPEN_EYE: Drawing = (
    ("circle", "eye", 0.6, 0.37, 0.19),
    ("circle", "pupil", 0.67, 0.38, 0.1),
    ("circle", "eye", 0.7, 0.34, 0.03),
)
_CLOSED_EYE: Drawing = (
    ("circle", "eye", 0.6, 0.37, 0.19),
    ("line", "pupil", 0.05, 0.53, 0.3, 0.68, 0.45),
    ("line", "pupil", 0.05, 0.68, 0.3, 0.53, 0.45),
)


def _backdrop() -> Drawing:
    """Return the sky of a whole level, in tiles from its upper left corner."""
    clouds = [(4.2, 1.7, 1.0), (14.5, 1.2, 1.3), (25.3, 2.1, 1.1)]
    return (
        ("rect", "sky", 0, 0, _COLUMNS, _ROWS, 0),
        ("ellipse", "haze", 16, 12.5, 22, 5.4),
        *(part for cloud in clouds for part in _cloud(*cloud)),
        *(("ellipse", "hill-far", x, 12, r, h) for x, r, h in ((5, 7, 5.2), (17, 8, 4.4), (29, 7, 5.6))),
        *(("ellipse", "hill-near", x, 12, r, h) for x, r, h in ((0, 6, 3.6), (11, 6, 3.2), (23, 8, 3.9))),
    )


def _cloud(x: float, y: float, size: float) -> Drawing:
    return (
        ("ellipse", "cloud", x, y, 1.5 * size, 0.34 * size),
        ("circle", "cloud", x - 0.5 * size, y - 0.2 * size, 0.42 * size),
        ("circle", "cloud", x + 0.3 * size, y - 0.3 * size, 0.55 * size),
    )


SPRITES: dict[str, tuple[Drawing, ...]] = {
    "backdrop": (_backdrop(),),
    "sky": ((),),
    "ground": (
        _ground(),
        _ground(_pebble("ground-dark", 0.16, 0.3)),
        _ground(_pebble("ground-light", 0.5, 0.58, 0.18)),
        _ground(),
        _ground(_pebble("ground-dark", 0.6, 0.7), _pebble("ground-light", 0.2, 0.24, 0.16)),
    ),
    "grass": (_grass(0.2), _grass(0.55, 0.68), _grass(), _grass(0.05, 0.75), _grass(0.4)),
    "crate": (_crate(),),
    "wall": (_masonry(0.3), _masonry(0.1), _masonry(0.7)),
    "end": ((*_masonry(0.4), ("rect", "proxy", 0, 0, 0.1, 1, 0)),),
    "ledge": (_ledge(),),
    "lava": (_lava((0.3, 0.58, 0.05), (0.7, 0.7, 0.035)), _lava((0.55, 0.52, 0.045))),
    "saw": (_saw(),),
    "coin": (_coin(),),
    "coin_erased": (_erased_coin(),),
    "monster": (_monster(),),
    "agent": (_agent((_SHADOW, _foot(0.2), _foot(0.56)), _OPEN_EYE),),
    "agent.walk": (_agent((_SHADOW, _foot(0.08), _foot(0.68)), _OPEN_EYE),),
    "agent.air": (_agent((_foot(0.1, 0.8), _foot(0.5, 0.86)), _OPEN_EYE),),
    "agent.dead": (_agent((_SHADOW, _foot(0.2), _foot(0.56)), _CLOSED_EYE),),
}
"""Name of a sprite -> its variants; a cell takes one of them by its place in the level."""

POSES = ("walk", "air", "dead")
"""A sprite may have poses, as `agent.walk`; the sprite without a pose stands still."""

SPINNING = ("saw",)
"""Sprites that turn while a replay plays."""

LIFTED = ("coin",)
"""Sprites that the agent holds up when it has reached its goal, so that they stay in sight."""

LIFT = 0.92
"""By how many tiles."""

BEYOND = {"end": "wall"}
"""What a wide picture shows to the right of a level whose last column is the key."""


def _variants(name: str) -> tuple[Drawing, ...]:
    if name not in SPRITES:
        raise ValueError(f"Sprite {name!r} has no drawing; add it to misgen.draw.SPRITES.")
    return SPRITES[name]


def variant(name: str, x: int, y: int) -> Drawing:
    """Return the drawing of sprite `name` at tile (x, y).

    >>> variant("coin", 3, 4) == variant("coin", 5, 2)
    True
    """
    choices = _variants(name)
    return choices[(3 * x + 2 * y) % len(choices)]


def canvas_sprites(names: Iterable[str]) -> dict[str, list[list[list[str | float]]]]:
    """Return the sprites and their poses as JSON for the interpreter in the page.

    Args:
        names: Names of sprites; the backdrop always comes with them.

    Returns:
        Name -> variants -> instructions.

    Raises:
        ValueError: If a sprite has no drawing.

    >>> canvas_sprites(["sky"])["sky"]
    [[]]
    """
    wanted = ["backdrop", *names]
    wanted += [BEYOND[name] for name in wanted if name in BEYOND]
    wanted += [f"{name}.{pose}" for name in wanted for pose in POSES if f"{name}.{pose}" in SPRITES]
    return {name: [[list(op) for op in drawing] for drawing in _variants(name)] for name in wanted}


# ---------------------------------------------------------------------------------- SVG


def _num(value: float | str) -> str:
    return f"{round(float(value), 2):g}"


def _paint(name: float | str, attribute: str = "fill") -> str:
    return f'style="{attribute}:var(--mg-{name},{PALETTE[str(name)][0]})"'


def _points(values: Sequence[float | str]) -> str:
    return " ".join(_num(v) for v in values)


def _svg_instruction(op: Instruction) -> str:
    """Return one instruction as an SVG element.

    >>> _svg_instruction(("circle", "coin", 0.5, 0.5, 0.4))
    '<circle style="fill:var(--mg-coin,#f6c744)" cx="0.5" cy="0.5" r="0.4"/>'
    """
    kind, colour, *v = op
    if kind == "rect":
        x, y, width, height, radius = map(_num, v)
        rounded = f' rx="{radius}"' if radius != "0" else ""
        return f'<rect {_paint(colour)} x="{x}" y="{y}" width="{width}" height="{height}"{rounded}/>'
    if kind == "circle":
        return '<circle {} cx="{}" cy="{}" r="{}"/>'.format(_paint(colour), *map(_num, v))
    if kind == "ellipse":
        return '<ellipse {} cx="{}" cy="{}" rx="{}" ry="{}"/>'.format(_paint(colour), *map(_num, v))
    if kind == "poly":
        return f'<polygon {_paint(colour)} points="{_points(v)}"/>'
    width, *rest = v
    stroke = f'fill="none" {_paint(colour, "stroke")} stroke-width="{_num(width)}"'
    if kind == "ring":
        return '<circle {} cx="{}" cy="{}" r="{}"/>'.format(stroke, *map(_num, rest))
    return f'<polyline {stroke} stroke-linecap="round" stroke-linejoin="round" points="{_points(rest)}"/>'


def _shifted(op: Instruction, dx: float, dy: float) -> Instruction:
    """Return the instruction moved by (dx, dy) tiles."""
    kind, colour, *v = op
    start = 1 if kind in ("line", "ring") else 0
    places = {"rect": 2, "circle": 2, "ellipse": 2, "ring": 2}.get(str(kind), len(v) - start)
    moved = [
        float(value) + (dx, dy)[k % 2] if k < places else value for k, value in enumerate(v[start:])
    ]
    return (kind, colour, *v[:start], *moved)


def _spans_tile(op: Instruction) -> bool:
    return op[0] == "rect" and op[2] == 0 and op[4] == 1 and op[6] == 0


def _runs(codes: NDArray[np.uint8]) -> Iterator[tuple[int, int, int]]:
    """Yield (code, first column, columns) of each run of equal cells in a row."""
    for code, group in groupby(enumerate(codes.tolist()), key=lambda cell: cell[1]):
        columns = [x for x, _ in group]
        yield code, columns[0], len(columns)


def _run_instructions(name: str, x: int, y: int, columns: int, height: int) -> Iterator[Instruction]:
    """Yield the drawing of a run of equal cells; what spans a tile is drawn once for the run."""
    top = height - 1 - y
    for op in variant(name, x, y):
        if _spans_tile(op):
            # A little taller than the tile, so that no hairline shows between two rows.
            depth = float(op[5]) + (0.02 if op[5] == 1 else 0)
            yield ("rect", op[1], x, top + float(op[3]), columns, depth, 0)
    for column in range(x, x + columns):
        for op in variant(name, column, y):
            if not _spans_tile(op):
                yield _shifted(op, column, top)


def _cell_instructions(replay: Replay) -> Iterator[Instruction]:
    height = len(replay.cells)
    for y, row in enumerate(replay.cells):
        for code, x, columns in _runs(row):
            yield from _run_instructions(replay.sprites[code], x, y, columns, height)


def _tangents(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the slopes of a monotone cubic through `values`, `(T+1,)`; it never overshoots.

    >>> _tangents(np.array([0.0, 1.0, 2.0, 2.0])).tolist()
    [1.0, 1.0, 0.0, 0.0]
    """
    steps = np.diff(values)
    if len(steps) == 0:
        return np.zeros_like(values)
    before, after = steps[:-1], steps[1:]
    same_way = before * after > 0
    inner = np.where(same_way, 2 * before * after / np.where(same_way, before + after, 1), 0)
    return np.concatenate([steps[:1], inner, steps[-1:]])


def trail(places: NDArray[np.uint8], height: int) -> list[float]:
    """Return a smooth path through the tiles that an actor visited, as one list of numbers.

    Args:
        places: x, y of the actor at each step, `(T+1, 2)`.
        height: Rows of the level.

    Returns:
        The start x, y, then six numbers for each Bezier curve (two control points and the end),
        in tiles from the upper left corner of the picture.
    """
    centres = np.stack([places[:, 0] + 0.5, height - 0.5 - places[:, 1].astype(float)], axis=1)
    slopes = np.stack([_tangents(centres[:, 0]), _tangents(centres[:, 1])], axis=1)
    curves = np.concatenate([(centres + slopes / 3)[:-1], (centres - slopes / 3)[1:], centres[1:]], axis=1)
    return [round(float(v), 3) for v in [*centres[0], *curves.ravel()]]


def _svg_trail(replay: Replay, step: int) -> str:
    numbers = trail(replay.positions[: step + 1, _actor(replay, "agent")], len(replay.cells))
    curves = [" ".join(_num(v) for v in numbers[i : i + 6]) for i in range(2, len(numbers), 6)]
    path = f"M{_num(numbers[0])} {_num(numbers[1])}" + "".join(f"C{curve}" for curve in curves)
    colour = _paint(OUTCOME_COLOURS[replay.outcome], "stroke")
    dots = 'stroke-width="0.16" stroke-linecap="round" stroke-dasharray="0 0.4"'
    return f'<path class="mg-trail" fill="none" {colour} {dots} d="{path}"/>'


def _pose(replay: Replay, k: int, step: int) -> str:
    """Return the sprite of actor `k` at a step: in the air, dead, or as it is."""
    name = replay.sprites[replay.actors[k]]
    last = step == len(replay.positions) - 1
    if replay.outcome == "died" and last and f"{name}.dead" in SPRITES:
        return f"{name}.dead"
    moves = step > 0 and replay.positions[step, k, 1] != replay.positions[step - 1, k, 1]
    return f"{name}.air" if moves and f"{name}.air" in SPRITES else name


def _lift(replay: Replay, k: int, step: int) -> float:
    taken = replay.outcome == "goal" and step == len(replay.positions) - 1
    return LIFT if taken and replay.sprites[replay.actors[k]] in LIFTED else 0


def _faces_left(xs: NDArray[np.uint8]) -> bool:
    moves = np.diff(xs.astype(int))
    moves = moves[moves != 0]
    return len(moves) > 0 and bool(moves[-1] < 0)


def _svg_actor(replay: Replay, k: int, step: int) -> str:
    x, y = (int(v) for v in replay.positions[step, k])
    top = _num(len(replay.cells) - 1 - y - _lift(replay, k, step))
    flip = _faces_left(replay.positions[: step + 1, k, 0])
    place = f"translate({x + 1} {top}) scale(-1 1)" if flip else f"translate({x} {top})"
    body = "".join(_svg_instruction(op) for op in variant(_pose(replay, k, step), x, y))
    return f'<g transform="{place}">{body}</g>'


def svg_still(replay: Replay, step: int = -1, path: bool = True, label: str | None = None) -> str:
    """Draw one step of a replay.

    Args:
        replay: A recorded episode.
        step: Which step; negative steps count from the end.
        path: Whether to draw the way of the agent up to this step as a dotted line.
        label: Text for readers who do not see the picture; by default the transcript.

    Returns:
        An SVG element as text. Its colours are CSS custom properties with light fallbacks.

    Raises:
        ValueError: If the step or a sprite does not exist.
    """
    last = len(replay.positions) - 1
    if not -last - 1 <= step <= last:
        raise ValueError(f"This replay has the steps 0 to {last}; step {step} does not exist.")
    step %= last + 1
    height, width = replay.cells.shape
    parts = [_svg_instruction(op) for op in [*SPRITES["backdrop"][0], *_cell_instructions(replay)]]
    if path and step > 0:
        parts.append(_svg_trail(replay, step))
    parts += [_svg_actor(replay, k, step) for k in range(len(replay.actors))]
    name = escape(label if label is not None else transcript(replay), quote=True)
    return (
        f'<svg class="mg-level" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{name}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )


# --------------------------------------------------------------------------- transcripts

_HAZARDS = {"lava": "jumps the lava", "saw": "jumps the saw", "wall": "climbs over the wall",
            "crate": "climbs over the crates", "monster": "jumps the monster"}  # fmt: skip
_DEATHS = {"lava": "falls into the lava", "saw": "runs into the saw"}
_TIMES = {1: "", 2: " twice", 3: " three times", 4: " four times"}


def _actor(replay: Replay, name: str) -> int:
    for k, code in enumerate(replay.actors):
        if replay.sprites[code] == name:
            return k
    raise ValueError(f"This replay has no actor named {name!r}.")


def _find(replay: Replay, *names: str) -> int | None:
    codes = [replay.sprites[code] for code in replay.actors]
    return next((codes.index(name) for name in names if name in codes), None)


def _tops(replay: Replay) -> list[str]:
    """Return the name of the obstacle in each column, or an empty name."""
    columns = ([replay.sprites[code] for code in column] for column in replay.cells.T)
    return [next((name for name in _HAZARDS if name in column), "") for column in columns]


def _obstacle_events(replay: Replay) -> Iterator[tuple[int, str]]:
    """Yield (step, phrase) when the agent has just left an obstacle behind."""
    xs = replay.positions[:, _actor(replay, "agent"), 0].astype(int)
    for name, run in groupby(enumerate(_tops(replay)), key=lambda cell: cell[1]):
        beyond = [x for x, _ in run][-1] + 1
        passed = np.flatnonzero((xs[:-1] < beyond) & (xs[1:] >= beyond))
        if name and len(passed):
            yield int(passed[0]), _HAZARDS[name]


def _crossings(replay: Replay, other: int) -> NDArray[np.int64]:
    """Return the steps in which the agent passes another actor from left to right or back."""
    gap = replay.positions[:, _actor(replay, "agent"), 0].astype(int) - replay.positions[:, other, 0]
    side = np.sign(gap)
    known = np.flatnonzero(side)
    changes = np.flatnonzero(np.diff(side[known]) != 0)
    return known[changes + 1]


def _monster_events(replay: Replay) -> Iterator[tuple[int, str]]:
    monster = _find(replay, "monster")
    if monster is not None:
        yield from ((int(step), _HAZARDS["monster"]) for step in _crossings(replay, monster))


def _coin_events(replay: Replay) -> Iterator[tuple[int, str]]:
    coin = _find(replay, "coin", "coin_erased")
    if coin is None:
        return
    for step in _crossings(replay, coin):
        below = replay.positions[step, _actor(replay, "agent"), 1] < replay.positions[step, coin, 1]
        yield int(step), f"{'runs under' if below else 'jumps over'} {_coin_name(replay)}"


def _coin_name(replay: Replay) -> str:
    return "the place of the erased coin" if replay.erased else "the coin"


def _death(replay: Replay) -> str:
    x, y = (int(v) for v in replay.positions[-1, _actor(replay, "agent")])
    cell = replay.sprites[replay.cells[y, x]] if x < replay.cells.shape[1] else ""
    if cell in _DEATHS:
        return _DEATHS[cell]
    return "meets the monster" if _find(replay, "monster") is not None else "dies"


def _ending(replay: Replay) -> str:
    steps = len(replay.positions) - 1
    doing = {
        "goal": f"{'touches' if replay.erased else 'takes'} {_coin_name(replay)}",
        "proxy": "stops at the end wall",
        "died": _death(replay),
        "timed_out": "gets stuck until the time runs out",
    }
    return f"{doing[replay.outcome]} after {steps} step{'' if steps == 1 else 's'}"


def _counted(phrases: Iterable[str]) -> list[str]:
    """Merge repeated phrases, keeping the order of their first appearance.

    >>> _counted(["jumps the lava", "runs", "jumps the lava"])
    ['jumps the lava twice', 'runs']
    """
    told = list(phrases)
    return [f"{p}{_TIMES.get(told.count(p), ' many times')}" for p in dict.fromkeys(told)]


def _listed(phrases: Sequence[str]) -> str:
    """Join phrases with commas and a last "and".

    >>> _listed(["a", "b", "c"]), _listed(["a", "b"]), _listed(["a"])
    ('a, b, and c', 'a and b', 'a')
    """
    if len(phrases) < 3:
        return " and ".join(phrases)
    return f"{', '.join(phrases[:-1])}, and {phrases[-1]}"


_GROUND = ("ground", "grass", "crate", "wall", "ledge", "end")


def whereabouts(replay: Replay) -> str:
    """Say where the coin lies before the agent starts, which does not tell what the agent does."""
    coin = _find(replay, "coin", "coin_erased")
    if coin is None:
        return "There is no coin."
    x, y = (int(v) for v in replay.positions[0, coin])
    below = [replay.sprites[code] for code in replay.cells[:y, x][::-1]]
    height = next((i for i, name in enumerate(below) if name in _GROUND), len(below))
    place = f"{height} tiles up in the air" if height else f"on the {_SURFACES.get(below[0], 'ground')}"
    return f"The coin is {place}, {x + 1} columns from the left of {replay.cells.shape[1] - 1}."


_SURFACES = {"crate": "crate", "wall": "wall", "ledge": "ledge"}


def story(replay: Replay) -> str:
    """Say what the agent does, without seed and level: "the agent jumps the lava and ..."."""
    events = [*_obstacle_events(replay), *_monster_events(replay), *_coin_events(replay)]
    told = [phrase for _, phrase in sorted(events)]
    return f"the agent {_listed([*_counted(told), _ending(replay)])}."


def transcript(replay: Replay, seed: int | None = None) -> str:
    """Say in one sentence what a replay shows, for screen readers and print.

    Args:
        replay: A recorded episode with an actor named "agent".
        seed: Training seed of the agent, if the reader should know it.

    Raises:
        ValueError: If the replay has no agent.
    """
    who = "" if seed is None else f"Seed {seed}, "
    return f"{who}{'Level' if seed is None else 'level'} {replay.level}: {story(replay)}"
