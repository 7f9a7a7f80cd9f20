import pytest
from checked import assert_errors_are_told, assert_recognised, assert_right, assert_shown_by_a_case

from misgen.topics.persuasion.checks import MISTAKES, check_break_even

MUTANTS = {
    "ignores the penalty": lambda h, b, c: 1 - h / b,
    "takes the penalty of the page": lambda h, b, c: 0.5 * (b - h),
    "ignores what honesty pays": lambda h, b, c: b / (b - c),
    "the wrong way round": lambda h, b, c: (h - c) / (b - c),
    "adds the penalty": lambda h, b, c: (b - h) / (b + c),
    "pays audited lies twice": lambda h, b, c: (h - b) / c,
    "gives the odds": lambda h, b, c: (b - h) / (h - c),
    "gives percent": lambda h, b, c: 100 * break_even_audit(h, b, c),
}


def break_even_audit(honest, believed, caught):
    """The solution of the chapter."""
    return (believed - honest) / (believed - caught)


def bisected(honest, believed, caught):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        pays = (1 - middle) * believed + middle * caught > honest
        low, high = (middle, high) if pays else (low, middle)
    return low


@pytest.mark.parametrize("solution", [break_even_audit, bisected])
def test_the_audit_rate_of_the_solution_is_right(solution):
    assert_right(check_break_even, solution)
    assert solution(0.4, 1.0, -1.0) == pytest.approx(0.3)


def test_each_named_mistake_with_the_audit_rate_is_recognised():
    assert_recognised(check_break_even, MISTAKES, MUTANTS)


@pytest.mark.parametrize("wrong", [lambda h, b, c: 0.3, lambda h, b, c: (1 - h) / 2])
def test_an_audit_rate_without_a_named_mistake_is_shown_by_a_case(wrong):
    assert_shown_by_a_case(check_break_even, wrong)


def test_an_error_of_the_reader_is_told():
    assert_errors_are_told(check_break_even)


ANSWERS = {"check_break_even": (MUTANTS, lambda mistake: (MUTANTS[mistake],))}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
