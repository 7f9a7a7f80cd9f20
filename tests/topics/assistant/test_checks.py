from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.assistant.checks import _KNOWS_MISTAKES, Feedback, _weeks, check_knows_but_books


def _one_sentence(feedback: Feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence
    assert str(feedback) == f"{'Right.' if feedback.right else 'Not yet.'} {feedback.sentence}"


def knows_but_books(knows, booked, preferred, restaurant):
    """The solution of the chapter."""
    apart = preferred != restaurant
    return ((knows == preferred) & (booked == restaurant))[apart].mean()


def test_the_share_of_the_solution_is_right():
    assert check_knows_but_books(knows_but_books).right
    _one_sentence(check_knows_but_books(knows_but_books))


def test_a_share_in_plain_python_is_right_too():
    def plain(knows, booked, preferred, restaurant):
        apart = [week for week in zip(knows, booked, preferred, restaurant, strict=True)
                 if week[2] != week[3]]  # fmt: skip
        return sum(k == p and b == r for k, b, p, r in apart) / len(apart)

    assert check_knows_but_books(plain).right


def test_the_made_up_weeks_could_be_those_of_an_assistant():
    for knows, booked, preferred, restaurant in _weeks():
        assert (restaurant < 5).all()
        apart = preferred != restaurant
        assert (preferred[apart] >= 5).all()
        assert 0 < apart.mean() < 1
        assert knows.max() < 20
        assert booked.max() < 20


def test_a_share_that_changes_its_arguments_is_judged_by_what_it_returns():
    def in_place(knows, booked, preferred, restaurant):
        share = knows_but_books(knows, booked, preferred, restaurant)
        knows[:] = booked[:] = preferred[:] = restaurant[:] = 0
        return share

    assert check_knows_but_books(in_place).right


KNOWS_MUTANTS = {
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


@pytest.mark.parametrize("mistake", _KNOWS_MISTAKES)
def test_each_named_mistake_with_the_share_is_recognised(mistake):
    feedback = check_knows_but_books(KNOWS_MUTANTS[mistake])
    assert not feedback.right
    assert feedback.mistake == mistake
    _one_sentence(feedback)


@pytest.mark.parametrize("wrong", [lambda k, b, p, r: 0.5, lambda k, b, p, r: (k == p).mean()])
def test_a_share_without_a_named_mistake_is_shown_by_a_case(wrong):
    feedback = check_knows_but_books(wrong)
    assert (feedback.right, feedback.mistake) == (False, "")
    assert "made-up case" in feedback.sentence


def test_an_error_of_the_reader_is_told():
    def raises(*_):
        return {}["moon"]

    feedback = check_knows_but_books(raises)
    assert not feedback.right
    assert "raised KeyError" in feedback.sentence
