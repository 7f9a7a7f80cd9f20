from __future__ import annotations

import math

import numpy as np
import pytest

from misgen.topics.tree_gridworld.checks import _SPAWN_MISTAKES, check_lumberjack, check_spawn


def _one_sentence(feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence
    assert str(feedback) == f"{'Right.' if feedback.right else 'Not yet.'} {feedback.sentence}"


# -------------------------------------------------- exercise 1: how likely a tree appears


def spawn(n, n_max, r_min, r_max):
    """The solution."""
    if n >= n_max:
        return 0.0
    return max(r_min, r_max * math.log(1 + n) / math.log(1 + n_max))


def test_the_probability_of_the_solution_is_right():
    feedback = check_spawn(spawn)
    assert feedback.right
    _one_sentence(feedback)


SPAWN_MUTANTS = {
    "grows when full": lambda n, m, lo, hi: max(lo, hi * math.log(1 + n) / math.log(1 + m)),
    "forgets r_min": lambda n, m, lo, hi: spawn(n, m, 0.0, hi),
    "adds r_min": lambda n, m, lo, hi: spawn(n, m, 0.0, hi) + lo * (n < m),
    "grows in a line": lambda n, m, lo, hi: 0.0 if n == m else max(lo, hi * n / m),
    "forgets the one": lambda n, m, lo, hi: (
        0.0 if n == m else lo if n == 0 else max(lo, hi * math.log(n) / math.log(m))
    ),
    "always divides by log 11": lambda n, m, lo, hi: (
        0.0 if n == m else max(lo, hi * math.log(1 + n) / math.log(11))
    ),
    "divides by too much": lambda n, m, lo, hi: (
        0.0 if n == m else max(lo, hi * math.log(1 + n) / math.log(m + 11))
    ),
}


@pytest.mark.parametrize("mistake", _SPAWN_MISTAKES)
def test_each_named_mistake_with_the_probability_is_recognised(mistake):
    feedback = check_spawn(SPAWN_MUTANTS[mistake])
    assert not feedback.right
    assert feedback.mistake == mistake
    _one_sentence(feedback)


@pytest.mark.parametrize(
    "mutant",
    [
        lambda n, m, lo, hi: 0.1,
        lambda n, m, lo, hi: min(1.0, 2 * spawn(n, m, lo, hi)),
        lambda n, m, lo, hi: spawn(max(0, n - 1), m, lo, hi) * (n < m),
        lambda n, m, lo, hi: spawn(n, 10, 1e-6, 0.3),
    ],
)
def test_a_mistake_without_a_name_is_shown_by_a_case(mutant):
    feedback = check_spawn(mutant)
    assert not feedback.right
    assert feedback.mistake == ""
    _one_sentence(feedback)


def test_a_probability_that_raises_is_told_in_one_sentence():
    feedback = check_spawn(lambda n, m, lo, hi: math.log(n))
    assert feedback.sentence.startswith("Your function raised ValueError: ")


# -------------------------------------------------------- exercise 2: a policy that lasts


def rule(keep):
    """Walk to the nearest tree, but do not chop while `keep` trees or fewer are left."""

    def act(trees, offsets):
        dx, dy = offsets.T
        far = np.where(trees, abs(dx) + abs(dy), 999)
        nearest, left = far.argmin(axis=1), trees.sum(axis=1)
        x, y = dx[nearest], dy[nearest]
        way = np.where(x > 0, 4, np.where(x < 0, 3, np.where(y > 0, 1, 2)))
        waits = (left == 0) | ((left <= keep) & (far.min(axis=1) == 1))
        return np.where(waits, 0, way)

    return act


def test_a_rule_that_keeps_seven_trees_is_right():
    feedback = check_lumberjack(rule(keep=7))
    assert feedback.right
    assert "100% of its forests live" in feedback.sentence
    _one_sentence(feedback)


@pytest.mark.parametrize(
    ("act", "mistake"),
    [
        (rule(keep=0), "ends the forest"),
        (rule(keep=3), "not enough"),
        (rule(keep=10), "hardly chops"),
        (lambda trees, offsets: np.zeros(len(trees), int), "hardly chops"),
    ],
    ids=["greedy", "keeps three", "keeps all", "stands still"],
)
def test_each_policy_that_does_not_last_or_does_not_earn_is_recognised(act, mistake):
    feedback = check_lumberjack(act)
    assert not feedback.right
    assert feedback.mistake == mistake
    _one_sentence(feedback)


def test_the_pass_mark_lies_between_keeping_four_trees_and_keeping_five():
    rights = [check_lumberjack(rule(keep)).right for keep in (3, 5, 8)]
    assert rights == [False, True, True]


@pytest.mark.parametrize(
    "answer", [0, np.zeros(3, int), np.full(24, 5), np.full(24, -1), np.full(24, 0.5), None]
)
def test_an_answer_that_is_not_one_action_for_each_forest_is_refused(answer):
    feedback = check_lumberjack(lambda trees, offsets: answer)
    assert not feedback.right
    assert "Return one action from 0 to 4 for each forest" in feedback.sentence
    _one_sentence(feedback)


def test_a_policy_that_raises_is_told_in_one_sentence():
    feedback = check_lumberjack(lambda trees, offsets: 1 / 0)
    assert feedback.sentence == "Your function raised ZeroDivisionError: division by zero."


def test_a_policy_may_change_the_arrays_that_it_gets():
    def untidy(trees, offsets):
        actions = rule(keep=7)(trees, offsets)
        trees[:], offsets[:] = False, 0
        return actions

    assert check_lumberjack(untidy).right
