from __future__ import annotations

import json
import subprocess
import sys

import misgen

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
        "import misgen; from misgen.learn import ppo, settings; "
        "agent = ppo.train('CoinRun', seed=0, settings=settings.PPOSettings(steps=1)); "
        "misgen.evaluate(agent, 'CoinRun', episodes=2, seed=0); "
        "misgen.record(agent, misgen.make('CoinRun', 1, seed=0), seed=0); "
        "from misgen import checks"
    )
    assert _modules_after(code).isdisjoint(HEAVY)


def test_what_the_heavy_test_looks_for_is_there_to_be_found():
    assert {"torch", "gymnasium"} <= _modules_after("import misgen.learn.sb3")


def test_every_public_name_is_there_and_has_a_docstring():
    for name in misgen.__all__:
        assert getattr(misgen, name).__doc__
