"""Grades as tables: one for people, one for each system that takes them, a report for a student."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from misgen.core.atomic import Json, write_text
from misgen.grading.assignment import TEST, WRITTEN, Assignment
from misgen.grading.submissions import Submission
from misgen.grading.written import Marks

GRADED, UNREADABLE, ERROR = "graded", "nothing to grade", "error"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Graded:
    """A submission with what came of it."""

    submission: Submission
    tests: Sequence[Mapping[str, Json]] = ()
    remarks: tuple[str, ...] = ()
    error: str = ""
    """A fault of the machine, because of which there is no grade."""
    marks: Marks | None = None
    """What a human gave for the answers in words; None if he has not yet."""

    @property
    def status(self) -> str:
        """Whether there is a grade."""
        if self.error:
            return ERROR
        return GRADED if self.submission.graded else UNREADABLE

    @property
    def points(self) -> float | None:
        """The sum of all points so far, or None where there is no grade."""
        if self.status != GRADED:
            return None
        written = self.marks.points if self.marks else {}
        return sum(float(test["score"]) for test in self.tests) + sum(written.values())

    @property
    def told(self) -> tuple[str, ...]:
        """All remarks on it that the student may know."""
        return (*self.submission.remarks, *self.remarks, *([self.error] if self.error else []))

    @property
    def doubts(self) -> tuple[str, ...]:
        """All remarks on it, for whoever grades."""
        return (*self.told, *self.submission.doubts)


def csv_text(rows: Sequence[Sequence[object]]) -> str:
    r"""Returns a table as CSV, in which no cell of a student's is taken for a formula.

    >>> csv_text([["=1+1", -2.0, "a,b"]])
    '\'=1+1,-2,"a,b"\r\n'
    """
    buffer = io.StringIO()
    csv.writer(buffer).writerows([[_cell(value) for value in row] for row in rows])
    return buffer.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_tables(assignment: Assignment, graded: Sequence[Graded], out: Path) -> None:
    """Writes the table for people, and beside it those for Canvas, Moodle and Gradescope.

    Raises:
        misgen.core.atomic.WriteError: The folder cannot be written.
    """
    tables = {
        out: _for_people(assignment, graded),
        beside(out, "canvas.csv"): _canvas(assignment, graded),
        beside(out, "moodle.csv"): _moodle(assignment, graded),
        beside(out, "gradescope.csv"): _gradescope(assignment, graded),
    }
    for path, rows in tables.items():
        # with a mark, so that a spreadsheet reads it as UTF-8
        write_text(path, "\ufeff" + csv_text(rows))


def beside(out: Path, name: str) -> Path:
    """Returns the path of what belongs to a table: grades.csv -> grades-canvas.csv."""
    return out.with_name(f"{out.stem}-{name}")


Rows = list[list[object]]


def _for_people(assignment: Assignment, graded: Sequence[Graded]) -> Rows:
    questions = [part.name for part in assignment.of_role(TEST, WRITTEN)]
    head = ["student", "status", "points", "of", *questions, "remarks", "file"]
    return [[*head], *(_person(assignment, one, questions) for one in graded)]


def _person(assignment: Assignment, one: Graded, questions: Sequence[str]) -> list[object]:
    scores: dict[str, object] = {str(test["test"]): float(test["score"]) for test in one.tests}
    scores |= one.marks.points if one.marks else {}
    each = [scores.get(name) for name in questions]
    remarks = "; ".join(one.doubts)
    who = [one.submission.student, one.status, one.points, assignment.points]
    return [*who, *each, remarks, one.submission.place]


def _canvas(assignment: Assignment, graded: Sequence[Graded]) -> Rows:
    """Returns what Canvas imports: the columns that it exports, and one for the assignment."""
    known = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows: Rows = [[*known, assignment.title]]
    rows.append(["    Points Possible", "", "", "", "", assignment.points])
    for one in graded:
        row = _row(one, known)
        rows.append([*(row.get(name, "") for name in known), one.points])
    return rows


def _row(one: Graded, known: Sequence[str], name: str = "") -> Mapping[str, str]:
    """Returns his row of the roster, or his name alone where the roster is of another system."""
    row = one.submission.row
    return (
        row if any(row.get(each) for each in known) else {name or known[0]: one.submission.student}
    )


def _moodle(assignment: Assignment, graded: Sequence[Graded]) -> Rows:
    """Returns what Moodle's assignment imports as a grading worksheet."""
    known = ["Identifier", "Full name", "Email address"]
    rows: Rows = [[*known, "Grade", "Maximum grade", "Feedback comments"]]
    for one in graded:
        row = _row(one, known, "Full name")
        comment = "; ".join(f"{t['test']}: {t['told']}" for t in one.tests if t["told"])
        rows.append(
            [*(row.get(name, "") for name in known), one.points, assignment.points, comment]
        )
    return rows


def _gradescope(assignment: Assignment, graded: Sequence[Graded]) -> Rows:
    known = ["Name", "SID", "Email"]
    rows: Rows = [[*known, "Total Score", "Max Points", "Status"]]
    for one in graded:
        row = _row(one, known)
        rows.append(
            [*(row.get(name, "") for name in known), one.points, assignment.points, one.status]
        )
    return rows


def write_reports(assignment: Assignment, graded: Sequence[Graded], folder: Path) -> None:
    """Writes one text for each student: his points, and what each test says against his answer.

    Raises:
        misgen.core.atomic.WriteError: The folder cannot be written.
    """
    for number, one in enumerate(graded, start=1):
        # the number, as two names may differ only in what a file name cannot hold
        name = _cut(re.sub(r"[^\w.-]+", "_", one.submission.student), 80)
        write_text(folder / f"{number:03d}-{name}.md", report(assignment, one))


def _cut(text: str, most: int) -> str:
    """Returns as many whole characters as `most` bytes hold, as a file's name is bounded in bytes.

    >>> _cut("学学学", 8)
    '学学'
    """
    return text.encode()[:most].decode(errors="ignore")


def report(assignment: Assignment, one: Graded) -> str:
    """Returns what a student is told of his grade."""
    lines = [f"# {assignment.title}", "", f"{one.submission.student}: {one.status}"]
    if one.points is not None:
        lines[-1] = f"{one.submission.student}: {one.points:g} of {assignment.points:g} points"
    lines.append("")
    for test in one.tests:
        told = f": {test['told']}" if test["told"] else ""
        lines.append(f"- {test['test']}, {test['score']:g} of {test['points']:g}{told}")
    lines += _written_lines(assignment, one)
    lines += ["", *(f"Note: {remark}." for remark in one.told)]
    return "\n".join(lines).rstrip() + "\n"


def _written_lines(assignment: Assignment, one: Graded) -> list[str]:
    lines = []
    for part in assignment.of_role(WRITTEN) if one.status == GRADED else []:
        points = one.marks.points.get(part.name) if one.marks else None
        comment = one.marks.comments.get(part.name, "") if one.marks else ""
        given = "not marked yet" if points is None else f"{points:g} of {part.points:g}"
        lines.append(f"- {part.name}, {given}{': ' + comment if comment else ''}")
    return lines
