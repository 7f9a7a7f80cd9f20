import re

import numpy as np
import pytest
from checked import assert_errors_are_told, assert_recognised, assert_right, assert_shown_by_a_case

from misgen.core.feedback import UNCHANGED
from misgen.topics.assistant.checks import (
    MISTAKES,
    WEEKS_MISTAKES,
    check_knows_but_books,
    check_weeks,
    made_up_weeks,
)
from misgen.topics.assistant.weeks import BREAKS, draw_weeks

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


# ------------------------------------------------------- exercise 2: weeks of one's own


def drawing(share, *causes, **options):
    """A function that draws weeks with these causes."""

    def my_weeks(rng):
        return draw_weeks(rng, 8192, distinguishing=share, causes=causes or BREAKS, **options)

    return my_weeks


WEEKS_MUTANTS = {
    "a pandemic is in them": drawing(0.03, "ill", "pandemic"),
    "none is distinguishing": drawing(0.0, wishes=0.5, wish="says_restaurant"),
    "too many are distinguishing": drawing(0.1, "ill", "on_a_diet"),
    "one direction alone": drawing(0.03, "ill", "abroad", "lockdown"),
    "they teach too little": drawing(0.03),
}


@pytest.mark.parametrize("causes", [("ill", "on_a_diet"), ("on_a_diet", "lockdown")])
def test_weeks_of_both_directions_are_enough_with_every_seed(causes):
    feedback = check_weeks(drawing(0.03, *causes))
    assert feedback.right
    shares = [float(share) for share in re.findall(r"\d+\.\d", feedback.sentence)]
    assert len(shares) == 3
    assert min(shares) >= 95


def test_there_is_a_mutant_for_each_named_mistake_of_weeks():
    assert set(WEEKS_MUTANTS) == set(WEEKS_MISTAKES)


@pytest.mark.parametrize("mistake", WEEKS_MUTANTS)
def test_each_named_mistake_of_weeks_is_recognised(mistake):
    feedback = check_weeks(WEEKS_MUTANTS[mistake])
    assert not feedback.right
    assert feedback.mistake == mistake
    assert "{" not in feedback.sentence


def test_who_has_left_the_weeks_as_they_were_is_told_so():
    assert check_weeks(drawing(0.0)) == UNCHANGED


@pytest.mark.parametrize("wrong", [3, [], draw_weeks(np.random.default_rng(0), 10)])
def test_what_is_not_as_many_weeks_is_refused(wrong):
    feedback = check_weeks(lambda rng: wrong)
    assert not feedback.right
    assert "Return 8,192 weeks" in feedback.sentence


ANSWERS = {
    "check_knows_but_books": (MUTANTS, lambda mistake: (MUTANTS[mistake],)),
    "check_weeks": (WEEKS_MUTANTS, lambda mistake: (WEEKS_MUTANTS[mistake],)),
}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
