"""The hash of source code, blind to its prose."""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path

from misgen.atomic import Json
from misgen.ledger import SweepError, short_hash


def code_hash(modules: Sequence[str]) -> str:
    """Hashes the code of `modules`, without importing them.

    The hash is made from the syntax trees without docstrings, so that an edit of prose, comments or
    layout leaves the ledger valid.

    Args:
        modules: Dotted names; the order does not matter.

    Returns:
        16 hexadecimal digits.

    Raises:
        SweepError: A module cannot be found or read.
    """
    trees = {name: _syntax(ast.parse(_source(name))) for name in modules}
    return short_hash(trees)


def _source(module: str) -> bytes:
    spec = _find_spec(module)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        raise SweepError(f"There is no Python source of the module {module!r}: correct `depends`.")
    return Path(spec.origin).read_bytes()


def _find_spec(module: str) -> importlib.machinery.ModuleSpec | None:
    # importlib.util.find_spec imports the parents of a dotted name; this imports nothing.
    parent, _, _ = module.rpartition(".")
    if not parent:
        return importlib.util.find_spec(module)
    package = _find_spec(parent)
    if package is None or package.submodule_search_locations is None:
        return None
    return importlib.machinery.PathFinder.find_spec(module, package.submodule_search_locations)


def _syntax(node: object) -> Json:
    """Returns a syntax tree as nested lists, without prose and without what is empty.

    Newer Pythons add fields that are empty for older syntax, and 3.12 adds empty strings to
    f-strings; they must not change the hash.
    """
    if isinstance(node, ast.AST):
        return [type(node).__name__, *_fields(node)]
    if isinstance(node, list):
        return [_syntax(item) for item in node if not _is_prose(item)]
    return None if node is None else [type(node).__name__, repr(node)]


def _fields(node: ast.AST) -> Iterator[Json]:
    for name, value in ast.iter_fields(node):
        syntax = _syntax(value)
        if isinstance(node, ast.JoinedStr):
            syntax = [part for part in syntax if part != _EMPTY_STRING]
        if syntax not in (None, []) and name != "kind":
            yield [name, syntax]


def _is_prose(node: object) -> bool:
    """Tells a docstring or a note under a field: a string that is a statement of its own."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


_EMPTY_STRING = _syntax(ast.Constant(""))
