"""What the notes of an agent say about its options: JSON, also where an option is a function."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Mapping
from typing import Any


def in_notes(options: Mapping[str, Any]) -> dict[str, Any]:
    """Returns options as the notes of an agent hold them, functions by their source.

    >>> in_notes({"levels": 3, "reward": len})
    {'levels': 3, 'reward': 'len'}
    """
    return {name: _source(v) if callable(v) else v for name, v in options.items()}


def _source(function: Any) -> str:
    try:
        return textwrap.dedent(inspect.getsource(function)).strip()
    except (OSError, TypeError):  # typed into a plain Python session, or written in C
        return getattr(function, "__qualname__", repr(function))
