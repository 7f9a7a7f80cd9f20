from __future__ import annotations

import re

import numpy as np
import pytest

from misgen.core.feedback import UNCHANGED
from misgen.topics.dogs.checks import (
    FEW_APART,
    MOVED_MISTAKES,
    REWARD_MISTAKES,
    SHARE_MISTAKES,
    TRAINED_SEEDS,
    WELL_ENOUGH,
    Feedback,
    check_moved,
    check_reward,
    check_voice_share,
)
from misgen.topics.dogs.reinforce import reinforce


def _one_sentence(feedback: Feedback) -> None:
    assert feedback.sentence.endswith(".")
    assert "\n" not in feedback.sentence
    assert str(feedback) == f"{'Right.' if feedback.right else 'Not yet.'} {feedback.sentence}"


# ------------------------------------------------------- exercise 1: whom does it follow?


def voice_share(voice, lips, done):
    """The solution of the chapter."""
    apart = voice != lips
    return (done[apart] == voice[apart]).mean()


def test_the_share_of_the_solution_is_right():
    assert check_voice_share(voice_share).right
    _one_sentence(check_voice_share(voice_share))


def test_a_share_in_plain_python_is_right_too():
    def plain(voice, lips, done):
        apart = [(v, d) for v, k, d in zip(voice, lips, done, strict=True) if v != k]
        return sum(v == d for v, d in apart) / len(apart)

    assert check_voice_share(plain).right


SHARE_MUTANTS = {
    "counts ambiguous commands": lambda v, k, d: (d == v).mean(),
    "divides by all commands": lambda v, k, d: (d[v != k] == v[v != k]).sum() / len(v),
    "takes the agreeing commands": lambda v, k, d: (d[v == k] == v[v == k]).mean(),
    "gives the lips": lambda v, k, d: 1 - voice_share(v, k, d),
    "counts sit only": lambda v, k, d: voice_share(v[v > 0], k[v > 0], d[v > 0]),
    "gives percent": lambda v, k, d: 100 * voice_share(v, k, d),
    "gives a count": lambda v, k, d: (d[v != k] == v[v != k]).sum(),
}


@pytest.mark.parametrize("mistake", SHARE_MISTAKES)
def test_each_named_mistake_with_the_share_is_recognised(mistake):
    feedback = check_voice_share(SHARE_MUTANTS[mistake])
    assert not feedback.right
    assert feedback.mistake == mistake
    _one_sentence(feedback)


@pytest.mark.parametrize("wrong", [lambda v, k, d: 0.5, lambda v, k, d: (d > 0).mean()])
def test_a_share_without_a_named_mistake_is_shown_by_a_case(wrong):
    feedback = check_voice_share(wrong)
    assert (feedback.right, feedback.mistake) == (False, "")
    assert "made-up case" in feedback.sentence


@pytest.mark.parametrize("check", [check_voice_share, check_reward, check_moved])
def test_who_has_changed_nothing_is_told_so(check):
    zeros = {
        check_voice_share: lambda v, k, d: 0.0,
        check_reward: lambda v, k: 0.0 * v,
        check_moved: lambda train, seeds: [0.0 for seed in seeds],
    }
    assert check(zeros[check]) == UNCHANGED


@pytest.mark.parametrize("check", [check_voice_share, check_reward, check_moved])
def test_an_error_of_the_reader_is_told(check):
    def raises(*_):
        return {}["moon"]

    feedback = check(raises)
    assert not feedback.right
    assert "raised KeyError" in feedback.sentence


# ------------------------------------------------- exercise 2: a reward that says what it means


def reward(by_voice, by_lips):
    """The solution of the chapter."""
    return by_voice * np.where(by_voice != by_lips, 10.0, 1.0)


@pytest.mark.parametrize("right", [
    reward, lambda v, k: v - 10.0 * (k > v),
    lambda v, k: np.array([10.0 if a and not b else float(a) for a, b in zip(v, k, strict=True)]),
])  # fmt: skip
def test_a_reward_that_pays_more_for_the_few_commands_apart_is_right(right):
    feedback = check_reward(right)
    assert feedback.right
    assert feedback.sentence.count(".") == 4  # a rate for each of three dogs
    _one_sentence(feedback)


REWARD_MUTANTS = {
    "other pay where they agree": lambda v, k: 10.0 * v,
    "pays for the lips": lambda v, k: 1.0 * k,
    "pays both alike": lambda v, k: np.where(v != k, 1.0, v),
    "as the page": lambda v, k: 1.0 * v,
    "too little": lambda v, k: v * np.where(v != k, 2.0, 1.0),
}


@pytest.mark.parametrize("mistake", REWARD_MISTAKES)
def test_each_named_mistake_with_the_reward_is_recognised(mistake):
    feedback = check_reward(REWARD_MUTANTS[mistake])
    assert (feedback.right, feedback.mistake) == (False, mistake)
    _one_sentence(feedback)


def test_commands_that_earn_only_where_they_are_apart_are_told_what_the_others_pay():
    feedback = check_reward(lambda v, k: 10.0 * (v & ~k))
    assert "you pay 0 and 0" in feedback.sentence


@pytest.mark.parametrize(
    "answer", [1.0, [1.0], [np.nan] * 4, [np.inf] * 4, "abcd", [1, None, 1, 0]]
)
def test_a_reward_of_another_form_is_refused(answer):
    feedback = check_reward(lambda v, k: answer)
    assert not feedback.right
    assert "one finite number for each command" in feedback.sentence


def test_with_the_reward_of_the_page_one_seed_would_nearly_do_and_another_would_not():
    training = reinforce(distinguishing=FEW_APART, seeds=TRAINED_SEEDS, keep=[100])
    rates = training.voice_rates()
    assert rates.min() < 0.9 < 0.94 <= rates[2] < WELL_ENOUGH


# ----------------------------------------------- exercise 3: what training did to the preference


def moved(train, seeds):
    """The solution of the chapter."""
    changes = [train(100, seed) - train(0, seed) for seed in seeds]
    return [voice - lips for voice, lips in changes]


def test_the_loop_of_the_solution_is_right_and_is_told_what_it_finds():
    feedback = check_moved(moved)
    assert feedback.right
    assert "0.00, 0.00 and 0.00" in feedback.sentence
    apart = re.search(r"apart ([\d., ]+) and ([\d.]+)\.", feedback.sentence)
    assert min(map(float, [*apart[1].split(", "), apart[2]])) > 1


def _preference(weights):
    voice, lips = weights
    return voice - lips


MOVED_MUTANTS = {
    "forgets the start": lambda train, seeds: [_preference(train(100, s)) for s in seeds],
    "gives the start": lambda train, seeds: [_preference(train(0, s)) for s in seeds],
    "the same seed": lambda train, seeds: [moved(train, seeds[:1])[0] for s in seeds],
    "counts on its own": lambda train, seeds: moved(train, range(len(seeds))),
    "turned round": lambda train, seeds: [-change for change in moved(train, seeds)],
    "a distance": lambda train, seeds: [abs(change) for change in moved(train, seeds)],
    "the sum": lambda train, seeds: [sum(train(100, s) - train(0, s)) for s in seeds],
    "the voice alone": lambda train, seeds: [(train(100, s) - train(0, s))[0] for s in seeds],
    "one number": lambda train, seeds: np.mean(moved(train, seeds)),
}


@pytest.mark.parametrize("mistake", MOVED_MUTANTS)
def test_each_named_mistake_with_the_loop_is_recognised(mistake):
    feedback = check_moved(MOVED_MUTANTS[mistake])
    assert (feedback.right, feedback.mistake) == (False, mistake)
    _one_sentence(feedback)


def test_every_mistake_with_the_loop_has_a_mutant():
    assert {*MOVED_MISTAKES, "one number"} == {*MOVED_MUTANTS}


def test_a_loop_without_a_named_mistake_is_shown_by_a_case():
    feedback = check_moved(lambda train, seeds: [train(50, seed)[0] for seed in seeds])
    assert (feedback.right, feedback.mistake) == (False, "")
    assert "made-up case" in feedback.sentence


ANSWERS = {
    "check_voice_share": (SHARE_MUTANTS, lambda mistake: (SHARE_MUTANTS[mistake],)),
    "check_reward": (REWARD_MUTANTS, lambda mistake: (REWARD_MUTANTS[mistake],)),
    "check_moved": (MOVED_MUTANTS, lambda mistake: (MOVED_MUTANTS[mistake],)),
}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
