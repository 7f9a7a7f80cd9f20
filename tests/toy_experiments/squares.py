"""An experiment that squares seeds, leaves a trace of every execution, and misbehaves on demand.

Environment variables tell it what to do:
    TOY_FOLDER  where it appends to log.txt, a line when a run starts and one when it ends
    TOY_HOLD    the seed whose run waits until the file TOY_FOLDER/go exists
    TOY_DEAF    the seed whose run, when held, takes an interruption for its end
    TOY_RAISE   the seed whose run raises
    TOY_KILL    the seed whose run kills its process, once
    TOY_STUCK   the seed whose files are never written to their end
These seeds are those with share 0.5, which come last.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np

from misgen.core.atomic import write_json
from misgen.ledger.experiment import Outcome


class Squares:
    name = "squares"
    packages = ("numpy",)

    def grid(self):
        return [{"share": share, "seed": seed} for share in (0.0, 0.5) for seed in range(6)]

    def run(self, config):
        _log("start", config)
        if config["share"] == 0.5:
            _misbehave(config["seed"])
        value = config["seed"] ** 2 + config["share"]
        threads = os.environ.get("OMP_NUM_THREADS")
        noise = np.random.default_rng(config["seed"]).bytes(1000 * config["seed"])
        arrays = {"noise": np.frombuffer(noise, np.uint8), "value": np.array([value])}
        _log("end", config)
        return Outcome({"value": value, "threads": threads}, arrays)

    def collect(self, runs, folder):
        write_json(folder / "values.json", [run.result["value"] for run in runs])


def _misbehave(seed):
    if seed == _asked("TOY_HOLD"):
        _wait_to_go(deaf=seed == _asked("TOY_DEAF"))
    if seed == _asked("TOY_RAISE"):
        raise ArithmeticError("no square today")
    if seed == _asked("TOY_KILL") and not _file("killed").exists():
        _file("killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if seed == _asked("TOY_STUCK"):
        os.fsync = lambda _: time.sleep(600)


def _wait_to_go(deaf):
    try:
        while not _file("go").exists():
            time.sleep(0.01)
    except KeyboardInterrupt:
        if not deaf:
            raise


def _asked(variable):
    return int(os.environ.get(variable, "-1"))


def _file(name):
    return Path(os.environ["TOY_FOLDER"]) / name


def _log(event, config):
    with _file("log.txt").open("a") as log:
        log.write(f"{event} {config['share']} {config['seed']} {os.getpid()}\n")


EXPERIMENT = Squares()
