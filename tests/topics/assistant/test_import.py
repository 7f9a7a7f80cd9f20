"""What the assistant needs: NumPy alone, until it is trained."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from misgen.topics import assistant


def modules_after(code):
    report = "import json, sys; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}; {report}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(json.loads(run.stdout))


def test_published_assistants_are_loaded_and_measured_with_numpy_alone():
    code = (
        "from misgen.topics import assistant; "
        "agent = assistant.published(seed=0, distinguishing=0.0); "
        "assistant.rates(agent, assistant.weeks_of('pandemic', count=9, seed=0)); "
        "assistant.results(distinguishing=0.1)"
    )
    assert modules_after(code).isdisjoint({"torch", "tqdm", "plotly", "scipy", "gymnasium"})


def test_torch_is_imported_when_training_is_first_named():
    assert "torch" in modules_after("from misgen.topics import assistant; assistant.finetune")


def test_every_public_name_is_there_and_has_a_docstring():
    for name in assistant.__all__:
        assert getattr(assistant, name).__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'teach'"):
        _ = assistant.teach
