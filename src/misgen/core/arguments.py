"""Checks of what a caller gives: each refuses in one sentence, before anything has happened."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

LARGEST_BATCH = 2**29
"""Numbers of 4 bytes, 2 GiB, that a batch may hold; what a step computes takes as much again."""


def check_share(name: str, value: float) -> float:
    """Returns `value` if it is a number in [0, 1].

    >>> check_share("distinguishing", 0.5)
    0.5

    Raises:
        ValueError: If it is not, in a sentence that names the parameter.
    """
    if not _is_number(value) or not 0.0 <= value <= 1.0:  # true for nan, too
        raise ValueError(
            f"{name} must lie between 0 and 1, but is {_shown(value)}; give a share such as 0.1."
        )
    return float(value)


def check_count(name: str, value: int, minimum: int = 1, maximum: int | None = None) -> int:
    """Returns `value` if it is a whole number of at least `minimum` and at most `maximum`.

    >>> check_count("num_envs", 4)
    4

    Raises:
        ValueError: If it is not, in a sentence that names the parameter.
    """
    if not _is_number(value) or not isinstance(value, (int, np.integer)) or value < minimum:
        raise ValueError(f"{name} must be a whole number of at least {minimum}, but is {value!r}.")
    if maximum is not None and value > maximum:
        raise ValueError(f"{name} must be at most {maximum:,}, but is {value:,}.")
    return int(value)


def check_number(name: str, value: float, minimum: float, maximum: float) -> float:
    """Returns `value` if it is a finite number from `minimum` to `maximum`.

    >>> check_number("lips_clarity", 2.0, 0.0, 4.0)
    2.0

    Raises:
        ValueError: If it is not, in a sentence that names the parameter.
    """
    if not _is_number(value) or not minimum <= value <= maximum:  # true for nan, too
        raise ValueError(
            f"{name} must lie between {minimum:g} and {maximum:g}, but is {_shown(value)}."
        )
    return float(value)


def check_positive(name: str, value: float, maximum: float) -> float:
    """Returns `value` if it is above 0 and at most `maximum`.

    >>> check_positive("learning_rate", 0.002, maximum=1.0)
    0.002

    Raises:
        ValueError: If it is not, in a sentence that names the parameter.
    """
    if not _is_number(value) or not value > 0.0:
        raise ValueError(f"{name} must be positive, but is {_shown(value)}.")
    return check_number(name, value, 0.0, maximum)


def check_flag(name: str, value: bool) -> bool:
    """Returns `value` if it is True or False; any other value, such as "False", would count as one.

    >>> check_flag("flipped", True)
    True

    Raises:
        ValueError: If it is not, in a sentence that names the parameter.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name} must be True or False, but is {value!r}.")  # noqa: TRY004
    return bool(value)


def check_batch(num_envs: int, numbers: int, maximum: int = LARGEST_BATCH) -> int:
    """Returns `num_envs` if so many environments fit into memory.

    Args:
        num_envs: Number of environments that run side by side.
        numbers: Numbers that each of them holds, at 4 bytes.
        maximum: Numbers that all of them may hold.

    Raises:
        ValueError: If they do not, or the number is none; the sentence says how many would do.
    """
    most = maximum // numbers
    if check_count("num_envs", num_envs) > most:
        raise ValueError(
            f"{num_envs:,} of these environments do not fit into memory; run at most {most:,} "
            "of them, or episodes, side by side."
        )
    return int(num_envs)


def _is_number(value: Any) -> bool:
    # True would pass as the number 1
    number = isinstance(value, (int, float, np.integer, np.floating))
    return number and not isinstance(value, bool)


def _shown(value: Any) -> str:
    # the repr of a NumPy number names its type, which helps nobody
    return f"{value}" if _is_number(value) and not math.isinf(value) else repr(value)
