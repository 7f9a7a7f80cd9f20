"""Checks of what a caller gives: each refuses in one sentence, before anything has happened."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

import numpy as np

Given = ParamSpec("Given")
Result = TypeVar("Result")

LARGEST_BATCH = 2**29
"""Numbers of 4 bytes, 2 GiB, that a batch may hold; what a step computes takes as much again."""
_BESIDE_OBSERVATION = 8
"""Numbers of 4 bytes that a learner keeps of a step besides: action, reward, value and the like."""
_NO_OPTIONS = ("name", "num_envs", "distinguishing", "seed")
"""Arguments of every environment; whatever else it takes is an option."""


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


def check_rollout(rollout_steps: int, num_envs: int, obs_size: int) -> None:
    """Refuses a rollout that does not fit into memory.

    Args:
        rollout_steps: Steps of each environment.
        num_envs: Number of environments.
        obs_size: Entries of an observation.

    Raises:
        ValueError: If it does not; the sentence says what would do.
    """
    most = LARGEST_BATCH // (obs_size + _BESIDE_OBSERVATION)
    if rollout_steps * num_envs > most:
        raise ValueError(
            f"A rollout of {rollout_steps:,} steps in {num_envs:,} environments does not fit into "
            f"memory; choose rollout_steps and num_envs whose product is at most {most:,}."
        )


def check_options(options: Mapping[str, Any] | None) -> dict[str, Any]:
    """Returns options of an environment as a dictionary of one's own, empty for None.

    >>> check_options({"levels": 100})
    {'levels': 100}

    Raises:
        ValueError: If they are no mapping from names to values, or hold what is an argument of its
            own, in a sentence that says so.
    """
    named = isinstance(options, Mapping) and all(isinstance(name, str) for name in options)
    if options is not None and not named:
        raise ValueError(
            "options must be a dictionary from names to values, such as {'levels': 100}, but is "
            f"{options!r}."
        )
    for name in _NO_OPTIONS:
        if name in (options or {}):
            raise ValueError(f"{name} is none of the options, but an argument of its own.")
    return dict(options or {})


def check_levels(levels: Iterable[int] | None) -> None:
    """Refuses a number of levels, where a list of them is asked for.

    Raises:
        ValueError: If it is one, in a sentence that says so.
    """
    if levels is not None and not isinstance(levels, Iterable):
        raise ValueError(f"levels must be a list of the levels, such as [0, 1], but is {levels!r}.")


def check_acting(acting: Any) -> None:
    """Refuses a class, which has the methods of an agent and is none.

    Raises:
        ValueError: If it is one, in a sentence that says so.
    """
    if isinstance(acting, type):
        raise ValueError(  # noqa: TRY004  # as the other checks
            f"Give an agent, not the class {acting.__name__}; misgen.train and misgen.load return "
            "agents."
        )


def check_path(path: Any) -> None:
    """Refuses what names no file.

    Raises:
        ValueError: If it does not, in a sentence that says so.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise ValueError(  # noqa: TRY004  # as the other checks
            f"path must be the name of a file, such as 'agent.npz', but is {path!r}."
        )


def refusing(
    function: Callable[Given, Result], **checks: Callable[[Any], object]
) -> Callable[Given, Result]:
    """Returns the function with some of its arguments checked before all else.

    For functions whose own code is part of the ledger, and which so cannot check them themselves.

    Args:
        function: The function.
        **checks: Name of an argument -> what looks at it if it is given.
    """
    known = signature(function)

    @wraps(function)
    def checked(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        given = known.bind_partial(*args, **kwargs).arguments
        for name in checks.keys() & given.keys():
            checks[name](given[name])
        return function(*args, **kwargs)

    return checked


def check_kind(name: str, value: Any, kind: type, example: str) -> None:
    """Refuses what is no object of a class.

    Args:
        name: Name of the parameter.
        value: What was given for it.
        kind: The class.
        example: What a caller would write.

    Raises:
        ValueError: If it is something else, in a sentence that names the parameter.
    """
    if not isinstance(value, kind):
        raise ValueError(  # noqa: TRY004  # as the other checks
            f"{name} must be a {kind.__name__}, such as {example}, but is {value!r}."
        )


def _is_number(value: Any) -> bool:
    # True would pass as the number 1
    number = isinstance(value, (int, float, np.integer, np.floating))
    return number and not isinstance(value, bool)


def _shown(value: Any) -> str:
    # the repr of a NumPy number names its type, which helps nobody
    return f"{value}" if _is_number(value) and not math.isinf(value) else repr(value)
