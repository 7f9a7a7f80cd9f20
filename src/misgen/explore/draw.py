"""Pictures of replays: an SVG still, or the sprites as JSON for the canvas in the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from misgen.core.sprites import (
    BACKDROP_COLUMNS,
    BACKDROP_ROWS,
    BEYOND,
    LIFT,
    LIFTED,
    OUTCOME_COLOURS,
    POSES,
    SPRITES,
    Instruction,
    variant,
    variants,
)
from misgen.explore.palette import PALETTE
from misgen.explore.transcripts import agent_of, transcript

if TYPE_CHECKING:
    from misgen.core.replay import Replay

__all__ = ["canvas_sprites", "svg_sprite", "svg_still", "trail", "transcript"]


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
    return {name: [[list(op) for op in drawing] for drawing in variants(name)] for name in wanted}


# ---------------------------------------------------------------------------------- SVG


def _num(value: float | str) -> str:
    return f"{round(float(value), 2):g}"


def _paint(name: float | str, attribute: str = "fill") -> str:
    return f'style="{attribute}:var(--mg-{name},{PALETTE[str(name)][0]})"'


_ELEMENTS = {"rect": "rect", "circle": "circle", "ring": "circle", "ellipse": "ellipse",
             "poly": "polygon", "line": "polyline"}  # fmt: skip
_ATTRIBUTES = {"rect": ("x", "y", "width", "height", "rx"), "circle": ("cx", "cy", "r"),
               "ring": ("cx", "cy", "r"), "ellipse": ("cx", "cy", "rx", "ry")}  # fmt: skip
_STROKED = ("line", "ring")


def _svg_instruction(op: Instruction) -> str:
    """Return one instruction as an SVG element.

    >>> _svg_instruction(("circle", "coin", 0.5, 0.5, 0.4))
    '<circle style="fill:var(--mg-coin,#f6c744)" cx="0.5" cy="0.5" r="0.4"/>'
    """
    kind, colour, *numbers = op
    paint = _paint(colour)
    if kind in _STROKED:
        paint = f'{_STROKE} {_paint(colour, "stroke")} stroke-width="{_num(numbers.pop(0))}"'
    return f"<{_ELEMENTS[str(kind)]} {paint} {_geometry(str(kind), numbers)}/>"


_STROKE = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'


def svg_sprite(name: str) -> str:
    """Return the first drawing of a sprite as SVG elements, whose unit is the tile.

    Raises:
        ValueError: If the sprite has no drawing.
    """
    return "".join(map(_svg_instruction, variants(name)[0]))


def _geometry(kind: str, numbers: Sequence[float | str]) -> str:
    texts = [_num(number) for number in numbers]
    if kind not in _ATTRIBUTES:
        return f'points="{" ".join(texts)}"'
    named = zip(_ATTRIBUTES[kind], texts, strict=True)
    return " ".join(f'{name}="{text}"' for name, text in named if (name, text) != ("rx", "0"))


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


def _run_instructions(
    name: str, x: int, y: int, columns: int, height: int
) -> Iterator[Instruction]:
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


def _sky(height: int) -> list[Instruction]:
    """Return the backdrop, whose lower edge is that of the level."""
    above: Instruction = ("rect", "sky", 0, 0, BACKDROP_COLUMNS, height, 0)
    return [above, *(_shifted(op, 0, height - BACKDROP_ROWS) for op in SPRITES["backdrop"][0])]


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
    curves = np.concatenate(
        [(centres + slopes / 3)[:-1], (centres - slopes / 3)[1:], centres[1:]], axis=1
    )
    return [round(float(v), 3) for v in [*centres[0], *curves.ravel()]]


def _svg_trail(replay: Replay, step: int) -> str:
    numbers = trail(replay.positions[: step + 1, agent_of(replay)], len(replay.cells))
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


def svg_still(
    replay: Replay,
    step: int = -1,
    path: bool = True,
    label: str | None = None,
    behind_actors: str = "",
) -> str:
    """Draw one step of a replay.

    Args:
        replay: A recorded episode.
        step: Which step; negative steps count from the end.
        path: Whether to draw the way of the agent up to this step as a dotted line.
        label: Text for readers who do not see the picture; by default the transcript.
        behind_actors: More SVG, drawn over the level and under those who are in it.

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
    parts = [_svg_instruction(op) for op in [*_sky(height), *_cell_instructions(replay)]]
    parts.append(behind_actors)
    if path and step > 0:
        parts.append(_svg_trail(replay, step))
    parts += [_svg_actor(replay, k, step) for k in range(len(replay.actors))]
    name = escape(label if label is not None else transcript(replay), quote=True)
    return (
        f'<svg class="mg-level" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{name}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )
