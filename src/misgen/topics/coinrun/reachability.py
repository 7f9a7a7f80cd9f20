"""Where an agent can get in a CoinRun level: a search over all that it can do in time.

Thousands of levels are searched at once, one bit for each level, so that a test can search ten
thousand; one level takes a few milliseconds, so that a page can ask where a coin may lie.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import BoolArray, IntArray
from misgen.topics.coinrun.env import JUMP_TICKS, MONSTER_PERIOD, TIME_LIMIT
from misgen.topics.coinrun.levels import (
    COLUMN_MAPS,
    DEADLY,
    PADDED_HEIGHT,
    PADDED_WIDTH,
    SOLID,
    VIEW_X,
    VIEW_Y,
    Levels,
)

Words = NDArray[np.uint64]
"""Truth values of many levels, 64 in each word of the last axis."""
UNREACHABLE = -1


def fewest_steps(levels: Levels) -> IntArray:
    """Returns in how many steps an agent can be in each cell alive, `(n, WIDTH, HEIGHT)`.

    The search knows the monster and the time limit. Cells in which no agent can be in time are
    `UNREACHABLE`.
    """
    n = len(levels)
    steps = np.full((PADDED_WIDTH, PADDED_HEIGHT, n), UNREACHABLE)  # (x, y, level)
    for tick, alive in enumerate(reachable(levels)):
        here = unpack(np.bitwise_or.reduce(alive), n)  # whatever is left of the jump
        steps[here & (steps == UNREACHABLE)] = tick
    return steps[VIEW_X:-VIEW_X, VIEW_Y:-VIEW_Y].transpose(2, 0, 1)


def fewest_steps_on(level: Levels) -> IntArray:
    """Returns `fewest_steps` of one level, `(WIDTH, HEIGHT)`; it cannot be written to.

    A level is searched once, wherever its coin is moved to: a coin bars no way.
    """
    parts = (level.columns, level.spawn, level.monster)
    return _searched(_Ways(b"".join(part.astype(np.int16).tobytes() for part in parts), level))


@dataclass(frozen=True)
class _Ways:
    """A level, and all of it on which the ways through it depend."""

    key: bytes
    level: Levels = field(compare=False)


@functools.lru_cache(maxsize=256)
def _searched(ways: _Ways) -> IntArray:
    (steps,) = fewest_steps(ways.level)
    steps.flags.writeable = False
    return steps


def reachable(levels: Levels) -> Iterator[Words]:
    """Yields the states in which an agent can be alive at the start and after each tick.

    Yields:
        `(JUMP_TICKS + 1, PADDED_WIDTH, PADDED_HEIGHT, words)`: ticks left of the jump, x, y.
    """
    cells = _maps(levels)  # (x, y, level)
    solid, deadly = pack((cells & SOLID) != 0), pack((cells & DEADLY) != 0)
    grounded, free_above = _shifted(solid, 0, 1), ~_shifted(solid, 0, -1)
    monsters = _monsters(levels)
    alive = np.zeros((JUMP_TICKS + 1, *solid.shape), np.uint64)  # (ticks left, x, y, word)
    alive[0] = at_places(levels.spawn)
    yield alive
    for before, now in itertools.pairwise(monsters):
        level, upward, downward = _vertical(alive, grounded, free_above)
        after = np.zeros_like(alive)
        after[:-1] = _sideways(_shifted(upward, 0, 1), solid)
        after[0] |= _sideways(_shifted(downward, 0, -1), solid)
        after[0] |= _sideways(level, solid, before, now)
        after |= _taking_off(alive, grounded, free_above)
        alive = after & ~(deadly | now)
        yield alive


def _vertical(alive: Words, grounded: Words, free_above: Words) -> tuple[Words, Words, Words]:
    """Returns who stays at its height, who rises, `(JUMP_TICKS, ...)`, and who falls."""
    falling, jumping = alive[0], alive[1:]
    # in the tick in which a ceiling ends a jump, nobody falls yet
    stopped = np.bitwise_or.reduce(jumping) & ~free_above
    return (falling & grounded) | stopped, jumping & free_above, falling & ~grounded


def _taking_off(alive: Words, grounded: Words, free_above: Words) -> Words:
    """Returns those that jump from the ground, which in that tick cannot move sideways."""
    jumping = np.bitwise_or.reduce(alive) & grounded
    after = np.zeros_like(alive)
    after[JUMP_TICKS - 1] = _shifted(jumping & free_above, 0, 1)
    after[0] = jumping & ~free_above
    return after


def _sideways(
    agents: Words, solid: Words, before: Words | None = None, now: Words | None = None
) -> Words:
    """Returns where agents can be after standing still or moving to one side.

    Agent and monster may not change places, which can happen at one height only: there `before`
    and `now` say where the monsters are.
    """
    reached = agents.copy()
    for dx in (-1, 1):
        arrived = _shifted(agents, dx, 0) & ~solid
        if before is not None and now is not None:
            arrived &= ~(before & _shifted(now, dx, 0))
        reached |= arrived
    return reached


def _monsters(levels: Levels) -> list[Words]:
    """Returns where the monsters are at the start and after each tick."""
    x, low, high, y = levels.monster.T
    way = np.ones_like(x)
    track = []
    for tick in range(TIME_LIMIT + 1):
        track.append(at_places(np.stack([np.where(y < 0, UNREACHABLE, x), y], axis=1)))
        if tick % MONSTER_PERIOD == MONSTER_PERIOD - 1:
            x = x + way
            way = np.where((x == low) | (x == high), -way, way)
    return track


def _maps(levels: Levels) -> NDArray[np.uint32]:
    """Returns the padded maps, `(x, y, level)`."""
    inner = COLUMN_MAPS[levels.columns].transpose(1, 2, 0)
    side = np.full((VIEW_X, *inner.shape[1:]), SOLID)
    return np.concatenate([side, inner, side])


def at_places(places: IntArray) -> Words:
    """Returns words `(x, y, words)` with the bit of each level set at its place.

    Args:
        places: `(x, y)` of each level, `(n, 2)`; a negative x is nowhere.
    """
    cells = np.zeros((PADDED_WIDTH, PADDED_HEIGHT, len(places)), np.bool_)
    rows = np.flatnonzero(places[:, 0] >= 0)
    cells[places[rows, 0] + VIEW_X, places[rows, 1] + VIEW_Y, rows] = True
    return pack(cells)


def pack(levels_last: BoolArray) -> Words:
    """Returns truth values `(..., levels)` as words `(..., words)` of 64 levels."""
    n = levels_last.shape[-1]
    padded = np.zeros((*levels_last.shape[:-1], -n % 64 + n), np.bool_)
    padded[..., :n] = levels_last
    return np.packbits(padded, axis=-1, bitorder="little").view(np.uint64)


def unpack(words: Words, n: int) -> BoolArray:
    """Returns the truth values of `n` levels, `(..., n)`; the inverse of `pack`.

    >>> unpack(pack(np.array([True, False, True])), 3)
    array([ True, False,  True])
    """
    bits = np.unpackbits(words.view(np.uint8), axis=-1, bitorder="little")
    return bits[..., :n].astype(np.bool_)


def _shifted(words: Words, dx: int, dy: int) -> Words:
    """Returns the words moved by some cells; what comes round the edge is padding."""
    cells = words.reshape(*words.shape[:-3], -1, words.shape[-1])  # (..., x and y, word)
    k = dx * PADDED_HEIGHT + dy
    # as np.roll does, which takes several times as long for one level
    moved = np.concatenate([cells[..., -k:, :], cells[..., :-k, :]], axis=-2)
    return moved.reshape(words.shape)
