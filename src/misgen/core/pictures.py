"""Levels as text and as pixels, for `render`; the drawings are those of `misgen.core.sprites`.

Each sprite is drawn once, by asking of points on a fine grid whether they lie inside of a shape,
and kept. A frame pastes the sprites side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import FloatArray
from misgen.core.colours import PALETTE
from misgen.core.env import BatchedEnv, Frame
from misgen.core.sprites import (
    BACKDROP_COLUMNS,
    BACKDROP_ROWS,
    BEYOND,
    LETTERS,
    SPRITES,
    Drawing,
    variants,
)

TILE = 32
"""Pixels on each side of a tile; even, as encoders of films want it."""
_ABOVE = 0.25  # of a tile: blades of grass grow into the tile above

_Points = NDArray[np.float64]
_Inside = Callable[[_Points, _Points], NDArray[np.bool_]]
_Box = tuple[float, float, float, float]
"""The smallest and the largest x, the smallest and the largest y."""


def text(env: BatchedEnv, i: int) -> str:
    """Returns the level of environment `i` as text, one letter a tile.

    >>> from misgen.core.registry import make
    >>> env = make("CoinLine", 1, length=4, seed=0)
    >>> obs = env.reset()
    >>> print(text(env, 0))
    H   @oH
    #######
    """
    frame = env.frame(i)
    letters = np.array([LETTERS[name] for name in env.sprites])
    rows = letters[frame.cells]  # (y, x), row 0 at the bottom
    for sprite, x, y in frame.actors:  # in drawing order: what comes later covers what is below
        rows[y, x] = letters[sprite]
    return "\n".join("".join(row) for row in rows[::-1])  # text begins at the top


def picture(env: BatchedEnv, i: int, tile: int = TILE) -> NDArray[np.uint8]:
    """Returns the level of environment `i` as pixels, `(height, width, 3)`, as on a light page.

    All pictures of an environment have the same size, so that they make a film.

    Args:
        env: The environments.
        i: Index of one of them.
        tile: Pixels on each side of a tile.
    """
    frame = _padded(env.frame(i), env)
    canvas = _scenery(env.sprites, frame.cells.tobytes(), frame.cells.shape, tile).copy()
    for code, x, y in frame.actors:
        _paste(canvas, _sprite(env.sprites[code], 0, tile), x, y, tile)
    return (255 * canvas + 0.5).astype(np.uint8)


def _padded(frame: Frame, env: BatchedEnv) -> Frame:
    """Returns a frame as wide as the widest level; beyond its last column there is only wall."""
    missing = (env.columns or 0) - frame.cells.shape[1]
    if missing <= 0:
        return frame
    last = [BEYOND.get(name, name) for name in (env.sprites[code] for code in frame.cells[:, -1])]
    column = np.array([env.sprites.index(name) for name in last], np.uint8)
    beyond = np.repeat(column[:, None], missing, axis=1)  # (y, x)
    return Frame(np.concatenate([frame.cells, beyond], axis=1), frame.actors)


@lru_cache(maxsize=16)  # an episode shows the same cells in each of its steps
def _scenery(
    sprites: tuple[str, ...], cells: bytes, shape: tuple[int, int], tile: int
) -> FloatArray:
    """Returns all that stands still, `(height, width, 3)` from 0 to 1."""
    codes = np.frombuffer(cells, np.uint8).reshape(shape)  # (y, x), row 0 at the bottom
    rows, columns = shape
    canvas = np.full((rows * tile, columns * tile, 3), _rgba("sky")[:3], np.float32)
    if "sky" in sprites:  # else nothing shows it
        behind = _backdrop(tile)[-rows * tile :, : columns * tile]
        canvas[-behind.shape[0] :, : behind.shape[1]] = behind
    for y in range(rows):  # upwards, so that grass grows over what is above it
        for x in range(columns):
            name = sprites[codes[y, x]]
            _paste(canvas, _sprite(name, (3 * x + 2 * y) % len(variants(name)), tile), x, y, tile)
    return canvas


def _paste(canvas: FloatArray, sprite: FloatArray, x: int, y: int, tile: int) -> None:
    """Paints a sprite, `(height, width, red green blue alpha)`, over a tile of a canvas."""
    bottom = len(canvas) - y * tile
    top = max(bottom - len(sprite), 0)
    seen = sprite[len(sprite) - (bottom - top) :]
    place = canvas[top:bottom, x * tile : (x + 1) * tile]
    place += seen[..., 3:] * (seen[..., :3] - place)


@lru_cache(maxsize=256)
def _sprite(name: str, variant: int, tile: int) -> FloatArray:
    """Returns one variant of a sprite, `(height, tile, red green blue alpha)`."""
    return _drawn(variants(name)[variant], (0.0, 1.0, -_ABOVE, 1.0), tile)


@lru_cache(maxsize=2)
def _backdrop(tile: int) -> FloatArray:
    """Returns the sky behind a whole level, `(height, width, 3)`."""
    (drawing,) = SPRITES["backdrop"]
    # its shapes are large and pale: coarser edges do
    return _drawn(drawing, (0.0, BACKDROP_COLUMNS, 0.0, BACKDROP_ROWS), tile, fine=2)[..., :3]


def _drawn(drawing: Drawing, box: _Box, tile: int, fine: int = 4) -> FloatArray:
    """Returns a drawing as pixels, `(height, width, red green blue alpha)`, each from 0 to 1.

    Args:
        drawing: Its instructions.
        box: The part of the plane to show, in tiles.
        tile: Pixels on each side of a tile.
        fine: Points on each side of a pixel; 4 give edges 16 steps.
    """
    left, right, top, bottom = box
    width, height = round((right - left) * tile), round((bottom - top) * tile)
    # colours times alpha, so that averaging over the points of a pixel is right
    points = np.zeros((height * fine, width * fine, 4), np.float32)  # (y, x, colour)
    # where their middles lie, in tiles
    y = top + (np.arange(height * fine)[:, None] + 0.5) / (tile * fine)
    x = left + (np.arange(width * fine) + 0.5) / (tile * fine)
    for kind, colour, *numbers in drawing:
        inside, (x0, x1, y0, y1) = _SHAPES[str(kind)](*map(float, numbers))
        rows = slice(*np.searchsorted(y[:, 0], (y0, y1)))  # no other point is near the shape
        columns = slice(*np.searchsorted(x, (x0, x1)))
        covered, part = inside(x[columns], y[rows]), points[rows, columns]
        *rgb, alpha = _rgba(str(colour))
        paint = np.array([*(alpha * c for c in rgb), alpha], np.float32)
        part[covered] = paint + (1 - alpha) * part[covered] if alpha < 1 else paint
    pixels = points.reshape(height, fine, width, fine, 4).mean(axis=(1, 3))
    pixels[..., :3] /= np.maximum(pixels[..., 3:], 1e-6)  # colours as such again
    return pixels


def _rgba(colour: str) -> tuple[float, ...]:
    """Returns red, green, blue and alpha of a colour of the palette, on light ground.

    >>> _rgba("white")
    (1.0, 1.0, 1.0, 1.0)
    """
    code = PALETTE[colour][0][1:].ljust(8, "f")  # without an alpha it covers
    return tuple(int(code[k : k + 2], 16) / 255 for k in range(0, 8, 2))


def _rect(x: float, y: float, width: float, height: float, radius: float) -> tuple[_Inside, _Box]:
    def inside(px: _Points, py: _Points) -> NDArray[np.bool_]:
        # how far outside of the rectangle on whose rim the corners' circles have their middle
        dx = np.abs(px - x - width / 2) - width / 2 + radius
        dy = np.abs(py - y - height / 2) - height / 2 + radius
        return np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) <= (radius if radius > 0 else 0.0)

    return inside, (x, x + width, y, y + height)


def _ellipse(x: float, y: float, rx: float, ry: float) -> tuple[_Inside, _Box]:
    def inside(px: _Points, py: _Points) -> NDArray[np.bool_]:
        return ((px - x) / rx) ** 2 + ((py - y) / ry) ** 2 <= 1.0

    return inside, (x - rx, x + rx, y - ry, y + ry)


def _circle(x: float, y: float, radius: float) -> tuple[_Inside, _Box]:
    return _ellipse(x, y, radius, radius)


def _ring(width: float, x: float, y: float, radius: float) -> tuple[_Inside, _Box]:
    def inside(px: _Points, py: _Points) -> NDArray[np.bool_]:
        return np.abs(np.hypot(px - x, py - y) - radius) <= width / 2

    reach = radius + width / 2
    return inside, (x - reach, x + reach, y - reach, y + reach)


def _poly(*corners: float) -> tuple[_Inside, _Box]:
    def inside(px: _Points, py: _Points) -> NDArray[np.bool_]:
        # a ray to the right crosses the outline an odd number of times
        odd = np.zeros(np.broadcast_shapes(px.shape, py.shape), np.bool_)
        for x0, y0, x1, y1 in _sides(*corners, *corners[:2]):
            if y0 != y1:
                odd ^= ((y0 > py) != (y1 > py)) & (px < x0 + (py - y0) * (x1 - x0) / (y1 - y0))
        return odd

    return inside, (min(corners[::2]), max(corners[::2]), min(corners[1::2]), max(corners[1::2]))


def _line(width: float, *corners: float) -> tuple[_Inside, _Box]:
    def inside(px: _Points, py: _Points) -> NDArray[np.bool_]:
        near = np.zeros(np.broadcast_shapes(px.shape, py.shape), np.bool_)
        for x0, y0, x1, y1 in _sides(*corners):
            dx, dy = x1 - x0, y1 - y0
            # how far along the piece the nearest point of it lies
            along = ((px - x0) * dx + (py - y0) * dy) / max(dx * dx + dy * dy, 1e-12)
            along = np.clip(along, 0.0, 1.0)
            near |= np.hypot(px - x0 - along * dx, py - y0 - along * dy) <= width / 2
        return near

    x0, x1, y0, y1 = _poly(*corners)[1]
    return inside, (x0 - width / 2, x1 + width / 2, y0 - width / 2, y1 + width / 2)


def _sides(*corners: float) -> Iterator[tuple[float, float, float, float]]:
    """Yields the pieces of a line through some points."""
    points = list(zip(corners[::2], corners[1::2], strict=True))
    for (x0, y0), (x1, y1) in pairwise(points):
        yield x0, y0, x1, y1


_SHAPES: dict[str, Callable[..., tuple[_Inside, _Box]]] = {
    "rect": _rect, "circle": _circle, "ellipse": _ellipse, "poly": _poly, "line": _line,
    "ring": _ring,
}  # fmt: skip
"""Name of an instruction -> what takes its numbers and says which points it covers, and where."""
