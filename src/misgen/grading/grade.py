"""One submission: the tests run here, the student's code elsewhere."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import platform
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from misgen.core.atomic import Json
from misgen.grading.assignment import SETUP, SOLUTION, STUDENT, TEST, Assignment, Part
from misgen.grading.clock import until
from misgen.grading.notebooks import Cell, writable
from misgen.grading.sandbox import Limits, MachineError
from misgen.grading.sources import parsed, squeezed
from misgen.grading.student import (
    OVER,
    LostError,
    Process,
    StudentError,
    isolation_here,
    started,
)  # fmt: skip
from misgen.ledger.runs import Config, Run, short_hash

_MOST_LOST = 3  # cells at which a process may be lost; then the rest is not tried
_SECONDS_OF_SET_UP = 120  # a busy machine is no fault of the student's
_HIDDEN = "a hidden test found a case in which the answer is not right"
_LONGEST_TOLD = 2_000
"""Characters of what a test says, as it may quote what a student's code returned."""
_MACHINE = (ImportError, MemoryError, OSError)
"""What a test raises where something is wrong with the machine."""
_TOO_LARGE = "the answer could not be used: it takes more memory than there is"


@dataclass(frozen=True)
class Times:
    """Seconds that a submission may take."""

    cell: float = 60
    """One of the student's cells."""
    total: float = 300
    """All of it; solutions of the book's assignments take less than ten of a processor."""


@dataclass(frozen=True)
class Grader:
    """Grades one submission; it can be sent to another process or machine."""

    assignment: Assignment
    isolation: str = ""
    """One of `sandbox`; empty for the first that works where it grades."""
    limits: Limits = field(default_factory=Limits)
    times: Times = field(default_factory=Times)

    @property
    def code(self) -> str:
        """The hash of what decides a grade besides the submission."""
        files = sorted(Path(__file__).parent.glob("*.py"))
        code = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
        return short_hash([self.assignment.to_json(), asdict(self.times), version("misgen"), *code])

    @property
    def experiment(self) -> str:
        """The name under which its runs are kept."""
        return f"grading/{self.assignment.name}"

    def __call__(self, config: Config) -> Run:
        """Grades a submission.

        Args:
            config: "student", the name from which the variant is drawn, and "cells", pairs of a
                name and a source.

        Raises:
            MachineError: A fault of this machine; there is no grade.
        """
        begun = time.monotonic()
        isolation = self.isolation or isolation_here()
        tests, remarks = _graded(self, config, isolation)
        return Run(
            experiment=self.experiment,
            config=config,
            code=self.code,
            result={"tests": tests, "remarks": remarks, "isolation": isolation},
            arrays={},
            versions={"python": platform.python_version(), "misgen": version("misgen")},
            platform=platform.platform(terse=True),
            seconds=round(time.monotonic() - begun, 2),
        )


def config_of(assignment: Assignment, student: str, cells: Sequence[Cell]) -> Config:
    """Returns what is graded: who handed in, and the cells of his own, in his order.

    Cells that are locked are left out, also where they have lost their names: those are known by
    what is written in them. Of the cell for the name, what else a student wrote into it is his own.
    """
    locked = {part.name for part in assignment.of_role(SETUP, TEST)}
    for_name = {part.name for part in assignment.of_role(STUDENT)}
    written = {squeezed(p.for_students) for p in assignment.of_role(SETUP, TEST, STUDENT)}
    own = [
        [cell.name, cell.source]
        for cell in cells
        if cell.code and cell.name not in locked and squeezed(cell.source) not in written
        if not (cell.name in for_name and _only_names(cell.source))
    ]
    return {"student": student, "cells": own}


def _only_names(source: str) -> bool:
    """Returns whether a cell does nothing but assign the name under which a student hands in."""
    tree = parsed(source)
    return tree is not None and all(
        isinstance(each, ast.Assign) and [ast.unparse(t) for t in each.targets] == ["student"]
        for each in tree.body
    )


def _graded(grader: Grader, config: Config, isolation: str) -> tuple[list[Json], list[str]]:
    tests, end = [], time.monotonic() + grader.times.total
    space = _test_space(grader.assignment, config["student"])
    with Sitting(grader, config, isolation, end) as sitting:
        for part in grader.assignment.of_role(TEST):
            told = OVER
            if time.monotonic() < end:
                told = _tested_or_too_large(part, space, sitting)
            score = part.points if told == "" else 0.0
            tests.append(
                {"test": part.name, "question": part.question, "points": part.points,
                 "score": score, "told": told}
            )  # fmt: skip
    return tests, sitting.remarks


def _test_space(assignment: Assignment, student: str) -> dict[str, Any]:
    """Runs the set-up cells for the tests, as they are in the source."""
    space: dict[str, Any] = {"__name__": "tests", "student": student}
    try:
        for part in assignment.of_role(SETUP):
            exec(compile(part.source, part.name, "exec"), space)
    except Exception as error:
        raise MachineError(f"The set-up of the tests raised {_line(error)}.") from error
    return space


def _tested_or_too_large(part: Part, space: dict[str, Any], sitting: Sitting) -> str:
    """Runs a test; if memory runs out at it, the solution says whose fault that is."""
    try:
        return _tested(part, space, sitting)
    except MachineError as error:
        if not isinstance(error.__cause__, MemoryError):
            raise
    with sitting.of_solution() as solved:  # raises again where the machine has too little
        _tested(part, space, solved)
    return _TOO_LARGE


def _tested(part: Part, space: dict[str, Any], sitting: Sitting) -> str:
    """Runs a test, and returns what it says against the answer; nothing if that is right."""
    try:
        code = compile(part.source, part.name, "exec")
        names = sitting.names(part.seconds)
        with until(sitting.end):
            exec(code, {**space, **names})
    except MachineError:
        raise
    except LostError as error:
        sitting.lose()
        return str(error)
    except StudentError as error:
        return str(error)
    except AssertionError as error:
        return writable(str(error)[:_LONGEST_TOLD]) or _HIDDEN
    except _MACHINE as error:
        raise MachineError(f"The test {part.name} raised {_line(error)}.") from error
    except Exception as error:  # the answer has a form that the test cannot work with
        return f"the answer could not be used: {_line(error)}"
    return ""


def _line(error: BaseException) -> str:
    return writable(traceback.format_exception_only(error)[-1].strip()[:300])


class Sitting:
    """A student's process, which is started again where it is lost."""

    def __init__(self, grader: Grader, config: Config, isolation: str, end: float) -> None:
        self._grader, self._config, self._isolation, self.end = grader, config, isolation, end
        self._process: Process | None = None
        self._stack = contextlib.ExitStack()
        self._left_out: set[int] = set()
        self._raised: dict[str, str] = {}
        self.remarks: list[str] = []
        """What whoever grades should know of the student's cells."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.lose()

    def of_solution(self) -> Sitting:
        """Returns one for the solution of the same variant, with a time of its own."""
        assignment, times = self._grader.assignment, self._grader.times
        cells = list(solution_cells(assignment))
        config = config_of(assignment, self._config["student"], cells)
        return Sitting(self._grader, config, self._isolation, time.monotonic() + times.total)

    def lose(self) -> None:
        """Ends the process; the next test starts another."""
        self._process = None
        self._stack.close()

    def names(self, seconds: float) -> dict[str, Any]:
        """Returns the student's functions and values by name, for a test.

        Raises:
            StudentError: His cells cannot be run at all.
        """
        names = self._grader.assignment.names
        return {name: self._named(self._running(), name, seconds) for name in names}

    def _named(self, process: Process, name: str, seconds: float) -> Any:
        found = process.look(name, self._grader.times.cell)
        if found.get("kind") == "function":
            return process.function(name, seconds)
        if found.get("kind") == "value":
            return found["value"]
        return _absent(name, self._raised)

    def _running(self) -> Process:
        while self._process is None:
            if time.monotonic() >= self.end:
                raise StudentError(OVER)
            if len(self._left_out) > _MOST_LOST:
                raise StudentError("the notebook cannot be run: too many cells never end")
            process = self._stack.enter_context(started(self._isolation, self._grader.limits))
            try:
                self._run_cells(process)
            except LostError:
                self.lose()
                continue
            self._process = process
        return self._process

    def _run_cells(self, process: Process) -> None:
        """Runs the set-up as it was written, then the student's cells in his order."""
        try:
            process.run(f"student = {self._config['student']!r}", _SECONDS_OF_SET_UP)
            for part in self._grader.assignment.of_role(SETUP):
                process.run(part.source, _SECONDS_OF_SET_UP)
        except StudentError as error:  # none of his code has run yet
            raise MachineError(f"The set-up cannot be run for a student: {error}.") from error
        process.end = self.end  # the set-up, above, is not the student's
        for index, (name, source) in enumerate(self._config["cells"]):
            if index not in self._left_out:
                self._run_cell(process, index, name or f"number {index + 1}", source)

    def _run_cell(self, process: Process, index: int, name: str, source: str) -> None:
        try:
            process.run(source, self._grader.times.cell)
        except LostError as error:
            self._left_out.add(index)
            self._raised[name] = str(error)
            self.remarks.append(f"cell {name}: {error}; the rest was graded without it")
            raise
        except StudentError as error:
            self._raised[name] = str(error)


def _absent(name: str, raised: dict[str, str]) -> Callable[..., Any]:
    """Returns what stands for a function that the student's notebook does not define."""

    def call(*_: Any, **__: Any) -> Any:
        told = "; ".join(f"cell {cell} raised {error}" for cell, error in raised.items())
        raise StudentError(f"{name} is not there{': ' + told[:300] if told else ''}")

    return call


def solution_cells(assignment: Assignment) -> Iterator[Cell]:
    """Yields the solution as a student would hand it in, or the stubs `without_hidden`."""
    for part in assignment.of_role(SOLUTION):
        yield Cell(True, part.name, part.source, {})
