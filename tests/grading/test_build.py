"""Assignments that may be built, and those that are refused."""

from __future__ import annotations

import json
from dataclasses import replace

import nbformat
import pytest
from small_assignment import NAME, RUBRIC, cell, notebook, source_cells, write_source

from misgen.core.atomic import read_json
from misgen.grading.assignment import STUB, WRITTEN_STUB, AssignmentError, from_json, load
from misgen.grading.build import Source, Wrong, read_source, verify, write

QUIET = lambda message: None  # noqa: E731


@pytest.fixture
def folder(tmp_path):
    return write_source(tmp_path / "source")


@pytest.fixture
def source(folder) -> Source:
    return read_source(folder)


def edited(source, name, old, new):
    """Returns the source with a replacement in one of its cells."""
    parts = tuple(
        replace(part, source=part.source.replace(old, new)) if part.name == name else part
        for part in source.assignment.parts
    )
    assert parts != source.assignment.parts
    return replace(source, assignment=replace(source.assignment, parts=parts))


def test_an_assignment_whose_tests_hold_may_be_built(source):
    told = []
    verify(source, told.append)
    assert told[-1] == "toy: 2 wrong solutions lose points"


def test_a_wrong_solution_that_loses_nothing_is_refused(source):
    # the median of (1, 2, 6) is told from their mean by the visible test, that of two is not
    weak = edited(source, "test_mean", "mean([1, 2, 6]) == 3", "mean([1, 2, 3]) == 2")
    with pytest.raises(AssignmentError, match=r"'takes the middle' of mean has all points"):
        verify(weak, QUIET)


def test_a_solution_that_fails_a_hidden_test_is_refused(source):
    broken = edited(source, "scaled", "np.asarray(values)", "np.asarray(values, int)")
    with pytest.raises(AssignmentError, match=r"The source raises at test_scaled"):
        verify(broken, QUIET)


def test_a_solution_that_holds_for_one_name_alone_is_refused(source):
    own = edited(source, "scaled", "factor *", "(2 + hashlib.sha256(b'ada').digest()[0] % 90) *")
    with pytest.raises(AssignmentError, match=r"The solution of bob fails: .*test_scaled"):
        verify(own, QUIET)


def test_points_for_nothing_are_refused(source):
    free = edited(source, "test_mean", source.assignment.parts[6].source, "pass")
    with pytest.raises(AssignmentError, match="The untouched notebook has points"):
        verify(replace(free, wrong=free.wrong), QUIET)


def test_each_question_needs_a_wrong_solution_of_its_own(source):
    with pytest.raises(AssignmentError, match="must list students, and wrong solutions of"):
        verify(replace(source, wrong=source.wrong[:1]), QUIET)
    stranger = Wrong("no_such_question", "x", "pass")
    with pytest.raises(AssignmentError, match="must list students"):
        verify(replace(source, wrong=(*source.wrong, stranger)), QUIET)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda cells: cells[:1] + cells[2:], "there is no cell named student"),
        (lambda cells: [*cells, cells[3]], "a name stands twice"),
        (lambda cells: [*cells[:3], cells[4]], "a test stands above all solutions"),
        (
            lambda cells: [*cells[:3], cell("x = 1", "own", solution=True), *cells[3:]],
            "has no ### BEGIN SOLUTION",
        ),
        (
            lambda cells: [*cells, cell("### END SOLUTION", "left", locked=True)],
            "what students get still has a solution",
        ),
        (
            lambda cells: [*cells[:-1], {**cells[-1], "metadata": {
                **cells[-1]["metadata"], "misgen": {"rubric": RUBRIC[:1]}}}],
            "the points of a rubric",
        ),
    ],
)  # fmt: skip
def test_a_source_that_cannot_be_graded_is_refused(folder, change, told):
    (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook(*change(source_cells()))))
    with pytest.raises(AssignmentError, match=told):
        read_source(folder)


@pytest.mark.parametrize("listed", ["", "students = 3", "wrong = []", "["])
def test_a_list_of_wrong_solutions_that_is_none_is_refused(folder, listed):
    (folder / "wrong.toml").write_text(listed)
    with pytest.raises(AssignmentError, match="does not list students and wrong solutions"):
        read_source(folder)


# --------------------------------------------------------------------- what is written


@pytest.fixture
def built(source, tmp_path):
    wheel = tmp_path / "misgen-0.0.0-py3-none-any.whl"
    wheel.write_bytes(b"the package")
    write(source, tmp_path / "out", first_cell="import sys", wheel=wheel)
    return tmp_path / "out"


def test_students_get_no_solution_no_hidden_test_and_no_rubric(built):
    text = (built / f"{NAME}.ipynb").read_text()
    for secret in ("SOLUTION", "HIDDEN", "factor * np", "centre", "mean([-4.0])", "rubric"):
        assert secret not in text
    cells = nbformat.read(built / f"{NAME}.ipynb", as_version=4).cells
    sources = [each.source for each in cells]
    assert sources[1] == "import sys"
    assert f"    {STUB.splitlines()[1]}" in sources[4]
    assert "multiply each by the factor" in sources[5]
    assert sources[-1] == WRITTEN_STUB


@pytest.mark.parametrize("name", [NAME, f"{NAME}-instructor"])
def test_both_notebooks_are_valid(built, name):
    nbformat.validate(nbformat.read(built / f"{name}.ipynb", as_version=4))


def test_instructors_get_all_of_it(built):
    text = (built / f"{NAME}-instructor.ipynb").read_text()
    for shown in ("SOLUTION", "HIDDEN", "**Rubric of why** (3 points)", "takes the middle"):
        assert shown in text


def test_the_tests_are_read_back_and_are_nobody_elses(built, source):
    path = built / f"{NAME}-tests.json"
    assert load(path) == source.assignment
    assert from_json(read_json(path)) == source.assignment
    for secret in built.glob(f"{NAME}-*"):
        assert secret.stat().st_mode & 0o077 == 0


def test_the_same_source_gives_the_same_bytes(source, built, tmp_path):
    wheel = tmp_path / "misgen-0.0.0-py3-none-any.whl"
    write(source, tmp_path / "again", first_cell="import sys", wheel=wheel)
    for file in built.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


def test_without_a_package_there_is_no_zip(source, tmp_path):
    write(source, tmp_path / "out")
    assert not list((tmp_path / "out").glob("*.zip"))
