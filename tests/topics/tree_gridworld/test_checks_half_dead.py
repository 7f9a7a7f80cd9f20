from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.tree_gridworld.checks import _HALF_DEAD_MISTAKES, check_half_dead


def half_dead(ticks, empty):
    """The solution."""
    for tick, share in zip(ticks, empty, strict=True):
        if share >= 0.5:
            return int(tick)
    return None


def _one_sentence(feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence


def test_the_solution_is_right():
    assert check_half_dead(half_dead).right


def test_nan_for_never_is_right_too():
    assert check_half_dead(lambda t, e: half_dead(t, e) or np.nan).right


MUTANTS = {
    "gives the index": lambda t, e: next((i for i, s in enumerate(e) if s >= 0.5), None),
    "more than half": lambda t, e: next((x for x, s in zip(t, e, strict=True) if s > 0.5), None),
    "never is the first": lambda t, e: t[np.argmax(e >= 0.5)],
    "never is the end": lambda t, e: half_dead(t, e) or t[-1],
    "last time": lambda t, e: half_dead(t[::-1], e[::-1]),
    "expects an order": lambda t, e: [*t, np.nan][np.searchsorted(e, 0.5)],
    "any dead": lambda t, e: next((x for x, s in zip(t, e, strict=True) if s > 0), None),
}


@pytest.mark.parametrize("name", _HALF_DEAD_MISTAKES)
def test_each_mistake_is_named(name):
    feedback = check_half_dead(MUTANTS[name])
    assert (feedback.right, feedback.mistake) == (False, name)
    _one_sentence(feedback)


def test_another_wrong_answer_is_shown_beside_the_right_one():
    feedback = check_half_dead(lambda t, e: 7)
    assert "On made-up case 1 of 5 your function gives 7.0, but 250.0 is right." in str(feedback)
    _one_sentence(feedback)


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
