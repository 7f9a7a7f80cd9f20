from __future__ import annotations

import numpy as np
import pytest
from topics.many_goals.members_reference import random_members, random_vertices

from misgen.topics.many_goals.checks import (
    CONDITION_MISTAKES,
    DISCOUNT,
    REWARD_MISTAKES,
    check_condition,
    check_other_reward,
)
from misgen.topics.many_goals.gallery import PRESETS, reward_of, rivals
from misgen.topics.many_goals.gridworld import CELLS, named_room
from misgen.topics.many_goals.identifiability import observe
from misgen.topics.many_goals.members import relabelled

PAINTED = reward_of(PRESETS["goal and pit"])
ROOM = named_room("open room")


def _one_sentence(feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence


# ----------------------------------------------- exercise 1: another reward, the same moves

EVEN_STEPS = relabelled(ROOM, PAINTED, DISCOUNT, np.arange(CELLS))


@pytest.mark.parametrize("factor", [1.0, 1e-4, 1e8])
def test_values_under_other_names_are_a_right_answer_in_any_unit(factor):
    feedback = check_other_reward(factor * EVEN_STEPS + 3)
    assert feedback.right
    assert "correlation of 0." in feedback.sentence
    _one_sentence(feedback)


def test_a_reward_that_falls_with_the_distance_to_the_goal_is_right():
    # What a reader can write down: every way to the goal passes the same distances.
    row, column = np.divmod(np.arange(CELLS), 5)
    reward = -(row + 4 - column) / 8
    reward[12] -= 1  # the pit
    assert check_other_reward(reward).right


def test_rows_of_five_and_members_from_linear_programming_are_right_too():
    assert check_other_reward(EVEN_STEPS.reshape(5, 5).tolist()).right
    rng = np.random.default_rng(0)
    vertices = random_vertices([observe(ROOM, PAINTED, DISCOUNT)], 12, rng)
    for member in random_members(vertices, 5, rng):
        assert check_other_reward(member).right
        assert check_other_reward(1e6 * member).right  # rounding is in proportion


def _without_the_pit() -> np.ndarray:
    """The goal alone: beside and below the pit another move is as good."""
    return np.where(PAINTED > 0, PAINTED, 0.0)


MISTAKEN = {
    "the same everywhere": np.full(CELLS, 0.7),
    "the opposite": 2 - 3 * PAINTED,
    "multiple plus constant": 0.5 * PAINTED + 0.3,
    "other moves": PAINTED + np.eye(CELLS)[20],
    "more moves": _without_the_pit(),
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
    assert check_other_reward(0 * PAINTED).mistake == "the same everywhere"


def test_a_cell_is_named_where_other_moves_are_best():
    # So much in the lower left corner that it is best to go there from everywhere.
    feedback = check_other_reward(PAINTED + 20 * np.eye(CELLS)[20])
    assert feedback.mistake == "other moves"
    assert "row 1, column 1" in feedback.sentence


def test_the_check_agrees_with_the_gallery_of_the_painter():
    for rival in rivals(PAINTED, DISCOUNT, "left", ROOM):
        if rival.name in ("Half of it, plus 0.3", "Shaped by a potential", "Nothing anywhere"):
            continue
        assert check_other_reward(rival.picture).right == (rival.verdict == "same"), rival.name


@pytest.mark.parametrize("answer", [None, "abc", [1, 2], np.full(CELLS, np.nan), np.zeros((5, 6))])
def test_an_answer_of_another_form_is_refused(answer):
    feedback = check_other_reward(answer)
    assert not feedback.right
    _one_sentence(feedback)


# ---------------------------------------------------------- exercise 2: is the policy optimal?


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
    "always": lambda *case: True,
    "never": lambda *case: False,
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


def test_an_answer_that_raises_is_told_in_one_sentence():
    def broken(*case):
        raise ZeroDivisionError("by zero")

    assert "raised ZeroDivisionError" in check_condition(broken).sentence


def test_a_function_that_changes_its_arrays_does_not_deceive_the_check():
    def cunning(transitions, policy, discount, reward):
        reward[:] = 0.0
        return True

    assert not check_condition(cunning).right


ANSWERS = {"check_other_reward": (MISTAKEN, lambda mistake: (MISTAKEN[mistake],))}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
