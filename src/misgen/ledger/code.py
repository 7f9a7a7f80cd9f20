"""The hash of the code that decides a result: blind to its prose, its layout and its place.

What counts is the set of the statements at the top of the modules that an experiment imports. So a
module may be moved, split or merged, and its imports of `misgen` may be spelled otherwise: the runs
of the ledger stay those of the code beside them.
"""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path

from misgen.core.atomic import Json
from misgen.core.registry import ENVIRONMENTS
from misgen.ledger.runs import SweepError, short_hash

PACKAGE = "misgen"
DECIDES_NOTHING = (
    "misgen.core.atomic",  # how files are written
    "misgen.core.intervals",  # runs hold counts; intervals are computed when they are read
    "misgen.core.registry",  # which environment has which name
    "misgen.core.sprites",  # what a picture looks like
    "misgen.core.topics",  # where files lie
    "misgen.learn.progress",  # bars
    "misgen.ledger",  # where runs are kept, and how they are published
)
"""Modules and packages that a run imports and that no number of it depends on."""
Statements = dict[str, str]
"""Hash of a statement -> its first line."""


def code_hash(found: Iterable[str]) -> str:
    """Returns 16 hexadecimal digits for the hashes of statements; their order does not matter."""
    return short_hash(sorted(found))


def code_of(experiment: type) -> str:
    """Returns the hash of the code that decides what the method `run` of an experiment returns.

    Raises:
        SweepError: A module cannot be found or read.
    """
    return code_hash(statements_of(experiment))


def statements_of(experiment: type) -> Statements:
    """Returns the statements that decide what the method `run` of an experiment returns.

    These are its method `run`, what that uses of its own module, and all of the modules of the book
    that are imported there, however far away; also those of an environment that is used by its
    name. `DECIDES_NOTHING` does not count, and neither does what only a type checker imports.
    Modules outside of the book count if the experiment names them in an attribute `depends`.

    Raises:
        SweepError: A module cannot be found or read.
    """
    source = Path(inspect.getfile(experiment)).read_bytes()
    own = _reached(ast.parse(source), experiment.__name__)
    roots = [name for node in own for name in [*_imports(node), *_environments(node)]]
    roots += getattr(experiment, "depends", ())
    return _hashed(own) | statements(dependencies(roots))


def statements(modules: Iterable[str]) -> Statements:
    """Returns the statements at the top of `modules`, without importing them.

    The syntax tree of each is hashed without docstrings, and imports of `misgen` are left out.

    Raises:
        SweepError: A module cannot be found or read.
    """
    return _hashed(node for module in modules for node in ast.parse(_source(module)).body)


def dependencies(roots: Iterable[str]) -> tuple[str, ...]:
    """Returns `roots` and all modules of the book that they import, sorted.

    Raises:
        SweepError: A module cannot be found or read.
    """
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        module = waiting.pop()
        if module not in found and not _decides_nothing(module):
            found.add(module)
            waiting += _imports(ast.parse(_source(module)))
    return tuple(sorted(found))


def _hashed(nodes: Iterable[ast.AST]) -> Statements:
    return {
        short_hash(_syntax(node)): ast.unparse(node).split("\n")[0]
        for node in nodes
        if not _is_prose(node) and not _is_own_import(node)
    }


def _reached(tree: ast.Module, kind: str) -> list[ast.AST]:
    """Returns the method `run` of a class, and the statements of its module that it uses."""
    by_name = {name: node for node in tree.body for name in _names_bound(node)}
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind)
    run = next(
        (m for c in classes for m in c.body if isinstance(m, ast.FunctionDef) and m.name == "run"),
        None,
    )
    found: list[ast.AST] = []
    waiting: list[ast.AST] = [by_name[kind] if run is None or _uses(run, "self") else run]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.append(node)
            waiting += [by_name[name] for name in by_name if _uses(node, name)]
    return found


def _uses(node: ast.AST, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))


def _names_bound(node: ast.stmt) -> list[str]:
    """Returns the names that a statement at the top of a module gives to something."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.split(".")[0] for alias in node.names]
    targets = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return [n.id for n in targets if isinstance(n.ctx, ast.Store)]


def _environments(node: ast.AST) -> list[str]:
    """Returns the modules of the environments whose names stand in a statement."""
    words = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
    return [module for name, module in ENVIRONMENTS.items() if name in words]


def _decides_nothing(module: str) -> bool:
    return any(f"{module}.".startswith(f"{name}.") for name in DECIDES_NOTHING)


def _imports(tree: ast.AST) -> list[str]:
    """Returns the modules of the book that some code imports."""
    return [name for node in _run_nodes(tree) for name in _imported(node)]


def _run_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yields the nodes of a tree, but for those that types alone need."""
    if isinstance(tree, ast.If) and _uses(tree.test, "TYPE_CHECKING"):
        return
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from _run_nodes(child)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if _is_own(alias.name)]
    if not isinstance(node, ast.ImportFrom) or not _is_own(node.module or ""):
        return []
    # A name may be a module of its own, or something that a module holds.
    return [_module_of(f"{node.module}.{alias.name}", str(node.module)) for alias in node.names]


def _module_of(name: str, parent: str) -> str:
    return name if _find_spec(name) is not None else parent


def _is_own(module: str) -> bool:
    return module.split(".")[0] == PACKAGE


def _is_own_import(node: ast.AST) -> bool:
    """Tells an import of this package; `from __future__` changes no result either."""
    if isinstance(node, ast.ImportFrom):
        return _is_own(node.module or "") or node.module == "__future__"
    return isinstance(node, ast.Import) and all(_is_own(alias.name) for alias in node.names)


def _source(module: str) -> bytes:
    spec = _find_spec(module)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        raise SweepError(f"There is no Python source of the module {module!r}: correct its import.")
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
        return [_syntax(item) for item in node if not _is_prose(item) and not _is_own_import(item)]
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
