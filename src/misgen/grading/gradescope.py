"""The same grader as Gradescope's autograder: a zip, and what runs in its container."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

from misgen.core.atomic import Json, read_json, write_json
from misgen.grading.assignment import Assignment, load
from misgen.grading.grade import Grader
from misgen.grading.sandbox import MachineError
from misgen.grading.student import check_isolation
from misgen.grading.submissions import (
    Handed,
    Roster,
    Submission,
    SubmissionsError,
    handed_in,
    submissions,
)  # fmt: skip

ROOT = Path("/autograder")
_SETUP = """\
#!/usr/bin/env bash
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y bubblewrap python3 python3-venv util-linux
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    python=python3.11  # Ubuntu 22.04 has it beside an older one
    apt-get install -y python3.11 python3.11-venv
fi
# apart from the system's packages, and where the other user of a submission can read it
"$python" -m venv /opt/misgen
/opt/misgen/bin/python -m pip install /autograder/source/{wheel}
"""
_RUN = """\
#!/usr/bin/env bash
chmod -R go-rwx /autograder/source /autograder/submission /autograder/results
exec /opt/misgen/bin/python -I -m misgen.grading.gradescope
"""


def autograder(assignment: Assignment, wheel: Path) -> bytes:
    """Returns the zip that Gradescope takes: what installs, what runs, the tests and the package.

    The same files give the same bytes.
    """
    files = {
        "setup.sh": _SETUP.format(wheel=wheel.name).encode(),
        "run_autograder": _RUN.encode(),
        "tests.json": json.dumps(assignment.to_json(), indent=1).encode(),
        wheel.name: wheel.read_bytes(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.external_attr = 0o755 << 16  # permissions, in the upper half of the field
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def main(root: Path = ROOT) -> int:
    """Grades the one submission of a container.

    Returns:
        The exit code. Where it is not 0 there are no results, and Gradescope says that grading
        failed: a fault of the machine gives nobody a zero.
    """
    try:
        results = results_of(root)
    except MachineError as error:
        print(error, file=sys.stderr)
        return 1
    write_json(root / "results" / "results.json", results)
    return 0


def results_of(root: Path) -> Json:
    """Returns what Gradescope shows: the tests with their points, and the remarks.

    Raises:
        MachineError: A fault of the machine.
    """
    tests = root / "source" / "tests.json"
    check_isolation([tests, root / "results", root / "submission"])
    assignment = load(tests)
    (one,) = submissions([_handed(root, assignment)], assignment, Roster((), ()))
    if not one.graded:
        return {"score": 0, "output": _sentences(one)}
    graded = Grader(assignment)(one.config).result
    shown = [
        {"name": test["test"], "score": test["score"], "max_score": test["points"],
         "output": test["told"]}
        for test in graded["tests"]
    ]  # fmt: skip
    return {"tests": shown, "output": _sentences(one, graded["remarks"])}


def _sentences(one: Submission, more: list[str] | None = None) -> str:
    return "\n".join((*one.remarks, *(more or ())))


def _handed(root: Path, assignment: Assignment) -> Handed:
    """Returns the one notebook, as that of the student whom Gradescope names."""
    users = read_json(root / "submission_metadata.json").get("users", [])
    named = [str(user.get(key) or "") for user in users for key in ("sid", "email", "name")]
    keys = tuple(filter(None, named)) or ("unknown",)
    try:
        found = handed_in(root / "submission", assignment.name)
    except SubmissionsError:
        found = []
    found = [one for one in found if not one.problem] or found  # others lie beside the notebook
    if len(found) != 1:
        return Handed(keys, "", b"", f"there are {len(found)} notebooks, hand in one")
    return replace(found[0], keys=keys)


if __name__ == "__main__":
    sys.exit(main())
