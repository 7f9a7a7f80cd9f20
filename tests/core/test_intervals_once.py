"""An interval over seeds is computed in one place, and everything else asks there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path("src/misgen")
HOME = SOURCE / "core" / "intervals.py"
QUANTILE = re.compile(r"\bstudent_t\(")
STANDARD_ERROR = re.compile(r"ddof=1[^\n]*sqrt\(|sqrt\([^\n]*ddof=1")
OTHERWISE = {
    "topics/coin_line/figures.py": "of the slope of a fitted line, which is no mean over seeds"
}
"""Module -> why it asks for a quantile of its own."""


def modules(root: Path) -> dict[str, str]:
    """Returns the path in the package of every module but the home of intervals, and its text."""
    paths = (path for path in sorted((root / SOURCE).rglob("*.py")) if path != root / HOME)
    return {path.relative_to(root / SOURCE).as_posix(): path.read_text("utf-8") for path in paths}


def test_no_other_module_computes_an_interval(root):
    found = [name for name, text in modules(root).items() if QUANTILE.search(text)]
    assert found == list(OTHERWISE), "use over_seeds or band of misgen.core.intervals"


def test_no_other_module_computes_a_standard_error(root):
    found = [name for name, text in modules(root).items() if STANDARD_ERROR.search(text)]
    assert not found, "use over_seeds or band of misgen.core.intervals"


@pytest.mark.parametrize(
    "line",
    [
        "half = student_t(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n)",
        "error = 1.96 * values.std(axis=0, ddof=1) / np.sqrt(n)",
        "error = math.sqrt(values.var(ddof=1) / n)",
    ],
)
def test_one_that_is_written_again_would_be_found(line):
    assert QUANTILE.search(line) or STANDARD_ERROR.search(line)
