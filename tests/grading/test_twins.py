"""Whose code is that of another, and whose only looks like it."""

from __future__ import annotations

import pytest
from small_assignment import GOOD, toy

from misgen.grading.twins import twins

MEAN = """\
def middle(values):
    total = 0
    for value in values:
        total += value
    return total, len(values)


def mean(values):
    total, count = middle(values)
    return total / count
"""
SCALED = "def scaled(values):\n    return np.asarray([factor * value for value in values])\n"


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("toy"))


def cells(scaled=SCALED, mean=MEAN, *more):
    return [["scaled", scaled], ["mean", mean], *(["", source] for source in more)]


def are_twins(assignment, one, other):
    told = twins(assignment, [("ada", one), ("bob", other)])
    assert bool(told[0]) == bool(told[1])
    return bool(told[0])


COPIES = {
    "as it is": cells(),
    "with comments": cells(mean="# my own\n" + MEAN.replace("total = 0", "total = 0  # so far")),
    "with a docstring": cells(SCALED.replace("):\n", '):\n    """Scale."""\n', 1)),
    "with types": cells(
        SCALED.replace("(values):", "(values: list) -> np.ndarray:"),
        MEAN.replace("total = 0", "total: int = 0"),
    ),
    "in another layout": cells(SCALED.replace("factor * value", "(\n        factor*value)")),
    "with other names": cells(
        SCALED.replace("values", "numbers").replace("value ", "n ").replace("value]", "n]"),
        MEAN.replace("total", "sum_").replace("middle", "helper").replace("count", "n"),
    ),
    "with other names in one function": cells(SCALED.replace("values", "given")),
    "with another name for NumPy": cells(
        "import numpy as xp\n" + SCALED.replace("np.", "xp."), MEAN
    ),
    "with its helper in a cell of its own": [
        ["scaled", SCALED], ["", MEAN.split("\n\n\n")[0]], ["mean", MEAN.split("\n\n\n")[1]],
    ],
    "with more beside it": cells(SCALED, MEAN, "print(scaled([1]))", "unused = 1"),
    "without names of cells": [["", MEAN], ["", SCALED]],
}  # fmt: skip
OTHERS = {
    "another number": cells(mean=MEAN.replace("total = 0", "total = 1")),
    "another helper": cells(mean=MEAN.replace("total += value", "total = total + value")),
    "another order of arguments": cells(mean=MEAN.replace("total / count", "count / total")),
    "another function of NumPy": cells(SCALED.replace("asarray", "array")),
    "another answer of two": cells(GOOD["scaled"]),
}


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_found_however_it_was_changed_in_looks(assignment, copy):
    assert are_twins(assignment, cells(), COPIES[copy])


@pytest.mark.parametrize("other", OTHERS)
def test_code_that_does_something_else_is_no_copy(assignment, other):
    assert not are_twins(assignment, cells(), OTHERS[other])


def test_one_answer_alone_that_is_the_same_accuses_nobody(assignment):
    stub = next(part.for_students for part in assignment.parts if part.name == "mean")
    assert not are_twins(assignment, cells(mean=stub), cells(mean=stub))
    assert not are_twins(assignment, cells(mean="def mean(:"), cells(mean="def mean(:"))
    assert not are_twins(assignment, [], [])


def test_many_twins_are_a_few_names_and_a_number(assignment):
    told = twins(assignment, [(f"s{number}", cells()) for number in range(9)])
    named = "s0, s1, s2, s3, s4 and 3 more"
    assert told[8].startswith(f"the code of s8 is the same as that of {named}, but for comments")


def test_code_that_is_too_deep_to_be_compared_stops_nothing(assignment):
    deep = cells(f"def scaled(values):\n    return {'-' * 900}1\n")
    assert twins(assignment, [("ada", deep), ("bob", deep), ("cyd", cells())])[2] == ""
