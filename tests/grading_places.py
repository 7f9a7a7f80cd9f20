"""The kinds of isolation that this machine has, for tests of what hostile code can do."""

from __future__ import annotations

import functools
import os

import pytest

from misgen.grading import sandbox
from misgen.grading.sandbox import Limits, MachineError
from misgen.grading.student import StudentError, started

CI_SAYS = "install bubblewrap, or run the tests as root with a Python that others can read"


@functools.cache
def missing(kind):
    """Returns why a kind of isolation does not work here, or nothing."""
    if kind == sandbox.USER and os.geteuid() != 0:
        return "only root can become another user"
    try:
        with started(kind, Limits()) as student:
            student.run("import numpy, misgen", 120)
    except (MachineError, StudentError) as error:
        return str(error)
    return ""


def isolated(*kinds):
    """Parametrizes a test by kinds of isolation, and skips those that are not here."""
    kinds = kinds or (sandbox.BUBBLEWRAP, sandbox.USER)
    marks = [
        pytest.param(kind, marks=pytest.mark.skipif(bool(why), reason=f"{kind}: {why}"))
        for kind, why in ((kind, missing(kind)) for kind in kinds)
    ]
    return pytest.mark.parametrize("isolation", marks)


def best():
    """Returns the strictest isolation here; `NONE` where there is none."""
    kinds = (sandbox.BUBBLEWRAP, sandbox.USER)
    return next((kind for kind in kinds if not missing(kind)), sandbox.NONE)
