"""The command: a class at once, stopped and started again, and what lies beside the table."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from grading_places import best, isolated
from small_assignment import GOOD, POINTS, handed_in, right, toy, write_tests

import misgen
from misgen.grading import sandbox
from misgen.grading.__main__ import file_of_tests, main
from misgen.grading.assignment import AssignmentError
from misgen.grading.student import OVER, check_isolation
from misgen.ledger.runs import Store

HOSTILE = {
    "ends": "def scaled(values):\n    import os\n    os._exit(0)\n",
    "lies": "class A:\n    __eq__ = lambda *a: True\ndef scaled(values): return A()\n",
}
SECURE = [] if best() != sandbox.NONE else ["--insecure"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the tests of the small assignment."""
    folder = tmp_path_factory.mktemp("class")
    write_tests(toy(folder / "source"), folder)
    return folder


def hand_in(folder, **notebooks):
    folder.mkdir(mode=0o700, exist_ok=True)
    for student, content in notebooks.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{student}.ipynb").write_text(text, encoding="utf-8")
    return folder


def words(place, submitted, out, *more):
    tests = place / "toy-tests.json"
    return [str(submitted), "--assignment", str(tests), "--out", str(out), "--quiet", *more]


def grade(place, submitted, out, *more):
    code = main([*words(place, submitted, out, *SECURE), *more])
    return code, table(out)


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def a_class(folder, count):
    """Hands in `count` notebooks, each tenth of them hostile."""
    submitted = {}
    for number in range(count):
        name = f"s{number:03d}"
        body = list(HOSTILE.values())[number // 10 % 2] if number % 10 == 7 else GOOD["scaled"]
        submitted[name] = right(name, scaled=body)
    return hand_in(folder, **submitted)


def test_twenty_submissions_at_once_are_a_complete_table(place, tmp_path, capsys):
    submitted = a_class(tmp_path / "in", 20)
    hand_in(submitted, zero=handed_in("zero"), broken="{", s003=right("s004"))
    code, found = grade(place, submitted, tmp_path / "grades.csv", "--jobs", "2")
    assert code == 1
    assert len(found) == 22
    points = Counter(row["points"] for row in found.values())
    # s003 has the variant of s003, and typed that of another
    assert points == {"6": 18, "2": 2, "0": 1, "": 1}
    assert found["s000"]["points"] == "6"
    assert found["s007"]["points"] == found["s017"]["points"] == "2"
    assert (found["zero"]["points"], found["zero"]["status"]) == ("0", "graded")
    assert (found["broken"]["points"], found["broken"]["status"]) == ("", "nothing to grade")
    assert "'s004' is typed, which is not s003" in found["s003"]["remarks"]
    assert "21 of 22 submissions are graded" in capsys.readouterr().err
    reports = sorted(path.name for path in (tmp_path / "grades-reports").iterdir())
    assert len(reports) == 22
    report = next((tmp_path / "grades-reports").glob("*s007*")).read_text("utf-8")
    assert "test_scaled, 0 of 4: scaled: it ended its own process" in report


def runs(out):
    return sorted(path.name for path in out.with_name("grades-runs").glob("*.json"))


def test_a_grader_that_was_killed_loses_nothing_and_grades_nothing_twice(place, tmp_path):
    submitted, out = a_class(tmp_path / "in", 12), tmp_path / "grades.csv"
    command = [sys.executable, "-m", "misgen.grading"]
    environment = os.environ | {"PYTHONPATH": str(Path(misgen.__file__).parents[1])}
    process = subprocess.Popen(
        [*command, *words(place, submitted, out, "--jobs", "1", *SECURE)],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while len(runs(out)) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = {name: (out.with_name("grades-runs") / name).stat().st_mtime_ns for name in runs(out)}
    assert 3 <= len(kept) < 12
    assert not out.exists()
    code, found = grade(place, submitted, out, "--jobs", "1")
    assert (code, len(found), len(runs(out))) == (0, 12, 12)
    folder = out.with_name("grades-runs")
    assert {name: (folder / name).stat().st_mtime_ns for name in kept} == kept


def test_only_what_was_handed_in_anew_is_graded_again(place, tmp_path):
    submitted, out = hand_in(tmp_path / "in", ada=right("ada"), bob=handed_in("bob")), tmp_path
    out = tmp_path / "grades.csv"
    grade(place, submitted, out)
    first = set(runs(out))
    hand_in(submitted, bob=right("bob"))
    _, found = grade(place, submitted, out)
    assert len(set(runs(out)) - first) == 1
    assert (found["ada"]["points"], found["bob"]["points"]) == ("6", "6")


def test_half_a_character_and_a_name_in_another_encoding_stop_nothing(place, tmp_path):
    """Neither can be written as UTF-8, and one of them cost the whole class its table."""
    raises = "def scaled(values): raise ValueError('\\ud800')\n"
    submitted = hand_in(
        tmp_path / "in",
        ada=right("ada", scaled=raises, why="half of one: \ud800"),
        bob=right("bob\\ud800"),
    )
    (submitted / os.fsdecode(b"M\xfcller.ipynb")).write_text(json.dumps(right("x")), "utf-8")
    code, found = grade(place, submitted, tmp_path / "grades.csv", "--typed")
    points = {name: row["points"] for name, row in found.items()}
    assert (code, points) == (0, {"ada": "2", "bob": "6", "M\\udcfcller": "6"})
    assert "half of one: \\ud800" in (tmp_path / "grades-written.csv").read_text("utf-8")


def test_minutes_bound_a_submission_and_more_of_them_grade_it_again(place, tmp_path):
    submitted, out = hand_in(tmp_path / "in", ada=right("ada")), tmp_path / "grades.csv"
    _, found = grade(place, submitted, out, "--minutes", "0.0001")
    assert (found["ada"]["points"], found["ada"]["status"]) == ("0", "graded")
    (report,) = (tmp_path / "grades-reports").iterdir()
    assert OVER in report.read_text("utf-8")
    assert grade(place, submitted, out)[1]["ada"]["points"] == "6"


@pytest.mark.parametrize("minutes", ["0", "-1", "nan", "inf", "five"])
def test_minutes_in_which_nothing_can_be_graded_are_refused(place, tmp_path, capsys, minutes):
    submitted, out = hand_in(tmp_path / "in", ada=right("ada")), tmp_path / "grades.csv"
    with pytest.raises(SystemExit) as ended:
        main(words(place, submitted, out, "--minutes", minutes))
    assert (ended.value.code, out.exists()) == (2, False)
    assert f"it must be a number above 0, such as 5, not {minutes}" in capsys.readouterr().err


def test_a_fault_of_the_machine_is_an_error_and_tried_again(place, tmp_path, monkeypatch):
    submitted, out = hand_in(tmp_path / "in", ada=right("ada")), tmp_path / "grades.csv"
    with monkeypatch.context() as broken:
        broken.setattr(sandbox.Box, "command", lambda self: ["false"])
        code = main(words(place, submitted, out, "--jobs", "1", "--insecure"))
        row = table(out)["ada"]
    assert (code, row["status"], row["points"]) == (1, "error", "")
    assert "did not start" in row["remarks"]
    _, found = grade(place, submitted, out, "--jobs", "1")
    assert (found["ada"]["status"], found["ada"]["points"]) == ("graded", "6")


@pytest.mark.parametrize("between", [",", ";"])  # as a spreadsheet saves it, here or there
def test_marks_by_hand_are_kept_and_added(place, tmp_path, between):
    submitted = hand_in(tmp_path / "in", ada=right("ada"), bob=handed_in("bob"))
    out, marks = tmp_path / "grades.csv", tmp_path / "grades-written.csv"
    _, found = grade(place, submitted, out)
    assert found["ada"]["remarks"] == "why is not marked yet"
    assert found["bob"]["why"] == "0"
    with marks.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["criterion"] for line in lines if line["student"] == "ada"] == [
        "names the centre", "is one sentence",
    ]  # fmt: skip
    for line in lines:
        if line["student"] == "ada":
            line |= {"points": line["of"], "comment": "Well put."}
    with marks.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, lines[0], delimiter=between)
        writer.writeheader()
        writer.writerows(lines)
    for _ in range(2):  # what is written back is read again
        code, found = grade(place, submitted, out)
        assert (code, found["ada"]["points"], found["ada"]["why"]) == (0, str(POINTS), "3")
    report = next((tmp_path / "grades-reports").glob("*ada*")).read_text("utf-8")
    assert "why, 3 of 3: Well put. Well put." in report
    hand_in(submitted, ada=right("ada", why="Another answer."))
    _, found = grade(place, submitted, out)
    assert found["ada"]["remarks"] == "why has changed since it was marked"


@pytest.mark.parametrize("wrong", ["7", "-1", "two"])
def test_a_mark_out_of_range_is_refused_by_name(place, tmp_path, capsys, wrong):
    submitted = hand_in(tmp_path / "in", ada=right("ada"))
    out, marks = tmp_path / "grades.csv", tmp_path / "grades-written.csv"
    grade(place, submitted, out)
    marks.write_text(marks.read_text("utf-8").replace("centre,2,,", f"centre,2,{wrong},"), "utf-8")
    assert main(words(place, submitted, out, *SECURE)) == 2
    assert "The mark of ada for why, 'names the centre', must be 0 to 2" in capsys.readouterr().err


def test_the_command_takes_the_switch_of_sweeps_for_many_machines(place, tmp_path, capsys):
    submitted = hand_in(tmp_path / "in", ada=right("ada"))
    address = "tcp://127.0.0.1:1"
    assert main(words(place, submitted, tmp_path / "grades.csv", "--dask", address)) == 2
    assert f"No Dask scheduler answers at {address}" in capsys.readouterr().err


def test_a_dask_cluster_grades_as_this_machine_does(place, tmp_path):
    distributed = pytest.importorskip("distributed")
    submitted, out = a_class(tmp_path / "in", 4), tmp_path / "grades.csv"
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None,
        protocol="tcp", host="127.0.0.1",
    ) as cluster:  # fmt: skip
        asked = ["--dask", cluster.scheduler_address]
        code = main(words(place, submitted, out, *asked, *SECURE))
    assert (code, {row["points"] for row in table(out).values()}) == (0, {"6"})


@pytest.mark.parametrize("name", ["no-such", "."])
def test_an_assignment_that_is_not_built_says_how_to_build_it(name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssignmentError, match="run `make assignments`"):
        file_of_tests(name)


def test_an_assignment_is_found_by_name_by_folder_and_by_file(place, monkeypatch, tmp_path):
    folder = tmp_path / "_build" / "assignments" / "toy"
    folder.mkdir(parents=True)
    file = folder / "toy-tests.json"
    file.write_bytes((place / "toy-tests.json").read_bytes())
    monkeypatch.chdir(tmp_path)
    for name in ("toy", str(folder), str(file)):
        assert file_of_tests(name).resolve() == file


@pytest.mark.parametrize("content", ["{}", "[]", "{", '{"format": "misgen-assignment-1"}'])
def test_a_file_that_is_no_assignment_is_one_sentence(tmp_path, capsys, content):
    (tmp_path / "x.json").write_text(content)
    assert main([str(tmp_path), "--assignment", str(tmp_path / "x.json")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# ------------------------------------------------------------------- another user


@isolated(sandbox.USER)
def test_tests_that_the_other_user_could_read_are_refused(isolation, tmp_path, monkeypatch):
    monkeypatch.setattr("misgen.grading.student.isolation_here", lambda: sandbox.USER)
    open_to_all = Path("/tmp") / f"misgen-test-{os.getpid()}.json"
    open_to_all.write_text("the tests")
    try:
        open_to_all.chmod(0o644)
        with pytest.raises(sandbox.MachineError, match="chmod -R go-rwx"):
            check_isolation([open_to_all])
        open_to_all.chmod(0o600)
        check_isolation([open_to_all])
    finally:
        open_to_all.unlink()


@isolated(sandbox.USER)
def test_a_class_is_graded_by_another_user_where_there_is_no_bubblewrap(
    isolation, place, tmp_path, monkeypatch
):
    monkeypatch.setattr("misgen.grading.grade.isolation_here", lambda: sandbox.USER)
    monkeypatch.setattr("misgen.grading.student.isolation_here", lambda: sandbox.USER)
    submitted, out = a_class(tmp_path / "in", 8), tmp_path / "grades.csv"
    assert main(words(place, submitted, out, "--jobs", "1")) == 0
    found = table(out)
    assert (found["s000"]["points"], found["s007"]["points"]) == ("6", "2")
    run = Store(tmp_path / "grades-runs").load(runs(out)[0].removesuffix(".json"))
    assert run.result["isolation"] == sandbox.USER


def test_the_store_is_closed_to_others(place, tmp_path):
    submitted, out = hand_in(tmp_path / "in", ada=right("ada")), tmp_path / "grades.csv"
    grade(place, submitted, out)
    assert (tmp_path / "grades-runs").stat().st_mode & 0o077 == 0
