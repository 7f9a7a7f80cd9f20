"""The hash of the code that decides a result: blind to its prose, its layout and its place.

What counts is the set of the statements at the top of the modules that an experiment imports. So a
module may be moved, split or merged, and its imports of `misgen` may be spelled otherwise: the runs
of the ledger stay those of the code beside them. The price is that a name which two of the modules
give to different things can be taken from the other one unseen; a test lists these names.
"""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import inspect
from collections.abc import Iterable, Iterator, Sequence
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
        SweepError: A module, or the class in its module, cannot be found or read.
    """
    return hashed(_reached(experiment)) | statements(modules_of(experiment))


def modules_of(experiment: type) -> tuple[str, ...]:
    """Returns the modules that count for an experiment besides its own, see `statements_of`.

    Raises:
        SweepError: A module, or the class in its module, cannot be found or read.
    """
    roots = [name for node in _reached(experiment) for name in _needed(node)]
    return dependencies([*roots, *getattr(experiment, "depends", ())])


def statements(modules: Iterable[str]) -> Statements:
    """Returns the statements at the top of `modules`, without importing them.

    The syntax tree of each is hashed without docstrings, and imports of `misgen` are left out.

    Raises:
        SweepError: A module cannot be found or read.
    """
    return hashed(node for module in modules for node in ast.parse(_source(module)).body)


def dependencies(roots: Iterable[str]) -> tuple[str, ...]:
    """Returns `roots` and all modules of the book that they import or name, sorted.

    Raises:
        SweepError: A module cannot be found or read.
    """
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        module = waiting.pop()
        if module not in found and not _decides_nothing(module):
            found.add(module)
            waiting += _needed(ast.parse(_source(module)))
    return tuple(sorted(found))


def hashed(nodes: Iterable[ast.AST]) -> Statements:
    """Returns the hash and the first line of each statement, without prose and our own imports."""
    return {
        short_hash(_syntax(node)): ast.unparse(node).split("\n")[0]
        for node in nodes
        if not _is_left_out(node)
    }


def _module_tree(experiment: type) -> ast.Module:
    try:
        tree = ast.parse(Path(inspect.getfile(experiment)).read_bytes())
    except (OSError, TypeError) as error:  # what is typed into a session has no file
        raise _no_source(experiment) from error
    if not any(_is_class(node, experiment.__name__) for node in tree.body):
        raise _no_source(experiment)
    return tree


def _is_class(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.ClassDef) and node.name == name


def _no_source(experiment: type) -> SweepError:
    return SweepError(
        f"There is no class {experiment.__name__!r} at the top of a Python file: put it there."
    )


def _reached(experiment: type) -> list[ast.AST]:
    """Returns the method `run` of a class, and the statements of its module that it uses."""
    tree = _module_tree(experiment)
    found: list[ast.AST] = []
    waiting = _first_reached(tree, experiment.__name__)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.append(node)
            waiting += [other for other in tree.body if _uses(node, *_names_bound(other))]
    return found


def _first_reached(tree: ast.Module, kind: str) -> list[ast.AST]:
    """Returns the method `run`, or all of the class if that looks at more of its object."""
    experiment = next(node for node in tree.body if _is_class(node, kind))
    members = ast.iter_child_nodes(experiment)
    run = next((m for m in members if isinstance(m, ast.FunctionDef) and m.name == "run"), None)
    if run is not None and not _uses(run, "self", "super"):
        return [run]
    # The object holds what it was made with.
    return [experiment, *(node for node in tree.body if "EXPERIMENT" in _names_bound(node))]


def _uses(node: ast.AST, *names: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(node))


def _names_bound(node: ast.stmt) -> list[str]:
    """Returns the names that a statement at the top of a module gives to something, or changes."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.split(".")[0] for alias in node.names]
    if _is_for_types(node):
        return []
    return [n.id for part in _changed(node) for n in ast.walk(part) if isinstance(n, ast.Name)]


def _changed(node: ast.stmt) -> Sequence[ast.AST]:
    """Returns the parts of a statement whose names it may change."""
    if isinstance(node, ast.Assign):
        return node.targets  # `SHARES[0] = 1` changes SHARES
    # Whatever stands in a loop, or in an expression such as `SHARES.append(1)`, may be changed.
    return [node.target if isinstance(node, ast.AnnAssign) else node]


def _needed(node: ast.AST) -> list[str]:
    """Returns the modules of the book that some code imports, or whose environment it names."""
    return [*_imports(node), *_environments(node)]


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
    yield tree
    for child in ast.iter_child_nodes(tree):
        if not _is_for_types(child):
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


def _is_own_import(node: object) -> bool:
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
        return [_syntax(item) for item in node if not _is_left_out(item)]
    return None if node is None else [type(node).__name__, repr(node)]


def _fields(node: ast.AST) -> Iterator[Json]:
    for name, value in ast.iter_fields(node):
        syntax = _syntax(value)
        if isinstance(node, ast.JoinedStr):
            syntax = [part for part in syntax if part != _EMPTY_STRING]
        if syntax not in (None, []) and name != "kind":
            yield [name, syntax]


def _is_left_out(node: object) -> bool:
    return _is_prose(node) or _is_own_import(node) or _is_for_types(node)


def _is_for_types(node: object) -> bool:
    """Tells what only a type checker reads."""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        and not node.orelse
    )


def _is_prose(node: object) -> bool:
    """Tells a docstring or a note under a field: a string that is a statement of its own."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


_EMPTY_STRING = _syntax(ast.Constant(""))
