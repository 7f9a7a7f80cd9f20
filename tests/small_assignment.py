"""A small assignment of two questions and one answer in words, and submissions to it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from misgen.grading.assignment import Assignment, from_source
from misgen.grading.build import read_source, student_notebook

NAME = "toy"
POINTS = 9
SETUP = """\
import hashlib

import numpy as np

factor = 2 + hashlib.sha256(student.encode()).digest()[0] % 90
"""
SCALED = """\
def scaled(values):
    ### BEGIN SOLUTION
    return factor * np.asarray(values)
    ### END SOLUTION
"""
TEST_SCALED = """\
assert np.allclose(scaled([1, 2]), [factor, 2 * factor]), "multiply each by the factor"
### BEGIN HIDDEN TESTS
assert np.allclose(scaled([0.5, -3, 7]), np.array([0.5, -3, 7]) * factor)
assert np.shape(scaled([])) == (0,)
### END HIDDEN TESTS
"""
MEAN = """\
def mean(values):
    ### BEGIN SOLUTION
    return sum(values) / len(values)
    ### END SOLUTION
"""
TEST_MEAN = """\
assert mean([1, 2, 6]) == 3, "the mean of 1, 2 and 6 is 3"
### BEGIN HIDDEN TESTS
assert mean([-4.0]) == -4
### END HIDDEN TESTS
"""
WHY = """\
### BEGIN SOLUTION
Because it is the centre.
### END SOLUTION"""
RUBRIC = [{"points": 2, "text": "names the centre"}, {"points": 1, "text": "is one sentence"}]
WRONG = """
students = ["ada", "bob"]

[[wrong]]
question = "scaled"
name = "adds"
code = '''
def scaled(values):
    return np.asarray(values) + factor
'''

[[wrong]]
question = "mean"
name = "takes the middle"
code = '''
def mean(values):
    return sorted(values)[len(values) // 2]
'''
"""


def cell(source, name="", kind="code", misgen=None, **marks):
    metadata = {}
    if name:
        flags = {"grade": False, "solution": False, "locked": False, "task": False}
        metadata["nbgrader"] = {**flags, "grade_id": name, "schema_version": 3, **marks}
    if misgen:
        metadata["misgen"] = misgen
    made = {"cell_type": kind, "id": (name or "text").replace("_", "-"), "metadata": metadata}
    outputs = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {**made, **outputs, "source": source.splitlines(keepends=True)}


def notebook(*cells):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def source_cells():
    test = {"grade": True, "locked": True}
    return [
        cell("# A toy\n", kind="markdown"),
        cell('student = "ada"\n', "student"),
        cell(SETUP, "setup", locked=True),
        cell(SCALED, "scaled", solution=True),
        cell(TEST_SCALED, "test_scaled", misgen={"seconds": 3}, points=4, **test),
        cell(MEAN, "mean", solution=True),
        cell(TEST_MEAN, "test_mean", misgen={"seconds": 3}, points=2, **test),
        cell(WHY, "why", "markdown", {"rubric": RUBRIC}, grade=True, solution=True, points=3),
    ]


def write_source(folder: Path) -> Path:
    """Writes the folder of the assignment, as one below `assignments/`."""
    (folder / NAME).mkdir(parents=True)
    (folder / NAME / f"{NAME}.ipynb").write_text(json.dumps(notebook(*source_cells())))
    (folder / NAME / "wrong.toml").write_text(WRONG)
    return folder / NAME


def write_tests(assignment: Assignment, folder: Path) -> Path:
    path = folder / f"{NAME}-tests.json"
    path.write_text(json.dumps(assignment.to_json()))
    path.chmod(0o600)
    return path


def toy(folder: Path) -> Assignment:
    return from_source(write_source(folder) / f"{NAME}.ipynb")


GOOD = {
    "scaled": "def scaled(values):\n    return factor * np.asarray(values)\n",
    "mean": "def mean(values):\n    return sum(values) / len(values)\n",
    "why": "Since it lies in the middle.",
}


def handed_in(student, before="", **answers):
    """Returns the notebook of a student: the untouched one with his answers.

    `before` is a cell of his own above all others.
    """
    content = untouched()
    for each in content["cells"]:
        name = each["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name == "student":
            each["source"] = [f'student = "{student}"\n']
        if name in answers:
            each["source"] = answers[name].splitlines(keepends=True)
    if before:
        content["cells"].insert(0, cell(before))
    return content


def untouched():
    """Returns the notebook as students get it."""
    with tempfile.TemporaryDirectory() as folder:
        return student_notebook(read_source(write_source(Path(folder))))


def right(student, **changes):
    """Returns a notebook with right answers but for the changes."""
    return handed_in(student, **{**GOOD, **changes})
