"""Plain data, the only thing that comes back from a student's process, written as JSON.

An object can lie: about what it equals, how long it is, what it is when it is unpickled. So none
crosses. Numbers, words, lists, dictionaries and arrays do, and the weights of an agent, from which
the grader makes an agent of its own.
"""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.atomic import Json
from misgen.core.policy import Policy

_MOST_DEEP = 32
_MOST_KEYS = 10_000
"""Entries of a dictionary: keys that all have one hash cost the square of their number."""
_MOST_UNITS = 2048
"""Of an agent, and its inputs and actions: the grader lets it live, in its own time. Sixteen times
those of the largest agent of the book."""
_NUMBERS = "biuf"
"""Kinds of arrays that cross: booleans, integers with and without sign, floating point."""


class CodecError(ValueError):
    """Something that is not plain data; the message says what."""


def encode(value: Any, depth: int = 0) -> Json:
    """Returns plain data as JSON; what is no list of JSON becomes a dictionary of one entry.

    >>> encode({"rate": (0.5, float("nan"))})
    {'dict': [['rate', {'tuple': [0.5, {'float': 'nan'}]}]]}

    Raises:
        CodecError: It holds another object.
    """
    if depth > _MOST_DEEP:
        raise CodecError("lists within lists within lists, without an end")
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"float": str(float(value))}
    return _encode_many(value, depth)


def _encode_many(value: Any, depth: int) -> Json:
    if isinstance(value, list):
        return [encode(item, depth + 1) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(item, depth + 1) for item in value]}
    if isinstance(value, dict):
        pairs = [[encode(k, depth + 1), encode(v, depth + 1)] for k, v in value.items()]
        return {"dict": pairs}
    if isinstance(value, np.ndarray) and value.dtype.kind in _NUMBERS:
        return {"array": _encode_array(value)}
    if isinstance(value, Policy):
        arrays = value.to_arrays(np.float32)
        return {"policy": {name: _encode_array(array) for name, array in arrays.items()}}
    raise CodecError(f"an object of type {type(value).__name__}")


def _encode_array(array: NDArray[Any]) -> list[Json]:
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return [array.dtype.str, list(array.shape), data]


def decode(given: Json, depth: int = 0) -> Any:
    """Returns what `encode` was given, whatever a hostile process writes instead.

    >>> decode(encode({"rate": (0.5, [None, True])}))
    {'rate': (0.5, [None, True])}

    Raises:
        CodecError: It is nothing that `encode` writes.
    """
    if depth > _MOST_DEEP:
        raise CodecError("lists within lists within lists, without an end")
    if isinstance(given, list):
        return [decode(item, depth + 1) for item in given]
    if not isinstance(given, dict):
        return given
    try:
        ((kind, content),) = given.items()
        return _decode_many(kind, content, depth)
    except CodecError:
        raise
    except Exception as error:  # whatever can be wrong with what a hostile process writes
        raise CodecError("a message that is not one") from error


def _decode_many(kind: str, content: Json, depth: int) -> Any:
    if kind == "float":
        return float(content)
    if kind == "tuple":
        return tuple(decode(item, depth + 1) for item in content)
    if kind == "dict":
        if len(content) > _MOST_KEYS:
            raise CodecError(f"a dictionary of more than {_MOST_KEYS} entries")
        return {decode(k, depth + 1): decode(v, depth + 1) for k, v in content}
    if kind == "array":
        return _decode_array(*content)
    if kind == "policy":
        return _decode_policy(content)
    raise CodecError("a message that is not one")


def _decode_policy(content: Json) -> Policy:
    arrays = {name: _decode_array(*array) for name, array in content.items()}
    policy = Policy.from_arrays(arrays)
    (inputs, units), actions = policy.hidden_weight.shape, policy.num_actions
    for number, what in ((inputs, "inputs"), (units, "hidden units"), (actions, "actions")):
        if number > _MOST_UNITS:
            raise CodecError(f"an agent of {number:,} {what}, and {_MOST_UNITS:,} are the most")
    return policy


def _decode_array(name: str, shape: list[int], data: str) -> NDArray[Any]:
    dtype = np.dtype(str(name))
    if dtype.kind not in _NUMBERS:
        raise CodecError(f"an array of {dtype}")
    return np.frombuffer(base64.b64decode(data), dtype).reshape([int(n) for n in shape]).copy()
