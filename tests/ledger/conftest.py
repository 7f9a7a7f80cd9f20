"""A toy experiment, in this process and by the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

import misgen
from misgen.ledger import sweep
from misgen.ledger.__main__ import main

TESTS = Path(__file__).resolve().parents[1]
NAME = "toy_experiments.squares"
SECONDS_AT_MOST = 240


class Toy:
    """Runs of the experiment `toy_experiments.squares` and the traces that they leave."""

    grid = tuple((share, seed) for share in (0.0, 0.5) for seed in range(6))

    def __init__(self, folder):
        self.folder = folder
        self.store = folder / "store"
        self.started = []

    def environment(self, **asked):
        """Returns the environment of a process that knows misgen and the toy experiment."""
        path = os.pathsep.join([str(TESTS), str(Path(misgen.__file__).parents[1])])
        asked = {name: str(value) for name, value in asked.items()}
        return os.environ | {"PYTHONPATH": path, "TOY_FOLDER": str(self.folder)} | asked

    def start(self, command, *words, prepare=None, **asked):
        """Starts `python -m misgen.ledger COMMAND` on the toy experiment, in a session of its own.

        `prepare` is called in the new process first.
        """
        store = ["--store", str(self.store)]
        process = subprocess.Popen(
            [sys.executable, "-m", "misgen.ledger", command, NAME, *store, *map(str, words)],
            env=self.environment(**asked),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=prepare,
        )
        self.started.append(process)
        return process

    def sweep(self, command, *words, **asked):
        """Runs the command and returns its exit code, its output and its errors."""
        return self.end(self.start(command, *words, **asked))

    def end(self, process):
        """Waits for the end of a command; returns its exit code, its output and its errors."""
        out, err = process.communicate(timeout=SECONDS_AT_MOST)
        return process.returncode, out, err

    def kill(self):
        """Ends what a failed test left running."""
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def go(self):
        """Lets runs that were held go on."""
        (self.folder / "go").touch()

    def log(self, event):
        """Returns the process of every execution that came to `event`, by (share, seed)."""
        path = self.folder / "log.txt"
        lines = path.read_text().split("\n")[:-1] if path.exists() else []
        words = [line.split() for line in lines]
        return [((float(s), int(n)), int(pid)) for what, s, n, pid in words if what == event]

    def count(self, event):
        """Returns how often every configuration came to `event`."""
        return Counter(config for config, _ in self.log(event))

    def kept(self):
        """Returns the configurations in the store, sorted; each counts as often as it is there."""
        records = [json.loads(path.read_text()) for path in self.store.glob("*.json")]
        return sorted((run["config"]["share"], run["config"]["seed"]) for run in records)

    def leftovers(self):
        """Returns the temporary files in the store."""
        return list(self.store.glob("*.tmp"))

    def wait_until(self, holds, *processes):
        """Waits until `holds()`, while `processes` are alive."""
        end = time.monotonic() + SECONDS_AT_MOST
        while not holds():
            assert all(process.poll() is None for process in processes), "a process has ended"
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)


@pytest.fixture
def toy(tmp_path):
    toy = Toy(tmp_path)
    yield toy
    toy.kill()


@pytest.fixture
def toys(tmp_path):
    """Returns another toy in a folder of its own each time that it is called."""
    made = []

    def another():
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Toy(folder))
        return made[-1]

    yield another
    for toy in made:
        toy.kill()


@pytest.fixture
def squares(tmp_path, monkeypatch):
    """The toy experiment in this process."""
    monkeypatch.syspath_prepend(TESTS)
    monkeypatch.setenv("TOY_FOLDER", str(tmp_path))
    return sweep.find(NAME)


@pytest.fixture
def command(toy, squares, monkeypatch, capsys):
    """Runs a command on the toy experiment as `Toy.sweep` does, but in this process."""
    handler = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(toy.folder)

    def run(name, *words, **asked):
        with monkeypatch.context() as patch:
            for variable, value in asked.items():
                patch.setenv(variable, str(value))
            code = main([name, NAME, "--store", str(toy.store), *map(str, words)])
        return code, *capsys.readouterr()

    yield run
    signal.signal(signal.SIGTERM, handler)
