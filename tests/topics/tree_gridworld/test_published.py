from __future__ import annotations

import numpy as np
import pytest
import small_forests

from misgen.topics.tree_gridworld import published
from misgen.topics.tree_gridworld.published import affinities, greed_and_chance, runs
from misgen.topics.tree_gridworld.runs import Setting

OTHER = Setting(discount=0.9)


@pytest.fixture(autouse=True)
def ledger(monkeypatch):
    """Two settings with three seeds each, in no order."""
    found = [
        small_forests.run(setting, seed) for seed in (2, 0, 1) for setting in (Setting(), OTHER)
    ]
    monkeypatch.setattr(published, "all_runs", lambda: tuple(found))


def test_the_runs_of_a_setting_are_found_in_the_order_of_their_seeds():
    found = runs(OTHER)
    assert found.setting == OTHER
    assert found.seeds == [0, 1, 2]


def test_by_default_they_are_those_of_the_setting_that_collapses():
    assert runs().setting == Setting(discount=0.97, r_max=0.3, r_min=1e-6)


def test_a_setting_that_is_not_published_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match=r"No run of .*0\.5.* is published; published are .*0\.9"):
        runs(Setting(discount=0.5))


def test_values_come_with_the_seeds_as_the_first_axis():
    rewards = runs().of_each(lambda run: run.series.rewards)
    assert rewards.shape == (3, 5)
    np.testing.assert_allclose(rewards[:, 0], [0.05, 0.051, 0.052])
    np.testing.assert_array_equal(runs().ticks, small_forests.TICKS)


def test_the_affinity_of_greed_is_1_and_of_chance_0(monkeypatch):
    found = runs()
    greedy, chance = greed_and_chance(found.setting)
    for windows, expected in ((greedy, 1.0), (chance, 0.0)):
        for run in found.runs:
            for moment in run.moments:
                moment.windows.first_reward[:] = windows.first_reward
        values = affinities(found)
        assert values.shape == (3, 3, 11)
        np.testing.assert_allclose(values[..., 1:], expected, atol=1e-9)


def test_without_trees_there_is_no_affinity():
    assert np.isnan(affinities(runs())[..., 0]).all()
