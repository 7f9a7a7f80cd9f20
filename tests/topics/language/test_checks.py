import pytest
from checked import assert_errors_are_told, assert_recognised, assert_right, assert_shown_by_a_case

from misgen.core.feedback import UNCHANGED
from misgen.core.intervals import wilson
from misgen.topics.language.checks import HALVES, MISTAKES, check_control


def _low(answers, answer):
    return wilson(answers[answer], sum(answers.values())).low


def control_holds(pandemic, normal):
    """The solution of the chapter."""
    return _low(pandemic, "video call") > 0.5 and _low(normal, "restaurant") > 0.5


def in_place(pandemic, normal):
    holds = control_holds(pandemic, normal)
    pandemic.clear()
    normal.clear()
    return holds


@pytest.mark.parametrize("solution", [control_holds, in_place])
def test_the_decision_of_the_solution_is_right(solution):
    assert_right(check_control, solution)


def test_some_of_the_made_up_controls_hold_and_some_do_not():
    verdicts = [control_holds(*halves) for halves in HALVES]
    assert 2 <= sum(verdicts) < len(verdicts) - 2


def test_a_perfect_half_with_a_hollow_other_half_does_not_hold():
    always = {"video call": 60, "restaurant": 0, "other": 0}
    assert (always, {**always, "video call": 20}) in HALVES
    assert not control_holds(always, {**always, "video call": 20})


def _share(answers, answer):
    return answers[answer] / sum(answers.values())


MUTANTS = {
    "looks at the pandemic only": lambda p, n: _low(p, "video call") > 0.5,
    "looks at normal weeks only": lambda p, n: _low(n, "restaurant") > 0.5,
    "takes either half": lambda p, n: max(_low(p, "video call"), _low(n, "restaurant")) > 0.5,
    "wants video calls in both": lambda p, n: min(_low(h, "video call") for h in (p, n)) > 0.5,
    "ignores chance": lambda p, n: _share(p, "video call") > 0.5 and _share(n, "restaurant") > 0.5,
    "takes the upper ends": lambda p, n: (
        wilson(p["video call"], sum(p.values())).high > 0.5
        and wilson(n["restaurant"], sum(n.values())).high > 0.5
    ),
    "pools the halves": lambda p, n: (
        wilson(p["video call"] + n["restaurant"], sum([*p.values(), *n.values()])).low > 0.5
    ),
    "drops other answers": lambda p, n: control_holds({**p, "other": 0}, {**n, "other": 0}),
    "gives the opposite": lambda p, n: not control_holds(p, n),
}


def test_each_named_mistake_with_the_control_is_recognised():
    assert_recognised(check_control, MISTAKES, MUTANTS)


def test_a_decision_that_does_not_look_is_shown_by_a_case():
    assert_shown_by_a_case(check_control, lambda *_: False, "holds.")


def test_a_decision_without_a_named_mistake_is_shown_by_a_case():
    assert_shown_by_a_case(check_control, lambda _, normal: normal["other"] == 0, "does not hold.")


def test_who_has_changed_nothing_is_told_so():
    assert check_control(lambda *_: True) == UNCHANGED


@pytest.mark.parametrize("answer", ["yes", 0.5, 1])
def test_an_answer_that_is_no_decision_is_refused(answer):
    feedback = check_control(lambda *_: answer)
    assert not feedback.right
    assert "True or False" in feedback.sentence


def test_an_error_of_the_reader_is_told():
    assert_errors_are_told(check_control)


ANSWERS = {"check_control": (MUTANTS, lambda mistake: (MUTANTS[mistake],))}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
