"""An interruption at any moment of the first training: an agent so far, and a process of use."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import warnings

import pytest

import misgen
from misgen.core.interrupts import hear, held, import_whole
from misgen.learn.progress import Progress

# Each moment in a process of its own, split off before torch is imported, or after it where the
# moment comes later. Interrupted in its first training, it tells the steps of that agent, of the
# next one, and of what it was warned.
INTERRUPTED_TRAININGS = """
import importlib, json, os, signal, sys, warnings
import numpy
import sympy  # once for all: an optimizer of torch imports it, which takes long
import misgen
from misgen.core.settings import PPOSettings

SETTINGS = PPOSettings(steps=1536, num_envs=16, rollout_steps=32, batch_size=256)
signal.signal(signal.SIGINT, signal.default_int_handler)
done = []

def interrupt():
    if not done:
        done.append(True)
        for _ in range(int(sys.argv[1])):
            signal.raise_signal(signal.SIGINT)

def at_import(module):
    def listen(event, arguments):
        if event == "import" and arguments[0] == module:
            interrupt()
    sys.addaudithook(listen)

def at_call(module, *names):
    owner = importlib.import_module(module)
    for name in names[:-1]:
        owner = getattr(owner, name)
    whole = getattr(owner, names[-1])
    def and_then(*args, **options):
        interrupt()
        return whole(*args, **options)
    setattr(owner, names[-1], and_then)

def told():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        first = misgen.train("CoinRun", seed=0, settings=SETTINGS).notes["steps"]
        words = [str(each.message) for each in caught if each.category is UserWarning]
    return [first, misgen.train("CoinRun", seed=0, settings=SETTINGS).notes["steps"], words]

for where, *moment in json.load(sys.stdin):
    if where == "call":
        import misgen.learn.sb3, torch._dynamo  # once for all of these
    sys.stdout.flush()
    if os.fork() == 0:
        try:
            {"import": at_import, "call": at_call}[where](*moment)
            print(json.dumps(told()))
        except BaseException as error:
            print(json.dumps(repr(error)))
        sys.stdout.flush()
        os._exit(0)
    os.wait()
"""
IMPORTS = [
    ("import", "misgen.topics.coinrun.levels"), ("import", "misgen.learn.sb3"), ("import", "torch"),
    ("import", "torch.library"), ("import", "stable_baselines3"),
]  # fmt: skip
CALLS = [
    ("call", "misgen", "check_options"), ("call", "misgen", "make"),
    ("call", "misgen", "check_rollout"),
    ("call", "misgen.learn.sb3", "make"), ("call", "misgen.learn.sb3", "PPO"),
    ("call", "misgen.learn.progress", "Progress", "__enter__"),
    ("call", "stable_baselines3", "PPO", "collect_rollouts"),
    ("call", "stable_baselines3", "PPO", "train"),
]  # fmt: skip
TOO_LATE = [
    ("call", "misgen.learn.progress", "Progress", "__exit__"),
    ("call", "misgen.learn.sb3", "export"),
]


def trainings_interrupted(moments: list[tuple[str, ...]], times: int = 1) -> list:
    """What each process told that was interrupted at one of these moments."""
    run = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_TRAININGS, str(times)], input=json.dumps(moments),
        capture_output=True, text=True, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.mark.retrains
def test_a_first_training_that_is_interrupted_at_any_moment_gives_the_agent_so_far():
    told = trainings_interrupted(IMPORTS + CALLS + TOO_LATE)
    for first, second, words in told[: -len(TOO_LATE)]:
        assert 0 < first < second == 1536
        so_far = f"interrupted after {first:,} of 1,536 steps; the agent so far is returned."
        assert words == [f"Training was {so_far}"]
    for first, second, words in told[-len(TOO_LATE) :]:  # after the last update nothing is lost
        assert first == second == 1536
        assert words == ["The interruption came when all was done; nothing is lost."]


def test_impatience_does_not_break_the_import_of_torch():
    [(first, second, words)] = trainings_interrupted([("import", "torch.library")], times=4)
    assert first < second == 1536
    assert len(words) == 1


# ------------------------------------------------------------------------ the parts


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


def test_what_is_held_is_heard_once_where_the_block_listens():
    reached = []
    with held():
        interrupt()
        reached.append("after the signal")
        with pytest.raises(KeyboardInterrupt):
            hear()
        hear()
    assert reached


def test_an_interruption_that_nobody_heard_is_told_where_the_block_stands():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with held():
            interrupt()
    assert [str(each.message) for each in caught] == [
        "The interruption came when all was done; nothing is lost."
    ]


def insist() -> None:
    with held():
        for _ in range(3):
            interrupt()
        pytest.fail("Three interruptions did not interrupt.")


def fail_interrupted() -> None:
    with held():
        interrupt()
        raise RuntimeError


def test_an_interruption_of_what_then_fails_is_raised_with_the_error_as_its_cause():
    with pytest.raises(KeyboardInterrupt) as raised:
        fail_interrupted()
    assert isinstance(raised.value.__cause__, RuntimeError)
    hear()  # once


def test_a_refusal_of_a_training_stays_a_sentence_and_loses_no_interruption(monkeypatch):
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0"):
        misgen.train("CoinRun", seed=-1)
    monkeypatch.setattr(misgen, "check_options", lambda _: interrupt() or {})
    with pytest.raises(KeyboardInterrupt) as raised:
        misgen.train("CoinRun", seed=-1)
    assert "seed must be a whole number" in str(raised.value.__cause__)


def test_whoever_insists_is_heard_at_once():
    with pytest.raises(KeyboardInterrupt):
        insist()


def test_an_inner_block_leaves_the_interruption_to_the_outer_one():
    with held():
        with held():
            interrupt()
        with pytest.raises(KeyboardInterrupt):
            hear()


def test_python_s_own_handler_is_back_after_the_block_whatever_happened_in_it():
    with pytest.raises(RuntimeError), held():
        raise RuntimeError
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_somebody_else_stays(monkeypatch):
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append("theirs"))
    try:
        with held():
            interrupt()
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == ["theirs"]


def test_a_run_with_a_bar_is_interrupted_between_two_steps():
    done = []

    def run() -> None:
        with Progress(3, "step", shown=False) as bar:
            for step in (1, 2, 3):
                interrupt()
                done.append(step)
                bar.advance_to(step, "")

    with pytest.raises(KeyboardInterrupt):
        run()
    assert done == [1]


def test_a_package_that_is_imported_whole_is_interrupted_afterwards(tmp_path, monkeypatch):
    interrupting = "import signal\nsignal.raise_signal(signal.SIGINT)\nwhole = True\n"
    (tmp_path / "fragile.py").write_text(interrupting)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    import_whole("fragile")
    with pytest.raises(KeyboardInterrupt):
        importlib.import_module("fragile") and threading.Event().wait(60)
    assert sys.modules.pop("fragile").whole


def test_a_missing_package_that_would_be_imported_whole_is_missing_as_ever(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    import_whole("nowhere_to_be_found")
    with pytest.raises(ModuleNotFoundError, match="nowhere_to_be_found"):
        importlib.import_module("nowhere_to_be_found")
