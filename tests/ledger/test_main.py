"""The command line: clear sentences, exit codes, and sweeps that are stopped or killed."""

from __future__ import annotations

import json
import os
import resource
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from toy_experiments.squares import Squares

from misgen.ledger import executors
from misgen.ledger.__main__ import main

HOLD = {"TOY_HOLD": 2}
BEFORE_THE_HELD = 8


def wait_for_the_held_run(toy, process):
    toy.wait_until(lambda: toy.count("start")[0.5, 2], process)
    toy.wait_until(lambda: len(toy.kept()) == BEFORE_THE_HELD, process)


def test_a_sweep_shows_its_progress_and_says_what_is_there(toy):
    code, out, err = toy.sweep("run")
    assert (code, out) == (0, "")
    assert "squares: 100%" in err
    assert err.endswith(f"12 of 12 runs are finished and kept in {toy.store}, 0 are left.\n")
    assert toy.kept() == sorted(toy.grid)


def test_a_killed_sweep_goes_on_where_it_was(toy, command):
    process = toy.start("run", **HOLD)
    wait_for_the_held_run(toy, process)
    process.kill()
    toy.end(process)
    toy.go()
    assert command("run", **HOLD)[0] == 0
    assert toy.kept() == sorted(toy.grid), "nothing lost, nothing twice"
    assert toy.count("start") == dict.fromkeys(toy.grid, 1) | {(0.5, 2): 2}
    assert toy.count("end") == dict.fromkeys(toy.grid, 1)
    assert toy.leftovers() == []


def test_a_sweep_that_is_killed_in_the_middle_of_a_write_goes_on_where_it_was(toy, command):
    process = toy.start("run", TOY_STUCK=2)
    toy.wait_until(lambda: toy.count("end")[0.5, 2], process)
    toy.wait_until(toy.leftovers, process)
    process.kill()
    toy.end(process)
    assert len(toy.kept()) == BEFORE_THE_HELD
    assert len(toy.leftovers()) == 1
    assert command("run")[0] == 0
    assert toy.kept() == sorted(toy.grid)
    assert toy.count("end") == dict.fromkeys(toy.grid, 1) | {(0.5, 2): 2}
    assert toy.leftovers() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_stopped_sweep_says_how_to_go_on(toy, number):
    process = toy.start("run", **HOLD)
    wait_for_the_held_run(toy, process)
    process.send_signal(number)
    code, _, err = toy.end(process)
    assert code == 130
    assert (
        f"\n8 of 12 runs are finished and kept in {toy.store}, 4 are left.\nStopped. To go on: "
        in err
    )
    command = err.rsplit("To go on: ", 1)[1]
    assert command.startswith("python -m misgen.ledger run toy_experiments.squares --store ")
    assert "Traceback" not in err
    toy.go()
    again = [sys.executable, *shlex.split(command)[1:]]
    subprocess.run(again, env=toy.environment(), check=True, capture_output=True)
    assert toy.kept() == sorted(toy.grid)
    assert toy.count("end") == dict.fromkeys(toy.grid, 1)


def test_an_agent_that_was_stopped_half_trained_is_not_kept(toy):
    process = toy.start("run", **HOLD, TOY_DEAF=2)
    wait_for_the_held_run(toy, process)
    process.send_signal(signal.SIGINT)
    assert toy.end(process)[0] == 130
    assert toy.count("end")[0.5, 2] == 1
    assert (0.5, 2) not in toy.kept()


def test_a_full_disk_is_one_sentence_and_loses_nothing(toy, command):
    def small_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (3500, 3500))

    code, _, err = toy.sweep("run", prepare=small_disk)
    assert code == 2
    assert err.splitlines()[-1].startswith(f"The disk is full: {toy.store}")
    assert "Traceback" not in err
    assert toy.kept() == [(0.0, seed) for seed in range(4)]
    assert toy.leftovers() == []
    assert command("run")[0] == 0
    assert toy.kept() == sorted(toy.grid)
    assert toy.count("end") == dict.fromkeys(toy.grid, 1) | {(0.0, 4): 2}


def test_runs_that_raise_are_reported_and_the_others_are_kept(toy, command):
    code, _, err = command("run", TOY_RAISE=2)
    assert code == 1
    assert '{"share": 0.5, "seed": 2} failed: ArithmeticError: no square today' in err
    assert "Runs that failed: 1, the first is above; correct the experiment" in err
    assert len(toy.kept()) == 11


def test_what_is_missing_is_printed_as_slurm_reads_it(toy, command):
    command("run", "--only", "seed=1", "seed=2")
    assert command("missing") == (0, "0,3-6,9-11\n", "")
    command("run")
    assert command("missing") == (0, "\n", "")


def test_the_tasks_of_an_array_fill_the_store(toy, command):
    tasks = [toy.start("one", "--index", index) for index in (2, 3, 11)]
    assert [toy.end(task)[0] for task in tasks] == [0, 0, 0]
    assert toy.kept() == [(0.0, 2), (0.0, 3), (0.5, 5)]
    assert command("missing")[1] == "0-1,4-10\n"
    code, out, _ = command("one", "--index", 3)
    assert code == 0
    assert out.startswith(f"Run 3 is finished: {toy.store}")
    assert toy.count("end") == dict.fromkeys(toy.kept(), 1)


def test_tables_are_collected_when_nothing_is_missing(toy, command):
    into = toy.folder / "published"
    code, _, err = command("collect", "--into", into)
    assert code == 2
    assert err == "12 runs of 'squares' are missing: finish the sweep first.\n"
    command("run")
    code, out, _ = command("collect", "--into", into)
    assert (code, out) == (0, f"The tables of 'squares' are in {into}.\n")
    assert sorted(path.name for path in into.iterdir()) == ["manifest.json", "values.json"]


def test_collecting_names_what_lies_beside_the_tables_and_does_not_list_it(toy, command):
    into = toy.folder / "published"
    command("run")
    (into / "agents").mkdir(parents=True)
    (into / "notes.txt").write_text("mine")
    (into / "agents" / "old.npz").touch()
    process = subprocess.Popen(["true"])
    process.wait()
    (into / f"values.json.{process.pid}-0a@{socket.gethostname()}.tmp").write_text("[0.0, ")
    code, _, err = command("collect", "--into", into)
    assert code == 0
    sentence = "is not listed in the manifest. Move it elsewhere if nobody needs it."
    assert err.splitlines() == [
        f"{into}/{name} {sentence}" for name in ("agents/old.npz", "notes.txt")
    ]
    assert list(json.loads((into / "manifest.json").read_text())["files"]) == ["values.json"]
    assert (into / "notes.txt").read_text() == "mine"
    assert list(into.glob("*.tmp")) == []


def test_collecting_that_fails_leaves_what_was_published(toy, command, monkeypatch):
    into = toy.folder / "published"
    command("run")
    command("collect", "--into", into)
    before = {path.name: path.read_bytes() for path in into.iterdir()}

    def collect(self, runs, folder):
        (folder / "values.json").write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(Squares, "collect", collect)
    assert command("collect", "--into", into)[0] == 130
    assert {path.name: path.read_bytes() for path in into.iterdir()} == before


def test_the_grid_is_listed_with_what_is_finished(toy, command):
    command("run", "--only", "seed=1")
    _, out, _ = command("list", "--only", "share=0.5")
    lines = [line.split(maxsplit=3) for line in out.splitlines()]
    assert [line[0] for line in lines] == ["6", "7", "8", "9", "10", "11"]
    assert [line[2] for line in lines] == ["missing", "finished", *["missing"] * 4]
    assert lines[1][3] == '{"share": 0.5, "seed": 1}'
    assert (toy.store / f"{lines[1][1]}.json").exists()


def test_the_experiments_are_listed(capsys):
    assert main(["list"]) == 0
    listed = capsys.readouterr().out.split()
    assert listed == sorted(listed)
    assert "coinrun" in listed
    assert "__init__" not in listed


MOST = executors.JOBS_FOR_A_PROCESSOR * os.cpu_count()
BAD = {
    "missing index": (["one", "--index", "12"], "--index must be 0 to 11, not 12."),
    "negative index": (["one", "--index", "-1"], "--index must be 0 to 11, not -1."),
    "no jobs": (["run", "--jobs", "0"], f"--jobs must be 1 to {MOST} on this machine, not 0."),
    "too many jobs": (
        ["run", "--jobs", "1000000"],
        f"--jobs must be 1 to {MOST} on this machine, not 1000000.",
    ),
    "one job too many": (
        ["run", "--jobs", f"{MOST + 1}"],
        f"must be 1 to {MOST} on this machine, not {MOST + 1}.",
    ),
    "brackets": (["run", "--only", f"x={'[' * 9999}"], "The grid has no field 'x': choose from"),
    "no value": (["run", "--only", "x"], "--only takes field=value, such as seed=0, not 'x'."),
    "no field": (["run", "--only", "x=1"], "The grid has no field 'x': choose from seed, share."),
}


@pytest.mark.parametrize(("words", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_request_is_one_sentence(toy, command, words, sentence):
    code, out, err = command(*words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.endswith(".\n")
    assert err.count("\n") == 1
    assert toy.log("start") == []


def test_an_unknown_experiment_is_one_sentence(capsys):
    assert main(["run", "no-such"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("There is no experiment 'no-such': ")
    assert err.count("\n") == 1


def test_a_damaged_run_is_one_sentence(toy, command):
    command("run", "--only", "seed=1")
    culprit = min(toy.store.glob("*.json"))
    culprit.write_bytes(culprit.read_bytes()[:-9])
    for name in ("missing", "run", "collect"):
        code, out, err = command(name)
        assert (code, out) == (2, "")
        assert f"{culprit} is damaged (it cannot be read as JSON, " in err
        assert "Traceback" not in err


def test_a_sweep_recovers_when_the_advice_is_followed_also_after_the_arrays_were_deleted(
    toy, command
):
    command("run", "--only", "seed=1")
    culprit = min(toy.store.glob("*.npz"))
    culprit.unlink()
    err = command("run")[2]
    advised = Path(err.partition("delete ")[2].partition(" and run")[0])
    assert advised == culprit.with_suffix(".json")
    advised.unlink()
    assert command("run")[0] == 0
    assert toy.kept() == sorted(toy.grid)


@pytest.mark.parametrize("words", [("run",), ("one", "--index", 3)], ids=["run", "one"])
def test_a_store_that_cannot_be_written_is_one_sentence_before_anything_runs(toy, command, words):
    toy.store.touch()
    code, _, err = command(*words)
    assert code == 2
    assert toy.log("start") == []
    assert "cannot be written (File exists): choose a folder that you may write to.\n" in err
    assert "Traceback" not in err
