"""What every exercise of the book says, whatever a reader answers: it is true, short and plain."""

from __future__ import annotations

import ast
import re
from fractions import Fraction
from functools import cache
from importlib import import_module

import numpy as np
import pytest
from browsing import ROOT
from exercises import Exercise, exercises
from hypothesis import given, settings
from hypothesis import strategies as st

from misgen.core.feedback import Feedback
from misgen.live.prelude import needed

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
EXERCISES = {each.check: each for chapter in CHAPTERS for each in exercises(chapter)}
LINE = re.compile(r"# your \w+ here")
"""What `UNCHANGED` calls the line that is to be replaced."""
NUMBERS = re.compile(
    r"your function gives (.+?)(?: for '\w+'| at index [\d, ]+)?, but (.+?) is right"
)
SENTENCE_END = re.compile(r"\.(?= [A-Z])")
LONGEST = 420  # characters


@cache
def space_of(exercise: Exercise) -> dict[str, object]:
    """What the names of an untouched exercise mean, without the check itself."""
    *_, last = ast.parse(exercise.cell.source).body
    source = exercise.cell.source.replace(ast.get_source_segment(exercise.cell.source, last), "")
    space: dict[str, object] = {}
    for part in needed([*exercise.above, f"{source}\n{ast.unparse(last.value.func)}"]):
        exec(compile(part, "<exercise>", "exec"), space)
    return space


def check_of(exercise: Exercise):
    return eval(ast.unparse(exercise.call.func), space_of(exercise))


def untouched(exercise: Exercise) -> Feedback:
    return eval(ast.unparse(exercise.call), space_of(exercise))


def takes_a_function(exercise: Exercise) -> bool:
    functions = [
        n.name for n in ast.parse(exercise.cell.source).body if isinstance(n, ast.FunctionDef)
    ]
    return [ast.unparse(argument) for argument in exercise.call.args] == functions


OF_FUNCTIONS = [name for name, each in EXERCISES.items() if takes_a_function(each)]
SLOW = {"check_lumberjack": 8, "check_encoding": 8}
"""Those that run something long with an answer that fits: so many answers are enough."""
TRAINS = ("check_behind", "check_paid_astray", "check_lasting", "check_rule")
"""Those that train, and measure the agents instead of reading numbers."""
MEASURES = (
    *TRAINS, "check_weeks", "check_level_rule", "check_encoding", "check_reward", "check_lumberjack"
)  # fmt: skip
"""Those that measure what an answer leads to, in place of comparing it with named mistakes."""
CONSTANT = {
    "check_always_right": {"starts at the left end", "about one half"},
    "check_condition": {"always"},
    "check_total_variation": {"adds up to 0"},
}
"""Mistakes of who gives the same answer whatever is asked, and whose sentence says so."""


def assert_plain(feedback: Feedback) -> None:
    said = feedback.sentence
    assert said.endswith((".", "…")), said
    assert "\n" not in said
    assert len(said) <= LONGEST, said
    if "Your function raised" not in said:  # the error says what it says
        assert len(SENTENCE_END.findall(said)) <= 1, said
    for mine, right in NUMBERS.findall(said):
        assert mine != right, said
    assert not (feedback.right and feedback.mistake)


def test_there_is_an_exercise_for_every_check():
    assert {"check_asked", "check_diagnose", "check_capability"} <= set(EXERCISES)
    assert len(OF_FUNCTIONS) >= 12


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_can_be_run_in_the_page_and_its_mistakes_are_known(name):
    assert EXERCISES[name].cell.runs
    assert "unchanged" not in EXERCISES[name].mistakes() != []


@pytest.mark.parametrize("name", EXERCISES)
def test_who_has_changed_nothing_is_told_so(name):
    assert len(LINE.findall(EXERCISES[name].cell.source)) == 1
    feedback = untouched(EXERCISES[name])
    assert_plain(feedback)
    assert (feedback.right, feedback.mistake) == (False, "unchanged"), feedback


REALS = st.floats() | st.integers() | st.booleans() | st.fractions()
SHAPES = st.sampled_from([(), (1,), (2,), (3,), (24,), (2, 2), (0,)])
ARRAYS = st.builds(np.full, SHAPES, st.floats(-2, 2) | st.integers(-3, 3))
WORDS = st.sampled_from(["", "none", "goal", "0.5", "intent alignment"]) | st.text(max_size=5)
ODD = st.sampled_from([None, 1j, b"0", object, Ellipsis, Fraction(1, 3), [[1], [1, 2]]])
KEYS = ["capability", "goal", "proxy", "suggestions", "users"]
FULL = st.dictionaries(st.sampled_from(KEYS), REALS | WORDS | ODD, min_size=len(KEYS))
ANYTHING = (
    REALS | ARRAYS | WORDS | ODD | FULL | st.frozensets(WORDS) | st.lists(REALS | WORDS, max_size=4)
)


@pytest.mark.parametrize("name", OF_FUNCTIONS)
def test_the_feedback_is_true_and_plain_whatever_is_returned(name):
    check = check_of(EXERCISES[name])

    @settings(max_examples=SLOW.get(name, 80))
    @given(ANYTHING)
    def tried(answer):
        assert_plain(check(lambda *_: answer))

    tried()


@pytest.mark.parametrize("name", [name for name in OF_FUNCTIONS if name not in MEASURES])
def test_a_constant_is_told_no_mistake_that_is_more_than_a_constant(name):
    mistakes, give = import_module(f"topics.{EXERCISES[name].topic}.test_checks").ANSWERS[name]
    constant = set()
    for mistake in mistakes:
        (function,) = give(mistake)
        answers = []

        def recorded(*case, function=function, answers=answers):
            answers.append(function(*case))
            return answers[-1]

        check_of(EXERCISES[name])(recorded)
        if len(set(map(repr, answers))) == 1:
            constant.add(mistake)
    assert constant == CONSTANT.get(name, set())


def changed(answer, by):
    """The same answer, with a little added to its numbers."""
    if isinstance(answer, dict):
        return {key: changed(value, by) for key, value in answer.items()}
    is_number = isinstance(answer, int | float | np.number | np.ndarray)
    return answer + by if is_number and not isinstance(answer, bool) else answer


@pytest.mark.parametrize("name", [name for name in OF_FUNCTIONS if name not in TRAINS])
@pytest.mark.parametrize("by", [1e-12, 1e-8, 3e-5, 0.004, -1.0, 1e9])
def test_two_numbers_that_differ_look_different(name, by):
    exercise = EXERCISES[name]
    space = dict(space_of(exercise))
    exec(exercise.solution, space)
    right = space[ast.unparse(exercise.call.args[0])]
    assert_plain(check_of(exercise)(lambda *case: changed(right(*case), by)))


@pytest.mark.parametrize("name", [name for name in OF_FUNCTIONS if name not in TRAINS])
def test_nan_is_never_called_none(name):
    feedback = check_of(EXERCISES[name])(lambda *_: np.nan)
    assert_plain(feedback)
    assert not feedback.right
    assert "None" not in feedback.sentence


@pytest.mark.parametrize("name", OF_FUNCTIONS)
def test_who_forgets_the_return_is_not_told_that_nothing_was_changed(name):
    feedback = check_of(EXERCISES[name])(lambda *_: None)
    assert_plain(feedback)
    assert not feedback.right
    assert feedback.mistake in ("", "returns nothing")
    assert re.search(r"\b[Rr]eturn\b|got None", feedback.sentence)


@pytest.mark.parametrize("name", OF_FUNCTIONS)
@pytest.mark.parametrize("error", [ValueError(), KeyError("a" * 999), TypeError("so. And so.")])
def test_every_error_is_told(name, error):
    def raises(*_):
        raise error

    feedback = check_of(EXERCISES[name])(raises)
    assert_plain(feedback)
    assert f"raised {type(error).__name__}" in feedback.sentence


@pytest.mark.parametrize("name", OF_FUNCTIONS)
def test_a_number_that_fits_nothing_is_shown_with_what_it_was_made_from(name):
    feedback = check_of(EXERCISES[name])(lambda *_: 0.123456)
    if NUMBERS.search(feedback.sentence):
        (function,) = (
            n for n in ast.parse(EXERCISES[name].cell.source).body if isinstance(n, ast.FunctionDef)
        )
        for argument in function.args.args:
            assert f"{argument.arg} = " in feedback.sentence
