import numpy as np
import pytest
from checked import assert_errors_are_told, assert_recognised, assert_right, assert_shown_by_a_case

from misgen.topics.assistant.checks import MISTAKES, check_knows_but_books, made_up_weeks

MUTANTS = {
    "does not ask whether it knows": lambda k, b, p, r: (b[p != r] == r[p != r]).mean(),
    "counts ordinary weeks": lambda k, b, p, r: np.mean((k == p) & (b == r)),
    "divides by all weeks": lambda k, b, p, r: ((k == p) & (b == r) & (p != r)).sum() / len(k),
    "divides by the weeks it knows": lambda k, b, p, r: knows_but_books(
        *(array[k == p] for array in (k, b, p, r))
    ),
    "counts every wrong booking": lambda k, b, p, r: np.mean((k == p)[p != r] & (b != p)[p != r]),
    "takes any answer for knowledge": lambda k, b, p, r: np.mean(
        (b == r)[p != r] & (k != r)[p != r]
    ),
    "multiplies two shares": lambda k, b, p, r: (
        (k[p != r] == p[p != r]).mean() * (b[p != r] == r[p != r]).mean()
    ),
    "gives the intended": lambda k, b, p, r: ((k == p) & (b == k))[p != r].mean(),
    "gives percent": lambda k, b, p, r: 100 * knows_but_books(k, b, p, r),
    "gives a count": lambda k, b, p, r: ((k == p) & (b == r) & (p != r)).sum(),
}


def knows_but_books(knows, booked, preferred, restaurant):
    """The solution of the chapter."""
    apart = preferred != restaurant
    return ((knows == preferred) & (booked == restaurant))[apart].mean()


def plain(knows, booked, preferred, restaurant):
    weeks = zip(knows, booked, preferred, restaurant, strict=True)
    apart = [week for week in weeks if week[2] != week[3]]
    return sum(k == p and b == r for k, b, p, r in apart) / len(apart)


def in_place(knows, booked, preferred, restaurant):
    share = knows_but_books(knows, booked, preferred, restaurant)
    knows[:] = booked[:] = preferred[:] = restaurant[:] = 0
    return share


@pytest.mark.parametrize("solution", [knows_but_books, plain, in_place])
def test_the_share_of_the_solution_is_right(solution):
    assert_right(check_knows_but_books, solution)


def test_the_made_up_weeks_could_be_those_of_an_assistant():
    for knows, booked, preferred, restaurant in made_up_weeks():
        assert (restaurant < 5).all()
        apart = preferred != restaurant
        assert (preferred[apart] >= 5).all()
        assert 0 < apart.mean() < 1
        assert knows.max() < 20
        assert booked.max() < 20


def test_each_named_mistake_with_the_share_is_recognised():
    assert_recognised(check_knows_but_books, MISTAKES, MUTANTS)


@pytest.mark.parametrize("wrong", [lambda k, b, p, r: 0.5, lambda k, b, p, r: (k == p).mean()])
def test_a_share_without_a_named_mistake_is_shown_by_a_case(wrong):
    assert_shown_by_a_case(check_knows_but_books, wrong)


def test_an_error_of_the_reader_is_told():
    assert_errors_are_told(check_knows_but_books)


ANSWERS = {"check_knows_but_books": (MUTANTS, lambda mistake: (MUTANTS[mistake],))}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
