from __future__ import annotations

import pytest

from misgen.core.feedback import Feedback
from misgen.topics.persuasion.checks import _AUDIT_MISTAKES, check_break_even


def _one_sentence(feedback: Feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence
    assert str(feedback) == f"{'Right.' if feedback.right else 'Not yet.'} {feedback.sentence}"


def break_even_audit(honest, believed, caught):
    """The solution of the chapter."""
    return (believed - honest) / (believed - caught)


def test_the_audit_rate_of_the_solution_is_right():
    assert check_break_even(break_even_audit).right
    _one_sentence(check_break_even(break_even_audit))
    assert break_even_audit(0.4, 1.0, -1.0) == pytest.approx(0.3)


def test_an_audit_rate_that_is_searched_for_is_right_too():
    def bisected(honest, believed, caught):
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            pays = (1 - middle) * believed + middle * caught > honest
            low, high = (middle, high) if pays else (low, middle)
        return low

    assert check_break_even(bisected).right


AUDIT_MUTANTS = {
    "ignores the penalty": lambda h, b, c: 1 - h / b,
    "ignores what honesty pays": lambda h, b, c: b / (b - c),
    "the wrong way round": lambda h, b, c: (h - c) / (b - c),
    "adds the penalty": lambda h, b, c: (b - h) / (b + c),
    "pays audited lies twice": lambda h, b, c: (h - b) / c,
    "gives the odds": lambda h, b, c: (b - h) / (h - c),
    "gives percent": lambda h, b, c: 100 * break_even_audit(h, b, c),
}


@pytest.mark.parametrize("mistake", _AUDIT_MISTAKES)
def test_each_named_mistake_with_the_audit_rate_is_recognised(mistake):
    feedback = check_break_even(AUDIT_MUTANTS[mistake])
    assert not feedback.right
    assert feedback.mistake == mistake
    _one_sentence(feedback)


@pytest.mark.parametrize("wrong", [lambda h, b, c: 0.3, lambda h, b, c: (1 - h) / 2])
def test_an_audit_rate_without_a_named_mistake_is_shown_by_a_case(wrong):
    feedback = check_break_even(wrong)
    assert (feedback.right, feedback.mistake) == (False, "")
    assert "made-up case" in feedback.sentence


def test_an_error_of_the_reader_is_told():
    def raises(*_):
        return {}["moon"]

    feedback = check_break_even(raises)
    assert not feedback.right
    assert "raised KeyError" in feedback.sentence
