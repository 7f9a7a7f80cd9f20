"""What the book says of the four scenarios, as assertions over seeds with stated margins.

All read the published ledger.
"""

from __future__ import annotations

import numpy as np
import pytest

import misgen
from misgen.learn.trial import EPISODES
from misgen.ledger.published import Results
from misgen.topics.four_scenarios.experiment import SEEDS
from misgen.topics.four_scenarios.published import scenario_runs
from misgen.topics.four_scenarios.scenarios import (
    SCENARIOS,
    capability_index,
    goal_index,
    of_scenario,
    untrained,
)


@pytest.fixture(scope="module")
def trials() -> Results:
    return scenario_runs()


def values(trials: Results, index, *names: str) -> np.ndarray:
    """An index of all agents of some scenarios."""
    return np.concatenate([index(of_scenario(trials, SCENARIOS[name])) for name in names])


def test_ten_seeds_of_every_group_are_measured_on_2000_levels(trials):
    groups = [*(of_scenario(trials, s) for s in SCENARIOS.values()), untrained(trials)]
    for group in groups:
        assert sorted(group.seeds) == list(SEEDS)
    assert len(SEEDS) == 10
    for trial in trials.trials:
        assert {sum(counts) for counts in trial.counts.values()} == {EPISODES} == {2000}


def test_every_training_leads_to_success_on_levels_such_as_its_own(trials):
    for scenario in SCENARIOS.values():
        test = "ordinary" if scenario.capability else "safe"
        assert of_scenario(trials, scenario).rates(test, "goal").min() >= 0.9


def test_the_capability_index_separates_every_agent_by_30_points(trials):
    lost = values(trials, capability_index, "neither", "goal")
    kept = values(trials, capability_index, "capability", "both")
    assert kept.min() - lost.max() >= 0.3
    assert kept.min() >= 0.9


def test_the_goal_index_separates_every_agent_by_80_points(trials):
    lost = values(trials, goal_index, "neither", "capability")
    kept = values(trials, goal_index, "goal", "both")
    assert kept.min() - lost.max() >= 0.8
    assert np.abs(lost).max() <= 0.05


def test_each_index_is_the_same_whatever_the_other_one_is(trials):
    # by 10 points between means: the two are told apart, not one thing measured twice
    def mean(index, name):
        return values(trials, index, name).mean()

    assert abs(mean(capability_index, "neither") - mean(capability_index, "goal")) <= 0.1
    assert abs(mean(capability_index, "capability") - mean(capability_index, "both")) <= 0.1
    assert abs(mean(goal_index, "neither") - mean(goal_index, "capability")) <= 0.1
    assert abs(mean(goal_index, "goal") - mean(goal_index, "both")) <= 0.1


def test_untrained_agents_have_neither(trials):
    bare = untrained(trials)
    assert capability_index(bare).max() <= 0.1
    assert np.abs(goal_index(bare)).max() <= 0.05


def test_a_share_of_what_was_reached_calls_the_goal_of_untrained_agents_robust():
    # the ratio that this book used before, and why it does no longer
    bare = misgen.results("CoinRun").where(0.0, steps=0)
    ratio = bare.rates("shifted", "goal") / bare.rates("shifted", "capability")
    assert ratio.min() >= 0.8
    assert ratio.mean() >= 0.9


def test_with_hazards_the_agents_are_those_of_the_dial(trials):
    for name in ("capability", "both"):
        scenario = SCENARIOS[name]
        ours = of_scenario(trials, scenario).rates("ordinary", "goal")
        dial = misgen.results("CoinRun").where(scenario.share).rates("ordinary", "goal")
        np.testing.assert_allclose(ours, dial, atol=0.02)
