"""Published runs follow their code to another place, and nowhere else."""

from __future__ import annotations

import json
import shutil

import pytest
from toy_experiments.squares import EXPERIMENT

from misgen.core.atomic import write_json
from misgen.ledger.code import code_of
from misgen.ledger.moved import follow_move
from misgen.ledger.runs import SweepError


@pytest.fixture
def older(tmp_path, root):
    """A checkout in which the toy lies in one of two halves of a package, and is published."""
    source = (root / "tests" / "toy_experiments" / "squares.py").read_text()
    (tmp_path / "src" / "elsewhere").mkdir(parents=True)
    (tmp_path / "src" / "elsewhere" / "toys.py").write_text(source)
    _publish(tmp_path / "assets" / "agents" / "squares", code="of the older checkout")
    return tmp_path


@pytest.fixture
def folder(tmp_path, older):
    """What is published here."""
    here = tmp_path / "here" / "squares"
    shutil.copytree(older / "assets" / "agents" / "squares", here)
    return here


def _publish(folder, **fields):
    write_json(folder / "manifest.json", {"experiment": "squares", "files": {}, **fields})


def _manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


def test_runs_follow_code_that_lies_elsewhere(older, folder):
    before = _manifest(folder)
    assert follow_move(EXPERIMENT, older, folder) == code_of(type(EXPERIMENT))
    assert _manifest(folder) == {**before, "code": code_of(type(EXPERIMENT))}


def test_runs_follow_code_that_lay_in_two_modules(older, folder):
    toys = older / "src" / "elsewhere" / "toys.py"
    head, at, tail = toys.read_text().partition("def _misbehave")
    toys.write_text(head)
    toys.with_name("tricks.py").write_text(at + tail)
    assert follow_move(EXPERIMENT, older, folder) == code_of(type(EXPERIMENT))


def test_runs_do_not_follow_code_that_has_changed(older, folder):
    toys = older / "src" / "elsewhere" / "toys.py"
    assert "** 2" in toys.read_text()
    toys.write_text(toys.read_text().replace("** 2", "** 3"))
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(SweepError, match=r"'squares' has not only moved, so run it again: def run"):
        follow_move(EXPERIMENT, older, folder)
    assert (folder / "manifest.json").read_bytes() == before


def test_other_tables_do_not_get_the_hash(older, folder):
    _publish(folder, code="of the older checkout", runs=3)
    with pytest.raises(SweepError, match="does not hold what the older checkout published"):
        follow_move(EXPERIMENT, older, folder)


def test_a_checkout_without_these_runs_is_one_sentence(older, folder):
    shutil.rmtree(older / "assets")
    with pytest.raises(SweepError, match=r"There is no readable manifest in .*squares") as caught:
        follow_move(EXPERIMENT, older, folder)
    assert "\n" not in str(caught.value)
