"""Everything that an agent can reach, for thousands of levels at once: one bit for each level."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from misgen.topics.coinrun.env import JUMP_TICKS, TIME_LIMIT
from misgen.topics.coinrun.levels import COLUMN_MAPS, DEADLY, SOLID, VIEW_X, VIEW_Y, WIDTH, Levels


def pack(levels_last: np.ndarray) -> np.ndarray:
    """Pack booleans `(..., levels)` into words `(..., words)` of 64 levels."""
    n = levels_last.shape[-1]
    padded = np.zeros((*levels_last.shape[:-1], -n % 64 + n), np.bool_)
    padded[..., :n] = levels_last
    return np.packbits(padded, axis=-1, bitorder="little").view(np.uint64)


def unpack(words: np.ndarray, n: int) -> np.ndarray:
    return np.unpackbits(words.view(np.uint8), axis=-1, bitorder="little")[..., :n].astype(bool)


def level_map(levels: Levels) -> np.ndarray:
    """Return the padded map with levels last, `(x, y, levels)`."""
    inner = COLUMN_MAPS[levels.columns].transpose(1, 2, 0)
    side = np.full((VIEW_X, *inner.shape[1:]), SOLID)
    return np.concatenate([side, inner, side])


def places(xy: np.ndarray) -> np.ndarray:
    """Return words `(x, y, words)` with the bit of each level set at its place; -1 sets none."""
    n = len(xy)
    grid = np.zeros((WIDTH + 2 * VIEW_X, COLUMN_MAPS.shape[1], n), np.bool_)
    rows = np.flatnonzero(xy[:, 0] >= 0)
    grid[xy[rows, 0] + VIEW_X, xy[rows, 1] + VIEW_Y, rows] = True
    return pack(grid)


def monsters_at(levels: Levels) -> list[np.ndarray]:
    """Return where the monsters are at each tick."""
    x, low, high, y = levels.monster.T
    way = np.ones_like(x)
    track = []
    for tick in range(TIME_LIMIT + 1):
        track.append(places(np.stack([np.where(y < 0, -1, x), y], axis=1)))
        if tick % 2 == 1:
            x = x + way
            way = np.where((x == low) | (x == high), -way, way)
    return track


def shifted(words: np.ndarray, dx: int, dy: int) -> np.ndarray:
    return np.roll(words, (dx, dy), axis=(0, 1))


def reachable(levels: Levels) -> Iterator[np.ndarray]:
    """Yield the states that are reachable alive after each tick, `(rise, x, y, words)`."""
    cells = level_map(levels)
    solid, deadly = pack((cells & SOLID) != 0), pack((cells & DEADLY) != 0)
    grounded, free_above = shifted(solid, 0, 1), ~shifted(solid, 0, -1)
    monsters = monsters_at(levels)
    alive = np.zeros((JUMP_TICKS + 1, *solid.shape), np.uint64)
    alive[0] = places(levels.spawn)
    yield alive
    for tick in range(TIME_LIMIT):
        after = np.zeros_like(alive)
        before, now = monsters[tick], monsters[tick + 1]
        for rise in range(JUMP_TICKS + 1):
            _fly(alive[rise], rise, True, after, (solid, grounded, free_above), (before, now))
        jumping = np.bitwise_or.reduce(alive) & grounded
        _fly(jumping, JUMP_TICKS, False, after, (solid, grounded, free_above), (before, now))
        alive = after & ~(deadly | now)
        yield alive


def _fly(source, rise, steering, after, ground, monsters) -> None:
    solid, grounded, free_above = ground
    if rise > 0:
        moves = [(source & free_above, 1, rise - 1), (source & ~free_above, 0, 0)]
    else:
        moves = [(source & grounded, 0, 0), (source & ~grounded, -1, 0)]
    before, now = monsters
    for agents, dy, left in moves:
        at = shifted(agents, 0, dy)
        after[left] |= at
        for dx in (-1, 1) if steering else ():
            arrived = shifted(at, dx, 0) & ~solid
            # Agent and monster may not change places.
            swapped = before & shifted(now, dx, 0) if dy == 0 else np.uint64(0)
            after[left] |= arrived & ~swapped
