"""What a code cell needs of the cells before it: its prelude, found by names, not listed by hand.

Going upwards from the cell, a statement belongs to the prelude if it gives a value to a name that
is wanted below it; what it reads is wanted from there on. Of an import only the wanted names are
kept. A statement that is an expression, such as a call that prints or draws, is left out: what it
changes within an object is not seen.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator, Sequence

_GIVEN = {*dir(builtins), "__name__"}
_COMPOUND = (
    ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.Match,
)  # fmt: skip
"""Statements that hold others, which run with them; those of a function run when it is called."""


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
    parts = [_parsed(cells, len(cells) - 1)]
    wanted = _wanted_above(parts[0].body, set())
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
        elif isinstance(statement, ast.AugAssign):
            wanted = wanted.union(_bound(statement), _read(statement))
        else:
            wanted = wanted.difference(_bound(statement)).union(_read(statement))
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


def _bound(statement: ast.stmt) -> Iterator[str]:
    for symbol in _table(statement).get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            yield symbol.get_name()


def _read(statement: ast.stmt) -> Iterator[str]:
    """Yields the names whose values a statement takes from outside, at once or when called."""
    table = _table(statement)
    yield from (symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced())
    inner = table.get_children()
    while inner:
        each = inner.pop()
        inner += each.get_children()
        for symbol in each.get_symbols():
            if symbol.is_referenced() and symbol.is_global():
                yield symbol.get_name()


def _table(statement: ast.stmt) -> symtable.SymbolTable:
    # of the statement alone: that of a whole cell does not tell its statements apart
    return symtable.symtable(ast.unparse(statement), "<statement>", "exec")
