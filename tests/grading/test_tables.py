"""Tables for people and for the systems of courses, and what a hostile student writes into them."""

from __future__ import annotations

import csv
import io

import pytest
from small_assignment import toy

from misgen.grading.submissions import Submission
from misgen.grading.tables import Graded, beside, csv_text, report, write_reports, write_tables
from misgen.grading.written import Marks, page


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("toy"))


ROW = {
    "Student": "Lovelace, Ada", "ID": "4711", "SIS User ID": "u1", "SIS Login ID": "al",
    "Section": "A", "Identifier": "Participant 4711", "Full name": "Ada Lovelace",
    "Email address": "ada@example.org", "Name": "Ada Lovelace", "SID": "u1",
    "Email": "ada@example.org",
}  # fmt: skip
TESTS = (
    {"test": "test_scaled", "question": "scaled", "points": 4, "score": 4, "told": ""},
    {"test": "test_mean", "question": "mean", "points": 2, "score": 0, "told": "=HYPERLINK(1)"},
)
CONFIG = {"student": "ada", "cells": []}
ADA = Submission("ada", "ada.ipynb", CONFIG, {"why": "<script>alert(1)</script>"}, (), ROW)
MARKED = Graded(ADA, TESTS, (), "", Marks({"why": 2.5}, {"why": "-- good"}))
FAULT = Graded(Submission("bob", "bob.ipynb", CONFIG, {}, (), {}), error="no memory")
NOTHING = Graded(Submission("cyd", "cyd/", {}, {}, ("there is no notebook",), {}))
DOUBTED = Graded(Submission("dan", "dan.ipynb", CONFIG, {}, (), {}, ("a twin",)), TESTS)


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def out(assignment, tmp_path):
    write_tables(assignment, [MARKED, FAULT, NOTHING, DOUBTED], tmp_path / "grades.csv")
    return tmp_path / "grades.csv"


def test_the_table_for_people_has_all_of_it(out):
    ada, bob, cyd, dan = rows(out)
    assert (ada["points"], ada["of"], ada["test_scaled"], ada["why"]) == ("6.5", "9", "4", "2.5")
    assert (bob["status"], bob["points"], bob["remarks"]) == ("error", "", "no memory")
    assert (cyd["status"], cyd["points"]) == ("nothing to grade", "")
    assert (dan["points"], dan["why"], dan["remarks"]) == ("4", "", "a twin")


def test_canvas_gets_its_own_columns_and_the_points_possible(out):
    possible, ada, bob, *_ = rows(beside(out, "canvas.csv"))
    assert list(ada) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "A toy"]
    assert (possible["Student"].strip(), possible["A toy"]) == ("Points Possible", "9")
    assert (ada["ID"], ada["SIS Login ID"], ada["A toy"]) == ("4711", "al", "6.5")
    assert bob["A toy"] == ""  # Canvas leaves a mark as it is where the cell is empty


def test_moodle_gets_its_worksheet(out):
    ada, *_ = rows(beside(out, "moodle.csv"))
    assert (ada["Identifier"], ada["Grade"], ada["Maximum grade"]) == (
        "Participant 4711", "6.5", "9",
    )  # fmt: skip
    assert "test_mean" in ada["Feedback comments"]


def test_whoever_is_on_the_roster_of_another_system_has_a_name_in_each_table(assignment, tmp_path):
    row = {name: ROW[name] for name in ("Student", "ID", "Section")}
    one = Graded(Submission("ada", "ada.ipynb", CONFIG, {}, (), row), TESTS)
    write_tables(assignment, [one], tmp_path / "grades.csv")
    names = {"canvas": ("Student", "Lovelace, Ada"), "moodle": ("Full name", "ada")}
    for system, (column, name) in {**names, "gradescope": ("Name", "ada")}.items():
        assert rows(tmp_path / f"grades-{system}.csv")[-1][column] == name


def test_gradescope_gets_names_and_totals(out):
    ada, bob, *_ = rows(beside(out, "gradescope.csv"))
    assert (ada["SID"], ada["Email"], ada["Total Score"]) == ("u1", "ada@example.org", "6.5")
    assert (bob["Total Score"], bob["Status"]) == ("", "error")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula_in_a_spreadsheet(text):
    ((found,),) = csv.reader(io.StringIO(csv_text([[text]]), newline=""))
    assert found == f"'{text}"


def test_a_report_says_what_each_test_said_and_no_doubt(assignment):
    text = report(assignment, MARKED)
    assert "ada: 6.5 of 9 points" in text
    assert "- test_mean, 0 of 2: =HYPERLINK(1)" in text
    assert "- why, 2.5 of 3: -- good" in text
    assert "a twin" not in report(assignment, DOUBTED)
    assert "cyd: nothing to grade" in report(assignment, NOTHING)


def test_two_names_of_which_a_file_knows_one_have_two_reports(assignment, tmp_path):
    twins = [
        Graded(Submission(name, "x", CONFIG, {}, (), {}), TESTS) for name in ("../a/b", "../a*b")
    ]
    write_reports(assignment, twins, tmp_path / "reports")
    assert len(list((tmp_path / "reports").iterdir())) == 2
    assert list(tmp_path.iterdir()) == [tmp_path / "reports"]


@pytest.mark.parametrize("letter", ["x", "é", "学", "𝒳"])
def test_a_long_name_in_any_letters_has_a_report(assignment, tmp_path, letter):
    name = letter * 200
    write_reports(assignment, [Graded(Submission(name, "x", CONFIG, {}, (), {}), TESTS)], tmp_path)
    (written,) = tmp_path.iterdir()
    assert written.stem == "001-" + letter * (80 // len(letter.encode()))
    assert name in written.read_text("utf-8")


def test_answers_in_words_run_no_script(assignment):
    text = page(assignment, [ADA])
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "names the centre" in text
