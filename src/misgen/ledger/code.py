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
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from misgen.core.atomic import Json
from misgen.core.registry import ENVIRONMENTS
from misgen.ledger.runs import SweepError, short_hash

PACKAGE = "misgen"
DECIDES_NOTHING = (
    "misgen.core.arguments",  # what is refused; what is not refused goes on as it was given
    "misgen.core.atomic",  # how files are written
    "misgen.core.colours",  # what a picture looks like
    "misgen.core.extras",  # which package is missing
    "misgen.core.intervals",  # runs hold counts; intervals are computed when they are read
    "misgen.core.pictures",  # what a picture looks like
    "misgen.core.interrupts",  # when a run is stopped
    "misgen.core.notebook",  # whether there is one
    "misgen.core.registry",  # which environment has which name
    "misgen.core.sprites",  # what a picture looks like
    "misgen.core.topics",  # where files lie
    "misgen.learn.progress",  # bars
    "misgen.ledger",  # where runs are kept, and how they are published
)
"""Modules and packages that a run imports and that no number of it depends on."""
Statements = dict[str, str]
"""Hash of a statement -> its first line."""


def code_hash(hashes: Iterable[str]) -> str:
    """Returns 16 hexadecimal digits for the hashes of statements; their order does not matter."""
    return short_hash(sorted(hashes))  # sorted: a set of statements, whatever module each is in


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
    # the dot: `misgen.core.env` is no part of `misgen.core.envs`
    decides_nothing = tuple(f"{name}." for name in DECIDES_NOTHING)
    reached: set[str] = set()
    waiting = [name for node in _reached(experiment) for name in needed_by(node)]
    waiting += getattr(experiment, "depends", ())
    while waiting:
        module = waiting.pop()
        if module not in reached and not f"{module}.".startswith(decides_nothing):
            reached.add(module)
            # parsed, so that no module is executed
            waiting += needed_by(ast.parse(source_of(module)))
    return tuple(sorted(reached))  # so that messages do not depend on the order of a set


def statements(modules: Iterable[str]) -> Statements:
    """Returns the statements at the top of `modules`, without importing them.

    The syntax tree of each is hashed without docstrings, and imports of `misgen` are left out.

    Raises:
        SweepError: A module cannot be found or read.
    """
    return hashed(node for module in modules for node in ast.parse(source_of(module)).body)


def hashed(nodes: Iterable[ast.AST]) -> Statements:
    """Returns the hash and the first line of each statement, without prose and our own imports."""
    return {
        short_hash(_syntax(node)): ast.unparse(node).split("\n")[0]  # the line is for messages only
        for node in _unwrapped(nodes)
        if not _is_left_out(node)
    }


def names_bound(node: ast.stmt) -> list[str]:
    """Returns the names that a statement at the top of a module gives to something, or changes."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Import() | ast.ImportFrom():
            # `import a.b` binds a
            return [alias.asname or alias.name.split(".")[0] for alias in node.names]
        case ast.With(body=body) if all(map(_is_import, body)):  # see `misgen.core.extras`
            return [name for inner in body for name in names_bound(inner)]
        case ast.Assign():
            changed: list[ast.AST] = [*node.targets]  # `SHARES[0] = 1` changes SHARES
        case ast.AnnAssign():
            changed = [node.target]
        case _:  # whatever stands in a loop or a call, as in `SHARES.append(1)`, may be changed
            changed = [] if is_for_types(node) else [node]
    return [n.id for part in changed for n in ast.walk(part) if isinstance(n, ast.Name)]


def source_of(module: str) -> bytes:
    """Returns the source of a module, without importing anything.

    Raises:
        SweepError: It has none.
    """
    spec = _find_spec(module)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        raise SweepError(f"There is no Python source of the module {module!r}: correct its import.")
    return Path(spec.origin).read_bytes()  # bytes, as ast.parse reads a coding line itself


def _reached(experiment: type) -> list[ast.AST]:
    """Returns the method `run` of a class, and the statements of its module that it uses."""
    name = experiment.__name__
    try:
        tree = ast.parse(Path(inspect.getfile(experiment)).read_bytes())
        own = next(
            node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name
        )
    except (OSError, TypeError, StopIteration) as error:  # what is typed into a session has no file
        raise SweepError(
            f"There is no class {name!r} at the top of a Python file: put it there."
        ) from error
    # None where it is inherited
    run = next((m for m in own.body if isinstance(m, ast.FunctionDef) and m.name == "run"), None)
    # A method that uses its object may use anything that the class gives it.
    waiting: list[ast.AST] = [own] if run is None or _uses(run, "self", "super") else [run]
    if own in waiting:  # the object holds what it was made with
        waiting += [node for node in tree.body if "EXPERIMENT" in names_bound(node)]
    reached: list[ast.AST] = []
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.append(node)
            waiting += [other for other in tree.body if _uses(node, *names_bound(other))]
    return reached


def _uses(node: ast.AST, *names: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(node))


def needed_by(node: ast.AST) -> list[str]:
    """Returns the modules of the book that some code imports, or whose environment it names."""
    words = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}  # strings among them
    named = [module for name, module in ENVIRONMENTS.items() if name in words]
    return [*named, *(name for part in _run_nodes(node) for name in _imported(part))]


def _run_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yields the nodes of a tree, but for those that types alone need."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        if not is_for_types(child):
            yield from _run_nodes(child)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if _is_own(alias.name)]
    if not isinstance(node, ast.ImportFrom) or node.module is None or not _is_own(node.module):
        return []
    # A name may be a module of its own, or something that a module holds.
    modules = [f"{node.module}.{alias.name}" for alias in node.names]
    return [module if _find_spec(module) else node.module for module in modules]


def _is_own(module: str) -> bool:
    return module.split(".")[0] == PACKAGE


def _find_spec(module: str) -> importlib.machinery.ModuleSpec | None:
    # importlib.util.find_spec imports the parents of a dotted name; this imports nothing.
    parent, _, _ = module.rpartition(".")
    if not parent:
        return importlib.util.find_spec(module)
    package = _find_spec(parent)
    if package is None or package.submodule_search_locations is None:
        return None
    # looks into the folder itself
    return importlib.machinery.PathFinder.find_spec(module, package.submodule_search_locations)


def _syntax(node: object) -> Json:
    """Returns a syntax tree as nested lists, without prose and without what is empty.

    Newer Pythons add fields that are empty for older syntax, and 3.12 adds empty strings to
    f-strings; they must not change the hash.
    """
    if isinstance(node, list):
        return [_syntax(item) for item in _unwrapped(node) if not _is_left_out(item)]
    if not isinstance(node, ast.AST):
        return None if node is None else [type(node).__name__, repr(node)]  # 1, 1.0 and True differ
    # kind: the u of u"text"
    fields = {name: value for name, value in ast.iter_fields(node) if name != "kind"}
    if isinstance(node, ast.JoinedStr):
        fields["values"] = [part for part in node.values if not _is_empty(part)]
    syntax = [[name, _syntax(value)] for name, value in fields.items()]
    return [type(node).__name__, *(field for field in syntax if field[1] not in (None, []))]


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == ""


def _is_import(node: object) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _unwrapped(nodes: Iterable[Any]) -> Iterator[Any]:
    """Yields nodes, and in place of a block that names its extra the imports that it holds."""
    for node in nodes:
        match node:
            case ast.With(
                items=[ast.withitem(context_expr=ast.Call(func=ast.Name(id="extra")))], body=body
            ) if all(map(_is_import, body)):
                yield from body
            case _:
                yield node


def _is_left_out(node: object) -> bool:
    """Tells prose (a string that is a statement), imports that change nothing, and type checks."""
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case ast.Import(names=names):
            return all(_is_own(alias.name) for alias in names)
        case ast.ImportFrom(module=str(module)):
            # how names are found, not what they do
            return module == "__future__" or _is_own(module)
    return is_for_types(node)


def is_for_types(node: object) -> bool:
    """Tells what only a type checker reads."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=[]):
            return True
    return False
