import numpy as np
import pytest
from topics.four_scenarios.made_up import TRIALS

from misgen.ledger.published import Results, Trial
from misgen.topics.four_scenarios.experiment import SEEDS
from misgen.topics.four_scenarios.scenarios import (
    SCENARIOS,
    capability_index,
    goal_index,
    index_estimate,
    of_scenario,
    untrained,
)


def trial(visible: int, erased: int, ordinary: int = 80) -> Results:
    """One trial with so many of 100 coins taken."""
    goals = {"ordinary": ordinary, "shifted": visible, "erased": erased}
    counts = {test: [goal, 100 - goal, 0, 0] for test, goal in goals.items()}
    return Results("CoinRun", (Trial(0.0, 0, 1, {}, 100, counts),))


@pytest.mark.parametrize(
    ("visible", "erased", "index"),
    [(100, 20, 1.0), (20, 20, 0.0), (60, 20, 0.5), (0, 20, -0.25), (100, 0, 1.0)],
)
def test_the_goal_index_is_what_seeing_the_coin_adds_of_what_accident_leaves(
    visible, erased, index
):
    assert goal_index(trial(visible, erased)) == pytest.approx(index)


def test_who_touches_every_erased_coin_has_no_goal_index():
    assert np.isnan(goal_index(trial(100, 100))).all()


def test_the_capability_index_is_success_where_the_coin_lies_at_the_end():
    assert capability_index(trial(0, 0, ordinary=73)) == 0.73


def test_the_four_scenarios_are_all_pairs():
    pairs = {(each.capability, each.goal) for each in SCENARIOS.values()}
    assert len(pairs) == len(SCENARIOS) == 4


def test_each_scenario_has_each_seed_and_no_trial_is_in_two():
    groups = [*(of_scenario(TRIALS, s) for s in SCENARIOS.values()), untrained(TRIALS)]
    assert all(group.seeds == list(SEEDS) for group in groups)
    assert sum(len(group.trials) for group in groups) == len(TRIALS.trials)


def test_the_interval_of_an_index_may_go_below_zero():
    estimate = index_estimate(np.array([-0.01, 0.01]))
    assert estimate.mean == 0
    assert estimate.low < -0.01
    assert estimate.n == 2
