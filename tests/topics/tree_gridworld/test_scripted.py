from __future__ import annotations

import numpy as np
import pytest

from misgen.core.intervals import Estimate
from misgen.topics.tree_gridworld.env import TreeGridworld, spawn_probability
from misgen.topics.tree_gridworld.scripted import (
    NearestTree,
    RandomWalk,
    Worth,
    Yardstick,
    worth,
    yardsticks,
)
from misgen.topics.tree_gridworld.watch import NEVER, watch

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("walls", [True, False])
def test_the_greedy_policy_takes_a_shortest_way_to_the_nearest_tree(walls):
    env = TreeGridworld(200, start_trees=3, r_min=0.0, r_max=0.0, walls=walls, seed=0)
    obs, greedy = env.reset(), NearestTree(env, 1)
    cells = len(env.view_offsets)
    steps_to = np.where(obs[:, :cells] > 0, abs(env.view_offsets).sum(axis=1), 99).min(axis=1)
    for step in range(1, steps_to.max() + 1):
        result = env.step(greedy.act(obs, RNG))
        obs = result.obs
        assert (result.reward[steps_to == step] == 1).all()
        assert (result.reward[steps_to > step] == 0).all()


def test_a_policy_chops_only_while_there_are_enough_trees():
    env = TreeGridworld(100, seed=1)
    chop_from = np.arange(100) % 10 + 1
    obs, policy = env.reset(), NearestTree(env, chop_from)
    chopped = np.zeros(100)
    for _ in range(300):
        before = env.trees
        step = env.step(policy.act(obs, RNG))
        obs = step.obs
        assert (step.reward <= (before >= chop_from)).all()
        chopped += step.reward
    assert (env.trees[chop_from > 1] > 0).all()
    assert (chopped > 0).all()


def test_a_policy_that_may_not_chop_waits_beside_the_nearest_tree():
    env = TreeGridworld(100, start_trees=2, r_min=0.0, r_max=0.0, seed=2)
    obs, policy = env.reset(), NearestTree(env, 3)
    for _ in range(25):
        obs = env.step(policy.act(obs, RNG)).obs
    beside = abs(env.view_offsets).sum(axis=1) == 1
    assert (obs[:, :361][:, beside].sum(axis=1) >= 1).all()
    assert (policy.act(obs, RNG) == 0).all()
    assert (env.trees == 2).all()


def test_without_trees_a_policy_stays_where_it_is():
    env = TreeGridworld(9, start_trees=0, seed=0)
    assert set(NearestTree(env, 1).act(env.reset(), RNG).tolist()) == {0}


def test_the_image_is_refused_with_a_way_out():
    with pytest.raises(ValueError, match='make the environment with view="centred"'):
        NearestTree(TreeGridworld(1, view="image", seed=0), 1)


def test_the_random_policy_takes_each_action_as_often():
    actions = RandomWalk().act(np.zeros((50_000, 3), np.float32), np.random.default_rng(0))
    assert np.bincount(actions) / 50_000 == pytest.approx([0.2] * 5, abs=0.01)


# ------------------------------------------------------------------------- yardsticks


def test_the_yardsticks_are_random_greedy_and_every_number_of_trees():
    sticks = yardsticks(steps=30, forests=3, seed=0, options={"max_trees": 4})
    names = ["random", "greedy", "from 2 trees on", "from 3 trees on", "from 4 trees on"]
    assert [stick.name for stick in sticks] == names
    assert all(len(stick.extinct_at) == 3 and stick.rate.n == 3 for stick in sticks)


def test_each_yardstick_belongs_to_its_policy():
    sticks = yardsticks(steps=300, forests=8, seed=0)
    assert [stick.extinct > 0 for stick in sticks] == [False, True] + 9 * [False]
    for k in (2, 9):
        env = TreeGridworld(8, seed=5)
        alone = watch(NearestTree(env, k), env, steps=300, seed=0).rates()
        assert sticks[k].rate.mean == pytest.approx(alone.mean(), abs=0.03)


def test_a_yardstick_says_what_it_measured():
    stick = Yardstick("greedy", Estimate(0.0014, 0.001, 0.002, 4), np.array([50, 70, NEVER, 90]))
    assert stick.extinct == 0.75
    assert str(stick) == (
        "greedy            0.0014 [0.0010, 0.0020] a step; 75% of forests lost, half of them by "
        "step 70"
    )
    kept = Yardstick("random", Estimate(0.03, 0.02, 0.04, 2), np.array([NEVER, NEVER]))
    assert str(kept).endswith("a step; 0% of forests lost")


# ------------------------------------------------------------------------------ worth


def test_what_a_lone_tree_is_worth_follows_from_when_it_is_chopped():
    options = {"start_trees": 1, "r_min": 0.0, "r_max": 0.0, "max_trees": 3}
    table = worth([0.5, 0.9], forests=50, seed=3, options=options)
    env = TreeGridworld(150, seed=3, **options)
    run = watch(NearestTree(env, np.repeat([1, 2, 3], 50)), env, steps=100, seed=3)
    delay = run.chopped[:, :50].argmax(axis=0)
    assert table.mean[:, 0] == pytest.approx([np.mean(0.5**delay), np.mean(0.9**delay)], abs=1e-3)
    assert (table.mean[:, 1:] == 0).all()  # they may not chop the only tree
    assert table.best.tolist() == [1, 1]
    assert table.kept_by_greedy.tolist() == [1, 1]


def test_worth_finds_the_best_number_and_the_share_that_greed_keeps():
    table = Worth((0.9, 0.99), np.array([[2.0, 4.0, 1.0], [1.0, 2.0, 8.0]]), np.zeros((2, 3)))
    assert table.best.tolist() == [2, 3]
    assert table.kept_by_greedy.tolist() == [0.5, 0.125]


def test_a_higher_discount_is_worth_more_and_the_interval_shrinks_with_forests():
    few, many = (worth([0.8, 0.95], forests=n, seed=0) for n in (10, 90))
    assert (few.mean[1] > few.mean[0]).all()
    assert (few.half / many.half).mean() == pytest.approx(3 * 2.26 / 1.99, rel=0.3)


def test_worth_looks_far_enough_ahead():
    table = worth([0.9], forests=5, seed=0)
    env = TreeGridworld(50, seed=0)
    run = watch(NearestTree(env, np.repeat(range(1, 11), 5)), env, steps=300, seed=0)
    longer = run.discounted_returns(0.9).reshape(10, 5).mean(axis=1)
    assert 0 < (longer - table.mean[0]).max() < 0.01


@pytest.mark.parametrize("discounts", [[1.0], [0.5, -0.1]])
def test_a_discount_out_of_range_is_refused(discounts):
    with pytest.raises(ValueError, match="discounts must lie"):
        worth(discounts, forests=2, seed=0)


def test_in_the_long_run_as_many_trees_are_chopped_as_appear():
    env = TreeGridworld(10, seed=0)
    run = watch(NearestTree(env, 8), env, steps=3000, seed=0)
    left = run.trees[499:-1] - run.chopped[500:]  # before one may appear
    assert run.rates(500).mean() == pytest.approx(spawn_probability(left).mean(), rel=0.02)
