"""The chapters on Colab's versions (`constraints/colab.txt`), with a stand-in for its module.

The first cell is the written one, with a site on this machine in place of the public one.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import nbformat
import pytest
from edition import WHEELS, Edition, build_wheel, sha256_of
from first_cell import first_cell, with_first_cell
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import misgen
from misgen.grading.assignment import SOLUTION, TEST
from misgen.grading.build import read_source, student_notebook

pytestmark = pytest.mark.colab

ROOT = Path(__file__).resolve().parents[2]
COLAB = ROOT / ".venv-colab"
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
ASSIGNMENTS = sorted(path.parent.name for path in (ROOT / "assignments").glob("*/wrong.toml"))
SECONDS = 60
"""Tests of assignments whose calls may take longer train for minutes, and are not run."""
CELL_TIMEOUT = 600
COLABS_OUTPUT = """
def enable_custom_widget_manager():
    _widgets._installed_url = "https://example.com/manager.js"

class _widgets:
    _installed_url = None
"""


@pytest.fixture(scope="module")
def colab_python() -> str:
    """The Python of the second stack."""
    python = COLAB / "bin" / "python"
    assert python.is_file(), "There is no second stack: run `make homes`, which sets it up."
    return str(python)


@pytest.fixture(scope="module")
def cell(tmp_path_factory, serve_folder) -> str:
    """The first cell as it would be for this tree, from a site on this machine."""
    folder = tmp_path_factory.mktemp("site")
    wheel = build_wheel(folder / WHEELS)
    present = Edition(misgen.__version__, sha256_of(wheel))
    return first_cell(present, f"{serve_folder(folder)}/")


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def versions(python: str) -> dict[str, str]:
    listed = json.loads(run(python, "-m", "pip", "list", "--format", "json"))
    return {item["name"].lower().replace("_", "-"): item["version"] for item in listed}


def read(chapter: Path, cell: str) -> nbformat.NotebookNode:
    """The chapter as a site on this machine would publish it."""
    text = chapter.read_text(encoding="utf-8")
    return nbformat.reads(with_first_cell(text, cell), as_version=4)


def client_of(notebook: nbformat.NotebookNode, folder: Path) -> NotebookClient:
    where = {"metadata": {"path": str(folder)}}
    return NotebookClient(notebook, timeout=CELL_TIMEOUT, kernel_name="python3", resources=where)


def test_the_second_stack_has_the_versions_of_its_list(colab_python):
    listed = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "constraints/colab.txt").read_text(), re.M)
    wanted = {name.lower().replace("_", "-"): version for name, version in listed}
    installed = versions(colab_python)
    book = re.search(r"^torch==(\S+)", (ROOT / "requirements.txt").read_text(), re.M)[1]
    own, theirs = installed["torch"].split("+")[0], wanted.pop("torch")
    assert own in {book, theirs}  # site/colab_stack.py says which and why
    assert {name: installed.get(name) for name in wanted} == wanted


@pytest.fixture
def colab(tmp_path, colab_python, monkeypatch) -> Path:
    """A kernel named python3 that takes itself for Colab; installs go to a folder of its own."""
    packages = tmp_path / "packages"
    stand_in = packages / "google" / "colab"
    stand_in.mkdir(parents=True)
    (stand_in / "__init__.py").write_text("from google.colab import output\n")
    (stand_in / "output.py").write_text(COLABS_OUTPUT)
    (packages / "sitecustomize.py").write_text("import google.colab\n")
    environment = {
        "PYTHONPATH": str(packages),
        "PIP_TARGET": str(packages),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(COLAB / "wheels"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    kernel = tmp_path / "kernels" / "python3"
    kernel.mkdir(parents=True)
    command = [colab_python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    specification = {"argv": command, "display_name": "Colab", "env": environment}
    (kernel / "kernel.json").write_text(json.dumps(specification))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.delenv("JUPYTER_PREFER_ENV_PATH", raising=False)
    monkeypatch.delenv("MISGEN_BOOK", raising=False)
    return packages


def errors(notebook: nbformat.NotebookNode) -> list[str]:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.evalue for output in outputs if output.output_type == "error"]


def views(notebook: nbformat.NotebookNode) -> int:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    data = [output.get("data", {}) for output in outputs]
    return sum("application/vnd.jupyter.widget-view+json" in item for item in data)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_every_cell_runs_every_explorer_is_a_widget_and_no_package_changes(
    chapter, colab_python, cell, colab
):
    before = versions(colab_python)
    notebook = read(chapter, cell)
    client_of(notebook, colab.parent).execute(env={**os.environ, "OMP_NUM_THREADS": "1"})
    added = {path.name.split("-")[0] for path in colab.glob("*.dist-info")}
    assert added == {"misgen", "stable_baselines3"}
    assert added & {name.replace("-", "_") for name in before} == set()
    assert errors(notebook) == []
    assert views(notebook) > 0
    assert versions(colab_python) == before


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_students_notebook_runs_there_once_it_is_solved(name, cell, colab):
    source = read_source(ROOT / "assignments" / name)
    handed_out = json.dumps(student_notebook(source, cell))
    notebook = nbformat.reads(handed_out, as_version=4)
    solved = {part.name: part.source for part in source.assignment.of_role(SOLUTION)}
    trains = {p.name for p in source.assignment.of_role(TEST) if p.seconds > SECONDS}
    ids = [each.metadata.get("nbgrader", {}).get("grade_id") for each in notebook.cells]
    assert set(solved) | trains <= set(ids)
    for grade_id, each in zip(ids, notebook.cells, strict=True):
        each.source = "" if grade_id in trains else solved.get(grade_id, each.source)
    client_of(notebook, colab.parent).execute(env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert errors(notebook) == []
    assert (colab / "misgen").is_dir()


def test_an_install_that_fails_is_the_last_thing_that_runs(colab, cell):
    broken = re.sub(r"#sha256=\w{64}", f"#sha256={'0' * 64}", cell)
    notebook = read(CHAPTERS[0], broken)
    with pytest.raises(CellExecutionError):
        client_of(notebook, colab.parent).execute()
    (said,) = errors(notebook)
    assert re.fullmatch(
        r"The book's package could not be installed: run this cell .*#in-colab", said
    )
    ran = [item for item in notebook.cells if item.get("execution_count")]
    assert len(ran) == 1
    assert not (colab / "misgen").exists()
