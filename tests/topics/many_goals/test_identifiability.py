from __future__ import annotations

import itertools

import numpy as np
import pytest
from topics.many_goals.members_reference import policy_values, random_members, random_vertices

from misgen.topics.many_goals.gridworld import (
    ACTIONS,
    CELLS,
    WALLS,
    Dynamics,
    first,
    mixed,
    named_room,
    optimal_actions,
    optimal_values,
    room,
)
from misgen.topics.many_goals.identifiability import (
    BOX,
    SOLVER_TIE,
    Observation,
    conditions,
    explains,
    extreme_member,
    harshest,
    most_generous,
    observe,
    reward_range,
)

DISCOUNTS = (0.5, 0.9, 0.95)
LEVELS = [-1.0, -0.5, 0.0, 0.5, 1.0]


def painted(**cells: float) -> np.ndarray:
    reward = np.zeros(CELLS)
    for name, value in cells.items():
        reward[int(name[1:])] = value
    return reward


PIT = painted(c4=1.0, c12=-1.0)
KNOWN = {4: 1.0, 12: -1.0}


def losses(seen: Observation, rewards: np.ndarray) -> np.ndarray:
    """By value iteration: by how much the policy is worth less than the best one, `(rewards,)`."""
    worth = policy_values(seen.dynamics, seen.policy, rewards, seen.discount)
    return (optimal_values(seen.dynamics, rewards, seen.discount) - worth).max(axis=1)


def small_world(rng: np.random.Generator) -> Dynamics:
    """Four states and three actions at random: here random rewards are often members."""
    return Dynamics(rng.dirichlet(np.ones(4), (3, 4)), np.ones((4, 3), bool))


# ------------------------------------------------------------------------- membership


@pytest.mark.parametrize("seed", range(20))
def test_in_random_worlds_the_conditions_hold_exactly_if_value_iteration_agrees(seed):
    rng = np.random.default_rng(seed)
    world, rewards = small_world(rng), rng.uniform(-1, 1, (300, 4))
    seen = observe(world, rewards[0], rng.uniform(0.2, 0.95))
    told = explains([seen], rewards)
    assert told.tolist() == (losses(seen, rewards) <= 1e-8).tolist()
    assert 0 < told.mean() < 0.5  # both answers occur, so neither is vacuous


@pytest.mark.parametrize("name", WALLS)
@pytest.mark.parametrize("discount", DISCOUNTS)
def test_in_each_room_the_conditions_hold_exactly_if_value_iteration_agrees(name, discount):
    rng = np.random.default_rng(3)
    seen = observe(named_room(name), PIT, discount)
    inside = random_members(random_vertices([seen], 8, rng), 20, rng)
    near = inside + rng.normal(0, 0.02, inside.shape)
    rewards = np.concatenate([rng.choice(LEVELS, (40, CELLS)), near, inside])
    told = explains([seen], rewards, tolerance=SOLVER_TIE)
    gaps = losses(seen, rewards)
    assert told[-20:].all()
    assert (gaps[told] <= 1e-4).all()
    assert (gaps[~told] > SOLVER_TIE).all()
    assert (~told).any()


def test_a_mixed_policy_is_optimal_only_if_each_action_that_it_takes_is():
    seen = observe(room(), painted(c4=1.0), 0.9)
    assert seen.policy[20].tolist() == [0.5, 0.5, 0, 0, 0]
    tilted = painted(c4=1.0, c21=0.01)  # now it pays to go right first
    assert not explains([seen], tilted)
    assert explains([observe(room(), painted(c4=1.0), 0.9, all_best=False)], painted(c4=1.0))


def test_one_of_several_best_actions_tells_less_than_all_of_them():
    one, every = (observe(room(), PIT, 0.9, all_best=every) for every in (False, True))
    rng = np.random.default_rng(0)
    vertices = random_vertices([one], 20, rng)
    assert explains([one], vertices, tolerance=SOLVER_TIE).all()
    assert not explains([every], vertices, tolerance=SOLVER_TIE).any()


@pytest.mark.parametrize("constant", [-1.0, 0.0, 0.3])
def test_a_reward_that_is_the_same_everywhere_explains_any_behaviour(constant):
    rng = np.random.default_rng(1)
    for policy in (first(room().available), mixed(room().available)):
        assert explains([Observation(room(), policy, 0.9)], np.full(CELLS, constant))
    assert explains([observe(room(), rng.uniform(-1, 1, CELLS), 0.9)], np.full(CELLS, constant))


def test_a_second_environment_can_only_take_members_away():
    rng = np.random.default_rng(2)
    here, there = (observe(named_room(name), PIT, 0.9) for name in ("open room", "a wall"))
    members = random_members(random_vertices([here], 8, rng), 30, rng)
    assert explains([here], members, tolerance=SOLVER_TIE).all()
    assert not explains([here, there], members, tolerance=SOLVER_TIE).any()
    assert explains([here, there], PIT)


def test_there_is_a_condition_for_each_available_action():
    assert conditions(observe(room(), PIT, 0.9)).shape == (room().available.sum(), CELLS)


def test_a_policy_that_walks_through_walls_is_refused():
    with pytest.raises(ValueError, match="available actions only"):
        Observation(room(), np.eye(len(ACTIONS))[np.zeros(CELLS, int)], 0.9)


# ------------------------------------------------------------------ linear programming


def test_the_program_and_the_conditions_describe_the_same_set():
    seen = observe(room(), PIT, 0.9)
    rng = np.random.default_rng(4)
    for objective in rng.standard_normal((10, CELLS)):
        best = extreme_member([seen], objective, KNOWN)
        assert explains([seen], best, tolerance=SOLVER_TIE)
        others = random_members(random_vertices([seen], 4, rng, KNOWN), 20, rng)
        assert (others @ objective >= best @ objective - 1e-6).all()


def test_without_anything_known_a_cell_can_have_any_reward():
    low, high = reward_range([observe(room(), PIT, 0.9)])
    assert np.allclose(low, BOX[0])
    assert np.allclose(high, BOX[1])


def test_the_range_of_a_known_cell_is_a_point_and_others_hold_the_true_reward():
    for seen in ([observe(room(), PIT, 0.9)], [observe(named_room(n), PIT, 0.9) for n in WALLS]):
        low, high = reward_range(seen, KNOWN)
        assert low[4] == high[4] == 1.0
        assert low[12] == high[12] == -1.0
        assert (low <= PIT + 1e-7).all()
        assert (high + 1e-7 >= PIT).all()


def test_ranges_shrink_with_each_environment():
    seen = [observe(named_room(name), PIT, 0.9) for name in WALLS]
    ranges = [reward_range(seen[: k + 1], KNOWN) for k in range(3)]
    for (low, high), (next_low, next_high) in itertools.pairwise(ranges):
        assert (next_low >= low - 1e-7).all()
        assert (next_high <= high + 1e-7).all()
    assert (ranges[2][1] - ranges[2][0]).sum() < (ranges[0][1] - ranges[0][0]).sum() - 1


def test_a_range_ends_where_a_member_has_that_reward_and_none_has_more():
    # Two cells, stay or go over. Staying in 1 is best from both, and R(1) = 1 is known: then
    # R(0) may be anything up to 1.
    world = Dynamics(np.stack([np.eye(2), np.eye(2)[::-1]]), np.ones((2, 2), bool))
    seen = observe(world, [0.0, 1.0], 0.5)
    low, high = reward_range([seen], {1: 0.5})
    assert low.tolist() == pytest.approx([-1.0, 0.5])
    assert high.tolist() == pytest.approx([0.5, 0.5])


def test_vertices_are_at_the_rim_and_mixtures_inside():
    seen = observe(room(), PIT, 0.9)
    rng = np.random.default_rng(5)
    vertices = random_vertices([seen], 30, rng)
    inside = random_members(vertices, 30, rng)
    shown = seen.taken

    def same(rewards: np.ndarray) -> np.ndarray:
        best = optimal_actions(room(), rewards, 0.9, tie=SOLVER_TIE)
        assert (best | ~shown).all()  # what was seen is best under each
        return (best == shown).all(axis=(1, 2))

    assert not same(vertices).any()
    assert same(inside).all()


def test_no_other_member_pays_more_than_the_most_generous_or_less_than_the_harshest():
    seen = [observe(room(), PIT, 0.9)]
    others = random_vertices(seen, 30, np.random.default_rng(6), KNOWN).sum(axis=1)
    most, least = most_generous(seen, KNOWN), harshest(seen, KNOWN)
    assert explains(seen, [most, least], tolerance=SOLVER_TIE).all()
    assert most.sum() >= others.max() - 1e-7
    assert least.sum() <= others.min() + 1e-7
    assert most.sum() >= least.sum() + 20
    assert most[4] == least[4] == 1.0


def test_what_contradicts_is_told_in_one_sentence():
    seen = [observe(room(), PIT, 0.9)]
    with pytest.raises(ValueError, match="No reward with the known values explains"):
        reward_range(seen, {4: -1.0, 12: 1.0})
    with pytest.raises(ValueError, match="no state 25"):
        reward_range(seen, {25: 0.0})
    with pytest.raises(ValueError, match="at least one observation"):
        extreme_member([], np.ones(CELLS))
