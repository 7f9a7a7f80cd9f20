from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.scripted import NearestTree, RandomWalk
from misgen.topics.tree_gridworld.watch import NEVER, Run, watch

RUN = Run(
    chopped=np.array([[1, 0, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]], bool),
    trees=np.array([[1, 5, 2], [2, 5, 0], [1, 5, 1], [1, 4, 0]], np.uint8),
)


def test_the_rate_is_the_reward_per_step_from_a_step_on():
    assert RUN.rates().tolist() == [0.5, 0.25, 0.25]
    assert RUN.rates(first=2).tolist() == [0.5, 0.5, 0.0]


def test_a_forest_is_extinct_at_the_first_step_after_which_it_has_no_tree():
    assert RUN.extinct_at.tolist() == [NEVER, NEVER, 2]


def test_a_discounted_return_counts_each_reward_by_its_step():
    assert RUN.discounted_returns(0.5).tolist() == [1.25, 0.125, 0.5]
    assert RUN.discounted_returns([0.0, 1.0]).tolist() == [[1, 0, 0], [2, 1, 1]]


def test_a_run_records_the_rewards_and_trees_of_the_forests():
    env = TreeGridworld(6, seed=0)
    run = watch(RandomWalk(), env, steps=50, seed=1)
    again, obs = TreeGridworld(6, seed=0), None
    rng, obs = np.random.default_rng([1, 4]), again.reset()
    for t in range(50):
        step = again.step(RandomWalk().act(obs, rng))
        assert (run.chopped[t] == (step.reward == 1)).all()
        assert (run.trees[t] == again.trees).all()
    assert run.chopped.any()


def test_watching_plants_the_forests_anew():
    env = TreeGridworld(4, seed=0)
    greedy = NearestTree(env, 1)
    watch(greedy, env, steps=30, seed=0)
    assert watch(greedy, env, steps=1, seed=0).trees.min() >= 9


def test_a_run_of_no_steps_is_refused():
    with pytest.raises(ValueError, match="steps must be"):
        watch(RandomWalk(), TreeGridworld(1, seed=0), steps=0, seed=0)
