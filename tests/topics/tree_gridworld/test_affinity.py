from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.tree_gridworld.affinity import affinity
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.scripted import NearestTree, RandomWalk
from misgen.topics.tree_gridworld.watch import watch

ENV = TreeGridworld(1, seed=0)
GREEDY = NearestTree(ENV, 1)


class Half:
    """Greedy in every other forest, random in the rest."""

    def act(self, obs, rng):
        greedy, random = GREEDY.act(obs, rng), RandomWalk().act(obs, rng)
        return np.where(np.arange(len(obs)) % 2 == 0, greedy, random)


@pytest.mark.parametrize("trees", [1, 4, 10])
def test_greedy_has_an_affinity_of_one_and_random_of_zero(trees):
    for actor, value in ((GREEDY, 1.0), (RandomWalk(), 0.0)):
        found = affinity(actor, trees=trees, forests=50, seed=0)
        assert (found.value, found.low, found.high) == (value, value, value)


def test_half_greedy_lies_half_way():
    found = affinity(Half(), trees=10, forests=1000, seed=0)
    assert found.low < 0.5 < found.high
    assert found.high - found.low < 0.15


def test_the_affinity_is_that_of_the_paper_for_the_mean_rewards():
    found = affinity(NearestTree(ENV, 8), trees=9, forests=60, seed=4)
    policy, random, greedy = found.rewards
    assert found.value == pytest.approx((policy - random) / (greedy - random))
    assert found.low < found.value < found.high
    env = TreeGridworld(60, start_trees=9, seed=4)
    assert greedy == watch(GREEDY, env, steps=10, seed=4).chopped.sum() / 60


def test_an_interval_covers_the_affinity_of_many_forests():
    actor = NearestTree(ENV, 8)
    truth = affinity(actor, trees=8, forests=4000, seed=99).value
    found = [affinity(actor, trees=8, forests=60, seed=seed) for seed in range(40)]
    assert np.mean([each.low <= truth <= each.high for each in found]) >= 0.8


def test_without_trees_there_is_no_affinity():
    found = affinity(GREEDY, trees=0, forests=20, seed=0)
    assert np.isnan([found.value, found.low, found.high]).all()


def test_where_greedy_has_ended_its_forest_there_is_no_affinity():
    options = {"size": 4, "max_trees": 5}
    assert np.isnan(
        affinity(RandomWalk(), trees=5, steps=400, forests=20, seed=0, options=options).value
    )


def test_a_policy_that_waits_has_less_than_zero():
    assert affinity(NearestTree(ENV, 8), trees=2, seed=0).high < 0


def test_two_forests_are_the_least():
    with pytest.raises(ValueError, match="forests must be a whole number of at least 2"):
        affinity(GREEDY, trees=1, forests=1, seed=0)
