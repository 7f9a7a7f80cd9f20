"""What a code cell needs of the cells before it: its prelude, found by names, not listed by hand.

Going upwards from the cell, a statement belongs to the prelude if it gives a value to a name that
is wanted below it; what it reads is wanted from there on. Of an import only the wanted names are
kept. A statement that is an expression, such as a call that prints or draws, is left out: what it
changes within an object is not seen.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence

_GIVEN = {*dir(builtins), "__name__"}
_COMPOUND = (
    ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.Match,
)  # fmt: skip
"""Statements that hold others, which run with them; those of a function run when it is called."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class PreludeError(ValueError):
    """A cell is no Python; the message says why."""

    def __init__(self, number: int, error: SyntaxError) -> None:
        """Takes the place of the cell among all, and what is wrong in it."""
        super().__init__(error.msg)
        self.number = number
        self.line = error.lineno


def needed(cells: Sequence[str]) -> list[ast.Module]:
    r"""Returns what must run, cell by cell, for the last one, of which it is all.

    Statements keep their lines.

    Args:
        cells: The sources of the cells, from the first to the one that is to run.

    Raises:
        PreludeError: The last cell is no Python, or one above, and a name is missing without it.

    >>> above = "import math, os\nside = 3", "print(side)", "area = math.pi * side**2"
    >>> [ast.unparse(part) for part in needed([*above, "area / 2"])]
    ['import math\nside = 3', '', 'area = math.pi * side ** 2', 'area / 2']
    """
    last = _parsed(cells, len(cells) - 1)
    late = set[str]()  # what kept functions read when they are called: at the end
    while True:
        above = _parts_above(cells, _wanted_above(last.body, set()) | late)
        called = {name for part in above for node in part.body for name in _read_later(node)}
        if called <= late:
            return [*above, last]
        late |= called


def _parts_above(cells: Sequence[str], wanted: set[str]) -> list[ast.Module]:
    """Returns what gives the wanted names, of all cells but the last."""
    parts: list[ast.Module] = []
    broken: list[PreludeError] = []
    for number in reversed(range(len(cells) - 1)):
        try:
            part = _part(_parsed(cells, number), wanted)
        except PreludeError as error:
            part = ast.Module([], [])
            broken.append(error)
        wanted = _wanted_above(part.body, wanted)
        parts.insert(0, part)
    if broken and not wanted <= _GIVEN:
        raise broken[0]  # it may hold what is missing
    return parts


def missing(parts: Iterable[ast.Module]) -> set[str]:
    """Returns the names that the last of some parts needs and that nothing above it gives.

    >>> missing(needed(["a = 1", "a + b"]))
    {'b'}
    """
    wanted = set[str]()
    for part in reversed([*parts]):
        wanted = _wanted_above(part.body, wanted)
    return wanted - _GIVEN


def _parsed(cells: Sequence[str], number: int) -> ast.Module:
    try:
        return ast.parse(cells[number])
    except SyntaxError as error:
        raise PreludeError(number, error) from error


def _part(cell: ast.Module, wanted: set[str]) -> ast.Module:
    """Returns the statements of a cell that give the wanted names, and what these need of it."""
    kept: list[ast.stmt] = []
    for statement in reversed(cell.body):
        if part := _giving(statement, wanted):
            kept.insert(0, part)
            wanted = _wanted_above([part], wanted)
    return ast.Module(kept, [])


def _giving(statement: ast.stmt, wanted: set[str]) -> ast.stmt | None:
    """Returns what of a statement gives a value to a wanted name; a part only of an import."""
    if not isinstance(statement, (ast.Import, ast.ImportFrom)):
        return statement if wanted.intersection(_changed(statement)) else None
    # `import a.b` binds a
    names = [a for a in statement.names if (a.asname or a.name.split(".")[0]) in wanted]
    if not names:
        return None
    if isinstance(statement, ast.Import):
        return ast.copy_location(ast.Import(names), statement)
    return ast.copy_location(ast.ImportFrom(statement.module, names, statement.level), statement)


def _wanted_above(statements: Iterable[ast.stmt], wanted: set[str]) -> set[str]:
    """Returns the names that are wanted above some statements, if `wanted` is below them."""
    for statement in reversed([*statements]):
        if isinstance(statement, _COMPOUND):
            # what is within may run or not
            within = [_wanted_above(block, wanted) for block in _blocks(statement)]
            stored, read = _names_of_head(statement)
            wanted = (wanted.union(*within) - stored) | read
        else:
            wanted = wanted.difference(_bound(statement)) | _read(statement)
    return wanted


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yields the lists of statements within a compound one."""
    for _, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value
        elif isinstance(value, list):
            for item in value:  # the handlers of a try, the cases of a match
                yield from _blocks(item)


def _names_of_head(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Returns the names that the first line of a compound statement binds, and those it reads."""
    heads = [n for n in ast.iter_child_nodes(statement) if isinstance(n, (ast.expr, ast.withitem))]
    names = [n for head in heads for n in ast.walk(head) if isinstance(n, ast.Name)]
    stored = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return stored, {name.id for name in names} - stored


def _changed(statement: ast.stmt) -> Iterator[str]:
    """Yields the names that a statement binds, and those into which it writes, as in `a[0] = 1`."""
    yield from _bound(statement)
    for node in ast.walk(statement):
        if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            yield from (inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name))


def _bound(node: ast.AST) -> Iterator[str]:
    """Yields the names to which code gives a value, in its own scope."""
    match node:
        case ast.Name(id=str(name), ctx=ast.Store()):
            yield name
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.alias():
            yield node.asname or node.name.split(".")[0]  # `import a.b` binds a
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
    if not isinstance(node, (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)):
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)


def _read(node: ast.AST) -> set[str]:
    """Returns the names whose values code takes from outside, at once or when it is called."""
    if isinstance(node, ast.Name):
        return {node.id} - set(_bound(node))
    within = {name for child in ast.iter_child_nodes(node) for name in _read(child)}
    match node:
        case ast.AugAssign():
            return within | set(_bound(node.target))
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            defaults = [each for each in (*node.args.defaults, *node.args.kw_defaults) if each]
            outside = [*defaults, *getattr(node, "decorator_list", ())]
            return _read_when_called(node).union(*map(_read, outside))
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return within - {name for each in node.generators for name in _bound(each.target)}
        case ast.ClassDef():
            return within - {name for each in node.body for name in _bound(each)}
    return within


def _read_when_called(function: Function) -> set[str]:
    body = function.body if isinstance(function.body, list) else [function.body]
    own = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    own.update(name for node in body for name in _bound(node))
    return {name for node in body for name in _read(node)} - own


def _read_later(node: ast.AST) -> Iterator[str]:
    """Yields the names that functions read when they are called."""
    if isinstance(node, _FUNCTIONS):
        yield from _read_when_called(node)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _read_later(child)
