"""The notebooks are executed before the pages are built, several at once, and each once."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest

MEETING = """
from pathlib import Path
import time
Path("{name} was here").touch()
while not Path("{other} was here").exists():
    time.sleep(0.02)
with Path("log.txt").open("a") as log:
    print("{name}", file=log)
"""


@pytest.fixture
def book(build, tmp_path):
    """A book of two notebooks that wait for each other, of one that fails, and of one that dies."""
    sources = {
        "first": MEETING.format(name="first", other="second"),
        "second": MEETING.format(name="second", other="first"),
        "third": "1 / 0",
        "fourth": "import os; os._exit(1)",
    }
    for name, source in sources.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python"}
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    (tmp_path / "_config.yml").write_text("execute:\n  timeout: 60\n")
    chapters = "".join(f"  - file: {name}\n" for name in sources)
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: intro\nchapters:\n{chapters}")
    (tmp_path / "intro.md").touch()

    def execute():
        command = [sys.executable, build.SCRIPT, tmp_path, tmp_path / "cache", str(os.getpid())]
        environment = build.build_environment()
        return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8")

    return execute


@pytest.fixture
def build(tools):
    """The build script."""
    return tools("build")


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor executes one at a time")
def test_notebooks_run_side_by_side_and_what_is_cached_does_not_run_again(book, tmp_path):
    first = book()
    assert first.returncode == 1
    assert "third.ipynb failed after " in first.stderr
    assert "ZeroDivisionError" in first.stderr, "the log says why"
    assert "fourth.ipynb failed: Kernel died" in first.stderr
    assert "Traceback (most recent call last)\n  File" not in first.stderr
    assert sorted((tmp_path / "log.txt").read_text().split()) == ["first", "second"]
    for name in ("third", "fourth"):
        nbformat.write(nbformat.v4.new_notebook(), tmp_path / f"{name}.ipynb")
    second = book()
    assert (second.returncode, second.stderr.count("failed")) == (0, 0)
    assert sorted((tmp_path / "log.txt").read_text().split()) == ["first", "second"]
