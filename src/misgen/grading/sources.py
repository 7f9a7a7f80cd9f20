"""The source of a cell, read without being run."""

from __future__ import annotations

import ast
import warnings


def squeezed(source: str) -> str:
    """Returns a source without its white space, as what moves that changes nothing here."""
    return "".join(source.split())


def parsed(source: str) -> ast.Module | None:
    """Returns the syntax tree of a cell, or None where it has none or is too deep for one."""
    try:
        with warnings.catch_warnings(action="ignore"):  # such as of "\d": a matter of the student's
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
