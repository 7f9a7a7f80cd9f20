"""A manifest tells what tables were made from, and whether they are still what they were."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil

import pytest
from toy_experiments.squares import EXPERIMENT

from misgen.core.atomic import write_json
from misgen.ledger.code import code_of
from misgen.ledger.manifest import follow_move, manifest, verify_manifest, write_manifest
from misgen.ledger.runs import DamagedError, Run, SweepError


def run(seed, share, seconds, numpy="2.4.6", machine="Linux", code="c0de"):
    versions = {"python": "3.11.7", "numpy": numpy}
    return Run("toy", {"seed": seed, "share": share}, code, {}, {}, versions, machine, seconds)


RUNS = [run(10, 0.0, 1.0), run(2, 0.0, 5.0, numpy="1.26.4"), run(2, 0.5, 3.0, machine="macOS")]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "agents").mkdir()
    (tmp_path / "table.json").write_text("[1]")
    (tmp_path / "agents" / "0.npz").write_bytes(b"weights")
    return tmp_path


def test_a_manifest_tells_what_the_tables_were_made_from(folder):
    assert manifest(RUNS, folder) == {
        "experiment": "toy",
        "code": "c0de",
        "runs": 3,
        "seeds": [2, 10],
        "versions": {"python": ["3.11.7"], "numpy": ["1.26.4", "2.4.6"]},
        "platforms": ["Linux", "macOS"],
        "seconds": {"sum": 9.0, "median": 3.0},
        "files": {
            "agents/0.npz": hashlib.sha256(b"weights").hexdigest(),
            "table.json": hashlib.sha256(b"[1]").hexdigest(),
        },
    }


def test_runs_without_a_seed_have_a_manifest_without_seeds(folder):
    assert manifest([dataclasses.replace(RUNS[0], config={})], folder)["seeds"] == []


def test_a_manifest_does_not_list_itself(folder):
    write_manifest(RUNS, folder)
    first = (folder / "manifest.json").read_bytes()
    write_manifest(RUNS, folder)
    assert (folder / "manifest.json").read_bytes() == first
    assert json.loads(first) == manifest(RUNS, folder)


@pytest.mark.parametrize(
    ("runs", "sentence"),
    [
        ([], "runs of one experiment, not of 0"),
        ([*RUNS, run(5, 0.0, 1.0, code="other")], "runs of one code, not of 2"),
        ([*RUNS, dataclasses.replace(RUNS[0], experiment="b")], "runs of one experiment, not of 2"),
    ],
)
def test_runs_that_do_not_belong_together_have_no_manifest(folder, runs, sentence):
    with pytest.raises(SweepError, match=sentence):
        manifest(runs, folder)


def test_files_as_published_pass(folder):
    write_manifest(RUNS, folder)
    assert verify_manifest(folder) == []


def test_every_file_that_differs_is_reported(folder):
    (folder / "gone.json").touch()
    write_manifest(RUNS, folder)
    (folder / "gone.json").unlink()
    (folder / "table.json").write_text("[2]")
    (folder / "agents" / "1.npz").touch()
    assert verify_manifest(folder) == [
        f"{folder}/agents/1.npz is not listed in the manifest.",
        f"{folder}/gone.json is missing.",
        f"{folder}/table.json is not the file that was published.",
    ]


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"files": 3}', "\x00"])
def test_a_damaged_manifest_is_one_sentence(folder, content):
    if content is not None:
        (folder / "manifest.json").write_text(content)
    with pytest.raises(
        DamagedError, match=r"manifest\.json is not a readable manifest: restore it"
    ):
        verify_manifest(folder)


# --------------------------------------------------- runs follow their code to another place


@pytest.fixture
def older(tmp_path, root):
    """A checkout in which the toy lies in one of two halves of a package, and is published."""
    source = (root / "tests" / "toy_experiments" / "squares.py").read_text()
    (tmp_path / "src" / "elsewhere").mkdir(parents=True)
    (tmp_path / "src" / "elsewhere" / "toys.py").write_text(source)
    _publish(tmp_path / "assets" / "agents" / "squares", code="of the older checkout")
    return tmp_path


@pytest.fixture
def here(tmp_path, older):
    """What is published here."""
    folder = tmp_path / "here" / "squares"
    shutil.copytree(older / "assets" / "agents" / "squares", folder)
    return folder


def _publish(folder, **fields):
    write_json(folder / "manifest.json", {"experiment": "squares", "files": {}, **fields})


def _manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


def test_runs_follow_code_that_lies_elsewhere(older, here):
    before = _manifest(here)
    assert follow_move(EXPERIMENT, older, here) == code_of(type(EXPERIMENT))
    assert _manifest(here) == {**before, "code": code_of(type(EXPERIMENT))}


def test_a_checkout_that_is_not_there_is_refused_in_one_sentence(here, tmp_path):
    with pytest.raises(SweepError, match="There is no checkout at"):
        follow_move(EXPERIMENT, tmp_path / "nowhere", here)


def test_runs_follow_code_that_lay_in_two_modules(older, here):
    toys = older / "src" / "elsewhere" / "toys.py"
    head, at, tail = toys.read_text().partition("def _misbehave")
    toys.write_text(head)
    toys.with_name("tricks.py").write_text(at + tail)
    assert follow_move(EXPERIMENT, older, here) == code_of(type(EXPERIMENT))


def test_runs_do_not_follow_code_that_has_changed(older, here):
    toys = older / "src" / "elsewhere" / "toys.py"
    assert "** 2" in toys.read_text()
    toys.write_text(toys.read_text().replace("** 2", "** 3"))
    before = (here / "manifest.json").read_bytes()
    with pytest.raises(SweepError, match=r"'squares' has not only moved, so run it again: def run"):
        follow_move(EXPERIMENT, older, here)
    assert (here / "manifest.json").read_bytes() == before


def test_other_tables_do_not_get_the_hash(older, here):
    _publish(here, code="of the older checkout", runs=3)
    with pytest.raises(SweepError, match="does not hold what the older checkout published"):
        follow_move(EXPERIMENT, older, here)


def test_a_checkout_without_these_runs_is_one_sentence(older, here):
    shutil.rmtree(older / "assets")
    with pytest.raises(
        SweepError, match=r"squares.manifest\.json is not a readable manifest"
    ) as caught:
        follow_move(EXPERIMENT, older, here)
    assert "\n" not in str(caught.value)
