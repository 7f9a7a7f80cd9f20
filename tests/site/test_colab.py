"""The chapters on Colab's versions (`constraints/colab.txt`), with a stand-in for its module."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.colab

ROOT = Path(__file__).resolve().parents[2]
COLAB = ROOT / ".venv-colab"
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
SOURCE_OF_PACKAGE = re.compile(r"misgen(?:\[[\w,]*\])?\s*@\s*git\+https://[^\"'\s]+")
CELL_TIMEOUT = 600


@pytest.fixture(scope="module")
def colab_python() -> str:
    """The Python of the second stack."""
    python = COLAB / "bin" / "python"
    assert python.is_file(), "There is no second stack: run `make test`, which sets it up."
    return str(python)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The package as Colab builds it from the repository."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True)
    return next(folder.glob("misgen-*.whl"))


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def versions(python: str) -> dict[str, str]:
    listed = json.loads(run(python, "-m", "pip", "list", "--format", "json"))
    return {item["name"].lower().replace("_", "-"): item["version"] for item in listed}


def read(chapter: Path, wheel: Path) -> nbformat.NotebookNode:
    """The chapter, with the package taken from the wheel instead of the network."""
    notebook = nbformat.read(chapter, as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    first.source, replaced = SOURCE_OF_PACKAGE.subn(str(wheel), first.source)
    assert replaced == 1, "The first cell does not install misgen from its repository."
    return notebook


def pip_arguments(notebook: nbformat.NotebookNode) -> list[str]:
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    line = next(line for line in first.source.splitlines() if "%pip install" in line)
    return shlex.split(line.split("%pip install", 1)[1])


def test_the_second_stack_has_the_versions_of_its_list(colab_python):
    listed = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "constraints/colab.txt").read_text(), re.M)
    wanted = {name.lower().replace("_", "-"): version for name, version in listed}
    installed = versions(colab_python)
    assert {name: installed.get(name) for name in wanted} == wanted


def test_the_wheel_carries_the_published_agents_and_the_modules_of_the_explorers(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("misgen/assets/agents/") for name in names)
    assert any(re.fullmatch(r"misgen/explore/js/\w+\.js", name) for name in names)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_the_first_cell_adds_packages_and_changes_none(chapter, colab_python, wheel):
    arguments = pip_arguments(read(chapter, wheel))
    offline = ["--no-index", "--find-links", str(COLAB / "wheels")]
    report = run(
        colab_python, "-m", "pip", "install", "--dry-run", "--quiet", "--report", "-",
        *offline, *arguments,
    )  # fmt: skip
    added = {item["metadata"]["name"].lower() for item in json.loads(report)["install"]}
    assert "misgen" in added
    assert added & versions(colab_python).keys() == set()


@pytest.fixture
def colab(tmp_path, colab_python, monkeypatch) -> Path:
    """A kernel named python3 that takes itself for Colab; installs go to a folder of its own."""
    packages = tmp_path / "packages"
    stand_in = packages / "google" / "colab"
    stand_in.mkdir(parents=True)
    (stand_in / "__init__.py").write_text("from google.colab import output\n")
    (stand_in / "output.py").write_text("def enable_custom_widget_manager():\n    pass\n")
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
def test_every_cell_runs_and_every_explorer_is_a_widget(chapter, colab_python, wheel, colab):
    before = versions(colab_python)
    notebook = read(chapter, wheel)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(colab.parent)}},
    )
    client.execute(env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert (colab / "misgen").is_dir()
    assert errors(notebook) == []
    assert views(notebook) > 0
    assert versions(colab_python) == before
