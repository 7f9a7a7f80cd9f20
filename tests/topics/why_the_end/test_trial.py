"""Trials on tiny settings; the setting of the book is the trial of the CoinRun chapter."""

from __future__ import annotations

import json

import numpy as np
import pytest

from misgen.learn.trial import EPISODES, train_and_measure
from misgen.ledger.runs import Run
from misgen.topics.coinrun import evaluations
from misgen.topics.why_the_end.experiment import EXPERIMENT, config_of
from misgen.topics.why_the_end.hypotheses import BOOK, HYPOTHESES
from misgen.topics.why_the_end.published import trials_of
from misgen.topics.why_the_end.trial import TESTS, counts_of, trained


def small(setting=BOOK, share=0.01):
    return {**config_of(setting, share, seed=2), "steps": 4096}


def test_without_a_change_a_trial_is_that_of_coinrun_to_the_last_episode():
    config = small()
    tests = {name: evaluations.TESTS[name] for name in TESTS}
    of_coinrun, _ = train_and_measure("CoinRun", config, tests)
    assert counts_of(config, EPISODES) == of_coinrun["counts"]


def test_the_training_and_all_tests_see_the_change():
    config = small(HYPOTHESES["ahead"].settings[0])
    assert trained(config).obs_size == 4 * 7 * (5 + 1 + 2) + 2
    counts = counts_of(config, 30)
    assert {sum(of_test) for of_test in counts.values()} == {30}


@pytest.mark.parametrize(("name", "units"), [("units", 16), ("discount", 64)])
def test_the_settings_of_the_learner_reach_it(name, units):
    usual, changed = (trained(small(setting)) for setting in (BOOK, HYPOTHESES[name].settings[0]))
    assert len(changed.hidden_bias) == units
    assert not np.array_equal(usual.action_bias, changed.action_bias)


def test_what_is_published_is_read_back_with_all_that_was_changed(tmp_path):
    config = small(HYPOTHESES["signal"].settings[0])
    result = {"episodes": 30, "counts": counts_of(config, 30)}
    run = Run(EXPERIMENT.name, config, "code", result, {}, {}, "here", 1.0)
    EXPERIMENT.collect([run], tmp_path)
    (trial,) = trials_of(json.loads((tmp_path / "results.json").read_text())["runs"]).trials
    assert trial.options == {"coin_signal": 1 / 3}
    assert trial.counts == result["counts"]
    assert (trial.distinguishing, trial.seed, trial.steps) == (0.01, 2, 4096)
