"""Grades an assignment of the book: `misgen-grade SUBMISSIONS --assignment coinrun`.

    misgen-grade submitted/ --assignment coinrun --out grades.csv --jobs 4
    misgen-grade submitted.zip --assignment coinrun --out grades.csv --roster class.csv

SUBMISSIONS is a folder or a zip: one notebook or one folder for each student, as Canvas, Moodle,
Gradescope and nbgrader write them. Beside the table lie those for Canvas, Moodle and Gradescope, a
report for each student, and the answers in words: fill the column "points" of grades-written.csv,
and run the same command again.

What is graded is kept: stopped or killed, the same command goes on where it was, and grades again
only what was handed in anew. Whoever takes longer than `--minutes` keeps the points he has by then;
with other minutes all are graded again.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from misgen.core.atomic import WriteError, remove_leftovers, write_text
from misgen.core.extras import ExtraError, extra
from misgen.grading import tables, written
from misgen.grading.assignment import Assignment, AssignmentError, load
from misgen.grading.grade import Grader, Times
from misgen.grading.sandbox import NONE, MachineError
from misgen.grading.student import check_isolation
from misgen.grading.submissions import (
    Submission,
    SubmissionsError,
    handed_in,
    read_roster,
    submissions,
)  # fmt: skip
from misgen.grading.tables import Graded
from misgen.ledger import executors
from misgen.ledger.executors import Executor, Failure
from misgen.ledger.runs import Store, SweepError, run_key

BUILT = Path("_build/assignments")
"""Where `make assignments` writes."""
_MISTAKES = (
    AssignmentError, ExtraError, MachineError, SubmissionsError, SweepError, WriteError,
    written.MarksError,
)  # fmt: skip
"""What the reader can put right: he sees the sentence alone."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Returns:
        The exit code: 0 when all is graded, 1 when something could not be, 2 when something must be
        put right first, 130 when stopped.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = argument_parser().parse_args(words)
    # containers and make stop a process by SIGTERM: it must end as cleanly as by Ctrl-C
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _grade(options)
    except _MISTAKES as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"Stopped. To go on: {shlex.join(['misgen-grade', *words])}", file=sys.stderr)
        return 130


def _grade(options: argparse.Namespace) -> int:
    path = file_of_tests(options.assignment)
    assignment, out = load(path), options.out
    files = handed_in(options.submissions, assignment.name)
    roster = read_roster(options.roster)
    found = submissions(files, assignment, roster, trust_typed=options.typed)
    store = Store(beside_store(out))
    given = written.read_marks(tables.beside(out, "written.csv"))
    store.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if options.dask is None and not options.insecure:
        check_isolation([path, store.folder, options.submissions])
    isolation = NONE if options.insecure else ""
    grader = Grader(assignment, isolation, times=Times(total=60 * options.minutes))
    failures = grade_all(grader, found, store, _executor(options), options.quiet)
    graded = [_marked(assignment, _graded(grader, one, store, failures), given) for one in found]
    _write(assignment, graded, out, given)
    return _summary(graded, out)


def file_of_tests(name: str) -> Path:
    """Returns the file with the tests of an assignment.

    Args:
        name: Name of an assignment of the book, or the path of such a file, or of its folder.

    Raises:
        AssignmentError: There is none.
    """
    path = Path(name)
    places = [path, path / f"{path.name}-tests.json", BUILT / name / f"{name}-tests.json"]
    for place in places:
        if place.is_file():
            return place
    raise AssignmentError(
        f"There are no tests of {name!r}: run `make assignments` in the repository of the book, "
        f"which writes {places[-1]}, or name a file."
    )


def beside_store(out: Path) -> Path:
    """Returns the folder in which graded submissions are kept."""
    return tables.beside(out, "runs")


def _executor(options: argparse.Namespace) -> Executor:
    if options.dask is not None:
        return executors.dask(options.dask)
    return executors.serial if options.jobs == 1 else executors.loky(options.jobs)


def grade_all(
    grader: Grader,
    found: Sequence[Submission],
    store: Store,
    executor: Executor,
    quiet: bool = False,
) -> dict[str, str]:
    """Grades what is not graded yet, and keeps each grade as soon as it is there.

    Returns:
        The faults of the machine, by the key of the run.

    Raises:
        SweepError: The executor cannot go on.
        misgen.core.atomic.WriteError: A grade cannot be kept.
    """
    with extra("grading", "Grading"):
        from tqdm import tqdm

    remove_leftovers(store.folder)  # of a grader that was killed while writing
    configs = {_key(grader, one): one.config for one in found if one.graded}
    todo = [config for key, config in configs.items() if key not in store]
    failures: dict[str, str] = {}
    results = executor(grader, store.save, todo)
    bar = tqdm(
        desc=grader.assignment.name, total=len(configs), initial=len(configs) - len(todo),
        unit="submission", disable=quiet, smoothing=0,
    )  # fmt: skip
    with contextlib.closing(results), bar:
        for result in results:
            if isinstance(result, Failure):
                failures[run_key(grader.experiment, result.config, grader.code)] = result.error
                bar.write(f"{result.config['student']}: {result.error}", file=sys.stderr)
            bar.update()
    return failures


def _key(grader: Grader, one: Submission) -> str:
    return run_key(grader.experiment, one.config, grader.code)


def _graded(grader: Grader, one: Submission, store: Store, failures: dict[str, str]) -> Graded:
    if not one.graded:
        return Graded(one)
    key = _key(grader, one)
    if key not in store:
        return Graded(one, error=failures.get(key, "it was not graded"))
    result = store.load(key).result
    return Graded(one, result["tests"], tuple(result["remarks"]))


def _marked(assignment: Assignment, one: Graded, given: written.Given) -> Graded:
    if one.status != tables.GRADED:
        return one
    marks, remarks = written.marks_of(assignment, one.submission, given)
    return Graded(one.submission, one.tests, (*one.remarks, *remarks), one.error, marks)


def _write(
    assignment: Assignment, graded: Sequence[Graded], out: Path, given: written.Given
) -> None:
    tables.write_tables(assignment, graded, out)
    tables.write_reports(assignment, graded, tables.beside(out, "reports"))
    readable = [one.submission for one in graded if one.submission.graded]
    marks = tables.csv_text(written.rows(assignment, readable, given))
    write_text(tables.beside(out, "written.csv"), "\ufeff" + marks)
    write_text(tables.beside(out, "written.html"), written.page(assignment, readable))


def _summary(graded: Sequence[Graded], out: Path) -> int:
    """Prints a line for each remark, and how many are graded."""
    for one in graded:
        for remark in one.doubts:
            print(f"{one.submission.student}: {remark}", file=sys.stderr)
    done = sum(one.status == tables.GRADED for one in graded)
    print(f"{done} of {len(graded)} submissions are graded: {out}", file=sys.stderr)
    return 0 if done == len(graded) else 1


def _minutes(text: str) -> float:
    """Reads a number of minutes in which something can be graded."""
    try:
        minutes = float(text)
    except ValueError:
        minutes = math.nan
    if not 0 < minutes < math.inf:
        raise argparse.ArgumentTypeError(f"it must be a number above 0, such as 5, not {text}")
    return minutes


def argument_parser() -> argparse.ArgumentParser:
    """Returns the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="misgen-grade",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("submissions", type=Path, metavar="SUBMISSIONS", help="a folder or a zip")
    add("--assignment", required=True, metavar="NAME", help="such as coinrun, or a file of tests")
    add("--out", type=Path, default=Path("grades.csv"), metavar="CSV", help="default grades.csv")
    add("--roster", type=Path, metavar="CSV", help="the class, as your system exports it")
    typed = "draw the variant from the name that is typed in a notebook, whosever file it is"
    add("--typed", action="store_true", help=typed)
    where = parser.add_mutually_exclusive_group()
    jobs = os.cpu_count() or 1
    where.add_argument("--jobs", type=int, default=jobs, metavar="N", help=f"default {jobs}")
    where.add_argument("--dask", metavar="ADDRESS", help="a Dask scheduler, tcp://host:8786")
    minutes = Times().total / 60
    limit = f"what one submission may take in all, default {minutes:g}"
    add("--minutes", type=_minutes, default=minutes, metavar="N", help=limit)
    add("--insecure", action="store_true", help="run students' code as you, without isolation")
    add("--quiet", action="store_true", help="without a progress bar")
    return parser


if __name__ == "__main__":
    sys.exit(main())
