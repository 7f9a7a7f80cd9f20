from __future__ import annotations

import numpy as np
import pytest

from misgen.core.policy import Policy
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.frozen import FIRST, WINDOW, chop_probabilities, long_run, windows
from misgen.topics.tree_gridworld.scripted import NearestTree, RandomWalk
from misgen.topics.tree_gridworld.watch import watch

WORLD = TreeGridworld(1, seed=0)


def _policy(seed: int = 0, obs_size: int = WORLD.obs_size) -> Policy:
    return Policy.random(obs_size=obs_size, num_actions=5, hidden=16, seed=seed)


def _always(action: int, obs_size: int) -> Policy:
    """An agent that takes one action, whatever it sees."""
    agent = _policy(obs_size=obs_size)
    agent.action_weight[:] = 0.0
    agent.action_bias[action] = 50.0
    return agent


# ------------------------------------------------------------------------- windows


def test_a_window_is_what_watching_the_same_forests_shows():
    found = windows(RandomWalk(), forests=30, seed=4)
    env = TreeGridworld(30, start_trees=6, seed=4)
    run = watch(RandomWalk(), env, steps=WINDOW, seed=4)
    assert found.reward[6] == pytest.approx(run.chopped.mean())
    assert found.first_reward[6] == pytest.approx(run.chopped[:FIRST].mean())
    assert found.trees[6] == pytest.approx(run.trees[-1].mean())
    assert found.extinct[6] == pytest.approx((run.extinct_at > 0).mean())


def test_there_is_a_window_for_every_number_of_trees():
    assert len(windows(RandomWalk(), forests=2, seed=0).reward) == 11
    few = windows(RandomWalk(), forests=2, seed=0, options={"max_trees": 4})
    assert len(few.reward) == 5


def test_greed_ends_thin_forests_and_restraint_does_not():
    greedy = windows(NearestTree(WORLD, 1), forests=50, seed=0)
    patient = windows(NearestTree(WORLD, 5), forests=50, seed=0)
    assert greedy.extinct[1] >= 0.9
    assert greedy.trees[1] <= 0.5
    assert patient.extinct[1:].max() == 0.0
    # From one tree, waiting earns more within the same 100 steps; from ten, greed starts faster.
    assert patient.reward[1] > greedy.reward[1]
    assert greedy.first_reward[10] >= patient.first_reward[10]


def test_a_forest_without_trees_earns_nothing_and_counts_as_dead():
    found = windows(RandomWalk(), forests=5, seed=0)
    assert (found.reward[0], found.trees[0], found.extinct[0]) == (0.0, 0.0, 1.0)


def test_the_options_reach_the_forests():
    barren = windows(RandomWalk(), forests=20, seed=0, options={"r_max": 0.0, "r_min": 0.0})
    assert barren.trees[10] < windows(RandomWalk(), forests=20, seed=0).trees[10]
    assert (barren.trees <= np.arange(11)).all()


# -------------------------------------------------------------------------- chopping


def test_an_agent_that_always_goes_up_chops_where_the_tree_is_above_it():
    # Of the neighbours of a cell that hold a lone tree, one in about four is the one above.
    chops = chop_probabilities(_always(1, WORLD.obs_size), forests=8000, seed=0)
    assert chops[0] == pytest.approx(0.25, abs=0.06)
    assert (np.diff(chops) > -0.03).all()


def test_an_agent_that_stays_never_chops():
    chops = chop_probabilities(_always(0, WORLD.obs_size), seed=0)
    np.testing.assert_allclose(chops, 0.0, atol=1e-12)


def test_an_agent_that_has_learned_nothing_chops_one_time_in_five_and_more_among_many_trees():
    chops = chop_probabilities(_policy(), seed=0)
    assert len(chops) == 10
    assert chops[0] == pytest.approx(0.2, abs=0.01)
    assert chops[9] > chops[0] + 0.015  # where there are many, several may be beside it


def test_on_a_torus_a_tree_beyond_the_edge_is_beside_the_agent():
    options = {"walls": False}
    agent = _always(1, TreeGridworld(1, seed=0, **options).obs_size)
    chops = chop_probabilities(agent, forests=8000, seed=0, options=options)
    assert chops[0] == pytest.approx(0.25, abs=0.06)


def test_too_few_forests_to_find_a_neighbour_are_refused():
    with pytest.raises(ValueError, match="No agent stands beside one of 1 trees; take more"):
        chop_probabilities(_policy(), forests=1, seed=0)


# -------------------------------------------------------------------------- long run


def test_greed_leaves_nothing_in_the_long_run_and_restraint_lives_on():
    greedy, patient = (long_run(NearestTree(WORLD, k), forests=20, seed=0) for k in (1, 8))
    assert (greedy.reward, greedy.extinct) == (0.0, 1.0)
    assert patient.extinct == 0.0
    assert 0.2 < patient.reward < 0.3


def test_the_reward_is_that_of_the_last_quarter():
    run = watch(RandomWalk(), TreeGridworld(8, seed=2), steps=100, seed=2)
    found = long_run(RandomWalk(), steps=100, forests=8, seed=2)
    assert found.reward == pytest.approx(run.chopped[75:].mean())
