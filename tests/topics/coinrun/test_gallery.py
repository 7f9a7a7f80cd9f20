"""Levels found by search differ as they are said to."""

import numpy as np
import pytest

from misgen import published
from misgen.topics.coinrun.gallery import Gallery, label, outcomes_on, search
from misgen.topics.coinrun.levels import generate


def right(obs):
    return np.full(len(obs), 2)


def stay(obs):
    return np.zeros(len(obs), np.int64)


def test_levels_are_those_on_which_the_settings_differ_also_in_other_episodes():
    agents = {
        share: [published("CoinRun", distinguishing=share, seed=seed) for seed in range(2)]
        for share in (0.0, 0.1)
    }
    found = search(agents, among=60, keep=5, episodes=3, seed=0)
    assert found.settings == (0.0, 0.1)
    assert found.rates.shape == (2, 5)
    spread = np.ptp(found.rates, axis=0)
    assert (np.diff(spread) <= 0).all()
    levels = generate(np.random.default_rng(1), 60, distinguishing=1.0)
    usual = [
        np.mean([outcomes_on(agent, levels, 2) == 0 for agent in of_setting])
        for of_setting in agents.values()
    ]
    # on other levels the two settings differ less
    assert spread.mean() > usual[1] - usual[0]
    assert len(found.levels) == 5
    assert found.levels.distinguishing.all()


@pytest.mark.parametrize(
    ("rates", "told"),
    [([0.0, 0.5, 0.9], "taken at 100 %"), ([0.0, 0.6, 0.7], "taken from 10 % on"),
     ([0.9, 0.1, 0.7], "taken at 100 %"), ([0.9, 0.9, 0.2], "rarely taken")],
)  # fmt: skip
def test_a_label_says_where_the_coin_lies_and_from_which_setting_on_it_is_taken(rates, told):
    level = generate(np.random.default_rng(0), 1, distinguishing=1.0)
    found = Gallery(level, (0.0, 0.1, 1.0), np.array(rates)[:, None])
    column = level.coin[0, 0] + 1
    assert label(found, 0) == f"1: coin in column {column} of {level.length[0]}, {told}"


def test_settings_that_do_the_same_differ_nowhere():
    found = search({0.0: [right], 0.5: [right]}, among=20, keep=3, episodes=2, seed=0)
    assert np.ptp(found.rates, axis=0).tolist() == [0.0, 0.0, 0.0]


def test_an_agent_that_stays_runs_out_of_time_everywhere():
    levels = generate(np.random.default_rng(3), 10, distinguishing=1.0)
    assert set(outcomes_on(stay, levels, 0)) == {3}


def test_more_levels_than_were_looked_at_are_refused():
    with pytest.raises(ValueError, match="keep must be at most 3"):
        search({0.0: [stay]}, among=3, keep=4, seed=0)
