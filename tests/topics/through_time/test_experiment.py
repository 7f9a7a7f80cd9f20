"""A tiny training through time, and what is published of it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from misgen.core.measure import count_outcomes
from misgen.learn.moments import updates_of
from misgen.learn.sb3 import train
from misgen.learn.trial import TEST_SEED
from misgen.ledger.runs import Run
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.through_time.experiment import EXPERIMENT, SEEDS, SHARES, UPDATES, measured
from misgen.topics.through_time.published import trainings_of

CONFIG = {"distinguishing": 0.25, "seed": 3}


@pytest.fixture(scope="module")
def found():
    return measured(CONFIG, [0, 1, 2], episodes=40)


def test_there_are_twenty_moments_from_the_untrained_agent_to_that_of_the_chapter():
    assert len(UPDATES) == 20
    assert UPDATES[0] == 0
    assert UPDATES[-1] == updates_of(CoinRun.ppo)
    powers = np.rint(UPDATES[-1] * (np.arange(20) / 19) ** 1.5)
    assert np.abs(powers - UPDATES).max() <= 1


def test_each_share_has_ten_seeds():
    grid = EXPERIMENT.grid()
    assert len(grid) == len(SHARES) * len(SEEDS) == 50
    assert len({str(config) for config in grid}) == 50


def test_the_agents_are_those_of_trainings_that_end_there(found):
    assert found["steps"] == [0, 4096, 8192]
    agent = train("CoinRun", **CONFIG, steps=8192).rounded()
    for test, share in (("ordinary", 0.0), ("shifted", 1.0)):
        expected = count_outcomes(
            agent, "CoinRun", distinguishing=share, episodes=40, seed=3 + TEST_SEED
        )
        assert found["counts"][test][2] == expected.tolist()


def test_every_moment_is_measured_on_all_episodes(found):
    for of_test in found["counts"].values():
        assert [sum(moment) for moment in of_test] == [40, 40, 40]


def test_what_is_published_is_read_back(found, tmp_path):
    EXPERIMENT.collect([Run(EXPERIMENT.name, CONFIG, "c", found, {}, {}, "here", 1.0)], tmp_path)
    read = trainings_of(json.loads((tmp_path / "results.json").read_text())["runs"])
    (of,) = read.values()
    assert of.distinguishing == 0.25
    assert of.goal[0, 1] == found["counts"]["shifted"][1][0] / 40
    assert of.proxy[0, 1] == found["counts"]["shifted"][1][1] / 40
    assert of.capability[0, 1] == pytest.approx(sum(found["counts"]["shifted"][1][:2]) / 40)
    assert of.ordinary.shape == of.erased.shape == (1, 3)
