from __future__ import annotations

import inspect
import re

import numpy as np
import pytest

from misgen.core.feedback import UNCHANGED
from misgen.topics.coin_line.checks import (
    ENCODING_MISTAKES,
    RULE_MISTAKES,
    SCORE_MISTAKES,
    SIMULATES,
    STEP_MISTAKES,
    Feedback,
    check_always_right,
    check_descent_step,
    check_encoding,
    check_level_rule,
)
from misgen.topics.coin_line.scores import rule, score


def _one_sentence(feedback: Feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence
    assert str(feedback) == f"{'Right.' if feedback.right else 'Not yet.'} {feedback.sentence}"


def _named(feedback: Feedback, mistake: str) -> None:
    assert not feedback.right
    assert feedback.mistake == mistake
    _one_sentence(feedback)


# -------------------------------------------------- exercise 1: the score of "always right"


def counted(length, first_coin=0, first_start=0, last_start=None, taken=lambda p, c: c >= p):
    """The solution by counting pairs; the arguments after the first make the mistakes."""
    last = length if last_start is None else last_start
    pairs = [
        (p, c) for p in range(first_start, last + 1) for c in range(first_coin, length + 1)
    ]  # fmt: skip
    return sum(taken(p, c) for p, c in pairs) / len(pairs)


def test_the_score_by_counting_and_by_formula_are_right():
    for solution in (
        counted,
        lambda L: (L + 2) / (2 * (L + 1)),
        lambda L: score(rule("right", L), "uniform"),
    ):
        feedback = check_always_right(solution)
        assert feedback.right
        _one_sentence(feedback)


def simulated(length, episodes=20_000, seed=0):
    """The solution by drawing levels."""
    start, coin = np.random.default_rng(seed).integers(0, length + 1, (2, episodes))
    return (start <= coin).mean()


SCORE_MUTANTS = {
    "simulates": simulated,
    "a start on the coin does not count": lambda L: counted(L, taken=lambda p, c: c > p),
    "the coin is never at place 0": lambda L: counted(L, first_coin=1),
    "one place too few": lambda L: counted(L, first_coin=1, first_start=1),
    "starts at the left end": lambda L: counted(L, last_start=0),
    "about one half": lambda L: 0.5,
    "gives percent": lambda L: 100 * counted(L),
    "gives a count": lambda L: counted(L) * (L + 1) ** 2,
}


def test_there_is_a_mutant_for_each_named_mistake_of_a_score():
    assert set(SCORE_MUTANTS) == {*SCORE_MISTAKES, SIMULATES}


@pytest.mark.parametrize("mistake", SCORE_MUTANTS)
def test_each_named_mistake_of_a_score_is_recognised(mistake):
    _named(check_always_right(SCORE_MUTANTS[mistake]), mistake)


@pytest.mark.parametrize("seed", range(5))
def test_a_simulation_is_told_how_far_it_is_off_in_digits_that_differ(seed):
    feedback = check_always_right(lambda L: simulated(L, seed=seed))
    assert feedback.mistake == SIMULATES
    yours, exact = re.findall(r"0\.\d+", feedback.sentence)
    assert 0 < abs(float(yours) - float(exact)) < 0.02


def test_a_rough_simulation_is_not_taken_for_a_near_one():
    assert check_always_right(lambda L: simulated(L, episodes=40)).mistake != SIMULATES


def test_a_score_that_is_wrong_in_another_way_is_told_where():
    feedback = check_always_right(lambda L: 0.7)
    assert not feedback.right
    assert "case 1 of 4 your function gives 0.7, but 0.6 is right" in feedback.sentence


def test_a_score_that_is_not_written_yet_is_told_so():
    assert check_always_right(lambda L: 0.0) == UNCHANGED


@pytest.mark.parametrize("answer", ["0.6", [0.6], np.ones(4), {"share": 0.6}, np.nan])
def test_a_score_of_another_form_is_no_simulation(answer):
    assert check_always_right(lambda L: answer).mistake != SIMULATES


def test_a_score_function_that_raises_is_told_so():
    feedback = check_always_right(lambda L: 1 / 0)
    assert "ZeroDivisionError" in feedback.sentence


# -------------------------------------------------- exercise 2: one step of gradient descent


def solution(weights, features, labels, shares, step_size, penalty):
    """The solution of the chapter, in three lines."""
    margins = labels * (features @ weights)
    pull = shares * labels / (1 + np.exp(margins))
    return weights + step_size * (pull @ features - penalty * weights)


def _mutant(old: str, new: str):
    """The solution with a part of its text changed."""
    text = inspect.getsource(solution)
    assert text.count(old) == 1, old
    space = {"np": np}
    exec(text.replace(old, new), space)  # the text is the one above
    return space["solution"]


STEP_MUTANTS = {
    "forgets the penalty": (" - penalty * weights", ""),
    "penalizes the wrong way": ("- penalty", "+ penalty"),
    "climbs": ("weights + step_size", "weights - step_size"),
    "forgets the shares": ("shares * labels /", "labels / len(labels) /"),
    "adds instead of averaging": ("shares * labels /", "labels /"),
    "forgets the labels": ("margins = labels", "labels = 1; margins = labels"),
    "forgets the label in the margin": ("labels * (features", "(features"),
    "forgets the label outside": ("shares * labels /", "shares /"),
    "pulls what is right already": ("np.exp(margins)", "np.exp(-margins)"),
    "pulls all alike": (" / (1 + np.exp(margins))", ""),
    "forgets the step size": ("step_size * (", "("),
    "returns the change": ("weights + step_size", "step_size"),
}


def test_there_is_a_mutant_for_each_named_mistake_of_a_step():
    assert set(STEP_MUTANTS) == set(STEP_MISTAKES)


def test_the_step_of_the_chapter_is_right():
    feedback = check_descent_step(solution)
    assert feedback.right
    _one_sentence(feedback)


@pytest.mark.parametrize("mistake", STEP_MUTANTS)
def test_each_named_mistake_of_a_step_is_recognised(mistake):
    _named(check_descent_step(_mutant(*STEP_MUTANTS[mistake])), mistake)


def test_a_step_that_writes_into_its_weights_is_right_too():
    def in_place(weights, features, labels, shares, step_size, penalty):
        weights += solution(weights, features, labels, shares, step_size, penalty) - weights
        return weights

    assert check_descent_step(in_place).right


def test_a_step_of_another_shape_is_told_so():
    feedback = check_descent_step(lambda weights, *_: weights.sum())
    assert "Return an array of shape (2,), not " in feedback.sentence


def test_a_step_that_leaves_the_weights_as_they_were_is_not_written_yet():
    assert check_descent_step(lambda weights, *_: weights) == UNCHANGED


# ------------------------------------------------ exercise 5: an encoding that finds the coin


@pytest.mark.parametrize(
    "see",
    [
        lambda place, coin: [coin - place],
        lambda place, coin: [np.sign(coin - place)],
        lambda place, coin: (coin - place) ** 3,
        lambda place, coin: np.array([coin - place, 0.1]),
    ],
    ids=["difference", "sign", "cube", "hardly a constant"],
)
def test_encodings_without_a_number_that_pays_for_always_right_are_right(see):
    feedback = check_encoding(see)
    assert feedback.right
    _one_sentence(feedback)


ENCODING_MUTANTS = {
    "fits nothing": [lambda p, c: [0], lambda p, c: [p]],
    "walks right": [
        lambda p, c: [p, c],
        lambda p, c: [2, p, c],
        lambda p, c: [*np.eye(9)[p], *np.eye(9)[c]],
        lambda p, c: [1],
    ],
    "knows nothing": [
        lambda p, c: np.eye(81)[9 * c + p],
        lambda p, c: np.eye(17)[c - p + 8],
        lambda p, c: [float(c > p), -float(c < p)],
    ],
    "the start decides": [lambda p, c: [c - p, 50.0 * (c == 0)]],
    "one step short": [lambda p, c: [1, c - p]],
}


def test_there_is_a_mutant_for_each_named_mistake_of_an_encoding():
    assert set(ENCODING_MUTANTS) == set(ENCODING_MISTAKES)


@pytest.mark.parametrize(
    ("mistake", "see"), [(name, see) for name, all_ in ENCODING_MUTANTS.items() for see in all_]
)
def test_each_named_mistake_of_an_encoding_is_recognised(mistake, see):
    _named(check_encoding(see), mistake)


def test_an_encoding_of_no_or_of_unequal_numbers_is_told_so():
    assert "at least one number" in check_encoding(lambda p, c: []).sentence
    assert "at least one number" in check_encoding(lambda p, c: [np.nan]).sentence
    assert "always as many" in check_encoding(lambda p, c: [1] * (p + 1)).sentence


def test_the_encoding_of_the_exercise_as_it_was_is_told_so():
    assert check_encoding(lambda p, c: [1, p, c]) == UNCHANGED


@pytest.mark.parametrize("large", [1e155, 1e308])
def test_an_encoding_of_numbers_that_are_too_large_to_train_with_is_not_right(large):
    assert not check_encoding(lambda p, c: [large * (c - p - 20)]).right


# ---------------------------------------------- exercise 4: where to put the moved coins


def levels(apart, share=0.05):
    """A rule that draws levels like `apart` in a share of the cases, and ordinary ones else."""

    def level(rng):
        return apart(rng) if rng.random() < share else (rng.integers(0, 9), 8)

    return level


def beside(rng):
    start = rng.integers(1, 9)
    return start, start - 1


def behind(rng):
    start = rng.integers(1, 9)
    return start, rng.integers(0, start)


RULE_MUTANTS = {
    "none is distinguishing": levels(lambda rng: (0, rng.integers(1, 9))),
    "too many are distinguishing": levels(beside, share=0.1),
    "always the same one": levels(lambda rng: (8, 0)),
    "they teach too little": levels(behind),
}


def test_coins_right_behind_the_agent_are_right_from_three_seeds():
    feedback = check_level_rule(levels(beside))
    assert feedback.right
    shares = [int(share) for share in re.findall(r"(\d+) %", feedback.sentence)]
    assert len(shares) == 3
    assert min(shares) >= 85
    _one_sentence(feedback)


def test_fewer_of_them_need_not_be_enough_and_more_ordinary_levels_do_no_harm():
    assert check_level_rule(levels(beside, share=0.03)).mistake in ("", "they teach too little")
    assert check_level_rule(levels(beside, share=0.055)).right


def test_there_is_a_mutant_for_each_named_mistake_of_a_rule():
    assert set(RULE_MUTANTS) == set(RULE_MISTAKES)


def test_the_rule_of_the_exercise_as_it_was_is_told_so_and_another_without_moved_coins_is_not():
    assert check_level_rule(lambda rng: (rng.integers(0, 9), 8)) == UNCHANGED
    other = check_level_rule(lambda rng: (rng.integers(0, 8), 8))
    _named(other, "none is distinguishing")


@pytest.mark.parametrize("mistake", RULE_MUTANTS)
def test_each_named_mistake_of_a_rule_is_recognised(mistake):
    _named(check_level_rule(RULE_MUTANTS[mistake]), mistake)


def test_what_the_chapter_says_of_other_rules_is_what_comes_out():
    taken = {
        name: [int(share) for share in re.findall(r"(\d+) %", str(check_level_rule(rule)))][:3]
        for name, rule in RULE_MUTANTS.items()
    }
    assert taken["none is distinguishing"] == [56, 56, 56]
    assert taken["always the same one"] == [65, 65, 65]
    assert (min(taken["they teach too little"]), max(taken["they teach too little"])) == (74, 81)


@pytest.mark.parametrize(
    ("level", "told"),
    [
        (lambda rng: (9, 8), "Return two whole numbers from 0 to 8"),
        (lambda rng: (3, -1), "Return two whole numbers from 0 to 8"),
        (lambda rng: 3, "Return two whole numbers from 0 to 8"),
        (lambda rng: (1.5, 8), "Return two whole numbers from 0 to 8"),
        (lambda rng: "ab", "Return two whole numbers from 0 to 8"),
        (lambda rng: (8, 8), "starts on the coin"),
        (lambda rng: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_a_rule_that_draws_no_levels_is_told_so(level, told):
    feedback = check_level_rule(level)
    assert not feedback.right
    assert told in feedback.sentence
    _one_sentence(feedback)


ANSWERS = {
    "check_always_right": (SCORE_MUTANTS, lambda mistake: (SCORE_MUTANTS[mistake],)),
    "check_descent_step": (STEP_MUTANTS, lambda mistake: (_mutant(*STEP_MUTANTS[mistake]),)),
    "check_level_rule": (RULE_MUTANTS, lambda mistake: (RULE_MUTANTS[mistake],)),
    "check_encoding": (ENCODING_MUTANTS, lambda mistake: (ENCODING_MUTANTS[mistake][0],)),
}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
