from __future__ import annotations

import re
from itertools import cycle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from topics.many_goals.members_reference import random_members, random_vertices

from misgen.core.feedback import UNCHANGED
from misgen.topics.many_goals.checks import (
    CONDITION_MISTAKES,
    DISCOUNT,
    MOST_PIECES,
    REWARD_MISTAKES,
    ROOM_MISTAKES,
    check_condition,
    check_other_reward,
    check_room,
)
from misgen.topics.many_goals.gallery import FLEES, HILLS, PRESETS, SEEKS, reward_of, rivals
from misgen.topics.many_goals.gridworld import (
    CELLS,
    WALLS,
    apart,
    cell_text,
    moves_text,
    named_room,
    optimal_actions,
    room,
    upright,
)
from misgen.topics.many_goals.identifiability import observe
from misgen.topics.many_goals.members import relabelled

PAINTED = reward_of(PRESETS["goal and pit"])
ROOM = named_room("open room")
EDGES = [
    tuple(sorted((cell, there)))
    for cell in range(CELLS)
    for there in set(ROOM.successors[cell, :4][ROOM.available[cell, :4]].tolist())
    if cell < there
]
"""The places where a piece of wall can stand."""


def _one_sentence(feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence


# ------------------------------------------- exercise 1: a room that tells two goals apart

ALONG = upright(3, range(3))
"""The solution of the chapter."""
ROOMS_MISTAKEN = {
    "too many pieces": WALLS["a wall"],
    "closed in": [(3, 4), (4, 9)],
    "together": [(5, 6)],
}


def test_a_wall_along_the_last_column_is_right_from_either_side_and_as_an_array():
    turned = [(b, a) for a, b in ALONG]
    for walls in (ALONG, turned, [*ALONG, *turned], np.array(ALONG)):
        feedback = check_room(walls)
        assert feedback.right
        assert "row 1, column 4, for one, best is down" in feedback.sentence
        _one_sentence(feedback)


@pytest.mark.parametrize("mistake", ROOM_MISTAKES)
def test_each_named_mistake_with_a_room_is_recognised(mistake):
    feedback = check_room(ROOMS_MISTAKEN[mistake])
    assert (feedback.right, feedback.mistake) == (False, mistake)
    _one_sentence(feedback)


def test_what_is_said_of_a_room_names_its_numbers():
    assert "Here are 4 pieces of wall: 3 are" in check_room(WALLS["a wall"]).sentence
    assert "No way leads from row 1, column 1 " in check_room([(0, 1), (0, 5)]).sentence


@pytest.mark.parametrize("answer", [None, 3, [3, 4], "walls", [("a", "b")], [(0.5, 1)], [(None,)]])
def test_walls_of_another_form_are_refused_with_an_example(answer):
    feedback = check_room(answer)
    assert feedback.sentence == "Give pairs of neighbouring cells, such as [(0, 1), (5, 6)]."


@pytest.mark.parametrize("pair", [(0, 7), (4, 5), (24, 25), (-1, 0), (3, 3), (1, 2, 3), ()])
def test_what_is_no_pair_of_neighbours_is_named(pair):
    feedback = check_room([pair])
    assert not feedback.right
    assert f"not {sorted(set(pair))}." in feedback.sentence


@given(walls=st.lists(st.sampled_from(EDGES), max_size=5))
def test_what_is_said_of_any_room_is_so(walls):
    feedback = check_room(walls)
    best = optimal_actions(room(walls), np.stack([SEEKS, FLEES]), DISCOUNT)
    parted = np.flatnonzero(apart(*best))
    if feedback.right:
        seeking, fleeing = (moves_text(moves[parted[0]]) for moves in best)
        assert f"{len(parted)} of {CELLS}: in {cell_text(parted[0])}, " in feedback.sentence
        assert f"best is {seeking} for the agent that seeks, and {fleeing} " in feedback.sentence
        assert not set(seeking.split(" or ")) & set(fleeing.split(" or "))
        assert len(set(walls)) <= MOST_PIECES
    else:
        assert (feedback == UNCHANGED) == (set(walls) == {(0, 1)})  # as the exercise begins
        assert feedback == UNCHANGED or feedback.mistake in ROOM_MISTAKES
        assert (feedback.mistake == "too many pieces") == (len(set(walls)) > MOST_PIECES)
    _one_sentence(feedback)


# ----------------------------------------------- exercise 2: another reward, the same moves

AWAY = np.where(np.arange(CELLS) == 12, FLEES - 1, FLEES)
"""The solution of the chapter: away from the lower left corner, and not into the pit."""
HILLY = relabelled(ROOM, PAINTED, DISCOUNT, HILLS[1])


def test_the_solution_is_a_right_answer_and_its_numbers_are_told():
    feedback = check_other_reward(AWAY)
    assert feedback.right
    behind = [optimal_actions(named_room("a wall"), r, DISCOUNT) for r in (AWAY, PAINTED)]
    assert f"in {apart(*behind).sum()} of 25 cells" in feedback.sentence
    assert f"is {np.corrcoef(AWAY, PAINTED)[0, 1]:.2f}." in feedback.sentence
    _one_sentence(feedback)


@pytest.mark.parametrize("factor", [1.0, 1e-4, 1e8])
def test_values_under_other_names_are_a_right_answer_in_any_unit(factor):
    assert check_other_reward(factor * HILLY + 3).right
    assert check_other_reward(HILLY.reshape(5, 5).tolist()).right


@pytest.mark.parametrize("factor", [1e-8, 1e-30, 1e30])
def test_what_is_said_of_a_reward_does_not_depend_on_its_unit(factor):
    assert check_other_reward(factor * AWAY) == check_other_reward(AWAY)
    for mistake, reward in MISTAKEN.items():
        assert check_other_reward(factor * reward).mistake == mistake


def test_members_from_linear_programming_are_right_if_they_lead_elsewhere_behind_the_wall():
    rng = np.random.default_rng(0)
    vertices = random_vertices([observe(ROOM, PAINTED, DISCOUNT)], 12, rng)
    members = random_members(vertices, 10, rng)
    for member in members:
        feedback = check_other_reward(member)
        assert feedback.right or feedback.mistake == "the same goal"
        assert check_other_reward(1e6 * member).right == feedback.right  # rounding in proportion
    assert np.mean([check_other_reward(member).right for member in members]) >= 0.5


@pytest.mark.parametrize("depth", [-1.01, -1.5, -2.0, -100.0])
def test_a_deeper_pit_is_the_same_goal(depth):
    deeper = np.where(PAINTED < 0, depth, PAINTED)
    assert check_other_reward(deeper).mistake == "the same goal"


def test_a_trace_of_another_goal_is_not_another_goal():
    # Breaking a tie behind the wall would do, if a best move in common were not asked for.
    assert check_other_reward(PAINTED + 1e-3 * AWAY).mistake == "the same goal"


def _without_the_pit() -> np.ndarray:
    """The goal alone: beside and below the pit another move is as good."""
    return np.where(PAINTED > 0, PAINTED, 0.0)


MISTAKEN = {
    "the same everywhere": np.full(CELLS, 0.7),
    "the opposite": 2 - 3 * PAINTED,
    "multiple plus constant": 0.5 * PAINTED + 0.3,
    "other moves": PAINTED + np.eye(CELLS)[20],
    "more moves": _without_the_pit(),
    "the same goal": np.where(PAINTED < 0, -2.0, PAINTED),
}


@pytest.mark.parametrize("mistake", REWARD_MISTAKES)
def test_each_named_mistake_with_a_reward_is_recognised(mistake):
    feedback = check_other_reward(MISTAKEN[mistake])
    assert not feedback.right
    assert feedback.mistake == mistake
    assert "{" not in feedback.sentence
    _one_sentence(feedback)


def test_the_painted_reward_itself_and_nothing_are_no_answers():
    assert check_other_reward(PAINTED).mistake == "multiple plus constant"
    assert check_other_reward(0 * PAINTED + 1e-9).mistake == "the same everywhere"
    assert check_other_reward(0 * PAINTED) == UNCHANGED


def test_a_cell_is_named_where_other_moves_are_best():
    # So much in the lower left corner that it is best to go there from everywhere.
    feedback = check_other_reward(PAINTED + 20 * np.eye(CELLS)[20])
    assert feedback.mistake == "other moves"
    told = "in row 1, column 1 best is right for the agent, and down under your reward."
    assert feedback.sentence.endswith(told)


FINITE = st.floats(-10, 10, allow_subnormal=False)


@given(reward=st.lists(FINITE, min_size=CELLS, max_size=CELLS) | st.builds(
    lambda kind, cell, more: kind + more * np.eye(CELLS)[cell],
    st.sampled_from([PAINTED, AWAY, HILLY, FLEES, SEEKS]), st.integers(0, CELLS - 1), FINITE,
))  # fmt: skip
def test_what_is_said_of_any_reward_is_so(reward):
    feedback = check_other_reward(reward)
    _one_sentence(feedback)
    named = re.search(r"in (row .+?) best is (.+) for the agent, and (.+) under", feedback.sentence)
    assert bool(named) == (feedback.mistake in ("other moves", "more moves"))
    if named:
        wanted, yours = (set(moves.split(" or ")) for moves in named.groups()[1:])
        best = optimal_actions(ROOM, PAINTED, DISCOUNT)
        cell = [cell_text(cell) for cell in range(CELLS)].index(named[1])
        assert named[2] == moves_text(best[cell])
        assert wanted < yours if feedback.mistake == "more moves" else wanted - yours


def test_the_check_agrees_with_the_gallery_of_the_painter():
    for rival in rivals(PAINTED, DISCOUNT, "left", ROOM):
        if rival.name in ("Half of it, plus 0.3", "Shaped by a potential", "Nothing anywhere"):
            continue
        feedback = check_other_reward(rival.picture)
        kept = feedback.right or feedback.mistake == "the same goal"
        assert kept == (rival.verdict == "same"), rival.name


@pytest.mark.parametrize("answer", [None, "abc", [1, 2], np.full(CELLS, np.nan), np.zeros((5, 6))])
def test_an_answer_of_another_form_is_refused(answer):
    feedback = check_other_reward(answer)
    assert not feedback.right
    _one_sentence(feedback)


# ---------------------------------------------------------- exercise 3: is the policy optimal?


def is_optimal(transitions, policy, discount, reward):
    """The solution of the chapter."""
    follow = transitions[policy, np.arange(len(policy))]
    later = np.linalg.inv(np.eye(len(reward)) - discount * follow)
    return all((((follow - other) @ later @ reward) >= -1e-9).all() for other in transitions)


def test_the_solution_is_right():
    feedback = check_condition(is_optimal)
    assert feedback.right
    _one_sentence(feedback)


def test_a_solution_by_value_iteration_is_right_too():
    def by_iteration(transitions, policy, discount, reward):
        values = np.zeros(len(reward))
        for _ in range(500):
            values = reward + discount * (transitions @ values).max(axis=0)
        worth = transitions @ values
        return (worth[policy, np.arange(len(policy))] >= worth.max(axis=0) - 1e-9).all()

    assert check_condition(by_iteration).right


def _mutant(judge, later=lambda follow, discount: np.linalg.inv(np.eye(4) - discount * follow)):
    def mutant(transitions, policy, discount, reward):
        follow = transitions[policy, np.arange(len(policy))]
        better = np.array([(follow - t) @ later(follow, discount) @ reward for t in transitions])
        others = policy != np.arange(len(transitions))[:, None]
        return judge(better, others)

    return mutant


def _fixed_actions(transitions, policy, discount, reward):
    def worth(matrix):
        return np.linalg.solve(np.eye(4) - discount * matrix, reward)

    follow = transitions[policy, np.arange(len(policy))]
    return all((worth(follow) >= worth(t) - 1e-9).all() for t in transitions)


MUTANTS = {
    "always": lambda *case: 1,
    "asks for more": _mutant(lambda better, others: (better[others] > 1e-9).all()),
    "forgets what comes later": _mutant(
        lambda better, others: (better >= -1e-9).all(), lambda follow, discount: np.eye(4)
    ),
    "one action suffices": _mutant(lambda better, others: (better[others] >= -1e-9).any()),
    "averages over states": _mutant(lambda better, others: (better.mean(axis=1) >= -1e-9).all()),
    "compares with fixed actions": _fixed_actions,
    "turns the sign": _mutant(lambda better, others: (better <= 1e-9).all()),
}


@pytest.mark.parametrize("mistake", CONDITION_MISTAKES)
def test_each_named_mistake_with_the_condition_is_recognised(mistake):
    feedback = check_condition(MUTANTS[mistake])
    assert not feedback.right
    assert feedback.mistake == mistake
    _one_sentence(feedback)


UNNAMED = {
    "no discount": lambda t, p, d, r: is_optimal(t, p, 0.99, r),
    "transposed": lambda t, p, d, r: is_optimal(t.transpose(0, 2, 1), p, d, r),
}


@pytest.mark.parametrize("mutant", UNNAMED)
def test_a_mistake_without_a_name_is_shown_by_a_case(mutant):
    feedback = check_condition(UNNAMED[mutant])
    assert not feedback.right
    assert feedback.mistake == ""
    assert "made-up case" in feedback.sentence
    _one_sentence(feedback)


@given(answers=st.lists(st.booleans(), min_size=1, max_size=40))
def test_what_is_said_of_any_answers_is_so(answers):
    repeated = cycle(answers)
    feedback = check_condition(lambda *case: next(repeated))
    assert not feedback.right
    told = re.search(r"function gives (\S+), but (\S+) is right", feedback.sentence)
    assert bool(told) == (feedback.mistake == "")
    assert told is None or told[1] != told[2]
    _one_sentence(feedback)


def test_a_condition_that_is_not_written_yet_is_told_so():
    assert check_condition(lambda *case: False) == UNCHANGED


def test_an_answer_that_raises_is_told_in_one_sentence():
    def broken(*case):
        raise ZeroDivisionError("by zero")

    assert "raised ZeroDivisionError" in check_condition(broken).sentence


def test_a_function_that_changes_its_arrays_does_not_deceive_the_check():
    def cunning(transitions, policy, discount, reward):
        reward[:] = 0.0
        return True

    assert not check_condition(cunning).right


ANSWERS = {
    "check_room": (ROOMS_MISTAKEN, lambda mistake: (ROOMS_MISTAKEN[mistake],)),
    "check_other_reward": (MISTAKEN, lambda mistake: (MISTAKEN[mistake],)),
    "check_condition": (MUTANTS, lambda mistake: (MUTANTS[mistake],)),
}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
