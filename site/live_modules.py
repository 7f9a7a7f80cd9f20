"""Which modules of the package a page needs: all that its live sessions and cells reach by imports.

Nothing is listed by hand, and nothing is imported. A module that cannot be imported in the page,
because it needs a package that is not there (torch, anywidget), is left out; where it is used
inside of a function, that function says what is missing.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache

from misgen.core.registry import ENVIRONMENTS
from misgen.core.topics import topics_with
from misgen.ledger.code import is_for_types, needed_by, source_of
from misgen.live.session import GENERAL

IN_THE_PAGE = {*sys.stdlib_module_names, "numpy", "misgen"}
LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
"""What runs when it is called, not when its module is imported."""


class PackError(Exception):
    """A module that pages need cannot be imported there; the message says why."""


def roots() -> list[str]:
    """Returns where the walk begins: the public names, the sessions, and every environment."""
    sessions = [f"misgen.topics.{topic}.live" for topic in topics_with("live.py")]
    sessions += [f"misgen.live.{name}" for name in GENERAL]
    return ["misgen", "misgen.live.page", *sessions, *sorted(set(ENVIRONMENTS.values()))]


def modules(more: Iterable[str] = ()) -> dict[str, bytes]:
    """Returns the modules that a page needs, by name, with their sources.

    Args:
        more: Modules that are needed besides the roots.

    Raises:
        PackError: A root cannot be imported in the page.
    """
    found: dict[str, bytes] = {}
    waiting = [*roots(), *more]
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        if not (missing := needs(module)):
            found[module] = source_of(module)
            waiting += [*parents(module), *needed_by(tree_of(module))]
        elif module in roots():
            raise PackError(
                f"{module} imports {missing}, which pages do not have: import it where it is used, "
                "inside of a function."
            )
    return dict(sorted(found.items()))


def needs(module: str) -> str:
    """Returns the package for want of which a page cannot import a module, or nothing.

    >>> needs("misgen.core.env"), needs("misgen.explore.quiz")
    ('', 'anywidget')
    """
    reached, waiting = set[str](), [module]
    while waiting:
        if (name := waiting.pop()) in reached:
            continue
        reached.add(name)
        ours, packages = _imported_with(tree_of(name))
        waiting += [*parents(name), *ours]
        if foreign := [each for each in packages if each not in IN_THE_PAGE]:
            return foreign[0]
    return ""


def lacks(code: ast.AST) -> str:
    """Returns the package for want of which a page cannot run some code, or nothing.

    >>> lacks(ast.parse("import numpy, torch"))
    'torch'
    >>> lacks(ast.parse("import misgen; misgen.over_seeds([0.5, 0.7])"))
    ''
    """
    imports = [n for n in ast.walk(code) if isinstance(n, (ast.Import, ast.ImportFrom))]
    packages = [package for node in imports for package in _packages(node)]
    foreign = [package for package in packages if package not in IN_THE_PAGE]
    return next((name for name in (*foreign, *map(needs, used_by(code))) if name), "")


def used_by(code: ast.AST) -> list[str]:
    """Returns the modules of ours that some code imports, or that those import for it when asked.

    >>> used_by(ast.parse("from misgen.core import policy"))
    ['misgen.core.policy']
    """
    imported = needed_by(code)
    words = {node.attr for node in ast.walk(code) if isinstance(node, ast.Attribute)}
    words |= {a.name for n in ast.walk(code) if isinstance(n, ast.ImportFrom) for a in n.names}
    return [*imported, *(later for module in imported for later in _later(module, words))]


def _later(module: str, words: set[str]) -> Iterator[str]:
    """Yields the modules from which a module fetches a name when it is asked for it.

    It says so to type checkers, which know no other way.
    """
    for node in filter(is_for_types, tree_of(module).body):
        for inner in ast.walk(node):
            if isinstance(inner, ast.ImportFrom) and words & {alias.name for alias in inner.names}:
                yield str(inner.module)


def parents(module: str) -> list[str]:
    """Returns the packages that are imported before a module.

    >>> parents("misgen.core.env")
    ['misgen', 'misgen.core']
    """
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


@cache
def tree_of(module: str) -> ast.Module:
    """Returns the syntax tree of a module."""
    return ast.parse(source_of(module))


@cache
def _imported_with(module: ast.Module) -> tuple[list[str], list[str]]:
    """Returns the modules of ours, and the packages, that are imported with a module."""
    nodes = list(_at_once(module))
    ours = [name for node in nodes for name in needed_by(node)]
    return ours, [name for node in nodes for name in _packages(node)]


def _at_once(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yields the imports that run when a module is imported."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        elif not (isinstance(node, LATER) or is_for_types(node)):
            yield from _at_once(node)


def _packages(node: ast.Import | ast.ImportFrom) -> list[str]:
    names = [str(node.module)] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
    return [name.split(".")[0] for name in names]
