"""What all checks share: comparing answers, and saying in one sentence what is wrong."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from misgen.core.feedback import (
    NOTHING_RETURNED,
    UNCHANGED,
    Feedback,
    checked,
    described,
    distinct,
    raised,
    verdict,
)

CASES = [(np.array([1.0, 2.0]),), (np.array([3.0, 5.0]),)]
MISTAKES = {
    "adds": (np.sum, "Divide the sum by the number of values."),
    "takes the first": (lambda values: values[0], "Look at all values, not at the first alone."),
}


def mean(values):
    return values.mean()


def judged(function) -> Feedback:
    return verdict([function(*case) for case in CASES], CASES, mean, MISTAKES)


def test_an_answer_that_agrees_on_every_case_is_right():
    assert judged(lambda values: sum(values) / len(values)) == Feedback(
        True, "Your function agrees with ours on every case."
    )


@pytest.mark.parametrize("name", MISTAKES)
def test_an_answer_that_agrees_with_a_mistake_is_told_its_sentence(name):
    mistake, sentence = MISTAKES[name]
    assert judged(mistake) == Feedback(False, sentence, name)


def test_a_mistake_must_agree_on_every_case_to_be_named():
    feedback = judged(lambda values: np.sum(values) if values[0] == 1 else 0.0)
    assert feedback.mistake == ""
    assert "On made-up case 1 of 2 your function gives 3.0, but 1.5 is right." in feedback.sentence
    assert feedback.sentence.endswith("It was given values = [1, 2].")


def test_the_first_case_that_differs_is_shown():
    feedback = judged(lambda values: 1.5)
    assert feedback.sentence.startswith(
        "On made-up case 2 of 2 your function gives 1.5, but 4.0 is"
    )


def test_a_rounding_error_is_no_mistake_and_a_missing_number_equals_itself():
    assert judged(lambda values: np.mean(values) + 1e-12).right
    assert not judged(lambda values: np.mean(values) + 1e-6).right
    nothing = [(np.array([np.nan]),)]
    assert verdict([np.float64(np.nan)], nothing, mean, {}).right
    cases = [*nothing, CASES[0]]
    assert verdict([None, 1.5], cases, mean, {}).right
    assert "gives 1.0, but None is right" in verdict([1.0, None], cases, mean, {}).sentence
    assert "gives None, but 1.5 is right" in verdict([np.nan, None], cases, mean, {}).sentence
    assert "gives nan, but 1.5 is right" in verdict([None, np.nan], cases, mean, {}).sentence


@pytest.mark.parametrize("wrong", [1e-6, 1 + 1e-6, -1e-8, 1e300, np.inf])
def test_two_numbers_that_differ_look_different(wrong):
    mine, right = distinct(wrong, 0.0 if abs(wrong) < 1 else 1.0)
    assert mine != right


@pytest.mark.parametrize("function", [lambda _: 0.0, lambda _: 0])
def test_a_function_that_does_nothing_yet_is_told_so(function):
    assert checked(function, CASES, mean, MISTAKES) == UNCHANGED


def test_a_function_without_a_return_is_told_so_and_not_that_it_is_unchanged():
    assert checked(lambda _: None, CASES, mean, MISTAKES) == NOTHING_RETURNED
    assert checked(lambda _: None, CASES, mean, {}, stub=lambda v: v[0]) == NOTHING_RETURNED


def test_what_else_an_exercise_begins_with_is_known_too():
    feedback = checked(lambda values: values[0], CASES, mean, MISTAKES, stub=lambda v: v[0])
    assert feedback == UNCHANGED
    assert checked(lambda _: 0.0, CASES, mean, {}, stub=lambda v: v[0]).mistake == ""


def test_a_mistake_that_gives_zero_everywhere_is_told_before_an_empty_function():
    mistakes = {"takes nothing": (lambda _: 0.0, "Take something.")}
    assert checked(lambda _: 0.0, CASES, mean, mistakes).mistake == "takes nothing"


@pytest.mark.parametrize(
    ("answer", "told"),
    [("one", "'one'"), ([1, 2], "[1, 2]"), (1j, "an object of type complex"), ([None], "[None]"),
     ({}, "{}"), (np.ones((2, 2)), "an array of shape (2, 2)"), ([[1], [2, 3]], "[[1], [2, 3]]")],
)  # fmt: skip
def test_an_answer_that_is_no_number_is_refused_and_quoted(answer, told):
    feedback = judged(lambda _: answer)
    assert feedback == Feedback(False, f"Return one number, not {told}.")


def test_a_single_number_may_come_in_an_array_or_as_a_fraction():
    assert judged(lambda values: np.array([values.mean()])).right
    assert judged(lambda values: Fraction(values.mean())).right


def ends(values):
    return [values.min(), values.max()]


def test_a_dictionary_is_compared_by_its_names():
    def told(function):
        return checked(function, CASES, ends, {}, names=("low", "high"))

    assert told(lambda v: {"low": v.min(), "high": v.max(), "more": "words"}).right
    wrong = told(lambda v: {"low": v.min(), "high": 7})
    assert "gives 7.0 for 'high', but 2.0 is right" in wrong.sentence
    for answer in (0.5, {"low": 1.0}, {"low": 1.0, "high": "2"}):
        refused = told(lambda _, answer=answer: answer)
        assert refused.sentence.startswith("Return a dictionary with the numbers 'low' and 'high',")


def test_an_array_must_have_the_shape_and_the_first_entry_that_differs_is_shown():
    assert "(2,), not [1, 2, 3]" in checked(lambda _: [1, 2, 3], CASES, ends, {}).sentence
    wrong = checked(lambda v: [v.min(), 9], CASES, ends, {})
    assert "gives 9.0 at index 1, but 2.0 is right" in wrong.sentence


def test_a_check_may_explain_a_case_in_its_own_words():
    def told(case):
        return f"Case {case} is wrong."

    answers = [1.5, 0.0]
    assert verdict(answers, CASES, mean, {}, explain=told) == Feedback(False, "Case 1 is wrong.")


def test_a_long_value_is_cut_and_one_that_holds_itself_is_named():
    assert described(["word"] * 99).endswith(" …")
    endless: list[object] = []
    endless.append(endless)
    assert described(endless) == "an object of type list"


def test_an_error_is_told_in_one_sentence():
    feedback = raised(ValueError("two\n  lines"))
    assert feedback == Feedback(False, "Your function raised ValueError: two lines.")
    assert raised(ValueError()) == Feedback(False, "Your function raised ValueError.")
    assert raised(ValueError("so.")).sentence == "Your function raised ValueError: so."
    assert len(raised(ValueError("long" * 999)).sentence) < 250


@pytest.mark.parametrize(("right", "opening"), [(True, "Right."), (False, "Not yet.")])
def test_a_reader_sees_the_verdict_and_the_sentence(right, opening):
    assert repr(Feedback(right, "So it is.")) == f"{opening} So it is."
