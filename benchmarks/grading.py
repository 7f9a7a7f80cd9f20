"""What grading costs for each submission, beside nbgrader, and whether a killed grader loses any.

    .venv/bin/python benchmarks/grading.py                                  # two minutes
    .venv/bin/python benchmarks/grading.py --nbgrader ~/nbgrader/bin/nbgrader

A class of 200 hands in the small assignment of the tests, whose answers take no time, so that what
a submission takes is overhead. One in ten is hostile, by the attacks of the tests. The grader runs
with two processes, is killed after a third of the class, and is started again. Then it and nbgrader
grade the same sample, each with one process. The sample holds only attacks that do no harm to this
machine, as nothing isolates what nbgrader runs.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "grading")]

from small_assignment import (  # noqa: E402
    GOOD,
    NAME,
    handed_in,
    notebook,
    right,
    source_cells,
    toy,
    write_tests,
)  # fmt: skip
from test_attacks import DOES_HARM, LIES, NOTHING, ONLY_MEAN  # noqa: E402

from misgen.grading.sandbox import MachineError  # noqa: E402
from misgen.grading.student import isolation_here  # noqa: E402

HARMLESS = ("is equal to everything", "patches NumPy")
"""Attacks that may run without isolation: they change nothing but their own process."""
SAMPLE = 20
PYTHON_3 = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
Class = dict[str, Any]
"""A notebook for each student."""


def attacks() -> dict[str, str]:
    """Returns a hostile answer to the first question for each attack, by its name."""
    harm = {name: f"def scaled(values):\n    {body}\n" for name, body in DOES_HARM.items()}
    return {**LIES, **harm}


def whole_class(count: int) -> Class:
    """Returns notebooks of a class, in which each tenth student is hostile."""
    hostile = itertools.cycle(attacks().values())
    names = [f"student{number:03d}" for number in range(count)]
    return {
        name: right(name, scaled=next(hostile)) if number % 10 == 9 else right(name)
        for number, name in enumerate(names)
    }


def sample() -> Class:
    """Returns notebooks of a small class, of which one in ten is hostile and harmless."""
    bad = [attacks()[name] for name in HARMLESS]
    honest = {f"student{number:03d}": GOOD["scaled"] for number in range(SAMPLE - len(bad))}
    answers = {**honest, **{f"hostile{number}": code for number, code in enumerate(bad)}}
    return {who: handed_in(who, **{**GOOD, "scaled": code}) for who, code in answers.items()}


def write_class(notebooks: Class, folder: Path, below: str = "") -> Path:
    """Writes each notebook into a folder of its student, as nbgrader collects them."""
    for student, content in notebooks.items():
        place = folder / student / below
        place.mkdir(parents=True)
        (place / f"{NAME}.ipynb").write_text(json.dumps({**content, "metadata": PYTHON_3}), "utf-8")
    return folder


# ------------------------------------------------------------------------- our own grader


def grader(submitted: Path, tests: Path, out: Path, jobs: int) -> subprocess.Popen[bytes]:
    """Starts the grader in a session of its own, so that all of it can be killed."""
    words = [str(submitted), f"--assignment={tests}", f"--out={out}", f"--jobs={jobs}", "--quiet"]
    return subprocess.Popen(
        [sys.executable, "-m", "misgen.grading", *words],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )


def kept(out: Path) -> dict[Path, int]:
    """Returns the grades that are kept, and when each of them was written."""
    files = out.with_name(f"{out.stem}-runs").rglob("*.json")
    return {file: file.stat().st_mtime_ns for file in files}


def killed_after(process: subprocess.Popen[bytes], out: Path, count: int) -> None:
    """Kills a grader with all its processes as soon as it has kept so many grades."""
    while process.poll() is None and len(kept(out)) < count:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def check_table(out: Path, count: int) -> None:
    """Fails unless each student has the points that are due."""
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["student"] for row in rows}) == len(rows) == count, "the table has holes"
    for number, row in enumerate(sorted(rows, key=lambda row: row["student"])):
        earned = (float(row["test_scaled"]), float(row["test_mean"]))
        due = {NOTHING, ONLY_MEAN} if number % 10 == 9 else {(4, 2)}
        assert earned in due, f"{row['student']} has {earned}"


def grade_class(count: int, folder: Path) -> None:
    """Grades a class with a kill on the way, and prints what it took."""
    submitted = write_class(whole_class(count), folder / "submitted")
    tests, out = write_tests(toy(folder / "source"), folder), folder / "grades.csv"
    begun = time.perf_counter()
    killed_after(grader(submitted, tests, out, jobs=2), out, count // 3)
    before = kept(out)
    grader(submitted, tests, out, jobs=2).wait()
    wall = time.perf_counter() - begun
    after = kept(out)
    check_table(out, count)
    assert len(after) == count, "something was lost, or graded twice"
    assert all(after[file] == written for file, written in before.items()), "graded again"
    print(f"{count} submissions, 2 processes, isolated by {isolation_here()}: {wall:.0f} s,")
    print(f"{wall / count:.2f} s for each, with a kill after {len(before)} of them;")
    print("the table is complete, nothing was lost, and nothing graded twice\n")
    print_seconds(list(after))


def print_seconds(files: list[Path]) -> None:
    """Prints how long the grading of one submission takes in its process."""
    runs = [json.loads(file.read_text("utf-8")) for file in files]
    taken: dict[bool, list[float]] = {True: [], False: []}
    for run in runs:
        taken[all(test["score"] for test in run["result"]["tests"])].append(run["seconds"])
    print(f"{'seconds of one submission':28}{'median':>10}{'slowest':>10}")
    for honest, name in ((True, "honest"), (False, "hostile, waiting included")):
        print(f"{name:28}{statistics.median(taken[honest]):>10.2f}{max(taken[honest]):>10.2f}")


# ------------------------------------------------------------------------ beside nbgrader


def prepared(nbgrader: Path, notebooks: Class, folder: Path) -> Path:
    """Returns a course of nbgrader in which a class has handed in."""
    source = folder / "source" / NAME
    source.mkdir(parents=True)
    content = {**notebook(*source_cells()), "metadata": PYTHON_3}
    (source / f"{NAME}.ipynb").write_text(json.dumps(content), "utf-8")
    write_class(notebooks, folder / "submitted", NAME)
    run_nbgrader(nbgrader, folder, "generate_assignment", "--create")
    return folder


def run_nbgrader(nbgrader: Path, course: Path, *words: str) -> float:
    """Runs a command of nbgrader, and returns the seconds that it took."""
    path = f"{nbgrader.parent}{os.pathsep}{os.environ['PATH']}"  # it calls others of its programs
    begun = time.perf_counter()
    subprocess.run(
        [nbgrader, *words, NAME],
        cwd=course,
        check=True,
        capture_output=True,
        env={**os.environ, "PATH": path},
    )
    return time.perf_counter() - begun


def compare(nbgrader: Path, folder: Path) -> None:
    """Grades a sample by nbgrader and by the grader, one after the other, and prints both."""
    notebooks = sample()
    course = prepared(nbgrader, notebooks, folder / "course")
    submitted = write_class(notebooks, folder / "few")
    tests = write_tests(toy(folder / "few-source"), folder)
    begun = time.perf_counter()
    assert grader(submitted, tests, folder / "few.csv", jobs=1).wait() == 0
    ours = time.perf_counter() - begun
    theirs = run_nbgrader(nbgrader, course, "autograde")
    graded = list((course / "autograded").glob(f"*/{NAME}/{NAME}.ipynb"))
    assert len(graded) == SAMPLE, f"nbgrader graded {len(graded)} of {SAMPLE}"
    print(f"\n{f'{SAMPLE} of them, 1 process':28}{'s each':>10}")
    for name, seconds in (("misgen-grade", ours), ("nbgrader autograde", theirs)):
        print(f"{name:28}{seconds / SAMPLE:>10.2f}")
    print(f"nbgrader takes {theirs / ours:.1f} times as long")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="submissions")
    parser.add_argument("--nbgrader", type=Path, help="its program, in an environment of its own")
    options = parser.parse_args()
    try:
        isolation_here()
    except MachineError as error:
        print(f"grading: {error}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        grade_class(options.count, Path(folder))
        if options.nbgrader:
            compare(options.nbgrader.absolute(), Path(folder))
    if not options.nbgrader:
        print("\nFor nbgrader beside it, install it elsewhere, and name it by --nbgrader.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
