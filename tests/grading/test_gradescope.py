"""The autograder in a container as Gradescope lays it out."""

from __future__ import annotations

import io
import json
import re
import subprocess
import tomllib
import zipfile

import pytest
from grading_places import best
from small_assignment import handed_in, right, toy

from misgen.grading import sandbox
from misgen.grading.gradescope import autograder, main

pytestmark = pytest.mark.skipif(
    best() == sandbox.NONE, reason="nothing isolates a student's process here"
)


@pytest.fixture
def container(tmp_path):
    """The folders of Gradescope's container, with the zip of the small assignment unpacked."""
    wheel = tmp_path / "misgen-0.0.0-py3-none-any.whl"
    wheel.write_bytes(b"the package")
    archive = zipfile.ZipFile(io.BytesIO(autograder(toy(tmp_path), wheel)))
    for name in ("source", "results", "submission"):
        (tmp_path / name).mkdir(mode=0o700)
    archive.extractall(tmp_path / "source")
    users = [{"id": 7, "sid": "4711", "email": "ada@example.org", "name": "Ada L"}]
    (tmp_path / "submission_metadata.json").write_text(json.dumps({"users": users}))
    return tmp_path


def submit(container, content, name="work.ipynb"):
    (container / "submission" / name).write_text(json.dumps(content))


def results(container):
    return json.loads((container / "results" / "results.json").read_text())


def test_the_zip_has_what_gradescope_runs(container):
    names = {path.name for path in (container / "source").iterdir()}
    assert names == {
        "setup.sh", "run_autograder", "tests.json", "misgen-0.0.0-py3-none-any.whl"
    }  # fmt: skip
    setup = (container / "source" / "setup.sh").read_text()
    assert "/autograder/source/misgen-0.0.0-py3-none-any.whl" in setup


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_what_gradescope_runs_is_bash(container, script):
    assert (
        subprocess.run(["bash", "-n", str(container / "source" / script)], check=False).returncode
        == 0
    )


def test_the_python_that_is_asked_for_is_the_one_that_the_package_needs(container, root):
    needed = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"][
        "requires-python"
    ]
    setup = (container / "source" / "setup.sh").read_text()
    assert re.findall(r"version_info < \((\d+), (\d+)\)", setup) == [tuple(needed[2:].split("."))]
    assert f"python{needed[2:]} python{needed[2:]}-venv" in setup


@pytest.mark.parametrize("typed", ["4711", "ADA@example.org", "ada  l"])
def test_the_student_is_whom_gradescope_knows_by_any_of_his_names(container, typed):
    submit(container, right(typed))
    assert main(container) == 0
    assert [(t["score"], t["max_score"]) for t in results(container)["tests"]] == [(4, 4), (2, 2)]
    assert results(container)["output"] == ""


def test_what_lies_beside_the_notebook_is_no_second_one(container):
    submit(container, right("4711"))
    for name in ("work.ipynb.txt", "ada_4711_99_notes.pdf"):
        (container / "submission" / name).write_text("")
    assert main(container) == 0
    assert [t["score"] for t in results(container)["tests"]] == [4, 2]


def test_another_name_is_told_and_does_not_decide(container):
    submit(container, handed_in("eve"))
    main(container)
    assert [test["score"] for test in results(container)["tests"]] == [0, 0]
    assert "'eve' is typed, which is not 4711" in results(container)["output"]


def test_what_is_no_notebook_is_a_line_and_not_a_crash(container):
    (container / "submission" / "work.ipynb").write_text("{")
    assert main(container) == 0
    assert results(container)["score"] == 0
    assert "it is no notebook" in results(container)["output"]


@pytest.mark.parametrize("count", [0, 2])
def test_none_or_two_notebooks_are_told(container, count):
    for number in range(count):
        submit(container, right("4711"), f"{number}.ipynb")
    assert main(container) == 0
    assert f"there are {count} notebooks, hand in one" in results(container)["output"]


def test_a_fault_of_the_machine_writes_no_result(container, monkeypatch, capsys):
    submit(container, right("4711"))
    monkeypatch.setattr(sandbox.Box, "command", lambda self: ["false"])
    assert main(container) == 1
    assert not (container / "results" / "results.json").exists()
    assert "did not start" in capsys.readouterr().err
