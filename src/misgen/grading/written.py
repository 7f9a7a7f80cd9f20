"""Answers in words: laid out for a human with the rubric, and his marks read back."""

from __future__ import annotations

import csv
import hashlib
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from misgen.grading.assignment import WRITTEN, Assignment, Part
from misgen.grading.submissions import Submission, delimiter_of

HEAD = ("student", "question", "criterion", "of", "points", "comment", "answer_sha256", "answer")
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;"
    "color-scheme:light dark}pre{white-space:pre-wrap;border-left:3px solid;padding-left:1rem}"
)


class MarksError(Exception):
    """A list of marks that cannot be used; the message says which line to change."""


@dataclass(frozen=True)
class Marks:
    """What a human gave a student, by question."""

    points: Mapping[str, float]
    """Of questions that have all of their marks."""
    comments: Mapping[str, str]


Given = dict[tuple[str, str, str], dict[str, str]]
"""(student, question, criterion) -> the line of the list."""


def read_marks(path: Path) -> Given:
    """Reads a list of marks; without a file there are none.

    Raises:
        MarksError: It is no such list.
    """
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, delimiter=delimiter_of(file))
            lines = [{k: v or "" for k, v in line.items() if k} for line in table]
        return {(_bare(x["student"]), x["question"], _bare(x["criterion"])): x for x in lines}
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise MarksError(f"{path} is no list of marks: {error}.") from error


def _bare(text: str) -> str:
    """Returns a text as it was before `csv_text` kept spreadsheets from taking it for a formula."""
    return text.removeprefix("'")


def rows(
    assignment: Assignment, submissions: Sequence[Submission], given: Given
) -> list[list[object]]:
    """Returns the list of marks: what is given stays, and what is new has a line without points."""
    lines: list[list[object]] = [list(HEAD)]
    for part in assignment.of_role(WRITTEN):
        for one in submissions:
            if not one.graded:
                continue
            answer = one.written.get(part.name, "")
            for line in part.rubric:
                old = given.get((one.student, part.name, line.text), {})
                points: object = old.get("points", "")
                if not answer:
                    points = "0"  # nobody has to read what is not there
                lines.append(
                    [one.student, part.name, line.text, line.points, points,
                     _bare(old.get("comment", "")), _sha(answer), answer]
                )  # fmt: skip
    return lines


def _sha(answer: str) -> str:
    return hashlib.sha256(answer.encode()).hexdigest()[:16]


def marks_of(
    assignment: Assignment, submission: Submission, given: Given
) -> tuple[Marks, list[str]]:
    """Returns a student's marks, and what is to be said of them.

    Raises:
        MarksError: A mark is no number, or out of range.
    """
    points, comments, remarks = {}, {}, []
    for part in assignment.of_role(WRITTEN):
        lines = [given.get((submission.student, part.name, c.text), {}) for c in part.rubric]
        answer = submission.written.get(part.name, "")
        values = [_value(part, submission.student, line) for line in lines]
        marked = [value for value in values if value is not None]
        comments[part.name] = " ".join(
            _bare(line["comment"]) for line in lines if line.get("comment")
        )
        if not answer:
            points[part.name] = 0.0
        elif len(marked) == len(lines):
            points[part.name] = sum(marked)
            if any(line.get("answer_sha256") != _sha(answer) for line in lines):
                remarks.append(f"{part.name} has changed since it was marked")
        else:
            remarks.append(f"{part.name} is not marked yet")
    return Marks(points, comments), remarks


def _value(part: Part, student: str, line: Mapping[str, str]) -> float | None:
    text = line.get("points", "").strip()
    if not text:
        return None
    most = next(c.points for c in part.rubric if c.text == _bare(line["criterion"]))
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise MarksError(
            f"The mark of {student} for {part.name}, {line['criterion']!r}, must be 0 to {most:g}, "
            f"not {text!r}."
        )
    return value


def page(assignment: Assignment, submissions: Sequence[Submission]) -> str:
    """Returns all answers as a page, question by question, each question with its rubric."""
    title = html.escape(assignment.title)
    body = [f"<h1>{title}: answers in words</h1>"]
    for part in assignment.of_role(WRITTEN):
        body.append(f"<h2>{html.escape(part.name)}</h2><ul>")
        body += [f"<li>{line.points:g}: {html.escape(line.text)}</li>" for line in part.rubric]
        body.append(f"</ul><h3>An answer for all points</h3><pre>{html.escape(part.source)}</pre>")
        for one in submissions:
            answer = one.written.get(part.name, "") or "(no answer)"
            who = html.escape(one.student)
            body.append(f"<h3>{who}</h3><pre>{html.escape(answer)}</pre>")
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return (
        f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'
    )
