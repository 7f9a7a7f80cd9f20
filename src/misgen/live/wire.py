"""Arrays in messages: JSON for all else, and the numbers as bytes beside it.

`explore/js/ask.js` reads what `encode` writes, as typed arrays, and writes what `decode` reads.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Buffer = bytes | bytearray | memoryview
ARRAY = "$array"
"""The key by which an object stands for an array; its value is the number of the buffer."""
_TRAVELS = ("uint8", "uint16", "uint32", "int32", "float32")
"""Types of numbers that JavaScript has, too."""
_INT32 = np.iinfo(np.int32)


def encode(value: Any) -> tuple[Any, list[bytes]]:
    """Returns a value as JSON, and the bytes of its arrays (little-endian, C order).

    Floats travel as float32, truth values as uint8, other integers as int32. A number that is not
    finite becomes None, as JSON has none; inside of an array it stays.

    >>> encode({"path": np.array([[1, 2]]), "reached": np.True_})[0]
    {'path': {'$array': 0, 'dtype': 'int32', 'shape': [1, 2]}, 'reached': True}

    Raises:
        ValueError: The value holds what is neither, or integers of more than 32 bits.
    """
    buffers: list[bytes] = []
    return _encoded(value, buffers), buffers


def _encoded(value: Any, buffers: list[bytes]) -> Any:
    match value:
        case np.ndarray():
            array = _for_javascript(value)
            buffers.append(array.tobytes())
            return {ARRAY: len(buffers) - 1, "dtype": array.dtype.name, "shape": [*array.shape]}
        case np.generic():
            return _encoded(value.item(), buffers)
        case float():
            return value if math.isfinite(value) else None
        case None | bool() | int() | str():
            return value
        case Mapping():
            return {str(name): _encoded(each, buffers) for name, each in value.items()}
        case list() | tuple():
            return [_encoded(each, buffers) for each in value]
    raise ValueError(
        f"A message cannot hold a {type(value).__name__}; answer with numbers, text, lists, "
        "dictionaries and arrays."
    )


def _for_javascript(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.name in _TRAVELS:
        return array.astype(array.dtype.newbyteorder("<"))
    if array.dtype.kind == "f":
        return array.astype("<f4")
    if array.dtype.kind == "b":
        return array.astype("u1")
    if array.dtype.kind not in "iu" or (
        array.size and not _INT32.min <= array.min() <= array.max() <= _INT32.max
    ):
        raise ValueError(
            f"A message cannot hold an array of {array.dtype} like this one; give floats, truth "
            "values, or integers of 32 bits."
        )
    return array.astype("<i4")


def decode(value: Any, buffers: Sequence[Buffer]) -> Any:
    """Returns the value that a message holds, with its arrays, which are copies.

    Raises:
        ValueError: An array has no buffer, or one of another size.
    """
    match value:
        case {"$array": index, "dtype": dtype, "shape": shape}:
            return _array(index, dtype, shape, buffers)
        case dict():
            return {name: decode(each, buffers) for name, each in value.items()}
        case list():
            return [decode(each, buffers) for each in value]
    return value


def _array(index: Any, dtype: Any, shape: Any, buffers: Sequence[Buffer]) -> NDArray[Any]:
    if dtype not in _TRAVELS:
        raise ValueError(
            f"An array of {dtype!r} cannot be read; send one of {', '.join(_TRAVELS)}."
        )
    try:
        numbers = np.frombuffer(buffers[index], np.dtype(dtype).newbyteorder("<"))
        return numbers.reshape(shape).astype(dtype)
    except (IndexError, TypeError, ValueError) as error:
        raise ValueError(
            f"The array of shape {shape!r} has not the bytes that it needs; send it again."
        ) from error
