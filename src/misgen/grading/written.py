"""Answers in words: laid out for a human with the rubric, and his marks read back."""

from __future__ import annotations

import csv
import hashlib
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from misgen.grading.assignment import WRITTEN, Assignment, Criterion, Part
from misgen.grading.submissions import Submission, delimiter_of

HEAD = (
    "student", "question", "criterion", "of", "points", "before", "comment", "who",
    "answer_sha256", "answer",
)  # fmt: skip
"""Columns of the list of marks. "points" are for the answer beside them; what an earlier answer had
stands in "before", until somebody has marked the new one."""
_NEEDED = {"question", "criterion", "points", "who", "answer_sha256"}
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


Line = Mapping[str, str]
Given = dict[tuple[str, str, str], Line]
"""(who, question, criterion) -> the line of the list."""


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
            missing = sorted(_NEEDED.difference(table.fieldnames or ()))
            lines = [{k: v or "" for k, v in line.items() if k} for line in table]
    except (OSError, ValueError, csv.Error) as error:
        raise MarksError(f"{path} is no list of marks: {error}.") from error
    if missing:
        raise MarksError(f"{path} is no list of marks: it has no column {missing[0]!r}.")
    return {(_bare(x["who"]), x["question"], _bare(x["criterion"])): x for x in lines}


def _bare(text: str) -> str:
    """Returns a text as it was before `csv_text` kept spreadsheets from taking it for a formula."""
    return text.removeprefix("'")


def _lines(part: Part, one: Submission, given: Given) -> list[Line]:
    """Returns the lines of one answer, in the order of the rubric."""
    return [given.get((_bare(one.who), part.name, c.text), {}) for c in part.rubric]


def rows(
    assignment: Assignment, submissions: Sequence[Submission], given: Given
) -> list[list[object]]:
    """Returns the list of marks: what is given stays, and what is new has a line without points.

    Marks of whom there is no answer now, such as one whose file was damaged, stand at the end.
    """
    lines: list[list[object]] = [list(HEAD)]
    left = dict(given)
    for part in assignment.of_role(WRITTEN):
        for one in filter(lambda one: one.graded, submissions):
            for criterion, old in zip(part.rubric, _lines(part, one, given), strict=True):
                lines.append(_row(part, criterion, one, old))
                left.pop((_bare(one.who), part.name, criterion.text), None)
    marked = [old for old in left.values() if old["points"].strip() or old.get("before")]
    return lines + [[old.get(name, "") for name in HEAD] for old in marked]


def _row(part: Part, criterion: Criterion, one: Submission, old: Line) -> list[object]:
    answer = one.written.get(part.name, "")
    points, before = _points(old, answer)
    return [
        one.student, part.name, criterion.text, criterion.points, points, before,
        _bare(old.get("comment", "")), one.who, _sha(answer), answer,
    ]  # fmt: skip


def _points(line: Line, answer: str) -> tuple[str, str]:
    """Returns the points for this answer, and those for an earlier one if these are still to come.

    Points for an answer that was not there are none for one that is.
    """
    points, before = line.get("points", "").strip(), line.get("before", "").strip()
    if line.get("answer_sha256", "") == _sha(answer):
        return points, "" if points else before
    if line.get("answer_sha256", "") == _sha(""):
        return "", before
    return "", points or before


def _sha(answer: str) -> str:
    return hashlib.sha256(answer.encode()).hexdigest()[:16]


def marks_of(
    assignment: Assignment, submission: Submission, given: Given
) -> tuple[Marks, list[str]]:
    """Returns a student's marks, and what is to be said of them.

    Points for an earlier answer count until somebody has marked the new one.

    Raises:
        MarksError: A mark is no number, or out of range.
    """
    points, comments, remarks = {}, {}, []
    for part in assignment.of_role(WRITTEN):
        lines = _lines(part, submission, given)
        comments[part.name] = " ".join(
            _bare(line["comment"]) for line in lines if line.get("comment")
        )
        total, told = _total(part, submission, lines)
        if total is not None:
            points[part.name] = total
        remarks += [f"{part.name} {told}"] if told else []
    return Marks(points, comments), remarks


def _total(part: Part, one: Submission, lines: Sequence[Line]) -> tuple[float | None, str]:
    """Returns the points of one answer, and what is to be said of them."""
    answer = one.written.get(part.name, "")
    texts = [_points(line, answer) for line in lines]
    values = [
        _value(criterion, part, one, points or before)
        for criterion, (points, before) in zip(part.rubric, texts, strict=True)
    ]
    found = [value for value in values if value is not None]
    changed = any(before for _, before in texts)
    told = "has changed since it was marked" if changed else "is not marked yet"
    if not answer and not all(points for points, _ in texts):
        return 0.0, told if changed else ""
    if len(found) < len(lines):
        return None, told
    return sum(found), told if changed else ""


def _value(criterion: Criterion, part: Part, one: Submission, text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= criterion.points:
        raise MarksError(
            f"The mark of {one.student} for {part.name}, {criterion.text!r}, "
            f"must be 0 to {criterion.points:g}, not {text!r}."
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
            named = one.student if one.who == one.student else f"{one.student} ({one.who})"
            who = html.escape(named)
            body.append(f"<h3>{who}</h3><pre>{html.escape(answer)}</pre>")
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return (
        f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'
    )
