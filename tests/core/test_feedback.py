"""What all checks share: comparing answers, and saying in one sentence what is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from misgen.core.feedback import Feedback, raised, verdict

CASES = [(np.array([1.0, 2.0]),), (np.array([3.0, 5.0]),)]
MISTAKES = {
    "adds": (np.sum, "Divide the sum by the number of values."),
    "takes the first": (lambda values: values[0], "Look at all values, not at the first alone."),
}


def judged(function) -> Feedback:
    return verdict([function(*case) for case in CASES], CASES, np.mean, MISTAKES)


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


def test_the_first_case_that_differs_is_shown():
    feedback = judged(lambda values: 1.5)
    assert feedback.sentence == "On made-up case 2 of 2 your function gives 1.5, but 4.0 is right."


def test_a_rounding_error_is_no_mistake_and_a_missing_number_equals_itself():
    assert judged(lambda values: np.mean(values) + 1e-12).right
    assert not judged(lambda values: np.mean(values) + 1e-6).right
    nothing = [(np.array([np.nan]),)]
    assert verdict([np.float64(np.nan)], nothing, np.mean, {}).right


def test_an_error_is_told_in_one_sentence():
    feedback = raised(ValueError("two\n  lines"))
    assert feedback == Feedback(False, "Your function raised ValueError: two lines.")


@pytest.mark.parametrize(("right", "opening"), [(True, "Right."), (False, "Not yet.")])
def test_a_reader_sees_the_verdict_and_the_sentence(right, opening):
    assert repr(Feedback(right, "So it is.")) == f"{opening} So it is."
