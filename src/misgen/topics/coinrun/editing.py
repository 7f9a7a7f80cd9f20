"""Levels that a reader changes: the coin elsewhere, another column, a monster, a link to it all.

Everything here takes and returns `Levels` and leaves its argument as it was, so that a step back
is the level before. A change after which coin or end could not be reached is refused.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace

import numpy as np

from misgen.core.arrays import IntArray
from misgen.topics.coinrun.levels import (
    COLUMN_MAPS,
    DEADLY,
    END_COLUMN,
    HEIGHT,
    MIN_LENGTH,
    SOLID,
    SPAWN_X,
    VIEW_Y,
    WIDTH,
    Levels,
)
from misgen.topics.coinrun.reachability import UNREACHABLE, fewest_steps_on

KINDS = ("flat", "lava", "saws", "crate", "crates", "wall", "saw", "ledge")
"""What a column can be, in the order of `COLUMN_MAPS`: "lava" and "saws" are pits."""

_HEIGHTS = END_COLUMN // len(KINDS)  # of the ground, from 1
_LEDGE_COIN = 4  # tiles above the ground at which a coin lies on a ledge
NOWHERE = -1
"""In place of the coordinates of a monster that is not there, as in `Levels`."""
_PATROL = 2  # columns that a monster walks to either side of where it starts
_NO_WALKER = 255  # -1 as a byte
_CHECKED = 2  # bytes that tell whether a link is whole


class LevelError(ValueError):
    """A change of a level that would spoil it; the message says why."""


def with_coin(level: Levels, x: int, y: int) -> Levels:
    """Returns a level with its coin in another cell.

    What the level says of itself stays true: whether it is distinguishing, whether the coin lies
    on a ledge, and where the invisible marker is.

    Args:
        level: One level.
        x: Column of the cell.
        y: Its row, from the bottom.

    Raises:
        LevelError: If no agent could take the coin there.
    """
    reason = why_no_coin(level, x, y)
    if reason:
        raise LevelError(reason)
    apart = (x, y) != _end(level)
    return replace(
        level,
        coin=np.array([[x, y]]),
        marker=np.array([_end(level)]) if apart else _elsewhere(level),
        distinguishing=np.array([apart]),
        on_ledge=np.array([apart and _is_on_ledge(level, x, y)]),
    )


def why_no_coin(level: Levels, x: int, y: int) -> str:
    """Returns in one sentence why a coin cannot lie in a cell, or "" if it can.

    Args:
        level: One level.
        x: Column of the cell.
        y: Its row, from the bottom.
    """
    if not (0 <= x < level.length[0] and 0 <= y < HEIGHT):
        return "This is outside of the level."
    here = COLUMN_MAPS[level.columns[0, x], VIEW_Y + y]
    if here & SOLID:
        return "This cell is solid."
    if here & DEADLY:
        return "Whoever takes a coin here dies first."
    if fewest_steps_on(level)[x, y] == UNREACHABLE:
        return "No agent gets here alive before time runs out."
    return ""


def with_column(level: Levels, x: int, kind: str) -> Levels:
    """Returns a level with another column at `x`, on ground of the same height.

    A monster that walked there turns back before it, or is gone if there is no room left.

    Args:
        level: One level.
        x: The column.
        kind: One of `KINDS`.

    Raises:
        LevelError: If the agent starts in that column, or the level ends there, or coin or end
            could not be reached any more.
    """
    if kind not in KINDS:
        raise LevelError(f"A column is one of {', '.join(KINDS)}, not {kind!r}.")
    if not 0 <= x < level.length[0] - 1:
        raise LevelError("This column cannot be changed: the level ends here.")
    if x == SPAWN_X:
        raise LevelError("This column cannot be changed: the agent starts here.")
    columns = level.columns.copy()
    columns[0, x] = KINDS.index(kind) * _HEIGHTS + columns[0, x] % _HEIGHTS
    changed = replace(level, columns=columns)
    return _checked(_with_walker(changed, int(level.monster[0, 0])))


def with_monster(level: Levels, x: int | None) -> Levels:
    """Returns a level with its monster at column `x`, or without one.

    It walks two columns to either side, as far as the ground is flat and free; a level has one.

    Args:
        level: One level.
        x: Where it starts; None takes it away.

    Raises:
        LevelError: If it could not walk there, or coin or end could not be reached any more.
    """
    changed = _with_walker(level, NOWHERE if x is None else x)
    if x is not None and changed.monster[0, 0] == NOWHERE:
        raise LevelError("A monster needs two columns of flat, free ground, away from the start.")
    return _checked(changed)


def _with_walker(level: Levels, x: int) -> Levels:
    """Returns the level with a monster that starts at `x`, if it has room there; else none."""
    monster = np.full((1, 4), NOWHERE)
    walk = _walk(level, x)
    if len(walk) > 1 and SPAWN_X not in walk:
        monster[0] = x, walk.start, walk.stop - 1, _ground(level, x) + 1
    return replace(level, monster=monster)


def _walk(level: Levels, x: int) -> range:
    """Returns the columns in which a monster that starts at `x` could walk."""
    columns = level.columns[0, : level.length[0]]
    if not 0 <= x < len(columns) or columns[x] >= _HEIGHTS:  # flat ones come first
        return range(0)
    barred = np.flatnonzero(columns != columns[x])  # another height, or something on the ground
    low = max(0, x - _PATROL, *(barred[barred < x] + 1))
    high = min(len(columns) - 1, x + _PATROL, *(barred[barred > x] - 1))
    return range(int(low), int(high) + 1)


def _ground(level: Levels, x: int) -> int:
    """Returns the row of the highest tile of ground of a column."""
    return int(level.columns[0, x]) % _HEIGHTS + 1


def _end(level: Levels) -> tuple[int, int]:
    """Returns the cell at which an ordinary level has its coin."""
    x = int(level.length[0]) - 1
    return x, _ground(level, x) + 1


def _elsewhere(level: Levels) -> IntArray:
    """Returns where the coin lies or would lie apart from the end, `(1, 2)`."""
    return level.coin if level.distinguishing[0] else level.marker


def _is_on_ledge(level: Levels, x: int, y: int) -> bool:
    ledge = level.columns[0, x] // _HEIGHTS == KINDS.index("ledge")
    return bool(ledge) and y == _ground(level, x) + _LEDGE_COIN


def _checked(level: Levels) -> Levels:
    """Returns the level if it can still be played."""
    x, y = level.coin[0]
    if reason := why_no_coin(level, x, y):
        raise LevelError(f"Move the coin first. With this change: {reason}")
    if (fewest_steps_on(level)[level.length[0] - 1] == UNREACHABLE).all():
        raise LevelError("With this no agent would reach the end of the level in time.")
    return level


def to_text(level: Levels) -> str:
    """Returns one level as text for a link: letters, digits, "-" and "_"; see `from_text`."""
    length = int(level.length[0])
    walker = level.monster[0, 0] % (_NO_WALKER + 1)  # -1 becomes the largest byte
    numbers = [*level.columns[0, :length], *level.coin[0], *_elsewhere(level)[0], walker]
    data = bytes(map(int, numbers))
    return base64.urlsafe_b64encode(data + _checksum(data)).decode().rstrip("=")


def from_text(text: str) -> Levels:
    """Returns the level that `to_text` wrote.

    Raises:
        LevelError: If the text is damaged, or the level could not be played.
    """
    padded = text + "=" * (-len(text) % 4)
    try:
        return _read(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, IndexError) as error:  # binascii's is a ValueError
        if isinstance(error, LevelError):
            raise
        raise LevelError("This link does not hold a level; ask for it again.") from error


def _checksum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "big")[:_CHECKED]


def _read(text: bytes) -> Levels:
    data = text[:-_CHECKED]
    if _checksum(data) != text[-_CHECKED:]:
        raise ValueError("letters are missing or wrong")
    *codes, x, y, other_x, other_y, walker = data
    if not MIN_LENGTH <= len(codes) <= WIDTH or max(codes) >= END_COLUMN:
        raise ValueError("no level has these columns")
    columns = np.full((1, WIDTH), END_COLUMN, np.uint8)
    columns[0, : len(codes)] = codes
    nowhere = np.full((1, 2), NOWHERE)
    level = Levels(
        columns=columns, length=np.array([len(codes)]), spawn=nowhere, coin=nowhere,
        marker=np.array([[other_x, other_y]]), monster=np.full((1, 4), NOWHERE),
        distinguishing=np.array([False]), on_ledge=np.array([False]),
    )  # fmt: skip
    level = replace(level, spawn=np.array([[SPAWN_X, _ground(level, SPAWN_X) + 1]]))
    level = replace(level, coin=np.array([_end(level)]))
    level = with_coin(level, x, y)
    return with_monster(level, None if walker == _NO_WALKER else walker)
