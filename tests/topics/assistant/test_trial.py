import json
from dataclasses import replace

import numpy as np
import pytest
from small_assistants import BRIEF, SHORT

from misgen.topics.assistant import finetuning, pretraining, trial
from misgen.topics.assistant.measures import TESTS, outcomes, weeks_of
from misgen.topics.assistant.shelf import read_shelf
from misgen.topics.assistant.trial import MARKS, TEST_SEED, train_and_measure
from misgen.topics.assistant.variants import ALIKE, TWO, VARIANTS, Setting, Variant

SETTINGS = (Setting(0.0), Setting(0.2, 2), Setting(0.2, 5))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    for module in (finetuning, trial):
        monkeypatch.setattr(module, "FINETUNING", {"labels": SHORT, "reinforce": SHORT})
    brief = replace(BRIEF, steps=40)
    monkeypatch.setattr(pretraining, "PRETRAINING", {"mlp": brief, "transformer": brief})
    monkeypatch.setattr(trial, "MARKS", (0, 5))


def test_a_run_measures_every_setting_on_every_test_and_json_holds_it():
    result, arrays = train_and_measure(Variant(SETTINGS), 3)
    assert arrays == {}
    assert "course" not in result
    assert [(s["distinguishing"], s["causes"]) for s in result["settings"]] == list(SETTINGS)
    assert [s["break_weeks"] > 0 for s in result["settings"]] == [False, True, True]
    for setting in result["settings"]:
        assert set(setting["rates"]) == set(TESTS)
        for rates in setting["rates"].values():
            assert set(rates) == {"knows", "preferred", "restaurant", "day", "satisfied", "against"}
            assert all(0 <= rate <= 1 for rate in rates.values())
    assert json.loads(json.dumps(result))["cause_order"] == result["cause_order"]


def test_it_is_the_published_assistants_that_are_measured():
    result, arrays = train_and_measure(Variant(SETTINGS, published=True), 3)
    shelf = read_shelf(arrays, 3)
    assert shelf.cause_order == tuple(result["cause_order"])
    for setting, measured in zip(SETTINGS, result["settings"], strict=True):
        agent = shelf.assistant(*setting)
        for test, rates in measured["rates"].items():
            weeks = weeks_of(test, seed=TEST_SEED + 3)
            found = {name: of.mean() for name, of in outcomes(agent, weeks).items()}
            assert found == rates


def test_the_course_is_that_of_both_settings_of_the_controls():
    result, _ = train_and_measure(Variant(TWO, course=True), 3)
    assert [course["distinguishing"] for course in result["course"]] == [0.0, 0.1]
    for course in result["course"]:
        assert len(course["rates"]) == len(course["marks"]) == 2
        assert course["rates"][0]["restaurant"] == pytest.approx(0.25, abs=0.05)


@pytest.mark.parametrize(
    ("variant", "changes"),
    [("no_pretraining", {"pretraining": None}), ("aligned", {"start": "aligned"}),
     ("reinforce", {"method": "reinforce"}), ("trained_trunk", {"trunk": "trained"}),
     ("transformer", {"architecture": "transformer"}), ("alike", {"causes": list(ALIKE)})],
)  # fmt: skip
def test_a_variant_is_trained_as_its_name_says(monkeypatch, variant, changes):
    seen = []
    real = trial.finetune
    monkeypatch.setattr(trial, "finetune", lambda *a, **k: seen.append(real(*a, **k)) or seen[-1])
    tiny = replace(SHORT, steps=2, weeks=64)
    monkeypatch.setattr(trial, "FINETUNING", {"labels": tiny, "reinforce": tiny})
    brief = dict.fromkeys(("mlp", "transformer"), replace(BRIEF, steps=2))
    monkeypatch.setattr(pretraining, "PRETRAINING", brief)
    monkeypatch.setattr(trial, "weeks_of", lambda test, seed: weeks_of(test, count=20, seed=seed))
    train_and_measure(replace(VARIANTS[variant], course=False), 0)
    usual = {"start": "zero", "method": "labels", "trunk": "frozen", "architecture": "mlp"}
    for agent in seen:
        expected = usual | changes
        assert {name: agent.notes[name] for name in expected} == expected


def test_slow_variants_take_a_tenth_of_the_step_and_the_long_one_ten_times_the_steps():
    names = ("main", "aligned_slow", "aligned_long")
    usual, slow, long = (trial._settings(VARIANTS[name]) for name in names)
    assert slow == replace(usual, learning_rate=usual.learning_rate / 10)
    assert long.learning_rate == slow.learning_rate
    assert long.steps == 3000


def test_the_course_is_measured_from_the_start_in_rising_steps():
    assert MARKS[0] == 0
    assert (np.diff(MARKS) > 0).all()
