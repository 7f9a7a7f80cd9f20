from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.film import NOWHERE, Rollout, Snapshots, forest_of, record
from misgen.topics.tree_gridworld.scripted import NearestTree, RandomWalk


@pytest.mark.parametrize("walls", [True, False])
def test_the_forest_of_an_environment_agrees_with_what_its_agent_sees(walls):
    env = TreeGridworld(20, walls=walls, seed=3)
    obs = env.reset()
    up = (env.view_offsets == (0, 1)).all(axis=1).argmax()
    for i in range(20):
        trees, agent = forest_of(env, i)
        assert trees.shape == (100,)
        assert trees.sum() == env.trees[i] == 10
        assert not trees[agent]
        row_above = agent - 10 if agent >= 10 else (agent - 10) % 100
        sees_above = (agent >= 10 or not walls) and trees[row_above]
        assert (obs[i, up] > 0) == sees_above


def test_snapshots_are_kept_at_their_steps_and_no_others():
    env = TreeGridworld(3, seed=0)
    env.reset()
    watcher, seen = Snapshots([2, 5], forests=2), []
    for tick in range(1, 7):
        env.step(np.full(3, 1 + tick % 4))
        watcher(tick, env)
        seen.append([forest_of(env, i) for i in range(2)])
    assert watcher.trees.shape == (2, 2, 100)
    for moment, tick in enumerate((2, 5)):
        for i in range(2):
            trees, agent = seen[tick - 1][i]
            np.testing.assert_array_equal(watcher.trees[moment, i], trees)
            assert watcher.agents[moment, i] == agent


def _watched(trees: int, steps: int, seed: int) -> list[tuple[np.ndarray, int]]:
    """The same forest as `record`, looked at after every step."""
    env = TreeGridworld(1, start_trees=trees, seed=seed)
    rng, obs = np.random.default_rng([seed, 6]), env.reset()
    looks = [forest_of(env, 0)]
    for _ in range(steps):
        obs = env.step(RandomWalk().act(obs, rng)).obs
        looks.append(forest_of(env, 0))
    return looks


@pytest.mark.parametrize("trees", [1, 5, 10])
def test_a_rollout_unfolds_to_what_happened(trees):
    rollout = record(RandomWalk(), trees=trees, steps=80, seed=1)
    looks = _watched(trees, 80, seed=1)
    np.testing.assert_array_equal(rollout.trees(), [stand for stand, _ in looks])
    np.testing.assert_array_equal(rollout.agent, [agent for _, agent in looks])


def test_a_rollout_counts_what_was_chopped():
    env = TreeGridworld(1, seed=0)
    rollout = record(NearestTree(env, 1), trees=10, steps=60, seed=0, options={"r_max": 0.0})
    left = rollout.trees()[-1].sum()
    assert rollout.chopped == 10 - left > 0
    assert (rollout.grown == NOWHERE).all()


def test_a_tree_that_grows_stays_until_the_agent_steps_on_it():
    start = np.zeros(4, bool)
    rollout = Rollout(start, np.array([0, 0, 3, 3], np.uint8), np.array([3, NOWHERE, 1], np.uint8))
    assert [np.flatnonzero(row).tolist() for row in rollout.trees()] == [[], [3], [], [1]]
    assert rollout.chopped == 1


def test_the_same_seed_gives_the_same_rollout_and_another_seed_does_not():
    first, second, other = (
        record(RandomWalk(), trees=5, steps=30, seed=seed) for seed in (7, 7, 8)
    )
    np.testing.assert_array_equal(first.agent, second.agent)
    assert not np.array_equal(first.agent, other.agent)


def test_no_steps_and_no_forests_are_refused():
    with pytest.raises(ValueError, match="steps must be a whole number of at least 1"):
        record(RandomWalk(), trees=5, steps=0, seed=0)
    with pytest.raises(ValueError, match="forests must be a whole number of at least 1"):
        Snapshots([1], forests=0)
