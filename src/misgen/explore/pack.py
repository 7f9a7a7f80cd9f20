"""Tables as bytes: small integers in one buffer, with a layout that the ES module can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

import numpy as np
from numpy.typing import NDArray

from misgen.core.sprites import OUTCOME_COLOURS

if TYPE_CHECKING:
    from misgen.core.replay import Replay

OUTCOMES = tuple(OUTCOME_COLOURS)
"""The order in which the packed replays number their outcomes."""

NOBODY = 255
"""Sprite code of an actor that a replay does not have."""

_MISSING, _SCALE = 65535, 65534
_COARSE_SCALE = 254  # of half floats, whose shares take one byte
_ALIGNMENT = 4  # a typed array must start at a multiple of its item size


class Entry(TypedDict):
    """One array of the buffer."""

    name: str
    dtype: str
    shape: list[int]
    offset: int
    scale: int
    """0 for integers; otherwise a share is its number / scale, and scale + 1 is NaN."""


def pack(arrays: Mapping[str, NDArray[np.generic]]) -> tuple[list[Entry], bytes]:
    """Put arrays one after another.

    Args:
        arrays: Unsigned integers of 1, 2 or 4 bytes, or shares in [0, 1] as floats, which are
            rounded to 16 bits (half floats to 8).

    Returns:
        The layout, and the bytes (little-endian).

    Raises:
        ValueError: If an array is neither.

    >>> layout, data = pack({"a": np.array([1, 2], np.uint8), "b": np.array([0.5])})
    >>> [(e["name"], e["dtype"], e["offset"]) for e in layout], len(data)
    ([('a', 'uint8', 0), ('b', 'uint16', 4)], 8)
    """
    layout: list[Entry] = []
    data = bytearray()
    for name, array in arrays.items():
        numbers, scale = _as_integers(name, array)
        layout.append(
            Entry(
                name=name,
                dtype=numbers.dtype.name,
                shape=list(numbers.shape),
                offset=len(data),
                scale=scale,
            )
        )
        data += numbers.astype(numbers.dtype.newbyteorder("<")).tobytes()
        data += bytes(-len(data) % _ALIGNMENT)
    return layout, bytes(data)


def _as_integers(name: str, array: NDArray[np.generic]) -> tuple[NDArray[np.generic], int]:
    if array.dtype in (np.uint8, np.uint16, np.uint32):
        return array, 0
    if not np.issubdtype(array.dtype, np.floating):
        raise ValueError(f"Array {name!r} is {array.dtype}; give uint8, uint16, uint32 or shares.")
    shares = np.asarray(array, np.float64)
    gap = np.isnan(shares)
    if np.any((shares[~gap] < 0) | (shares[~gap] > 1)):
        raise ValueError(f"Array {name!r} must hold shares from 0 to 1.")
    coarse = array.dtype == np.float16
    scale = _COARSE_SCALE if coarse else _SCALE
    numbers = np.where(gap, scale + 1, np.rint(np.where(gap, 0, shares) * scale))
    return numbers.astype(np.uint8 if coarse else np.uint16), scale


def unpack(layout: Sequence[Entry], data: bytes) -> dict[str, NDArray[np.generic]]:
    """Read what `pack` wrote; shares come back as float64."""
    return {entry["name"]: _read(entry, data) for entry in layout}


def _read(entry: Entry, data: bytes) -> NDArray[np.generic]:
    dtype = np.dtype(entry["dtype"]).newbyteorder("<")
    count = int(np.prod(entry["shape"]))
    numbers = np.frombuffer(data, dtype, count, entry["offset"]).reshape(entry["shape"])
    if not entry["scale"]:
        return numbers
    return np.where(numbers == entry["scale"] + 1, np.nan, numbers / entry["scale"])


def pack_replays(replays: Sequence[Replay]) -> dict[str, NDArray[np.generic]]:
    """Turn replays into arrays; levels that several replays share are stored once.

    Args:
        replays: Replays with the same sprites and the same height.

    Returns:
        `cells` (levels, height, width), padded on the right; `widths` (levels,); and for each
        of the replays `terrain` (row of `cells`), `actors` (replays, actors), `outcomes`, and
        `first`: the rows of `positions` (rows, actors, 2) from `first[i]` to `first[i + 1]`.

    Raises:
        ValueError: If the replays do not fit together.
    """
    _check_alike(replays)
    terrains, terrain = _distinct_cells(replays)
    cast = max(len(replay.actors) for replay in replays)
    paths = [_padded_path(replay, cast) for replay in replays]
    return {
        "cells": _stack_cells(terrains),
        "widths": np.array([cells.shape[1] for cells in terrains], np.uint8),
        "terrain": np.array(terrain, np.uint16),
        "actors": np.array([_padded_cast(replay, cast) for replay in replays], np.uint8),
        "outcomes": np.array([OUTCOMES.index(replay.outcome) for replay in replays], np.uint8),
        "first": np.cumsum([0, *map(len, paths)]).astype(np.uint32),
        "positions": np.concatenate(paths),
    }


def _check_alike(replays: Sequence[Replay]) -> None:
    if not replays:
        raise ValueError("Give at least one replay.")
    if len(replays) >= _MISSING:
        raise ValueError(f"Give fewer than {_MISSING} replays, not {len(replays)}.")
    if len({replay.sprites for replay in replays}) > 1:
        raise ValueError("Give replays of one environment: their sprites differ.")
    if len({len(replay.cells) for replay in replays}) > 1:
        raise ValueError("Give replays whose levels have the same number of rows.")
    unknown = {replay.outcome for replay in replays} - set(OUTCOMES)
    if unknown:
        raise ValueError(f"An outcome is one of {', '.join(OUTCOMES)}, not {unknown.pop()!r}.")


def _distinct_cells(replays: Sequence[Replay]) -> tuple[list[NDArray[np.uint8]], list[int]]:
    rows: dict[tuple[tuple[int, ...], bytes], int] = {}
    distinct: list[NDArray[np.uint8]] = []
    terrain = []
    for replay in replays:
        key = (replay.cells.shape, replay.cells.tobytes())
        if key not in rows:
            rows[key] = len(distinct)
            distinct.append(replay.cells)
        terrain.append(rows[key])
    return distinct, terrain


def _stack_cells(terrains: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    width = max(cells.shape[1] for cells in terrains)
    return np.stack([np.pad(cells, ((0, 0), (0, width - cells.shape[1]))) for cells in terrains])


def _padded_cast(replay: Replay, cast: int) -> NDArray[np.uint8]:
    missing = cast - len(replay.actors)
    return np.pad(np.asarray(replay.actors, np.uint8), (0, missing), constant_values=NOBODY)


def _padded_path(replay: Replay, cast: int) -> NDArray[np.uint8]:
    """Return the positions with room for missing actors, `(steps + 1, cast, 2)`."""
    path = np.asarray(replay.positions, np.uint8)
    return np.pad(path, ((0, 0), (0, cast - path.shape[1]), (0, 0)))
