from __future__ import annotations

import math

import numpy as np
import pytest

from misgen.core.divergence import kl_divergence, total_variation
from misgen.core.feedback import UNCHANGED, Feedback
from misgen.topics.distributions.checks import (
    KL_MISTAKES,
    VARIATION_MISTAKES,
    check_kl_divergence,
    check_total_variation,
)


def _one_sentence(feedback: Feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence


# ------------------------------------------------------- exercise: total variation


def test_the_solution_is_right():
    feedback = check_total_variation(lambda p, q: np.abs(p - q).sum() / 2)
    assert feedback.right
    _one_sentence(feedback)


@pytest.mark.parametrize(
    "distance",
    [
        total_variation,
        lambda p, q: sum(abs(a - b) for a, b in zip(p, q, strict=True)) / 2,
        lambda p, q: np.maximum(p - q, 0).sum(),
        lambda p, q: 1 - np.minimum(p, q).sum(),
    ],
)
def test_other_ways_to_write_it_are_right_too(distance):
    assert check_total_variation(distance).right


VARIATION_MUTANTS = {
    "forgets the half": lambda p, q: np.abs(p - q).sum(),
    "adds up to 0": lambda p, q: (p - q).sum() / 2,
    "takes the largest difference": lambda p, q: np.abs(p - q).max(),
    "squares the differences": lambda p, q: ((p - q) ** 2).sum() / 2,
    "takes the Euclidean distance": lambda p, q: np.linalg.norm(p - q),
    "averages": lambda p, q: np.abs(p - q).mean(),
    "takes a divergence": lambda p, q: (p * np.log(p / q)).sum(),
    "takes a divergence in bits": lambda p, q: (p * (np.log2(p) - np.log2(q))).sum(),
    "gives the overlap": lambda p, q: np.minimum(p, q).sum(),
}


@pytest.mark.parametrize("name", VARIATION_MUTANTS)
def test_each_mistake_about_total_variation_is_named(name):
    feedback = check_total_variation(VARIATION_MUTANTS[name])
    assert not feedback.right
    assert feedback.mistake == name
    _one_sentence(feedback)


def test_a_function_that_is_not_written_yet_is_told_so():
    assert check_total_variation(lambda p, q: 1.0) == UNCHANGED
    assert check_kl_divergence(lambda p, q: 0.0) == UNCHANGED


def test_every_named_mistake_about_total_variation_has_a_mutant():
    assert set(VARIATION_MUTANTS) == set(VARIATION_MISTAKES)


# --------------------------------------------------------- exercise: KL divergence


def _plain(p, q):
    """The solution of the chapter."""
    total = 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0 and b == 0:
            return math.inf
        total += a * math.log2(a / b) if a > 0 else 0
    return total


@pytest.mark.parametrize("divergence", [_plain, kl_divergence])
def test_the_solution_of_kl_is_right(divergence):
    feedback = check_kl_divergence(divergence)
    assert feedback.right
    _one_sentence(feedback)


def _terms(p, q, log=np.log2, outcomes=None):
    chosen = p > 0 if outcomes is None else outcomes
    with np.errstate(divide="ignore"):
        return (p[chosen] * log(p[chosen] / q[chosen])).sum()


KL_MUTANTS = {
    "takes the other direction": lambda p, q: _plain(q, p),
    "gives nats": lambda p, q: _terms(p, q, log=np.log),
    "averages both directions": lambda p, q: (_terms(p, q) + _terms(q, p)) / 2,
    "leaves out what q does not have": lambda p, q: _terms(p, q, outcomes=(p > 0) & (q > 0)),
    "has no rule for what p does not have": lambda p, q: (p * np.log2(p / q)).sum(),
    "has the wrong sign": lambda p, q: -_terms(p, q),
}


@pytest.mark.parametrize("name", KL_MUTANTS)
def test_each_mistake_about_kl_is_named(name):
    feedback = check_kl_divergence(KL_MUTANTS[name])
    assert not feedback.right
    assert feedback.mistake == name
    _one_sentence(feedback)


def test_every_named_mistake_about_kl_has_a_mutant():
    assert set(KL_MUTANTS) == set(KL_MISTAKES)


# ----------------------------------------------------------------------- any other answer


@pytest.mark.parametrize("check", [check_total_variation, check_kl_divergence])
def test_another_answer_is_told_the_first_case_where_it_differs(check):
    feedback = check(lambda p, q: 0.123)
    assert not feedback.right
    assert feedback.mistake == ""
    assert "made-up case 1" in feedback.sentence
    assert "0.123" in feedback.sentence
    _one_sentence(feedback)


@pytest.mark.parametrize("check", [check_total_variation, check_kl_divergence])
def test_a_function_that_raises_is_told_so(check):
    feedback = check(lambda p, q: p[99])
    assert not feedback.right
    assert "raised IndexError" in feedback.sentence
    _one_sentence(feedback)


def test_a_function_that_changes_its_arguments_changes_nothing_here():
    def spoils(p, q):
        result = np.abs(p - q).sum() / 2
        p[:] = q[:] = 0
        return result

    assert check_total_variation(spoils).right
    assert check_total_variation(spoils).right


ANSWERS = {
    "check_total_variation": (VARIATION_MUTANTS, lambda mistake: (VARIATION_MUTANTS[mistake],)),
    "check_kl_divergence": (KL_MUTANTS, lambda mistake: (KL_MUTANTS[mistake],)),
}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
