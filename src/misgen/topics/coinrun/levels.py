"""Procedurally generated CoinRun levels: thousands at once, one array operation at a time.

A level is a row of segments: a flat start, then an obstacle, a flat piece, an obstacle, and
so on to a flat end in front of a solid wall. Obstacles are always separated by flat ground,
so that each can be passed; `tests/topics/coinrun/test_solvable.py` searches 10,000 levels.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import BoolArray, IntArray

HEIGHT, WIDTH = 12, 32  # in tiles
MIN_LENGTH = 14  # columns before the end wall
SPAWN_X = 5
START_COLUMNS, END_COLUMNS = 7, 8  # flat ground on both sides
VIEW_X, VIEW_Y = 5, 3  # the agent sees 11 x 7 cells around itself
PADDED_HEIGHT, PADDED_WIDTH = HEIGHT + 2 * VIEW_Y, WIDTH + 2 * VIEW_X

# One cell of the map is four bytes, one for each thing that an agent can see there. A crop of
# the map, viewed as bytes, is therefore already the observation.
SOLID, DEADLY, MONSTER, COIN = (np.uint32(1 << (8 * i)) for i in range(4))

SPRITES = ("sky", "ground", "grass", "crate", "wall", "ledge", "lava", "saw", "end",
           "coin", "coin_erased", "monster", "agent")  # fmt: skip

PLACEMENTS = ("off_route", "behind", "right_fifth")
"""Where the coin of a distinguishing level lies.

`off_route`: three tiles above the ground or on a ledge, which a jump reaches and a run to the
end passes by. `behind`: left of the start; meant for the test only. `right_fifth`: anywhere in
the last fifth of the level but at its very end, as on the project page of Shah et al. (2022).
"""

_FLAT, _LAVA_PIT, _SAW_PIT, _CRATE, _CRATES, _WALL, _SAW, _LEDGE, _MONSTER, _STEP = range(10)
# What stands here twice is twice as likely.
_OBSTACLES = np.array([_LAVA_PIT, _SAW_PIT, _CRATE, _CRATES, _WALL, _WALL, _SAW, _SAW,
                       _LEDGE, _LEDGE, _MONSTER, _MONSTER, _STEP, _STEP])  # fmt: skip
_MIN_COLUMNS = np.array([3, 1, 1, 1, 1, 1, 1, 4, 5, 1])  # of each kind, in the order above
_MAX_COLUMNS = np.array([4, 3, 3, 2, 2, 1, 1, 5, 5, 1])
_SEGMENTS = 1 + 2 * 7  # the shortest obstacle and flat piece together fill four columns
_MAX_GROUND = 4
_LEDGE_HEIGHT = 3  # tiles above the ground, which a jump just reaches
_AIR_COIN_HEIGHT = 3  # a jump rises three tiles


def _column(kind: int, ground: int) -> list[str]:
    """Returns the sprites of one column, from the bottom up.

    >>> _column(_WALL, 1)[:5]
    ['ground', 'grass', 'wall', 'wall', 'sky']
    """
    pit = {_LAVA_PIT: "lava", _SAW_PIT: "saw"}.get(kind)
    on_ground = {_CRATE: ["crate"], _CRATES: ["crate"] * 2, _WALL: ["wall"] * 2, _SAW: ["saw"],
                 _LEDGE: ["sky"] * (_LEDGE_HEIGHT - 1) + ["ledge"]}.get(kind, [])  # fmt: skip
    column = [pit] if pit else ["ground"] * ground + ["grass"] + on_ground
    return column + ["sky"] * (HEIGHT - len(column))


def _all_columns() -> NDArray[np.uint8]:
    """Returns the sprite codes of every column that a level can have, `(codes, HEIGHT)`."""
    kinds = range(_LEDGE + 1)  # monsters and steps leave bare ground
    columns = [_column(kind, g) for kind in kinds for g in range(1, _MAX_GROUND + 1)]
    columns.append(["end"] * HEIGHT)
    return np.array([[SPRITES.index(name) for name in column] for column in columns], np.uint8)


def _column_maps(columns: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Returns what each column means to an agent, padded, `(codes, PADDED_HEIGHT)`."""
    meaning = np.zeros(len(SPRITES), np.uint32)
    meaning[[SPRITES.index(s) for s in ("ground", "grass", "crate", "wall", "ledge", "end")]] = (
        SOLID
    )
    meaning[[SPRITES.index(s) for s in ("lava", "saw")]] = DEADLY
    below = np.full((len(columns), VIEW_Y), SOLID)
    above = np.zeros((len(columns), VIEW_Y), np.uint32)
    above[-1] = SOLID  # nothing jumps over the end
    return np.concatenate([below, meaning[columns], above], axis=1)


COLUMN_SPRITES = _all_columns()
COLUMN_MAPS = _column_maps(COLUMN_SPRITES)
END_COLUMN = len(COLUMN_SPRITES) - 1


@dataclass(frozen=True)
class Levels:
    """`n` levels as arrays; coordinates are tiles, x to the right, y up from the bottom row."""

    columns: NDArray[np.uint8]
    """Which of the possible columns stands at each x, `(n, WIDTH)`."""
    length: IntArray
    """Columns before the end wall, `(n,)`."""
    spawn: IntArray
    """Where the agent starts, `(n, 2)`."""
    coin: IntArray
    """Where the coin lies, `(n, 2)`."""
    marker: IntArray
    """The other place: where the coin would lie if the level were of the other sort, `(n, 2)`."""
    monster: IntArray
    """`(x at the start, lowest x, highest x, y)` of the monster, -1 where none walks, `(n, 4)`."""
    distinguishing: BoolArray
    """Whether the coin lies apart from the level's end, `(n,)`."""
    on_ledge: BoolArray
    """Whether it then lies on a ledge, `(n,)`."""

    def __len__(self) -> int:
        return len(self.length)

    def take(self, rows: IntArray) -> Levels:
        """Returns the chosen levels, in the given order; `rows` has shape `(k,)`."""
        return Levels(**{f.name: getattr(self, f.name).take(rows, axis=0) for f in fields(self)})

    def joined(self, others: Levels) -> Levels:
        """Returns these levels, followed by the others."""
        pairs = {f.name: (getattr(self, f.name), getattr(others, f.name)) for f in fields(self)}
        return Levels(**{name: np.concatenate(pair) for name, pair in pairs.items()})


def generate(
    rng: np.random.Generator, n: int, *, distinguishing: float = 0.0, placement: str = "off_route"
) -> Levels:
    """Generate `n` levels.

    Args:
        rng: Source of all randomness.
        n: Number of levels.
        distinguishing: Probability that a level's coin lies apart from its end.
        placement: Where it then lies, one of `PLACEMENTS`.

    >>> levels = generate(np.random.default_rng(0), 3)
    >>> levels.columns.shape, bool((levels.coin[:, 0] == levels.length - 1).all())
    ((3, 32), True)
    """
    length = rng.integers(MIN_LENGTH, WIDTH + 1, n)
    terrain = _draw_terrain(rng, length)
    end = np.stack([length - 1, _at(terrain.ground, length - 1) + 1], axis=1)
    elsewhere, on_ledge = _draw_displaced(rng, placement, length, terrain)
    apart = rng.random(n) < distinguishing
    codes = terrain.kind * _MAX_GROUND + terrain.ground - 1  # the row in `COLUMN_SPRITES`
    return Levels(
        columns=np.where(length[:, None] <= _X, END_COLUMN, codes).astype(np.uint8),
        length=length,
        spawn=np.stack([np.full(n, SPAWN_X), terrain.ground[:, SPAWN_X] + 1], axis=1),
        coin=np.where(apart[:, None], elsewhere, end),
        marker=np.where(apart[:, None], end, elsewhere),
        monster=terrain.monster,
        distinguishing=apart,
        on_ledge=on_ledge & apart,
    )


_X = np.arange(WIDTH)


@dataclass(frozen=True)
class _Terrain:
    """The shape of the ground and what stands on it, column by column."""

    ground: IntArray
    """Height of the highest ground tile, `(n, WIDTH)`."""
    kind: IntArray
    """Kind of the column, `(n, WIDTH)`."""
    open: BoolArray
    """Whether nothing but ground is here, and no monster walks, `(n, WIDTH)`."""
    monster: IntArray
    """As in `Levels`, `(n, 4)`."""


def _draw_terrain(rng: np.random.Generator, length: IntArray) -> _Terrain:
    kind = np.zeros((len(length), _SEGMENTS), np.int64)  # (level, segment), all of them flat
    # Every other segment stays flat, so that no two obstacles touch.
    kind[:, 1::2] = _OBSTACLES.take(rng.integers(0, len(_OBSTACLES), kind[:, 1::2].shape))
    second_monster = np.cumsum(kind == _MONSTER, axis=1) > 1  # a level has room for one
    kind = np.where((kind == _MONSTER) & second_monster, _STEP, kind)
    # widths, (level, segment)
    columns = rng.integers(_MIN_COLUMNS.take(kind), _MAX_COLUMNS.take(kind) + 1)
    columns[:, 0] = START_COLUMNS
    stop = np.cumsum(columns, axis=1)
    start = stop - columns
    # no obstacle begins on the flat end
    kind = np.where(start > (length - END_COLUMNS - 1)[:, None], _FLAT, kind)
    height = _draw_heights(rng, kind)

    segment = (stop[:, :, None] <= _X).sum(axis=1)  # from (level, segment, x) to (level, x)
    ground, of_column = (np.take_along_axis(a, segment, axis=1) for a in (height, kind))
    first = np.take_along_axis(start, segment, axis=1) == _X
    bare = (of_column >= _MONSTER) | ((of_column == _LEDGE) & first)
    return _Terrain(
        ground=ground,
        kind=np.where(bare, _FLAT, of_column),
        open=(of_column == _FLAT) | (of_column == _STEP),
        monster=_place_monster(kind, start, height),
    )


def _draw_heights(rng: np.random.Generator, kind: IntArray) -> IntArray:
    """Returns the height of the ground in each segment: it changes by one or two at a step."""
    step = rng.integers(1, 3, kind.shape) * rng.choice(np.array([-1, 1]), kind.shape)
    walk = np.cumsum(np.where(kind == _STEP, step, 0), axis=1)
    return 1 + _reflect(1 + walk, _MAX_GROUND - 1)  # from 1 to 4; the first is 2


def _reflect(walk: IntArray, top: int) -> IntArray:
    """Fold a walk over the integers into 0..top, as a ball between two walls.

    >>> _reflect(np.array([0, 2, 3, 4, 6, -1]), 3).tolist()
    [0, 2, 3, 2, 0, 1]
    """
    return top - np.abs(top - walk % (2 * top))


def _place_monster(kind: IntArray, start: IntArray, height: IntArray) -> IntArray:
    """Returns `(x, lowest x, highest x, y)` of each level's monster, -1 where it has none."""
    walks = kind == _MONSTER
    segment = walks.argmax(axis=1)
    low, y = _at(start, segment), _at(height, segment) + 1
    # It starts in the middle of its five columns.
    return np.where(walks.any(axis=1)[:, None], np.stack([low + 2, low, low + 4, y], axis=1), -1)


def _at(values: IntArray, column: IntArray) -> IntArray:
    """Returns `values[i, column[i]]` for each row `i`."""
    return np.take_along_axis(values, column[:, None], axis=1)[:, 0]


def _draw_displaced(
    rng: np.random.Generator, placement: str, length: IntArray, terrain: _Terrain
) -> tuple[IntArray, BoolArray]:
    """Choose a place for the coin away from the end, `(n, 2)`; say whether it is on a ledge."""
    on_ledge = np.zeros(len(length), np.bool_)
    if placement == "behind":
        column, height = rng.integers(0, SPAWN_X - 2, len(length)), np.ones(len(length), np.int64)
    elif placement == "right_fifth":
        last_fifth = (np.ceil(0.8 * length)[:, None] <= _X) & (length[:, None] - 1 > _X)
        column = _pick(rng, last_fifth & terrain.open)
        height = rng.integers(1, _AIR_COIN_HEIGHT + 1, len(length))
    else:
        inside = (_X > START_COLUMNS) & (length[:, None] - 4 > _X)
        # The first tile of a ledge is left out: a jump in front of the ledge would take the coin.
        ledge = inside & (terrain.kind == _LEDGE)
        ledge[:, 1:] &= terrain.kind[:, :-1] == _LEDGE
        on_ledge = (rng.random(len(length)) < 0.5) & ledge.any(axis=1)
        column = np.where(on_ledge, _pick(rng, ledge), _pick(rng, inside & terrain.open))
        height = np.where(on_ledge, _LEDGE_HEIGHT + 1, _AIR_COIN_HEIGHT)
    return np.stack([column, _at(terrain.ground, column) + height], axis=1), on_ledge


def _pick(rng: np.random.Generator, allowed: BoolArray) -> IntArray:
    """Choose one allowed column of each row uniformly, `(n,)`."""
    return (rng.random(allowed.shape) * allowed).argmax(axis=1)  # each is the largest equally often
