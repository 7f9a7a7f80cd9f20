"""Builds the assignments of the book into `_build/assignments`, apart from the site.

    python site/assignments.py            # all of them
    python site/assignments.py coinrun

What lies there is for instructors: of each assignment the notebook for students, the same with
solutions, the tests for `misgen-grade`, and a zip for Gradescope.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from edition import ROOT, EditionError, address, build_wheel, newest
from first_cell import first_cell
from page_text import PageError

from misgen.core.atomic import WriteError
from misgen.grading.assignment import AssignmentError
from misgen.grading.build import read_source, verify, write
from misgen.grading.sandbox import MachineError

SOURCES = ROOT / "assignments"
BUILT = ROOT / "_build" / "assignments"


def say(message: str) -> None:
    """Prints one step."""
    print(f"assignments: {message}", flush=True)


def build(names: Sequence[str] = (), into: Path = BUILT) -> None:
    """Builds the named assignments, or all of them; refuses one whose tests do not hold.

    Raises:
        AssignmentError: A solution, a wrong solution or the untouched notebook has points that it
            must not have, or there is no such assignment.
        EditionError: The package for Gradescope cannot be built.
    """
    install = first_cell(newest(), address())
    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(Path(folder))
        for name in names or [source.parent.name for source in SOURCES.glob("*/wrong.toml")]:
            source = read_source(SOURCES / name)
            verify(source, say)
            write(source, into / name, first_cell=install, wheel=wheel)
            say(f"{name} is in {into / name}")


def main() -> int:
    """Builds what the command line names; an error is one sentence."""
    try:
        build(sys.argv[1:])
    except (AssignmentError, EditionError, MachineError, PageError, WriteError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
