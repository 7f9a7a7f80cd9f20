"""Marks by hand: whose they are, and for which of his answers."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from small_assignment import toy

from misgen.grading.submissions import Submission
from misgen.grading.tables import csv_text
from misgen.grading.written import HEAD, MarksError, marks_of, page, read_marks, rows

CHANGED, NOT_YET = ["why has changed since it was marked"], ["why is not marked yet"]


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("toy"))


def one(answer, student="bob", who="bob"):
    return Submission(student, "x", {"student": student}, {"why": answer}, (), {}, who=who)


@pytest.fixture
def run(assignment, tmp_path):
    """Reads and writes the list of marks as a run does; returns points and remarks."""
    path = tmp_path / "marks.csv"

    def again(*submissions):
        given = read_marks(path)
        told = [marks_of(assignment, each, given) for each in submissions]
        path.write_text("\ufeff" + csv_text(rows(assignment, submissions, given)), "utf-8")
        return [(marks.points.get("why"), remarks) for marks, remarks in told]

    return again


@pytest.fixture
def mark(tmp_path):
    """Fills the column "points" of all lines whose answer is the given one."""

    def fill(answer, *points):
        with (tmp_path / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
        for line, each in zip((x for x in lines if x["answer"] == answer), points, strict=True):
            line["points"] = each
        table = [HEAD, *([line[name] for name in HEAD] for line in lines)]
        (tmp_path / "marks.csv").write_text(csv_text(table), "utf-8")

    return fill


def test_an_answer_that_comes_later_is_not_marked_yet_and_no_zero(run):
    assert run(one("")) == [(0, [])]
    for _ in range(2):
        assert run(one("It is the centre.")) == [(None, NOT_YET)]


def test_a_changed_answer_is_told_of_until_somebody_marks_it(run, mark):
    run(one("first"))
    mark("first", "2", "0")
    assert run(one("first")) == [(2, [])]
    for _ in range(3):
        assert run(one("second")) == [(2, CHANGED)]
    mark("second", "2", "0")  # the same points, but somebody has given them
    assert run(one("second")) == [(2, [])]
    assert run(one("second")) == [(2, [])]


def test_points_for_an_answer_that_was_exchanged_meanwhile_are_not_for_the_new_one(run, mark):
    run(one("first"))
    mark("first", "2", "1")
    assert run(one("second")) == [(3, CHANGED)]


def test_an_answer_that_was_marked_and_is_gone_has_no_points_and_a_remark(run, mark):
    run(one("first"))
    mark("first", "2", "1")
    assert run(one("")) == [(0, CHANGED)]


def test_two_of_one_name_keep_their_own_marks(run, mark, assignment):
    jane, other = one("good", "Jane Doe", "Jane Doe_12"), one("none", "Jane Doe", "Jane Doe_15")
    run(jane, other)
    mark("good", "2", "1")
    mark("none", "0", "0")
    assert run(other, jane) == [(0, []), (3, [])]
    assert "<h3>Jane Doe (Jane Doe_12)</h3>" in page(assignment, [jane, other])


def test_marks_of_whose_file_cannot_be_read_today_are_kept(run, mark):
    run(one("first"), one("else", "ada", "ada"))
    mark("first", "2", "1")
    damaged = replace(one(""), config={})
    run(damaged, one("else", "ada", "ada"))
    assert run(one("first")) == [(3, [])]


def test_a_list_without_a_column_is_refused_by_name(tmp_path):
    (tmp_path / "marks.csv").write_text("student,question,criterion,points\n", "utf-8")
    with pytest.raises(MarksError, match="it has no column 'answer_sha256'"):
        read_marks(tmp_path / "marks.csv")
