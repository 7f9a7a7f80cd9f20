"""What every check of an exercise must keep to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from misgen.core.feedback import Feedback

Check = Callable[[Callable], Feedback]


def assert_right(check: Check, solution: Callable) -> None:
    """A right answer is taken for one."""
    assert _said(check, solution).right


def assert_recognised(check: Check, mistakes: Mapping, mutants: Mapping[str, Callable]) -> None:
    """Each named mistake is recognised in a function that makes it in its own way."""
    assert set(mutants) == set(mistakes)
    for mistake, mutant in mutants.items():
        feedback = _said(check, mutant)
        assert (feedback.right, feedback.mistake) == (False, mistake)


def assert_shown_by_a_case(check: Check, wrong: Callable, told: str = "") -> None:
    """A wrong answer without a name is shown by a case."""
    feedback = _said(check, wrong)
    assert (feedback.right, feedback.mistake) == (False, "")
    assert "made-up case" in feedback.sentence
    assert feedback.sentence.endswith(told)


def assert_errors_are_told(check: Check) -> None:
    """An error of the reader's function is told."""

    def raises(*_: object) -> object:
        return {}["moon"]

    feedback = _said(check, raises)
    assert not feedback.right
    assert "raised KeyError" in feedback.sentence


def _said(check: Check, function: Callable) -> Feedback:
    feedback = check(function)
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence
    assert str(feedback) == f"{'Right.' if feedback.right else 'Not yet.'} {feedback.sentence}"
    return feedback
