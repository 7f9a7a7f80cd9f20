from __future__ import annotations

import math

import numpy as np
import pytest

from misgen.core.feedback import UNCHANGED
from misgen.topics.tree_gridworld.checks import (
    HALF_DEAD_MISTAKES,
    SPAWN_MISTAKES,
    check_half_dead,
    check_lumberjack,
    check_spawn,
)


def _one_sentence(feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence
    assert str(feedback) == f"{'Right.' if feedback.right else 'Not yet.'} {feedback.sentence}"


def _wrong(feedback, mistake: str = "") -> None:
    assert (feedback.right, feedback.mistake) == (False, mistake)
    _one_sentence(feedback)


# -------------------------------------------------- exercise 1: how likely a tree appears


def spawn(n, n_max, r_min, r_max):
    """The solution."""
    if n >= n_max:
        return 0.0
    return max(r_min, r_max * math.log(1 + n) / math.log(1 + n_max))


def grows(rate):
    """Growth by another rule, with the right least rate and a full forest that stays as it is."""
    return lambda n, m, lo, hi: 0.0 if n == m else max(lo, hi * rate(n, m))


def test_the_probability_of_the_solution_is_right():
    feedback = check_spawn(spawn)
    assert feedback.right
    _one_sentence(feedback)


SPAWN_MUTANTS = {
    "grows when full": lambda n, m, lo, hi: max(lo, hi * math.log(1 + n) / math.log(1 + m)),
    "forgets r_min": lambda n, m, lo, hi: spawn(n, m, 0.0, hi),
    "adds r_min": lambda n, m, lo, hi: spawn(n, m, 0.0, hi) + lo * (n < m),
    "grows in a line": grows(lambda n, m: n / m),
    "forgets the one": grows(lambda n, m: math.log(n) / math.log(m) if n else 0.0),
    "always divides by log 11": grows(lambda n, m: math.log(1 + n) / math.log(11)),
    "divides by too much": grows(lambda n, m: math.log(1 + n) / math.log(m + 11)),
}


@pytest.mark.parametrize("mistake", SPAWN_MISTAKES)
def test_each_named_mistake_with_the_probability_is_recognised(mistake):
    _wrong(check_spawn(SPAWN_MUTANTS[mistake]), mistake)


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
    _wrong(check_spawn(mutant))


def test_a_small_probability_is_no_zero_and_its_forest_is_named():
    said = check_spawn(lambda n, m, lo, hi: 0.0 if n == 0 else spawn(n, m, lo, hi)).sentence
    assert said == (
        "On made-up case 1 of 38 your function gives 0.0, but 1e-06 is right. "
        "It was given n = 0, n_max = 10, r_min = 1e-06, r_max = 0.3."
    )


@pytest.mark.parametrize("untouched", [0.0, None])
def test_who_has_changed_nothing_is_told_so(untouched):
    assert check_spawn(lambda *_: untouched) == UNCHANGED
    assert check_half_dead(lambda *_: untouched) == UNCHANGED


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


# That keeping three trees is not enough, and five is, tells where the pass mark lies.
@pytest.mark.parametrize("keep", [5, 8])
def test_the_pass_mark_lies_below_keeping_five_trees(keep):
    assert check_lumberjack(rule(keep)).right


LUMBERJACKS = {
    "ends the forest": rule(keep=0),
    "not enough": rule(keep=3),
    "hardly chops": rule(10),
}


@pytest.mark.parametrize("mistake", LUMBERJACKS)
def test_each_policy_that_does_not_last_or_does_not_earn_is_recognised(mistake):
    _wrong(check_lumberjack(LUMBERJACKS[mistake]), mistake)


def test_who_never_moves_has_changed_nothing():
    still = check_lumberjack(lambda trees, offsets: np.zeros(len(trees), int))
    assert still == UNCHANGED


@pytest.mark.parametrize(
    "answer", [0, np.zeros(3, int), np.full(24, 5), np.full(24, -1), np.full(24, 0.5), None]
)
def test_an_answer_that_is_not_one_action_for_each_forest_is_refused(answer):
    feedback = check_lumberjack(lambda trees, offsets: answer)
    _wrong(feedback)
    assert "Return one action from 0 to 4 for each forest" in feedback.sentence


def test_a_policy_that_raises_is_told_in_one_sentence():
    feedback = check_lumberjack(lambda trees, offsets: 1 / 0)
    assert feedback.sentence == "Your function raised ZeroDivisionError: division by zero."


def test_a_rule_that_keeps_seven_trees_is_right_and_may_change_the_arrays_that_it_gets():
    def untidy(trees, offsets):
        actions = rule(keep=7)(trees, offsets)
        trees[:], offsets[:] = False, 0
        return actions

    feedback = check_lumberjack(untidy)
    assert feedback.right
    assert "100% of its forests live" in feedback.sentence
    _one_sentence(feedback)


# ------------------------------------------------- exercise 3: when half of the forests are dead


def half_dead(ticks, empty):
    """The solution."""
    for tick, share in zip(ticks, empty, strict=True):
        if share >= 0.5:
            return int(tick)
    return None


def first(values, fits):
    return next((value for value, fit in zip(values, fits, strict=True) if fit), None)


def test_the_solution_is_right_and_nan_for_never_is_right_too():
    assert check_half_dead(half_dead).right
    assert check_half_dead(lambda t, e: half_dead(t, e) or np.nan).right


HALF_DEAD_MUTANTS = {
    "gives the index": lambda t, e: first(range(len(t)), e >= 0.5),
    "more than half": lambda t, e: first(t, e > 0.5),
    "never is the first": lambda t, e: t[np.argmax(e >= 0.5)],
    "never is the end": lambda t, e: half_dead(t, e) or t[-1],
    "last time": lambda t, e: half_dead(t[::-1], e[::-1]),
    "expects an order": lambda t, e: [*t, np.nan][np.searchsorted(e, 0.5)],
    "any dead": lambda t, e: first(t, e > 0),
}


@pytest.mark.parametrize("mistake", HALF_DEAD_MISTAKES)
def test_each_named_mistake_with_half_of_the_forests_is_recognised(mistake):
    _wrong(check_half_dead(HALF_DEAD_MUTANTS[mistake]), mistake)


def test_another_wrong_answer_is_shown_beside_the_right_one():
    feedback = check_half_dead(lambda t, e: 7)
    assert "On made-up case 1 of 5 your function gives 7.0, but 250.0 is right." in str(feedback)
    _wrong(feedback)


def test_an_error_is_told_in_one_sentence():
    feedback = check_half_dead(lambda t, e: t[10_000])
    assert "Your function raised IndexError" in feedback.sentence
    _one_sentence(feedback)


def test_a_function_that_changes_its_arguments_does_not_spoil_the_cases():
    def changes(ticks, empty):
        answer = half_dead(ticks, empty)
        empty[:] = 0.0
        return answer

    assert check_half_dead(changes).right


ANSWERS = {
    "check_spawn": (SPAWN_MUTANTS, lambda mistake: (SPAWN_MUTANTS[mistake],)),
    "check_half_dead": (HALF_DEAD_MUTANTS, lambda mistake: (HALF_DEAD_MUTANTS[mistake],)),
    "check_lumberjack": (LUMBERJACKS, lambda mistake: (LUMBERJACKS[mistake],)),
}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
