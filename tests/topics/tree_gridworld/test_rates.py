"""The three rates of frozen agents, the accident and the controls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from misgen.topics.tree_gridworld import rates
from misgen.topics.tree_gridworld.env import MOVES, TreeGridworld
from misgen.topics.tree_gridworld.experiment import (
    BASE,
    FILMED_SEEDS,
    RECOVERING,
    SUSTAINING,
    WITH_WALLS,
)
from misgen.topics.tree_gridworld.published import frozen_agents, runs
from misgen.topics.tree_gridworld.rates import (
    FELLING,
    Through,
    has_drifted,
    ledger_rates,
    measured,
    seen,
    spoken_of,
)
from misgen.topics.tree_gridworld.scripted import NearestTree, RandomWalk

UP, DOWN, LEFT, RIGHT = 1, 2, 3, 4
OPPOSITE = {
    "flipped": {UP: DOWN, DOWN: UP, LEFT: LEFT, RIGHT: RIGHT},
    "turned": {UP: DOWN, DOWN: UP, LEFT: RIGHT, RIGHT: LEFT},
}


def beside(action: int) -> np.ndarray:
    """What an agent sees that stands beside one tree, to which an action leads."""
    offsets = TreeGridworld(1, seed=0, walls=False).view_offsets
    return (offsets == MOVES[action]).all(axis=1)[None].astype(np.float32)


@pytest.mark.parametrize("view", OPPOSITE)
@pytest.mark.parametrize("action", [UP, DOWN, LEFT, RIGHT])
def test_a_tree_is_seen_on_the_other_side(view, action):
    np.testing.assert_array_equal(seen(beside(action), view, 10), beside(OPPOSITE[view][action]))


@pytest.mark.parametrize("view", OPPOSITE)
def test_a_changed_view_keeps_the_number_of_trees_and_turned_twice_is_as_before(view):
    env = TreeGridworld(50, seed=0, walls=False)
    obs = env.reset()
    changed = seen(obs, view, 10)
    np.testing.assert_array_equal(changed.sum(axis=1), obs.sum(axis=1))
    np.testing.assert_array_equal(seen(changed, view, 10), obs)
    assert (changed != obs).any()


def test_with_the_trees_erased_nothing_is_seen():
    assert not seen(np.ones((3, 100), np.float32), "erased", 10).any()


def test_an_unknown_view_is_refused():
    with pytest.raises(ValueError, match="view must be one of none, erased, flipped, turned"):
        seen(np.ones((3, 100), np.float32), "mirrored", 10)


def rule(chop_from: int) -> NearestTree:
    return NearestTree(TreeGridworld(1, seed=0, walls=False), chop_from)


@pytest.mark.parametrize(
    ("actor", "goal", "proxy"),
    [(rule(8), 1.0, 0.0), (rule(1), 0.0, 1.0), (RandomWalk(), 0.0, 0.0)],
    ids=["patient", "greedy", "random"],
)
def test_rules_have_the_rates_that_they_are_made_for(actor, goal, proxy):
    found = measured(actor, "none", setting=RECOVERING, seed=0)
    assert (found.goal, found.proxy, found.capability) == (goal, proxy, goal + proxy)


def test_a_greedy_rule_that_sees_nothing_or_all_turned_shows_no_skill():
    for view in ("erased", "turned"):
        assert measured(rule(1), view, setting=RECOVERING, seed=0).capability == 0.0
    obs = beside(UP)
    (action,) = Through(rule(1), "turned").act(obs, np.random.default_rng(0))
    assert action == DOWN


def test_the_agent_that_is_spoken_of_is_the_one_that_fells_or_that_of_the_end():
    for setting, tick in ((BASE, 608), (RECOVERING, 608), (SUSTAINING, 11_744)):
        assert {spoken_of(run).tick for run in runs(setting).runs} == {tick}


def test_an_agent_has_drifted_if_it_had_no_tree_to_learn_from_for_long():
    assert all(map(has_drifted, runs(WITH_WALLS).runs))
    assert not any(map(has_drifted, runs(BASE).runs))  # step 608 is published
    assert not any(map(has_drifted, runs(replace(BASE, distinguishing=0.5)).runs))
    assert not any(map(has_drifted, runs(SUSTAINING).runs))


@pytest.mark.parametrize("setting", [BASE, RECOVERING, SUSTAINING])
@pytest.mark.parametrize("seed", FILMED_SEEDS)
def test_the_ledger_tells_the_rates_that_are_measured(setting, seed):
    run = runs(setting).runs[seed]
    told = ledger_rates(run)
    at = [moment.tick for moment in run.moments].index(spoken_of(run).tick)
    agent = frozen_agents(setting, seed)[at]
    found = measured(agent, "none", setting=setting, seed=seed)
    assert (told.goal, told.proxy) == pytest.approx((found.goal, found.proxy), abs=1e-4)


def test_what_agents_are_worth_is_measured_against_the_best_rule():
    found = rates.worth_of_agents(RECOVERING, [FELLING, 11_744], start_trees=1, forests=60, seed=1)
    assert found[FELLING].shape == (len(FILMED_SEEDS),)
    assert (found[FELLING] < found[11_744]).all()
    assert found[11_744].max() < 1.0
