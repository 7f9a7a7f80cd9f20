"""What the chapter on Tree Gridworld says of policies that nobody trained, with margins."""

from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.tree_gridworld.affinity import affinity
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.planning import plan, plan_grid
from misgen.topics.tree_gridworld.scripted import NearestTree, RandomWalk, worth, yardsticks
from misgen.topics.tree_gridworld.small import SmallForest

FORESTS = 6


@pytest.fixture(scope="module")
def sticks():
    """Random, greedy, and "from k trees on" for k from 2 to 10, over 20,000 steps."""
    return yardsticks(steps=20_000, forests=FORESTS, seed=0)


@pytest.fixture(scope="module")
def grid():
    """The best policies of 4 x 4 cells with at most 5 trees."""
    return plan_grid(
        SmallForest(4, 5), discounts=(0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99), r_maxs=(0.1, 0.3, 0.6)
    )


# ------------------------------------------------------------------------ yardsticks


def test_greedy_earns_at_most_two_trees_in_a_thousand_steps(sticks):
    assert sticks[1].rate.mean < 0.002
    assert sticks[1].extinct == 1.0


def test_half_of_the_greedy_forests_die_by_step_100_and_three_quarters_by_step_130():
    greedy = yardsticks(steps=400, forests=60, seed=1)[1]
    assert (greedy.extinct_at > 0).all()
    assert 60 < np.median(greedy.extinct_at) < 110
    assert 0.7 < (greedy.extinct_at <= 130).mean() < 0.95


def test_to_chop_from_eight_or_nine_trees_on_is_best_at_about_a_quarter_of_a_tree(sticks):
    rates = [stick.rate.mean for stick in sticks]
    assert int(np.argmax(rates)) in (8, 9)
    assert max(rates) == pytest.approx(0.26, abs=0.01)
    assert max(rates) > 100 * rates[1]
    assert abs(rates[8] - rates[9]) < 0.01
    assert rates[9] > rates[10] + 0.01


def test_more_trees_are_better_up_to_eight(sticks):
    rates = np.array([stick.rate.mean for stick in sticks])
    assert (np.diff(rates[1:9]) > 0.005).all()


def test_no_policy_that_leaves_one_tree_ever_loses_the_forest(sticks):
    assert all(stick.extinct == 0 for stick in [sticks[0], *sticks[2:]])


def test_the_random_policy_earns_more_than_the_greedy_one_in_the_long_run(sticks):
    assert sticks[0].rate.mean > 10 * sticks[1].rate.mean
    assert sticks[0].rate.mean < 0.05


# ------------------------------------------------------- what the real forest asks for


def test_from_a_full_forest_discounts_up_to_ninety_seven_hardly_ask_for_restraint():
    table = worth([0.9, 0.95, 0.97], forests=100, seed=0)
    assert (table.kept_by_greedy > 0.85).all()


def test_from_a_full_forest_a_discount_of_ninety_nine_asks_for_it():
    table = worth([0.99], forests=100, seed=0)
    assert table.kept_by_greedy[0] < 0.8
    best = table.best[0] - 1
    assert table.mean[0, best] - table.mean[0, 0] > 3 * (table.half[0, best] + table.half[0, 0])


def test_with_one_tree_left_a_discount_of_ninety_seven_asks_for_restraint():
    table = worth([0.8, 0.97], forests=100, seed=0, options={"start_trees": 1})
    assert table.best[0] == 1
    assert table.best[1] > 1
    assert table.kept_by_greedy[1] < 0.6


# ---------------------------------------------------- what a small forest asks for, exactly


def test_at_a_low_discount_the_best_policy_fells_the_forest(grid):
    assert grid.deforests[:2].all()
    assert grid.rate[:2].max() < 1e-4


def test_at_a_high_discount_the_best_policy_keeps_the_forest(grid):
    assert not grid.deforests[-2:].any()
    assert grid.trees[-1].min() > 4


def test_the_faster_trees_grow_the_lower_the_discount_that_keeps_the_forest(grid):
    kept_from = [
        grid.discounts[int(np.argmin(column))]
        for column in grid.deforests.T  # first that keeps
    ]
    assert kept_from == [0.97, 0.9, 0.85]
    assert (np.diff(grid.deforests.astype(int), axis=0) <= 0).all()  # and then never fells it


def test_between_felling_and_keeping_the_best_policy_keeps_about_one_tree(grid):
    at = grid.discounts.index(0.9), grid.r_maxs.index(0.3)
    assert grid.chop_shares[at].tolist() == [0, 1, 1, 1, 1]
    assert grid.trees[at] == pytest.approx(1.14, abs=0.01)
    assert grid.rate[at] == pytest.approx(0.117, abs=0.001)


def test_at_a_discount_of_ninety_seven_the_best_policy_keeps_four_of_five_trees(grid):
    at = grid.discounts.index(0.97), grid.r_maxs.index(0.3)
    assert grid.trees[at] == pytest.approx(4.20, abs=0.01)
    assert grid.rate[at] == pytest.approx(0.266, abs=0.001)


@pytest.mark.parametrize(("size", "trees"), [(3, 4), (4, 4), (4, 5), (5, 4)])
def test_the_border_lies_between_85_and_90_percent_for_several_small_forests(size, trees):
    small = SmallForest(size, trees)
    assert [plan(small, discount=d).deforests for d in (0.85, 0.9)] == [True, False]


def test_the_border_moves_up_with_the_number_of_trees():
    assert [plan(SmallForest(4, 6), discount=d).deforests for d in (0.9, 0.95)] == [True, False]


# ---------------------------------------------------------------------------- affinity


def test_a_sustainable_rule_is_as_greedy_as_greedy_in_a_full_forest_and_not_in_a_thin_one():
    rule = NearestTree(TreeGridworld(1, seed=0), 8)
    assert affinity(rule, trees=10, seed=0).low > 0.9
    assert affinity(rule, trees=5, seed=0).high < 0.2


def test_over_fifty_steps_the_same_rule_looks_greedier_than_greed_from_one_tree():
    rule = NearestTree(TreeGridworld(1, seed=0), 8)
    assert affinity(rule, trees=1, steps=50, seed=0).low > 1
    assert affinity(rule, trees=1, steps=10, seed=0).high < 0


def test_over_a_thousand_steps_the_affinity_is_not_defined():
    found = affinity(RandomWalk(), trees=10, steps=1500, forests=40, seed=0)
    assert np.isnan(found.value)
