from __future__ import annotations

import numpy as np
import pytest
from topics.many_goals.gridworld_reference import best_moves, moves_from
from topics.many_goals.members_reference import policy_values

from misgen.topics.many_goals import gridworld
from misgen.topics.many_goals.gridworld import (
    ACTIONS,
    CELLS,
    WALLS,
    Dynamics,
    action_values,
    count_policies,
    first,
    lying,
    mixed,
    named_room,
    optimal_actions,
    optimal_values,
    room,
    under,
    upright,
)

DISCOUNTS = (0.5, 0.9, 0.95)
RNG = np.random.default_rng(0)
PAINTED = RNG.choice([-1.0, -0.5, 0.0, 0.5, 1.0], (6, CELLS))  # many ties
DRAWN = RNG.uniform(-1, 1, (6, CELLS))


def corner() -> np.ndarray:
    reward = np.zeros(CELLS)
    reward[4] = 1.0
    return reward


def names(actions: np.ndarray) -> list[set[str]]:
    return [{ACTIONS[a] for a in np.flatnonzero(row)} for row in actions]


# ------------------------------------------------------------------------------ rooms


@pytest.mark.parametrize("name", WALLS)
def test_each_room_is_that_of_the_reference(name):
    for cell in range(CELLS):
        expected = moves_from(cell, list(WALLS[name]))
        here = named_room(name)
        assert names(here.available)[cell] == set(expected)
        for action, there in expected.items():
            assert here.successors[cell, ACTIONS.index(action)] == there


def test_a_wall_blocks_both_ways_and_nothing_else():
    gone = np.argwhere(room().available & ~room([(11, 12)]).available)
    assert gone.tolist() == [[11, ACTIONS.index("right")], [12, ACTIONS.index("left")]]


def test_walls_stand_upright_and_lie():
    assert upright(2, [0, 4]) == ((2, 3), (22, 23))
    assert lying(0, [1]) == ((1, 6),)


def test_each_wall_of_the_chapter_leaves_every_cell_in_reach():
    for name in WALLS:
        reached, steps = {0}, named_room(name)
        for _ in range(CELLS):
            reached |= {int(t) for s in reached for t in steps.successors[s][steps.available[s]]}
        assert len(reached) == CELLS


@pytest.mark.parametrize("wall", [(0, 6), (4, 5), (0, 0), (3, 99)])
def test_a_wall_between_cells_that_are_no_neighbours_is_refused(wall):
    with pytest.raises(ValueError, match="two neighbouring cells"):
        room([wall])


def test_an_unknown_room_is_refused():
    with pytest.raises(ValueError, match="choose one of open room, a wall"):
        named_room("cellar")


def test_dynamics_that_are_none_are_refused():
    here = room()
    with pytest.raises(ValueError, match="sum to 1"):
        Dynamics(here.transitions * 0.5, here.available)
    with pytest.raises(ValueError, match="at least one action"):
        Dynamics(here.transitions, here.available & False)
    with pytest.raises(ValueError, match=r"\(actions, states, states\)"):
        Dynamics(here.transitions, here.available.T)
    odd = here.transitions.copy()
    odd[0, 0, :2] = 2.0, -1.0
    with pytest.raises(ValueError, match="from 0 to 1"):
        Dynamics(odd, here.available)


# ------------------------------------------------------------------------ what is best


@pytest.mark.parametrize("name", WALLS)
@pytest.mark.parametrize("discount", DISCOUNTS)
def test_a_whole_batch_has_the_best_moves_of_the_reference(name, discount):
    rewards = np.concatenate([PAINTED[:2], DRAWN[:2]])
    best = optimal_actions(named_room(name), rewards, discount)
    for reward, found in zip(rewards, best, strict=True):
        sweeps = gridworld.sweeps(discount)
        assert names(found) == best_moves(reward.tolist(), discount, list(WALLS[name]), sweeps)


def test_the_best_moves_lead_to_the_corner_that_pays():
    best = names(optimal_actions(room(), corner(), 0.9))
    assert best[4] == {"stay"}
    assert best[0] == {"right"}
    assert best[24] == {"up"}
    assert best[20] == {"up", "right"}


def test_a_wall_sends_the_agent_round_it():
    assert names(optimal_actions(named_room("a wall"), corner(), 0.9))[2] == {"down"}


def test_values_are_those_of_a_reward_for_ever_and_of_the_way_there():
    values = optimal_values(room(), corner(), 0.9)
    assert values[4] == pytest.approx(10.0)
    assert values[20] == pytest.approx(10 * 0.9**8)


@pytest.mark.parametrize("discount", DISCOUNTS)
def test_a_policy_of_best_actions_is_worth_as_much_as_value_iteration_says(discount):
    for reward in np.concatenate([PAINTED, DRAWN]):
        best = optimal_actions(room(), reward, discount)
        expected = optimal_values(room(), reward, discount)
        for policy in (mixed(best), first(best)):
            exact = policy_values(room(), policy, reward, discount)
            assert np.allclose(exact, expected, rtol=0, atol=1e-9)


def test_an_action_that_is_not_there_is_never_best_and_cannot_be_taken():
    values = action_values(room(), corner() - 5, 0.9)
    assert np.isneginf(values[~room().available]).all()
    with pytest.raises(ValueError, match="available actions only"):
        under(room(), np.full((CELLS, len(ACTIONS)), 0.2))


def test_a_bonus_counts_in_its_state_and_for_its_action_alone():
    bonus = np.zeros((CELLS, len(ACTIONS)))
    bonus[7, ACTIONS.index("stay")] = 1.0
    best = optimal_actions(room(), np.zeros(CELLS), 0.9, bonus)
    assert names(best)[7] == {"stay"}
    assert names(best)[2] == {"down"}


@pytest.mark.parametrize("discount", [0.0, 1.0, -0.1, 1.5])
def test_a_discount_outside_of_0_and_1_is_refused(discount):
    with pytest.raises(ValueError, match="between 0 and 1"):
        optimal_actions(room(), corner(), discount)


# ---------------------------------------------------------------------------- policies


def test_a_mixed_policy_takes_each_action_equally_often_and_a_first_one_the_first():
    actions = np.array([[True, False, True], [False, True, False]])
    assert mixed(actions).tolist() == [[0.5, 0, 0.5], [0, 1, 0]]
    assert first(actions).tolist() == [[1, 0, 0], [0, 1, 0]]


def test_policies_are_counted_exactly():
    # 9 inner cells with 5 moves, 12 at the rim with 4, 4 corners with 3.
    assert count_policies(room().available) == 5**9 * 4**12 * 3**4
    # To the corner: 4 cells of the first row and 4 of the last column and the corner have one
    # best move, the other 16 have two.
    assert count_policies(optimal_actions(room(), corner(), 0.9)) == 2**16


def test_two_agents_part_where_they_have_no_best_move_in_common():
    one = np.array([[True, True, False], [True, False, False], [False, False, True]])
    other = np.array([[True, False, False], [False, True, True], [False, False, True]])
    assert gridworld.apart(one, other).tolist() == [False, True, False]
    assert gridworld.apart(np.stack([one, other]), other).tolist() == [
        [False, True, False],
        [False, False, False],
    ]


def test_a_walk_follows_the_policy_and_nothing_else():
    room = gridworld.room()
    policy = gridworld.mixed(gridworld.optimal_actions(room, np.eye(gridworld.CELLS)[4], 0.9))
    walked = [gridworld.walk(room, policy, 20, 8, np.random.default_rng(s)) for s in range(20)]
    assert {path[-1] for path in walked} == {4}  # eight moves from there to the corner
    assert len({tuple(path) for path in walked}) > 10  # many ways are as good
    assert {path[1] for path in walked} == {15, 21}
