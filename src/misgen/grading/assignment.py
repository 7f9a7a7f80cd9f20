"""An assignment: one runnable notebook in nbgrader's format, and what is made of it.

A cell's role follows from nbgrader's metadata. A locked cell without points is *set-up*, which is
run as it was written, whatever a student has made of it. A solution cell is the student's, a graded
one is a *test*, and one that is both is answered in words, and marked by hand. The cell named
"student" holds the name under which a student hands in, from which his variant is drawn.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from misgen.core.atomic import Json, read_json
from misgen.grading.notebooks import Cell, NotebookError, read

TEXT, SETUP, STUDENT, SOLUTION, TEST, WRITTEN = (
    "text", "setup", "student", "solution", "test", "written"
)  # fmt: skip
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
WRITTEN_STUB = "YOUR ANSWER HERE"
_SECONDS = 20
_SOLUTION = re.compile(
    r"^([ \t]*)### BEGIN SOLUTION.*?^[ \t]*### END SOLUTION[ \t]*$", re.DOTALL | re.MULTILINE
)
_HIDDEN = re.compile(
    r"^[ \t]*### BEGIN HIDDEN TESTS.*?^[ \t]*### END HIDDEN TESTS[ \t]*\n?",
    re.DOTALL | re.MULTILINE,
)
FORMAT = "misgen-assignment-1"


class AssignmentError(Exception):
    """An assignment that cannot be graded; the message says what to change."""


@dataclass(frozen=True)
class Criterion:
    """One line of the rubric of a written answer."""

    points: float
    text: str
    """What earns them."""


@dataclass(frozen=True)
class Part:
    """One cell of the source."""

    role: str
    name: str
    source: str
    points: float = 0.0
    seconds: float = _SECONDS
    """How long one call of the student's function may take."""
    question: str = ""
    """Of a test: the solution cell above it."""
    rubric: tuple[Criterion, ...] = ()
    code: bool = True

    @property
    def for_students(self) -> str:
        """The source without solutions and hidden tests."""
        stub = STUB if self.code else WRITTEN_STUB
        given = _SOLUTION.sub(lambda found: _indented(stub, found[1]), self.source)
        return _HIDDEN.sub("", given).rstrip()


def _indented(text: str, by: str) -> str:
    return "\n".join(by + line for line in text.splitlines())


@dataclass(frozen=True)
class Assignment:
    """An assignment with its tests, its solution and its rubric."""

    name: str
    """Name of its folder and of its notebook."""
    title: str
    parts: tuple[Part, ...]

    def of_role(self, *roles: str) -> list[Part]:
        """Returns the cells with one of the roles, in their order."""
        return [part for part in self.parts if part.role in roles]

    @property
    def points(self) -> float:
        """Points of all tests and written answers."""
        return sum(part.points for part in self.parts)

    @property
    def names(self) -> list[str]:
        """Names that the solution defines and the tests may use."""
        bodies = [ast.parse(part.source).body for part in self.of_role(SOLUTION)]
        return [name for body in bodies for statement in body for name in _defined(statement)]

    def without_hidden(self) -> Assignment:
        """Returns the assignment as a student sees it."""
        return replace(
            self, parts=tuple(replace(part, source=part.for_students) for part in self.parts)
        )

    def only(self, question: str) -> Assignment:
        """Returns the assignment with the tests of one question alone."""
        kept = [p for p in self.parts if p.role != TEST or p.question == question]
        return replace(self, parts=tuple(kept))

    def to_json(self) -> Json:
        """Returns the assignment as JSON; it holds the solutions and the hidden tests."""
        return {"format": FORMAT, **asdict(self)}


def _defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def from_json(content: Json) -> Assignment:
    """Returns the assignment that `to_json` wrote.

    Raises:
        AssignmentError: It is none.
    """
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise AssignmentError("This file holds no assignment: build it by `make assignments`.")
    parts = []
    for part in content["parts"]:
        rubric = tuple(Criterion(**line) for line in part["rubric"])
        parts.append(Part(**{**part, "rubric": rubric}))
    return Assignment(content["name"], content["title"], tuple(parts))


def load(path: Path) -> Assignment:
    """Reads the tests of an assignment as `make assignments` wrote them.

    Raises:
        AssignmentError: There is no such file, or it is no assignment.
    """
    try:
        return from_json(read_json(path))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AssignmentError(f"{path} holds no assignment: {error}.") from error


def from_source(path: Path) -> Assignment:
    """Reads the source of an assignment.

    Raises:
        AssignmentError: It is no notebook in nbgrader's format, or something is missing in it.
    """
    try:
        cells = read(path.read_bytes()).cells
    except (OSError, NotebookError) as error:
        raise AssignmentError(f"{path} cannot be read: {error}.") from error
    heading = re.match(r"#\s+(.+)", cells[0].source)
    assignment = Assignment(path.stem, heading[1] if heading else path.stem, _parts(cells))
    _check(assignment)
    return assignment


def _parts(cells: Sequence[Cell]) -> tuple[Part, ...]:
    parts: list[Part] = []
    question = ""
    for cell in cells:
        part = _part(cell, question)
        question = part.name if part.role == SOLUTION else question
        parts.append(part)
    return tuple(parts)


def _part(cell: Cell, question: str) -> Part:
    marks: dict[str, Any] = cell.metadata.get("nbgrader", {})
    own: dict[str, Any] = cell.metadata.get("misgen", {})
    role = _role(cell, marks)
    return Part(
        role=role,
        name=cell.name,
        source=cell.source,
        points=float(marks.get("points", 0)) if marks.get("grade") else 0.0,
        seconds=float(own.get("seconds", _SECONDS)),
        question=question if role == TEST else "",
        rubric=tuple(Criterion(**line) for line in own.get("rubric", ())),
        code=cell.code,
    )


def _role(cell: Cell, marks: dict[str, Any]) -> str:
    if marks.get("grade"):
        return WRITTEN if marks.get("solution") else TEST
    if cell.name == "student":
        return STUDENT
    if marks.get("solution"):
        return SOLUTION
    return SETUP if cell.code and marks.get("locked") else TEXT


def _check(assignment: Assignment) -> None:
    """Refuses what could not be graded.

    Raises:
        AssignmentError: Something is missing, or stands twice.
    """
    named = [part for part in assignment.parts if part.role != TEXT]
    names = [part.name for part in named]
    wrong = {
        "a name stands twice": len(set(names)) < len(names),
        "a cell has no grade_id": not all(names),
        "there is no cell named student": not assignment.of_role(STUDENT),
        "a test stands above all solutions": any(
            not part.question for part in assignment.of_role(TEST)
        ),
        "the points of a rubric are not those of its answer": any(
            sum(line.points for line in part.rubric) != part.points
            for part in assignment.of_role(WRITTEN)
        ),
        "a cell with a solution has no ### BEGIN SOLUTION": any(
            part.for_students == part.source for part in assignment.of_role(SOLUTION, WRITTEN)
        ),
        "what students get still has a solution or a hidden test": any(
            re.search("(BEGIN|END) (SOLUTION|HIDDEN)", part.for_students)
            for part in assignment.parts
        ),
    }
    for told, found in wrong.items():
        if found:
            raise AssignmentError(f"The assignment {assignment.name} cannot be used: {told}.")
