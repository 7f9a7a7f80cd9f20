"""Sweeps over processes and clusters: real loky processes, a real Dask scheduler with workers."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from misgen.ledger import __main__ as sweep_main
from misgen.ledger import executors, sweep
from misgen.ledger.runs import Store, SweepError

TOYS = Path(__file__).resolve().parents[1] / "toy_experiments"
ONCE = 1
HELD = (0.5, 2)


def process_of(toy, config):
    """Returns the process that started `config` last."""
    return [pid for started, pid in toy.log("start") if started == config][-1]


def wait_for_the_held_run(toy, others, *processes):
    """Waits until the held run has started and the `others` are kept."""
    toy.wait_until(lambda: toy.count("start")[HELD], *processes)
    toy.wait_until(lambda: len(toy.kept()) == others, *processes)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# --- loky -------------------------------------------------------------------------------------


def test_loky_runs_every_configuration_once_on_processes_with_one_thread(toy):
    assert toy.sweep("run", "--jobs", 2)[0] == 0
    assert toy.kept() == sorted(toy.grid)
    assert toy.count("start") == toy.count("end") == dict.fromkeys(toy.grid, ONCE)
    records = [json.loads(path.read_text()) for path in toy.store.glob("*.json")]
    assert {record["result"]["threads"] for record in records} == {"1"}


def test_loky_keeps_what_is_finished_when_one_of_its_processes_is_killed(toy):
    code, _, err = toy.sweep("run", "--jobs", 2, TOY_KILL=2)
    assert code == 2
    assert "A process of the sweep was killed, perhaps for want of memory: what was finished" in err
    assert "Traceback" not in err
    before = toy.kept()
    assert toy.sweep("run", "--jobs", 2, TOY_KILL=2)[0] == 0
    assert toy.kept() == sorted(toy.grid)
    for config in before:
        assert toy.count("start")[config] == ONCE


def test_loky_processes_end_with_a_killed_sweep_and_the_next_goes_on(toy):
    process = toy.start("run", "--jobs", 2, TOY_HOLD=2)
    wait_for_the_held_run(toy, 11, process)
    process.kill()
    toy.wait_until(lambda: not is_alive(process_of(toy, HELD)))
    toy.end(process)
    assert toy.sweep("run", "--jobs", 2)[0] == 0
    assert toy.kept() == sorted(toy.grid)
    assert toy.count("start") == dict.fromkeys(toy.grid, ONCE) | {HELD: 2}
    assert toy.count("end") == dict.fromkeys(toy.grid, ONCE)
    assert toy.leftovers() == []


KILLS, AT_ONCE = 10, 5


def test_no_process_outlives_a_sweep_that_is_killed_at_any_moment(toys):
    rng = random.Random(0)
    for _ in range(KILLS // AT_ONCE):
        started = [(toys(), rng.randint(1, 4), rng.uniform(0, 0.3)) for _ in range(AT_ONCE)]
        sweeps = [toy.start("run", "--jobs", 2, TOY_HOLD=2) for toy, *_ in started]
        for (toy, processes, seconds), process in zip(started, sweeps, strict=True):
            # from the driver alone over a first process of it to all, some time after
            toy.wait_until(lambda n=processes, p=process: len(of_session(p.pid)) >= n, process)
            time.sleep(seconds)
            process.kill()
        for (toy, *_), process in zip(started, sweeps, strict=True):
            toy.wait_until(lambda p=process: not of_session(p.pid))
            toy.end(process)


def test_no_process_outlives_a_sweep_that_is_killed_while_its_processes_start(toy):
    process = toy.start("run", "--jobs", 2, TOY_HOLD=2)
    toy.wait_until(lambda: len(of_session(process.pid)) >= 3, process)
    process.kill()  # no run has begun
    toy.wait_until(lambda: not of_session(process.pid))
    assert toy.log("start") == []


def of_session(leader):
    """Returns the living processes of the session that a process began, itself included."""
    found = []
    for pid in psutil.pids():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getsid(pid) == leader and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                found.append(pid)
    return found


def test_an_interruption_while_processes_start_is_no_traceback(toys):
    for processes in (2, 3, 4):
        toy = toys()
        process = toy.start("run", "--jobs", 2, TOY_HOLD=2)
        toy.wait_until(lambda n=processes, p=process: len(of_session(p.pid)) >= n, process)
        os.killpg(process.pid, signal.SIGINT)
        code, _, err = toy.end(process)
        assert code == 130, err
        assert "Stopped. To go on: " in err
        assert "Traceback" not in err
        toy.wait_until(lambda p=process: not of_session(p.pid))


def test_an_interruption_that_another_thread_takes_waits_as_well():
    ends = threading.Event()
    other = threading.Thread(target=ends.wait)  # as that of a progress bar
    other.start()
    ended = []

    def start_processes() -> None:
        with executors._interruption_held():
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.1)
            ended.append(True)

    with pytest.raises(KeyboardInterrupt):
        start_processes()
    ends.set()
    other.join()
    assert ended
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_no_process_of_a_sweep_but_its_driver_hears_of_an_interruption(toy):
    process = toy.start("run", "--jobs", 2, TOY_HOLD=2)
    wait_for_the_held_run(toy, 11, process)
    others = set(of_session(process.pid)) - {process.pid}
    assert len(others) >= 2
    assert [pid for pid in others if not is_deaf(pid)] == []
    process.kill()
    toy.wait_until(lambda: not of_session(process.pid))


def is_deaf(pid) -> bool:
    """Whether a process ignores an interruption or has it blocked, as the kernel says it."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    masks = [int(line.split()[1], 16) for line in lines if line.startswith(("SigBlk", "SigIgn"))]
    return any(mask & (1 << (signal.SIGINT - 1)) for mask in masks)


def test_loky_stops_cleanly_when_the_terminal_interrupts_all_its_processes(toy):
    process = toy.start("run", "--jobs", 2, TOY_HOLD=2)
    wait_for_the_held_run(toy, 11, process)
    os.killpg(process.pid, signal.SIGINT)
    code, _, err = toy.end(process)
    assert code == 130
    assert "11 of 12 runs are finished and kept" in err
    assert "Traceback" not in err
    assert not is_alive(process_of(toy, HELD))


def test_loky_reports_a_run_that_raises_and_keeps_the_others(toy):
    code, _, err = toy.sweep("run", "--jobs", 2, TOY_RAISE=2)
    assert code == 1
    assert '{"share": 0.5, "seed": 2} failed: ArithmeticError: no square today' in err
    assert len(toy.kept()) == 11


def test_one_loky_process_may_be_the_process_that_drives_the_sweep(toy, squares):
    assert sweep.run_all(squares, Store(toy.store), executors.loky(1), progress=False) == []
    assert toy.kept() == sorted(toy.grid)


def test_a_sweep_without_its_package_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "joblib", None)
    monkeypatch.setitem(sys.modules, "distributed", None)
    hint = r"is not installed, and this sweep needs it: pip install 'misgen\[cluster\]'"
    with pytest.raises(SweepError, match=f"joblib {hint}"):
        executors.loky(2)
    with pytest.raises(SweepError, match=f"distributed {hint}"):
        executors.dask("tcp://127.0.0.1:1")


# --- SLURM ------------------------------------------------------------------------------------

SBATCH = """#!{python}
import os, subprocess, sys
options = dict(word.split("=", 1) for word in sys.argv[1:])
print("submitted", options["--array"])
for span in options["--array"].removesuffix("%50").split(","):
    first, _, last = span.partition("-")
    for index in range(int(first), int(last or first) + 1):
        environment = os.environ | {{"SLURM_ARRAY_TASK_ID": str(index)}}
        subprocess.run(["sh", "-c", options["--wrap"]], env=environment, check=True)
"""


@pytest.fixture
def slurm(toy):
    """Runs a command line in a shell that knows an sbatch which runs its tasks at once."""
    sbatch = toy.folder / "sbatch"
    sbatch.write_text(SBATCH.format(python=sys.executable))
    sbatch.chmod(0o755)
    path = [toy.folder, Path(sys.executable).parent, os.environ["PATH"]]

    def shell(line):
        environment = toy.environment(PATH=os.pathsep.join(map(str, path)))
        command = ["sh", "-c", line]
        return subprocess.run(
            command, env=environment, cwd=toy.folder, capture_output=True, text=True
        )

    return shell


def test_the_documented_command_line_submits_what_is_missing_and_nothing_else(toy, slurm, command):
    documented = sweep_main.__doc__[sweep_main.__doc__.index("ids=") :]
    line = documented.replace("coinrun", "toy_experiments.squares")
    toy.store = toy.folder / ".runs" / "squares"
    command("run", "--only", "share=0.0")
    command("run", "--only", "seed=0", "seed=2", "seed=5")
    submitted = slurm(line)
    assert submitted.stdout.splitlines()[0] == "submitted 7,9-10%50"
    assert toy.kept() == sorted(toy.grid)
    assert toy.count("end") == dict.fromkeys(toy.grid, ONCE)
    assert slurm(line).stdout == ""


# --- Dask -------------------------------------------------------------------------------------


class Cluster:
    """A Dask scheduler and its workers, each a process of its own on this machine."""

    def __init__(self, toy):
        self.toy = toy
        self.workers = []
        file = toy.folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", 0, "--scheduler-file", file)
        toy.wait_until(lambda: file.exists() and file.stat().st_size, self.scheduler)
        self.address = json.loads(file.read_text())["address"]

    def add_worker(self, **asked):
        local = self.toy.folder / f"worker-{len(self.workers)}"
        options = ["--nthreads", 1, "--no-nanny", "--local-directory", local]
        worker = self._start("worker", self.address, *options, **asked)
        self.workers.append(worker)
        log, count = self.toy.folder / "worker.txt", len(self.workers)
        self.toy.wait_until(lambda: log.read_text().count("Registered to:") == count, worker)
        return worker

    def kill(self):
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()

    def _start(self, what, *words, **asked):
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *map(str, words)]
        with (self.toy.folder / f"{what}.txt").open("a") as log:
            return subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--no-dashboard"],
                env=self.toy.environment(**asked),
                cwd=self.toy.folder,
                stdout=log,
                stderr=log,
            )


@pytest.fixture
def cluster(toy):
    cluster = Cluster(toy)
    yield cluster
    cluster.kill()


def test_dask_loses_nothing_and_repeats_nothing_when_a_worker_is_killed(toy, squares, cluster):
    workers = [cluster.add_worker(TOY_HOLD=2) for _ in range(2)]
    process = toy.start("run", "--dask", cluster.address)
    wait_for_the_held_run(toy, 11, process, *workers)
    killed = process_of(toy, HELD)
    assert len({pid for _, pid in toy.log("start")}) == 2, "both workers worked"
    (victim,) = (worker for worker in workers if worker.pid == killed)
    victim.kill()
    toy.wait_until(lambda: process_of(toy, HELD) != killed, process)
    toy.go()
    code, _, err = toy.end(process)
    assert code == 0
    assert err.endswith(f"12 of 12 runs are finished and kept in {toy.store}, 0 are left.\n")
    assert toy.kept() == sorted(toy.grid), "every run is in the store, exactly once"
    assert toy.count("start") == dict.fromkeys(toy.grid, ONCE) | {HELD: 2}
    assert toy.count("end") == dict.fromkeys(toy.grid, ONCE)
    for run in sweep.plan(squares):
        assert Store(toy.store).load(run.key).config == run.config


def test_dask_ends_in_one_sentence_when_its_scheduler_dies_and_the_next_sweep_goes_on(
    toy, cluster, command
):
    worker = cluster.add_worker(TOY_HOLD=2)
    process = toy.start("run", "--dask", cluster.address)
    wait_for_the_held_run(toy, 8, process, worker)
    cluster.scheduler.kill()
    code, _, err = toy.end(process)
    assert code == 2
    assert err.endswith(
        f"8 of 12 runs are finished and kept in {toy.store}, 4 are left.\n"
        "The Dask scheduler went away: start it again and run the same command again.\n"
    )
    assert "Traceback" not in err
    worker.kill()
    assert command("run")[0] == 0
    assert toy.kept() == sorted(toy.grid)
    assert toy.count("end") == dict.fromkeys(toy.grid, ONCE)


def test_dask_reports_a_run_that_raises_and_keeps_the_others(toy, cluster):
    cluster.add_worker(TOY_RAISE=2)
    code, _, err = toy.sweep("run", "--dask", cluster.address)
    assert code == 1
    assert '{"share": 0.5, "seed": 2} failed: ArithmeticError: no square today' in err
    assert "in _misbehave" in err, "the worker's traceback is shown"
    assert len(toy.kept()) == 11
    assert toy.count("start")[HELD] == 1 + executors.RETRIES


def test_dask_stops_at_a_worker_with_other_code(toy, cluster):
    other = toy.folder / "other" / "toy_experiments"
    shutil.copytree(TOYS, other)
    source = other / "squares.py"
    source.write_text(source.read_text().replace("** 2", "** 3"))
    path = os.pathsep.join([str(other.parent), toy.environment()["PYTHONPATH"]])
    cluster.add_worker(PYTHONPATH=path)
    code, _, err = toy.sweep("run", "--dask", cluster.address)
    assert code == 2
    assert f"A process on {socket.gethostname()} holds other code for 'squares'" in err
    assert "Traceback" not in err
    assert toy.log("start") == []
    assert toy.kept() == []


def test_a_sweep_waits_for_the_first_dask_worker(toy, cluster):
    process = toy.start("run", "--dask", cluster.address, "--only", "seed=1")
    first_line = process.stderr.readline()
    assert first_line == (
        "The scheduler has no workers yet, waiting for some: "
        f"dask worker {cluster.address} --nthreads 1\n"
    )
    cluster.add_worker()
    assert toy.end(process)[0] == 0
    assert toy.kept() == [(0.0, 1), (0.5, 1)]


def test_a_dask_worker_is_not_taken_for_a_scheduler(toy, cluster):
    cluster.add_worker()
    address = (toy.folder / "worker.txt").read_text().split("Listening to:")[1].split()[0]
    with pytest.raises(SweepError, match=f"No Dask scheduler answers at {address}: start one"):
        executors.dask(address)


@pytest.fixture
def silent_server():
    """An address that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def other_server():
    """An address where another protocol is spoken."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_say, args=[server], daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


def _say(server):
    connection, _ = server.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize("server", ["silent_server", "other_server"])
def test_what_is_no_scheduler_is_one_sentence(request, server, monkeypatch):
    monkeypatch.setattr(executors, "SECONDS_TO_ANSWER", 0.5)
    address = request.getfixturevalue(server)
    with pytest.raises(SweepError, match=f"No Dask scheduler answers at {address}: start one"):
        executors.dask(address)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "127.0.0.1", "nonsense", "x://y:1", ""])
def test_an_address_that_does_not_answer_is_one_sentence(command, monkeypatch, address):
    monkeypatch.setattr(executors, "SECONDS_TO_ANSWER", 0.5)
    code, out, err = command("run", "--dask", address)
    assert (code, out) == (2, "")
    assert err == (
        f"No Dask scheduler answers at {address}: start one (dask scheduler), or correct the "
        "address, which looks like tcp://host:8786.\n"
    )
