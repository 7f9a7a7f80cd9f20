from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from misgen.topics.dogs.checks import (
    BREEDER_MISTAKES,
    BUDGET,
    SHARE_MISTAKES,
    STEP_MISTAKES,
    Feedback,
    check_breeder,
    check_reinforce_step,
    check_voice_share,
)
from misgen.topics.dogs.policy import DogPolicy
from misgen.topics.dogs.reinforce import Reinforcer, ReinforceSettings
from misgen.topics.dogs.selection import SelectionSettings, breed


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


@pytest.mark.parametrize("check", [check_voice_share, check_reinforce_step])
def test_an_error_of_the_reader_is_told(check):
    def raises(*_):
        return {}["moon"]

    feedback = check(raises)
    assert not feedback.right
    assert "raised KeyError" in feedback.sentence


# ----------------------------------------------------- exercise 2: one step of REINFORCE


def step(weights, cues, action, reward, baseline, rate):
    """The solution of the chapter."""
    sits = 1 / (1 + np.exp(-weights @ cues))
    return weights + rate * (reward - baseline) * (action - sits) * cues


def test_the_step_of_the_solution_is_right():
    assert check_reinforce_step(step).right
    _one_sentence(check_reinforce_step(step))


def test_the_step_of_the_books_learner_is_right():
    def with_learner(weights, cues, action, reward, baseline, rate):
        learner = Reinforcer(DogPolicy(weights), ReinforceSettings(learning_rate=rate))
        surprise = np.array([reward - baseline])  # its own baseline is still zero
        return learner.learn(cues[None], np.array([action]), surprise).weights

    assert check_reinforce_step(with_learner).right


def test_a_step_that_changes_its_arguments_is_judged_by_what_it_returns():
    def in_place(weights, cues, *others):
        weights += step(weights, cues, *others) - weights
        return weights

    assert check_reinforce_step(in_place).right


def _sits(weights, cues):
    return 1 / (1 + np.exp(-weights @ cues))


STEP_MUTANTS = {
    "forgets the baseline": lambda w, x, a, r, b, k: step(w, x, a, r, 0, k),
    "descends": lambda w, x, a, r, b, k: step(w, x, a, r, b, -k),
    "forgets the learning rate": lambda w, x, a, r, b, k: step(w, x, a, r, b, 1),
    "forgets the probability": lambda w, x, a, r, b, k: w + k * (r - b) * a * x,
    "ignores the action": lambda w, x, a, r, b, k: step(w, x, 1, r, b, k),
    "takes the gradient of the probability": lambda w, x, a, r, b, k: (
        w + k * (r - b) * (2 * a - 1) * _sits(w, x) * (1 - _sits(w, x)) * x
    ),
    "forgets the cues": lambda w, x, a, r, b, k: w + k * (r - b) * (a - _sits(w, x)),
    "returns the change": lambda w, x, a, r, b, k: step(w, x, a, r, b, k) - w,
}


@pytest.mark.parametrize("mistake", STEP_MISTAKES)
def test_each_named_mistake_with_the_step_is_recognised(mistake):
    feedback = check_reinforce_step(STEP_MUTANTS[mistake])
    assert not feedback.right
    assert feedback.mistake == mistake
    _one_sentence(feedback)


STEP_UNNAMED = {
    "the reward as an input": lambda w, x, a, r, b, k: (
        w + k * (a - 1 / (1 + np.exp(-(w @ x + r)))) * x
    ),
    "only the voice": lambda w, x, a, r, b, k: np.array([step(w, x, a, r, b, k)[0], w[1]]),
    "right for a dog that sat": lambda w, x, a, r, b, k: step(w, x, a, r, b, k) if a else w,
}


@pytest.mark.parametrize("mutant", STEP_UNNAMED)
def test_a_step_without_a_named_mistake_is_shown_by_a_case(mutant):
    feedback = check_reinforce_step(STEP_UNNAMED[mutant])
    assert (feedback.right, feedback.mistake) == (False, "")
    assert "made-up case" in feedback.sentence


@pytest.mark.parametrize("answer", [0.5, [0.1], [0.1, 0.2, 0.3]])
def test_a_step_of_another_form_is_refused(answer):
    feedback = check_reinforce_step(lambda *_: answer)
    assert not feedback.right
    assert "shape (2,)" in feedback.sentence


# ------------------------------------------------------------- exercise 3: a better breeder

SOLUTION = SelectionSettings(kept=0.5, mutation=0.6)


@lru_cache(maxsize=32)
def _bred(settings, distinguishing=0.02, runs=100, keep=None):
    keep = settings.generations if keep is None else keep
    return breed(
        distinguishing=distinguishing, seeds=range(runs), settings=settings, keep=[0, keep]
    )


def test_the_breeder_of_the_solution_is_right():
    feedback = check_breeder(SOLUTION, _bred(SOLUTION))
    assert feedback.right
    _one_sentence(feedback)


def test_the_breeder_of_the_chapter_is_not_good_enough():
    feedback = check_breeder(SelectionSettings(), _bred(SelectionSettings()))
    assert feedback.mistake == "not yet"


BREEDER_MUTANTS = {
    "other settings": (SOLUTION, {"keep": 50}),
    "too many commands apart": (SOLUTION, {"distinguishing": 0.1}),
    "over budget": (replace(SOLUTION, commands=11), {"runs": 2}),
    "too few runs": (SOLUTION, {"runs": 49}),
    "no mutation": (replace(SOLUTION, mutation=0.0), {"runs": 50}),
    "does not obey": (SelectionSettings(generations=2, kept=0.5), {"runs": 50}),
    "too strict": (SelectionSettings(kept=0.05), {"runs": 50}),
    "too few generations": (SelectionSettings(generations=10, kept=0.5), {"runs": 50}),
    "too small mutations": (SelectionSettings(mutation=0.05), {"runs": 50}),
    "not yet": (SelectionSettings(), {"runs": 60}),
}


def _made_by_breeder(mistake):
    settings, options = BREEDER_MUTANTS[mistake]
    return settings, _bred(settings, **options)


@pytest.mark.parametrize("mistake", BREEDER_MISTAKES)
def test_each_named_mistake_with_the_breeder_is_recognised(mistake):
    feedback = check_breeder(*_made_by_breeder(mistake))
    assert not feedback.right
    assert feedback.mistake == mistake
    _one_sentence(feedback)


def test_the_budget_is_that_of_the_chapter():
    usual = SelectionSettings()
    assert usual.generations * usual.dogs * usual.commands == BUDGET


ANSWERS = {
    "check_voice_share": (SHARE_MUTANTS, lambda mistake: (SHARE_MUTANTS[mistake],)),
    "check_reinforce_step": (STEP_MUTANTS, lambda mistake: (STEP_MUTANTS[mistake],)),
    "check_breeder": (BREEDER_MUTANTS, lambda mistake: _made_by_breeder(mistake)),
}
"""Check -> its named mistakes, and what a reader who makes one gives to it; pages run them, too."""
