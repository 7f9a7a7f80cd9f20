"""What make finds on a machine: other Pythons, half an installation, a folder of any name."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = ("Makefile", "requirements.txt", "pyproject.toml", "package.json", "package-lock.json")
NPM_FILES = (
    "@codemirror/view", "assemblyscript", "esbuild", "markdown-it", "mathjax",
    "plotly.js-basic-dist-min", "pyodide", "axe-core", "lighthouse",
)  # fmt: skip


class Checkout:
    """The files that make looks at, in a folder of their own."""

    def __init__(self, folder):
        self.folder = folder
        for name in FILES:
            shutil.copy(ROOT / name, folder)
        shutil.copytree(ROOT / "constraints", folder / "constraints")
        (folder / "site").mkdir()

    def python(self, name, version):
        """Writes a Python that says which version it is, and does nothing else."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        answer = f"echo {version}" if version else "exit 127"
        path.write_text(f'#!/bin/sh\n[ "$1" = -c ] && {answer}\n')
        path.chmod(0o755)
        return path

    def install(self):
        """Leaves all stamps, as after an installation."""
        self.python(".venv/bin/python", "3.11")
        for name in NPM_FILES:
            (self.folder / "node_modules" / name).mkdir(parents=True)
            (self.folder / "node_modules" / name / "package.json").touch()
        for stamp in (".venv/.stamp", "node_modules/.stamp", "node_modules/.test-stamp"):
            (self.folder / stamp).touch()

    def make(self, *words, **options):
        command = ["make", "--no-print-directory", *words]
        # without what a make around these tests, or a virtual environment, would say
        environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            **options,
        )

    def refusal(self, *words, **options):
        """Returns what make says before it stops, after a check that it stops with one sentence."""
        done = self.make(*words, **options)
        assert done.returncode == 2
        sentence, end = done.stderr.splitlines()
        assert re.match(r"make: \*\*\* .+ Error 1$", end)
        assert sentence.count(". ") == 0
        return sentence


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


@pytest.mark.parametrize("version", ["2.7", "3.10", "3.14", None])
def test_a_python_that_the_book_cannot_use_is_refused_by_name(checkout, version):
    python = checkout.python("a-python", version)
    sentence = checkout.refusal("site", f"PYTHON={python}")
    assert sentence.startswith("The book needs Python 3.11, 3.12, 3.13, and ")
    assert f"{python} is {version or 'none that runs'}: name one by make PYTHON=" in sentence
    assert not (checkout.folder / ".venv").exists()


def test_a_python_that_is_not_there_is_refused_by_name(checkout):
    sentence = checkout.refusal("site", "PYTHON=python9")
    assert "python9 is none that runs: name one by make PYTHON=" in sentence


@pytest.mark.parametrize("version", ["3.9", "3.14", None])
def test_an_environment_that_the_book_cannot_use_is_refused(checkout, version):
    checkout.install()
    checkout.python(".venv/bin/python", version)
    sentence = checkout.refusal("site")
    assert f".venv/bin/python is {version or 'none that runs'}: " in sentence
    assert sentence.endswith("and remove .venv first.")


def test_an_environment_of_another_python_than_the_named_one_is_refused(checkout):
    checkout.install()
    python = checkout.python("a-python", "3.13")
    sentence = checkout.refusal("site", f"PYTHON={python}")
    assert sentence.startswith(f".venv has Python 3.11, and {python} is 3.13: remove .venv, or")


def test_an_environment_of_the_named_python_is_used(checkout):
    checkout.install()
    python = checkout.python("a-python", "3.11")
    assert checkout.make("checked", f"PYTHON={python}").returncode == 0


@pytest.mark.parametrize("name", NPM_FILES)
def test_a_lost_npm_package_is_fetched_again(checkout, name):
    checkout.install()
    target = "node_modules/.test-stamp" if name in NPM_FILES[-2:] else "node_modules/.stamp"
    assert "npm ci" not in checkout.make("-n", target).stdout, "nothing is to be done"
    shutil.rmtree(checkout.folder / "node_modules" / name)
    assert "npm ci" in checkout.make("-n", target).stdout


@pytest.mark.parametrize("target", ["test", "lab", "tests"])
def test_jupyterlab_is_installed_for_what_needs_it(checkout, target):
    checkout.install()
    install = "--requirement constraints/locks/jupyter.txt"
    assert install in checkout.make("-n", target).stdout
    (checkout.folder / ".venv" / ".jupyter-stamp").touch()
    assert install not in checkout.make("-n", target).stdout, "it is there"


@pytest.mark.parametrize("target", ["site", "unit", "retrain"])
def test_what_does_without_jupyterlab_does_not_install_it(checkout, target):
    checkout.install()
    assert "jupyter.txt" not in checkout.make("-n", target).stdout


def test_lab_opens_the_chapters_with_the_readers_options(checkout):
    checkout.install()
    (*_, last) = checkout.make("-n", "lab", "LAB=--no-browser --port 8890").stdout.splitlines()
    assert last == "cd chapters && ../.venv/bin/python -m jupyterlab --no-browser --port 8890"


def test_each_test_is_run_by_test_or_homes_or_retrain_and_once(checkout):
    checkout.install()
    chosen = []
    for target in ("test", "homes", "retrain"):
        recipe = checkout.make("-n", target).stdout
        chosen += re.findall(r"-m pytest .*-m (?:\"(.+?)\"|(\w+))", recipe)
    expressions = [quoted or word for quoted, word in chosen]
    assert len(expressions) == 3
    for mark in ("", "site", "jupyter", "colab", "retrains"):
        words = {name: name == mark for name in ("site", "jupyter", "colab", "retrains")}
        assert sum(eval(expression, words) for expression in expressions) == 1, mark


def test_a_folder_that_cannot_be_written_is_one_sentence():
    # not in `tmp_path`, which another user may not enter
    with tempfile.TemporaryDirectory() as folder:
        checkout = Checkout(Path(folder))
        python = checkout.python("a-python", "3.11")
        Path(folder).chmod(0o555)
        nobody = {"user": 65534} if os.geteuid() == 0 else {}  # root may write everywhere
        sentence = checkout.refusal("site", f"PYTHON={python}", **nobody)
        assert (
            sentence == f"{folder} cannot be written: copy the repository to a folder of your own."
        )
        Path(folder).chmod(0o755)


def test_the_editable_install_is_found_in_a_folder_of_any_name_and_under_any_locale(tmp_path):
    folder = tmp_path / "Größe жук"
    folder.mkdir()
    checkout = Checkout(folder)
    (folder / "src" / "misgen").mkdir(parents=True)
    (folder / "src" / "misgen" / "__init__.py").write_text("here = True")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    (packages,) = (folder / ".venv").glob("lib/python3.*/site-packages")
    # as pip writes it
    (packages / "_editable_impl_misgen.pth").write_text(f"{folder}/src", encoding="utf-8")
    recipe = checkout.make("-n", ".venv/.stamp").stdout.splitlines()
    (relative_install,) = [line for line in recipe if ".pth" in line]
    subprocess.run(["bash", "-c", relative_install], cwd=folder, check=True)
    done = subprocess.run(
        [folder / ".venv" / "bin" / "python", "-c", "import misgen; print(misgen.here)"],
        env={"LC_ALL": "C"},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stdout, done.stderr) == ("True\n", "")
