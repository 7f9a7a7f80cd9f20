from __future__ import annotations

import inspect
import json
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import misgen
from misgen.core import measure, policy, replay
from misgen.learn import sb3

HEAVY = ("torch", "stable_baselines3", "gymnasium", "plotly", "anywidget", "ipywidgets", "IPython",
         "scipy", "tqdm", "joblib", "distributed")  # fmt: skip


def _modules_after(code: str) -> set[str]:
    """Names of the top-level modules that are loaded after some code, with warnings as errors."""
    report = "import json, sys; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    command = [sys.executable, "-W", "error", "-c", f"{code}; {report}"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return set(json.loads(run.stdout))


def test_importing_misgen_needs_numpy_alone():
    assert _modules_after("import misgen").isdisjoint(HEAVY)


def test_acting_measuring_and_the_numpy_learner_need_numpy_alone():
    code = (
        "import misgen; from misgen.core import settings; from misgen.learn import ppo; "
        "agent = ppo.train('CoinRun', seed=0, settings=settings.PPOSettings(steps=1)); "
        "misgen.evaluate(agent, 'CoinRun', episodes=2, seed=0); "
        "misgen.record(agent, misgen.make('CoinRun', 1, seed=0), seed=0); "
        "from misgen.topics.coinrun import checks"
    )
    assert _modules_after(code).isdisjoint(HEAVY)


def test_what_the_heavy_test_looks_for_is_there_to_be_found():
    assert {"torch", "gymnasium"} <= _modules_after("import misgen.learn.sb3")


def test_every_public_name_is_there_and_has_a_docstring():
    for name in misgen.__all__:
        assert getattr(misgen, name).__doc__


def test_every_public_name_may_be_imported_at_once():
    code = "from misgen import *; assert train and evaluate"
    assert _modules_after(code).isdisjoint(HEAVY)


def test_the_trainer_of_the_package_is_the_one_of_stable_baselines3():
    assert inspect.signature(misgen.train) == inspect.signature(sb3.train)
    assert pickle.loads(pickle.dumps(misgen.train)) is misgen.train
    assert misgen.train("CoinRun", seed=3, steps=0).notes["seed"] == 3


def test_the_trainer_of_the_package_hands_on_every_argument(monkeypatch):
    monkeypatch.setattr(sb3, "train", lambda *given, **named: (given, named))
    settings = misgen.PPOSettings(hidden=8)
    named = {
        "distinguishing": 0.5, "seed": 7, "settings": settings, "until": 0.9,
        "options": {"levels": 3}, "progress": True,
    }  # fmt: skip
    single = np.float32(named["distinguishing"])  # the notes get a number of Python
    given = misgen.train("CoinRun", **{**named, "distinguishing": single}, steps=64)
    assert type(given[1]["distinguishing"]) is float
    assert given == (("CoinRun",), {**named, "settings": replace(settings, steps=64)})
    assert {"name", "steps", *named} == set(inspect.signature(misgen.train).parameters)


@pytest.mark.parametrize("function", [measure.evaluate, policy.load, replay.record])
def test_what_the_package_checks_has_the_arguments_of_its_module_and_can_be_pickled(function):
    checked = getattr(misgen, function.__name__)
    assert inspect.signature(checked) == inspect.signature(function)
    assert pickle.loads(pickle.dumps(checked)) is checked


def test_without_the_packages_of_the_trainer_it_says_how_to_install_them(monkeypatch):
    monkeypatch.delitem(sys.modules, "misgen.learn.sb3")
    monkeypatch.delattr("misgen.learn.sb3")
    monkeypatch.setitem(sys.modules, "stable_baselines3", None)
    with pytest.raises(ImportError, match=r"'stable_baselines3', .* install 'misgen\[train\]'\.$"):
        misgen.train("CoinRun", seed=0)
