"""The code of a class compared: whose answers are the same but for comments, layout and names.

Answers read the variant from names of the set-up, so that one text may be right for everybody, and
a copy of it has all points. What is compared is the syntax of the answers, all of one student's
together: comments, docstrings and annotations are left out, and names of his own are numbered.
"""

from __future__ import annotations

import ast
import contextlib
import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from misgen.grading.assignment import SETUP, SOLUTION, Assignment
from misgen.grading.sources import parsed

_FEWEST = 2
"""Answers that must be the same: of one alone, two honest solutions often are."""
_NAMED = 5  # twins of one student that a remark names

Cells = Sequence[Sequence[str]]
"""Pairs of a name and a source, as `grade.config_of` has them."""


def twins(assignment: Assignment, students: Sequence[tuple[str, Cells]]) -> list[str]:
    """Returns a sentence for each student whose code is that of others, else an empty one.

    Args:
        assignment: What was to be done.
        students: The name of each, and his cells.
    """
    names, setup = assignment.names, _Code.of(part.source for part in assignment.of_role(SETUP))
    stubs = _Code.of((p.for_students for p in assignment.of_role(SOLUTION)), setup.imported)
    untouched = {stubs.answer(name, names) for name in names}
    fewest = min(_FEWEST, len(assignment.of_role(SOLUTION)))
    alike: dict[tuple[tuple[str, str], ...], list[str]] = defaultdict(list)
    answers = []
    for student, cells in students:
        code = _Code.of((source for _, source in cells), setup.imported)
        found = ((name, code.answer(name, names)) for name in names)
        answers.append(tuple(pair for pair in found if pair[1] not in {"", *untouched}))
        if len(answers[-1]) >= fewest:
            alike[answers[-1]].append(student)
    return [
        _sentence(student, alike[given], [name for name, _ in given])
        for (student, _), given in zip(students, answers, strict=True)
    ]


def _sentence(student: str, group: Sequence[str], answers: Sequence[str]) -> str:
    others = [other for other in group if other != student]
    if not others:
        return ""
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    return (
        f"the code of {student} is the same as that of {', '.join(others[:_NAMED])}{more}, "
        f"but for comments, layout and names, in {', '.join(answers)}"
    )


@dataclass(frozen=True)
class _Code:
    """What cells define outside of functions; what comes last counts."""

    imported: dict[str, str]
    """The name that a cell uses -> what it stands for, such as np -> numpy."""
    statements: dict[str, ast.stmt] = field(default_factory=dict)

    @classmethod
    def of(cls, sources: Iterable[str], imported: Mapping[str, str] | None = None) -> _Code:
        """Reads cells; one that is no Python, or too deep to be compared, defines nothing.

        Args:
            sources: The cells.
            imported: What is imported already.
        """
        code = cls(dict(imported or {}))
        for tree in filter(None, map(parsed, sources)):
            with contextlib.suppress(RecursionError):
                for statement in _Stripped().visit(tree).body:
                    code._add(statement)
        return code

    def _add(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            module = f"{getattr(statement, 'module', '')}."  # of what "from" imports
            for alias in statement.names:
                self.imported[alias.asname or alias.name] = module.lstrip(".") + alias.name
        elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
            self.statements[statement.name] = statement
        elif isinstance(statement, ast.Assign):
            self.statements.update(dict.fromkeys(_bound(statement), statement))

    def answer(self, name: str, given: Sequence[str]) -> str:
        """Returns the syntax of an answer with what it uses of the student's own.

        Args:
            name: What the tests use.
            given: Names that are the same for everybody.
        """
        try:
            return "\n".join(self._written(name, given))
        except RecursionError:
            return ""

    def _written(self, name: str, given: Sequence[str]) -> Iterator[str]:
        own: dict[str, str] = {}
        todo = [name] if name in self.statements else []
        for each in todo:  # which grows
            statement = self.statements[each]
            for used in _used(statement):
                if used in self.statements and used not in {*own, *given}:
                    own[used] = f"own{len(own)}"
                    todo.append(used)
            known = {**self.imported, **own, **dict(zip(given, given, strict=True))}
            yield ast.dump(_Renamed(statement, known).visit(copy.deepcopy(statement)))


def _used(statement: ast.stmt) -> Iterator[str]:
    return (node.id for node in ast.walk(statement) if isinstance(node, ast.Name))


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Yields the names that a statement binds, its arguments and those within it too."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler) and node.name:
            yield node.name


class _Stripped(ast.NodeTransformer):
    """Leaves out what does nothing: docstrings, and what types are noted."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Leaves out a text or a number that stands alone."""
        return None if isinstance(node.value, ast.Constant) else node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        """Makes it an assignment, or nothing where nothing is assigned."""
        return ast.Assign([node.target], node.value) if node.value else None

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Leaves out the type of an argument."""
        return ast.arg(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leaves out the type of what it returns."""
        node.returns = None
        return self.generic_visit(node)


class _Renamed(ast.NodeTransformer):
    """Numbers the names that a statement binds."""

    def __init__(self, statement: ast.stmt, known: Mapping[str, str]) -> None:
        local = [name for name in dict.fromkeys(_bound(statement)) if name not in known]
        self._names = {**known, **{name: f"local{i}" for i, name in enumerate(local)}}

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Renames what a function of his own is given by name."""
        if isinstance(node.func, ast.Name) and node.func.id in self._names:
            for keyword in node.keywords:
                keyword.arg = self._names.get(keyword.arg or "", keyword.arg)
        return self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Renames what names a variable, an argument, a function or a class."""
        if not isinstance(node, ast.keyword | ast.alias):
            for part in ("id", "arg", "name"):
                value = getattr(node, part, None)
                if isinstance(value, str):
                    setattr(node, part, self._names.get(value, value))
        return super().generic_visit(node)
