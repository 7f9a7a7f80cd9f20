"""Faults of the machine, which are errors and no zeros."""

from __future__ import annotations

import contextlib
import math
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from grading_places import best, isolated
from small_assignment import GOOD, handed_in, right, toy

from misgen.grading import sandbox
from misgen.grading.assignment import SETUP, TEST
from misgen.grading.clock import OverError, until
from misgen.grading.grade import Grader, Times, config_of, solution_cells
from misgen.grading.sandbox import Limits, MachineError
from misgen.grading.student import OVER, isolation_here, started


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("toy"))


def edited(assignment, role, source):
    """Returns an assignment with another source in the first cell of a role."""
    first = assignment.of_role(role)[0]
    parts = (replace(p, source=source) if p is first else p for p in assignment.parts)
    return replace(assignment, parts=tuple(parts))


def solved(assignment):
    return config_of(assignment, "ada", list(solution_cells(assignment)))


def test_a_solution_has_all_points_and_the_run_says_where(assignment):
    run = Grader(assignment, best())(solved(assignment))
    assert [test["score"] for test in run.result["tests"]] == [4, 2]
    assert (run.experiment, run.result["isolation"]) == ("grading/toy", best())


def test_the_key_follows_the_tests_and_the_submission(assignment):
    grader, other = Grader(assignment), Grader(edited(assignment, TEST, "pass"))
    assert grader.code != other.code
    assert grader.code == Grader(assignment, sandbox.NONE).code


@pytest.mark.parametrize("source", ["import no_such_package", "1 / 0", "raise OSError"])
def test_a_set_up_that_cannot_run_is_a_fault_of_the_machine(assignment, source):
    broken = edited(assignment, SETUP, source)
    with pytest.raises(MachineError, match="set-up of the tests"):
        Grader(broken, best())(solved(assignment))


def test_a_set_up_that_fails_in_the_students_process_alone_is_one_too(assignment):
    here = sandbox.__file__
    only_here = f"import pathlib, sys\nif 'pytest' not in sys.modules: raise KeyError({here!r})"
    with pytest.raises(MachineError, match="cannot be run for a student"):
        Grader(edited(assignment, SETUP, only_here), best())(solved(assignment))


@pytest.mark.parametrize("source", ["import no_such_package", "open('/no/such/file')"])
def test_a_test_that_lacks_something_of_the_machine_is_one_too(assignment, source):
    with pytest.raises(MachineError, match="The test test_scaled raised"):
        Grader(edited(assignment, TEST, source), best())(solved(assignment))


WIDE = "def scaled(values):\n    return np.ones(2**20, bool)\n"
MULTIPLIES = "given = scaled([1])\nassert (given[:, None] * given).all()"


def test_an_answer_that_takes_all_memory_is_no_fault_of_the_machine(assignment):
    """The test multiplies it to a terabyte, and the solution to one number."""
    asked = edited(assignment, TEST, MULTIPLIES)
    config = {"student": "ada", "cells": [["scaled", WIDE], ["mean", GOOD["mean"]]]}
    first, second = Grader(asked, best())(config).result["tests"]
    assert (first["score"], second["score"]) == (0, 2)
    assert first["told"] == "the answer could not be used: it takes more memory than there is"


def test_a_test_that_takes_all_memory_of_the_solution_as_well_is_one(assignment):
    greedy = edited(assignment, TEST, "np.ones((2**20, 2**20))")
    with pytest.raises(MachineError, match="The test test_scaled raised"):
        Grader(greedy, best())(solved(assignment))


@pytest.mark.parametrize(
    "command", [["/no/such/python"], ["false"], [sys.executable, "-c", "raise KeyError"], ["yes"]]
)
def test_a_process_that_does_not_start_is_one_too(monkeypatch, command):
    monkeypatch.setattr(sandbox.Box, "command", lambda self: command)
    with (
        pytest.raises(MachineError, match=r"did not start|could not be started"),
        started(sandbox.NONE, Limits()),
    ):
        pass


def test_a_process_that_does_not_start_gives_nobody_a_zero(assignment, monkeypatch):
    monkeypatch.setattr(sandbox.Box, "command", lambda self: ["false"])
    with pytest.raises(MachineError):
        Grader(assignment, sandbox.NONE)(solved(assignment))


def test_an_answer_in_another_form_costs_its_points_and_no_others(assignment):
    cells = handed_in("ada", **{**GOOD, "scaled": "def scaled(values): return {'a': None}"})
    answers = {c["id"]: "".join(c["source"]) for c in cells["cells"]}
    config = {"student": "ada", "cells": [[n, answers[n]] for n in ("scaled", "mean")]}
    first, second = Grader(assignment, best())(config).result["tests"]
    assert (first["score"], second["score"]) == (0, 2)
    assert first["told"].startswith("the answer could not be used: TypeError")


def test_a_missing_answer_is_told_by_its_name_and_by_what_went_wrong(assignment):
    config = {"student": "ada", "cells": [["scaled", "def scaled(:"], ["mean", GOOD["mean"]]]}
    first, second = Grader(assignment, best())(config).result["tests"]
    assert first["told"].startswith("scaled is not there: cell scaled raised SyntaxError")
    assert second["score"] == 2


def test_the_time_for_all_is_bounded(assignment):
    grader = Grader(assignment, best(), times=Times(total=0))
    told = {test["told"] for test in grader(solved(assignment)).result["tests"]}
    assert told == {"the time for all questions is over"}


def test_a_test_that_asks_often_ends_with_the_time_for_all(assignment):
    """A thousand calls, each of them quick enough, do not keep the grader for hours."""
    asked = edited(assignment, TEST, "for _ in range(10_000): scaled([1])")
    slow = "import time\ndef scaled(values):\n    time.sleep(0.05)\n    return [0]\n"
    config = {"student": "ada", "cells": [["scaled", slow], ["mean", GOOD["mean"]]]}
    run = Grader(asked, best(), times=Times(total=6))(config)
    assert {test["score"] for test in run.result["tests"]} == {0}
    for test in run.result["tests"]:
        assert test["told"].removeprefix("scaled: ") == "the time for all questions is over"


def test_a_test_that_takes_long_itself_ends_with_the_time_for_all(assignment):
    """As where it lets a large agent live: the process of the student only waits meanwhile."""
    asked = edited(assignment, TEST, "for _ in range(500_000_000): pass")
    run = Grader(asked, best(), times=Times(total=3))(solved(assignment))
    assert {test["told"] for test in run.result["tests"]} == {OVER}
    assert {test["score"] for test in run.result["tests"]} == {0}


def stopped_after(seconds):
    """Returns whether work without an end is stopped."""
    try:
        with until(time.monotonic() + seconds):
            for _ in range(500_000_000):
                pass
    except OverError as error:
        return str(error)


def test_time_ends_in_any_thread():
    """A worker of Dask is none that signals reach."""
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(stopped_after, 0.1).result() == OVER
    assert stopped_after(0.1) == OVER


def test_what_is_in_time_leaves_nothing_behind():
    threads = threading.active_count()
    for end in (time.monotonic() + 60, math.inf):
        with until(end):
            pass
    assert threading.active_count() == threads


def test_what_a_test_quotes_of_an_answer_is_cut(assignment):
    asked = edited(assignment, TEST, "assert scaled([1]) == 2, f'not {scaled([1])}'")
    long = "def scaled(values):\n    return 'x' * 1_000_000\n"
    config = {"student": "ada", "cells": [["scaled", long]]}
    first, _ = Grader(asked, best())(config).result["tests"]
    assert first["told"].startswith("not xxx")
    assert len(first["told"]) == 2_000


def test_values_are_answers_as_well(assignment):
    asked = edited(assignment, TEST, "assert np.allclose(scaled, [1, 2])")
    config = {"student": "ada", "cells": [["scaled", "scaled = np.array([1.0, 2.0])"]]}
    assert Grader(asked, best())(config).result["tests"][0]["score"] == 4


# ---------------------------------------------------------------------------- isolation


@isolated()
def test_what_works_here_is_found(isolation):
    assert isolation_here() in (sandbox.BUBBLEWRAP, sandbox.USER)


@pytest.fixture
def no_isolation(monkeypatch):
    """A machine on which neither bubblewrap nor another user can be had."""

    @contextlib.contextmanager
    def refused(isolation, limits):
        raise MachineError(f"{isolation} is not here")
        yield

    monkeypatch.setattr("misgen.grading.student.started", refused)
    isolation_here.cache_clear()
    yield
    isolation_here.cache_clear()


def test_a_machine_without_isolation_refuses(assignment, no_isolation):
    with pytest.raises(MachineError, match="with --insecure their code runs as you"):
        Grader(assignment)(solved(assignment))
    run = Grader(assignment, sandbox.NONE)(solved(assignment))
    assert [test["score"] for test in run.result["tests"]] == [4, 2]


def test_names_of_right_submissions_are_those_of_the_solution(assignment):
    assert assignment.names == ["scaled", "mean"]
    assert right("ada")["cells"][3]["source"][0].startswith("def scaled")
