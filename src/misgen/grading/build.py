"""Builds an assignment, and refuses one whose tests do not do what they are for.

The folder of an assignment holds its source, a notebook named as the folder, and `wrong.toml`:

    students = ["ada", "grace"]    # names whose variants are tried

    [[wrong]]
    question = "q1"                # the cell whose solution is replaced
    name = "divides by the survivors"
    code = '''def rate(outcomes): ...'''

The solution must pass every test, visible and hidden, the untouched notebook none, and each wrong
solution must lose points in its question.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from misgen.core.atomic import Json, read_json, write_bytes, write_json
from misgen.grading.assignment import (
    WRITTEN,
    Assignment,
    AssignmentError,
    Part,
    from_source,
)  # fmt: skip
from misgen.grading.grade import Grader, config_of, solution_cells
from misgen.grading.gradescope import autograder
from misgen.grading.notebooks import Cell
from misgen.grading.sandbox import NONE

Say = Callable[[str], None]
_OFF_THE_PAGE = {"tags": ["remove-cell"]}
"""What the book's pages leave out; the cell that installs has nothing to do there."""


@dataclass(frozen=True)
class Wrong:
    """A solution that must lose points."""

    question: str
    name: str
    """The mistake."""
    code: str


@dataclass(frozen=True)
class Source:
    """The folder of an assignment, read."""

    notebook: Path
    assignment: Assignment
    wrong: tuple[Wrong, ...]
    students: tuple[str, ...]
    """Names whose variants are tried."""


def read_source(folder: Path) -> Source:
    """Reads the folder of an assignment.

    Raises:
        AssignmentError: Something is missing in it.
    """
    notebook, listed = folder / f"{folder.name}.ipynb", folder / "wrong.toml"
    try:
        content = tomllib.loads(listed.read_text(encoding="utf-8"))
        wrong = tuple(Wrong(**entry) for entry in content["wrong"])
        students = tuple(content["students"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AssignmentError(
            f"{listed} does not list students and wrong solutions: {error}."
        ) from error
    return Source(notebook, from_source(notebook), wrong, students)


# ------------------------------------------------------------------ whether it may be used


def verify(source: Source, say: Say = print) -> None:
    """Tries the solution, the untouched notebook and each wrong solution.

    Raises:
        AssignmentError: One of them has not the points that it must have.
        misgen.grading.sandbox.MachineError: This machine cannot try them.
    """
    assignment = source.assignment
    _check_listed(source)
    run_through(assignment)
    for student in source.students:
        lost = _lost(assignment, student, list(solution_cells(assignment)))
        if lost:
            raise AssignmentError(f"The solution of {student} fails: {lost}.")
        say(f"{assignment.name}: the solution of {student} has all points")
    stubs = list(solution_cells(assignment.without_hidden()))
    kept = {part.name for part in assignment.parts if part.role == "test"}
    if set(_lost(assignment, source.students[0], stubs)) != kept:
        raise AssignmentError("The untouched notebook has points: let each test ask for more.")
    for wrong in source.wrong:
        _check_loses(source, wrong)
    say(f"{assignment.name}: {len(source.wrong)} wrong solutions lose points")


def run_through(assignment: Assignment) -> None:
    """Runs the source from top to bottom, as Jupyter and nbgrader do.

    Raises:
        AssignmentError: A cell raises.
    """
    space: dict[str, Any] = {"__name__": "__main__"}
    for part in assignment.parts:
        try:
            if part.code:
                exec(compile(part.source, part.name or "cell", "exec"), space)
        except Exception as error:
            raise AssignmentError(f"The source raises at {part.name}: {error!r}.") from error


def _check_listed(source: Source) -> None:
    questions = {part.question for part in source.assignment.parts if part.question}
    listed = {wrong.question for wrong in source.wrong}
    if listed != questions or not source.students:
        raise AssignmentError(
            f"wrong.toml must list students, and wrong solutions of {sorted(questions)}, "
            f"not of {sorted(listed)}."
        )


def _check_loses(source: Source, wrong: Wrong) -> None:
    """Raises unless the wrong solution loses points for some of the names.

    One variant in which a mistake shows is enough: in another one it may not be one.
    """
    cells = [
        replace(cell, source=wrong.code) if cell.name == wrong.question else cell
        for cell in solution_cells(source.assignment)
    ]
    only = source.assignment.only(wrong.question)
    if not any(_lost(only, student, cells) for student in source.students):
        raise AssignmentError(
            f"The wrong solution {wrong.name!r} of {wrong.question} has all points: add a test."
        )


def _lost(assignment: Assignment, student: str, cells: Sequence[Cell]) -> dict[str, str]:
    """Returns the tests that a submission fails, and what they say."""
    # the code is the author's own, so that nothing has to be isolated
    run = Grader(assignment, NONE)(config_of(assignment, student, cells))
    return {test["test"]: test["told"] for test in run.result["tests"] if test["told"]}


# ---------------------------------------------------------------------- what is written


def write(source: Source, out: Path, *, first_cell: str = "", wheel: Path | None = None) -> None:
    """Writes what an instructor uses: two notebooks, the tests, and a zip for Gradescope.

    Args:
        source: The assignment.
        out: The folder; what is not for students in it says so in its name.
        first_cell: Code of a cell that is put before the first one, such as one that installs.
        wheel: The package, for the zip; without it there is none.

    Raises:
        misgen.core.atomic.WriteError: The folder cannot be written.
    """
    name = source.assignment.name
    write_json(out / f"{name}.ipynb", student_notebook(source, first_cell))
    write_json(out / f"{name}-instructor.ipynb", instructor_notebook(source))
    write_json(out / f"{name}-tests.json", source.assignment.to_json())
    if wheel is not None:
        write_bytes(out / f"{name}-gradescope.zip", autograder(source.assignment, wheel))
    for secret in out.glob(f"{name}-*"):
        secret.chmod(0o600)  # as students' code may run as another user of this machine


def student_notebook(source: Source, first_cell: str = "") -> Json:
    """Returns the notebook that students get: no solution, no hidden test, no rubric."""
    content = read_json(source.notebook)
    cells = []
    for cell, part in zip(content["cells"], source.assignment.parts, strict=True):
        metadata = {key: value for key, value in cell["metadata"].items() if key != "misgen"}
        cells.append({**cell, "metadata": metadata, "source": _lines(part.for_students)})
    if first_cell:
        first = next(i for i, cell in enumerate(cells) if cell["cell_type"] == "code")
        cells.insert(first, _code_cell("install0", first_cell))
    return {**content, "cells": cells}


def instructor_notebook(source: Source) -> Json:
    """Returns the source with each rubric in words, and the list of wrong solutions at the end."""
    content = read_json(source.notebook)
    cells = []
    for number, (cell, part) in enumerate(
        zip(content["cells"], source.assignment.parts, strict=True)
    ):
        cells.append(cell)
        if part.role == WRITTEN:
            cells.append(_text_cell(f"rubric{number:02d}", "\n".join(_rubric(part))))
    cells.append(_text_cell("wrong000", "\n\n".join(_wrong_lines(source))))
    return {**content, "cells": cells}


def _rubric(part: Part) -> Iterator[str]:
    yield f"**Rubric of {part.name}** ({part.points:g} points)\n"
    for line in part.rubric:
        yield f"- {line.points:g}: {line.text}"


def _wrong_lines(source: Source) -> Iterator[str]:
    yield "## Wrong solutions that lose points"
    for wrong in source.wrong:
        yield f"**{wrong.question}: {wrong.name}**\n\n```python\n{wrong.code.strip()}\n```"


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _code_cell(name: str, text: str) -> Json:
    return {
        "cell_type": "code", "execution_count": None, "id": name, "metadata": dict(_OFF_THE_PAGE),
        "outputs": [], "source": _lines(text),
    }  # fmt: skip


def _text_cell(name: str, text: str) -> Json:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": _lines(text)}
