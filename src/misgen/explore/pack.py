"""Tables as bytes: small integers in one buffer, with a layout that the ES module can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    pass

_SCALE = 65534
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
    """Puts arrays one after another.

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
        data += numbers.astype(numbers.dtype.newbyteorder("<")).tobytes()  # as typed arrays read it
        data += bytes(-len(data) % _ALIGNMENT)  # zeros up to the next multiple
    return layout, bytes(data)


def _as_integers(name: str, array: NDArray[np.generic]) -> tuple[NDArray[np.generic], int]:
    if array.dtype in (np.uint8, np.uint16, np.uint32):
        return array, 0
    if not np.issubdtype(array.dtype, np.floating):
        raise ValueError(f"Array {name!r} is {array.dtype}; give uint8, uint16, uint32 or shares.")
    shares = np.asarray(array, np.float64)
    gap = np.isnan(shares)  # apart, as NaN is neither below 0 nor above 1
    if np.any((shares[~gap] < 0) | (shares[~gap] > 1)):
        raise ValueError(f"Array {name!r} must hold shares from 0 to 1.")
    coarse = array.dtype == np.float16
    scale = _COARSE_SCALE if coarse else _SCALE
    numbers = np.where(gap, scale + 1, np.rint(np.where(gap, 0, shares) * scale))  # no cast of NaN
    return numbers.astype(np.uint8 if coarse else np.uint16), scale


def unpack(layout: Sequence[Entry], data: bytes) -> dict[str, NDArray[np.generic]]:
    """Reads what `pack` wrote; shares come back as float64."""
    return {entry["name"]: _read(entry, data) for entry in layout}


def _read(entry: Entry, data: bytes) -> NDArray[np.generic]:
    dtype = np.dtype(entry["dtype"]).newbyteorder("<")
    count = int(np.prod(entry["shape"]))  # 1 for an empty shape
    numbers = np.frombuffer(data, dtype, count, entry["offset"]).reshape(entry["shape"])
    if not entry["scale"]:
        return numbers
    return np.where(numbers == entry["scale"] + 1, np.nan, numbers / entry["scale"])
