"""A run notes where it came from, and nothing that is not a result is taken for one."""

from __future__ import annotations

import os
import platform
import signal
import threading

import numpy as np
import pytest

from misgen.ledger.code import code_of
from misgen.ledger.experiment import CodeChangedError, Outcome, execute
from misgen.ledger.runs import SweepError


class Toy:
    name = "toy"
    packages = ("numpy", "no-such-package")

    def __init__(self, run):
        self.run = run


CODE = code_of(Toy)


def outcome(result, **arrays):
    return execute(Toy(lambda _: Outcome(result, arrays)), {"seed": 3}, CODE)


def test_a_run_notes_where_it_came_from():
    run = outcome({"goal": 0.5}, weights=np.ones(2))
    assert (run.experiment, run.config, run.code) == ("toy", {"seed": 3}, CODE)
    assert run.versions == {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "no-such-package": "not installed",
    }
    assert run.platform == f"{platform.system()} {platform.machine()}"
    assert run.seconds >= 0


def test_a_run_holds_what_json_gives_back():
    assert outcome({"shape": (1, 2), "rate": 0.1}).result == {"shape": [1, 2], "rate": 0.1}


def test_an_experiment_cannot_change_its_configuration():
    config = {"seed": 3}
    run = execute(Toy(lambda mine: mine.update(seed=4) or Outcome({})), config, CODE)
    assert config == run.config == {"seed": 3}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float32(0.5), np.ones(2)])
def test_a_result_that_is_not_json_is_one_sentence(value):
    with pytest.raises(SweepError, match=r"not plain JSON, so convert the value: .+\."):
        outcome({"goal": value})


def test_an_array_of_python_objects_is_one_sentence():
    with pytest.raises(SweepError, match="'words' holds Python objects, make it one of numbers"):
        outcome({}, words=np.array([None]))


def test_a_process_with_other_code_refuses_to_run():
    ran = []
    with pytest.raises(CodeChangedError, match="holds other code for 'toy' than the sweep: "):
        execute(Toy(lambda config: ran.append(config) or Outcome({})), {"seed": 3}, "0" * 16)
    assert ran == []


def deaf_to(number):
    def run(_):
        try:
            signal.raise_signal(number)
        except KeyboardInterrupt:
            return Outcome({"goal": "of a half-trained agent"})
        raise AssertionError("was not interrupted")

    return Toy(run)


@pytest.fixture
def python_handles_both():
    before = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)]
    for number, _ in before:
        signal.signal(number, signal.default_int_handler)
    yield
    for number, handler in before:
        signal.signal(number, handler)


@pytest.mark.usefixtures("python_handles_both")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_is_no_run_even_if_the_experiment_returns(number):
    with pytest.raises(KeyboardInterrupt):
        execute(deaf_to(number), {"seed": 3}, CODE)
    assert signal.getsignal(number) is signal.default_int_handler


@pytest.mark.usefixtures("python_handles_both")
def test_the_handlers_of_others_are_left_alone():
    heard = []
    signal.signal(signal.SIGINT, lambda *_: heard.append("theirs"))
    execute(Toy(lambda _: signal.raise_signal(signal.SIGINT) or Outcome({})), {"seed": 3}, CODE)
    assert heard == ["theirs"]


def test_a_run_works_in_a_thread_too():
    runs = []
    thread = threading.Thread(target=lambda: runs.append(outcome({"pid": os.getpid()})))
    thread.start()
    thread.join()
    assert runs[0].result == {"pid": os.getpid()}
