"""Running a chapter leaves git clean for those who ran `make` once."""

from __future__ import annotations

import subprocess
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = (  # each costs a second whenever git looks
    "chapters/coinrun.ipynb", "chapters/taxonomy.ipynb", "assignments/coinrun/coinrun.ipynb",
)  # fmt: skip
LANGUAGE = {  # what a kernel tells Jupyter, which writes it into the notebook
    "codemirror_mode": {"name": "ipython", "version": 3}, "file_extension": ".py",
    "mimetype": "text/x-python", "name": "python", "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3", "version": "3.12.1",
}  # fmt: skip


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory, root) -> Path:
    """A clone in which `make` has set up the filter, with notebooks committed as they are here."""
    folder = tmp_path_factory.mktemp("clone") / "a book"
    run(root, "git", "clone", "-q", "--no-checkout", "--shared", str(root), str(folder))
    for name in ("Makefile", ".gitattributes", "requirements.txt"):
        (folder / name).write_bytes((root / name).read_bytes())
    for name in NOTEBOOKS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((root / name).read_bytes())
    run(folder, "git", "add", ".gitattributes", *NOTEBOOKS)
    run(folder, "git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "All")
    (folder / ".venv").symlink_to(root / ".venv")
    run(folder, "make", "-s", "git-filter")
    return folder


def changes(clone: Path) -> list[str]:
    run(clone, "git", "add", "--renormalize", *NOTEBOOKS)
    return run(clone, "git", "diff", "--cached", "--name-only").split()


def executed(path: Path) -> nbformat.NotebookNode:
    """A chapter as Jupyter saves it after a run."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.language_info = LANGUAGE
    for count, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.execution_count = count
            cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
            cell.outputs = [nbformat.v4.new_output("stream", text="much\n" * 1000)]
    return notebook


def test_nothing_is_changed_for_git_before_anything_was_run(clone):
    assert changes(clone) == []


def test_each_notebook_is_committed_as_the_filter_writes_it(root):
    paths = [*root.glob("chapters/*.ipynb"), *root.glob("assignments/*/*.ipynb")]
    assert len(paths) > 20
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert text == nbformat.writes(nbformat.reads(text, as_version=4)) + "\n", path


def test_a_chapter_that_was_run_is_unchanged_for_git(clone):
    for path in [clone / name for name in NOTEBOOKS]:
        before = path.read_text(encoding="utf-8")
        nbformat.write(executed(path), path)
        assert path.read_text(encoding="utf-8") != before
    assert changes(clone) == []


def test_a_chapter_in_which_a_word_was_changed_is_changed_by_one_line(clone):
    path = clone / "chapters" / "coinrun.ipynb"
    notebook = executed(path)
    notebook.cells[0].source = notebook.cells[0].source.replace("platform", "jumping", 1)
    nbformat.write(notebook, path)
    assert changes(clone) == ["chapters/coinrun.ipynb"]
    assert run(clone, "git", "diff", "--cached", "--numstat").split()[:2] == ["1", "1"]


def test_without_the_tools_notebooks_pass_as_they_are(clone):
    path = clone / "chapters" / "taxonomy.ipynb"
    (clone / ".venv").unlink()
    nbformat.write(executed(path), path)
    assert "chapters/taxonomy.ipynb" in changes(clone)


def test_outside_of_git_nothing_is_set_up_and_nothing_fails(tmp_path, root):
    (tmp_path / "Makefile").write_bytes((root / "Makefile").read_bytes())
    (tmp_path / "requirements.txt").write_bytes((root / "requirements.txt").read_bytes())
    assert run(tmp_path, "make", "-s", "git-filter") == ""
