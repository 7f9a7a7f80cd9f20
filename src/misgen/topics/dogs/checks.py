"""The exercises on the dogs of the chapter on rewards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.feedback import Feedback, Mistakes, checked, raised, verdict
from misgen.topics.dogs.selection import SelectionSettings
from misgen.topics.dogs.training import Training

Floats = NDArray[np.float64]

# ------------------------------------------------------- exercise 1: whom does it follow?

Follow = Callable[[Floats, Floats, Floats], float]


def check_voice_share(voice_share: Follow) -> Feedback:
    """Checks a function that says how often a dog sides with the voice.

    Args:
        voice_share: Takes what the voice said at each command (1 sit, -1 stand), what the lips
            said, and what the dog did, three arrays `(commands,)`. Returns the share of the
            commands whose cues disagree in which the dog did what the voice said.
    """
    return checked(voice_share, _commands(), _voice_share, SHARE_MISTAKES)


def _commands() -> list[tuple[Floats, Floats, Floats]]:
    """Returns made-up commands; the dogs sit more often than they stand."""
    cases = []
    for seed, commands in enumerate((20, 60, 200)):
        rng = np.random.default_rng(seed)
        voice = rng.choice([1.0, -1.0], commands)
        lips = np.where(rng.random(commands) < 0.4, -voice, voice)  # apart in four of ten commands
        # They sit more readily, so that counting one word alone gives another share.
        obeys = rng.random(commands) < np.where(voice > 0, 0.85, 0.55)
        cases.append((voice, lips, np.where(obeys, voice, -voice)))
    return cases


def _voice_share(voice: Floats, lips: Floats, done: Floats) -> np.float64:
    return (done == voice)[voice != lips].mean()


# Each takes what the reader's function takes: v the voice, k the lips, d what the dog did.
SHARE_MISTAKES: Mistakes = {
    "counts ambiguous commands": (
        lambda v, _, d: (d == v).mean(),
        "Where voice and lips say the same, obeying one is obeying the other: count only the "
        "commands in which they disagree.",
    ),
    "divides by all commands": (
        lambda v, k, d: ((d == v) & (v != k)).mean(),
        "Divide by the number of commands in which the cues disagree, not by all commands.",
    ),
    "takes the agreeing commands": (
        lambda v, k, d: (d == v)[v == k].mean(),
        "You took the commands in which the cues agree, which say nothing about whom it follows.",
    ),
    "gives the lips": (
        lambda v, k, d: (d == k)[v != k].mean(),
        "That is the share in which it did what the lips said.",
    ),
    "counts sit only": (
        lambda v, k, d: (d > 0)[(v != k) & (v > 0)].mean(),
        "Count both words: a dog that always sits would look obedient if you only said sit.",
    ),
    "gives percent": (
        lambda v, k, d: 100 * _voice_share(v, k, d),
        "Return a share between 0 and 1, not a percentage.",
    ),
    "gives a count": (
        lambda v, k, d: ((d == v) & (v != k)).sum(),
        "Return a share: divide by the commands in which the cues disagree.",
    ),
}


# ----------------------------------------------------- exercise 2: one step of REINFORCE

Step = Callable[[Floats, Floats, int, float, float, float], ArrayLike]


def check_reinforce_step(step: Step) -> Feedback:
    """Checks a function that changes the weights of a dog after one command.

    Args:
        step: Takes the two weights, the two cues (1, -1 or 0), the action (1 sit, 0 stand), the
            reward, the baseline and the learning rate. Returns the new weights, `(2,)`.
    """
    try:
        answers = [np.asarray(step(*case), float) for case in _steps()]
    except Exception as error:
        return raised(error)
    if not all(answer.shape == (2,) for answer in answers):
        return Feedback(False, "Return the two new weights as an array of shape (2,).")
    return verdict(answers, _steps(), _reinforce_step, STEP_MISTAKES)


def _steps() -> list[tuple[Any, ...]]:
    """Returns made-up commands with either action, either sign of the surprise, and hidden cues."""
    cases = [  # cues, action, reward, baseline, learning rate
        ([1.0, 1.0], 1, 1.0, 0.4, 0.5),
        ([1.0, -1.0], 0, 0.0, 0.4, 0.5),
        ([-1.0, 1.0], 0, 1.0, 0.7, 0.1),
        ([-1.0, 0.0], 1, 0.0, 0.2, 0.2),  # the lips are hidden
        ([-1.0, -1.0], 1, 3.0, 0.5, 1.5),
    ]
    # New arrays in each case, as the reader's function may write into its own.
    return [(np.array([0.8, -0.3]), np.array(cues), *others) for cues, *others in cases]


def _sits(weights: Floats, cues: Floats) -> float:
    return float(1 / (1 + np.exp(-weights @ cues)))


def _reinforce_step(
    weights: Floats, cues: Floats, action: int, reward: float, baseline: float, rate: float
) -> Floats:
    # The gradient of log P(action) in the weights is (action - P(sit)) x the cues.
    return weights + rate * (reward - baseline) * (action - _sits(weights, cues)) * cues


# Each takes what the reader's function takes: w weights, x cues, a action, r reward, b baseline,
# and the learning rate.
STEP_MISTAKES: Mistakes = {
    "forgets the baseline": (
        lambda w, x, a, r, _, rate: _reinforce_step(w, x, a, r, 0.0, rate),
        "Take the baseline off the reward: the factor is reward - baseline.",
    ),
    "descends": (
        lambda w, x, a, r, b, rate: _reinforce_step(w, x, a, r, b, -rate),
        "Your step goes the other way: a reward above the baseline makes what the dog did more "
        "likely.",
    ),
    "forgets the learning rate": (
        lambda w, x, a, r, b, _: _reinforce_step(w, x, a, r, b, 1.0),
        "Multiply the step by the learning rate.",
    ),
    "forgets the probability": (
        lambda w, x, a, r, b, rate: w + rate * (r - b) * a * x,
        "The gradient has action - probability to sit, not the action alone: a dog that stood "
        "learns as well.",
    ),
    "ignores the action": (
        lambda w, x, _, r, b, rate: _reinforce_step(w, x, 1, r, b, rate),
        "The gradient belongs to what the dog did: use the action that it took.",
    ),
    "takes the gradient of the probability": (
        lambda w, x, a, r, b, rate: (
            # abs(...) is P(action).
            w + rate * (r - b) * abs(1 - a - _sits(w, x)) * (a - _sits(w, x)) * x
        ),
        "Take the gradient of the logarithm of the probability, which has one factor less.",
    ),
    "forgets the cues": (
        lambda w, x, a, r, b, rate: w + rate * (r - b) * (a - _sits(w, x)),
        "Multiply by the cues: a weight changes only as far as its cue was there.",
    ),
    "returns the change": (
        lambda w, *rest: _reinforce_step(w, *rest) - w,
        "Return the new weights, not only their change.",
    ),
}


# ------------------------------------------------------------- exercise 3: a better breeder

FEW_APART = 0.02  # share of the commands
BUDGET = 100_000  # commands of one population, as many as with the default settings
ENOUGH_RUNS = 50
WELL_ENOUGH = 0.8  # share of the runs; the interval must lie above


def check_breeder(settings: SelectionSettings, training: Training) -> Feedback:
    """Checks a breeder whose populations follow the voice though few commands tell it apart.

    Args:
        settings: The breeder's settings.
        training: What `rewards.selection.breed` made with these settings from at least
            `ENOUGH_RUNS` seeds, with `distinguishing` at most `FEW_APART`.
    """
    mistake = _breeder_mistake(settings, training)
    if mistake:
        return Feedback(False, BREEDER_MISTAKES[mistake], mistake)
    return Feedback(True, f"{training.share_of_runs()} of your populations follow the voice.")


def _breeder_mistake(settings: SelectionSettings, training: Training) -> str:
    commands = settings.generations * settings.dogs * settings.commands
    # (generations, dogs, commands); the weights are (round, seed, dog, cue)
    made = (training.rounds[-1], training.weights.shape[2], training.commands)
    mistakes = {  # the first that holds is told
        "other settings": made != (settings.generations, settings.dogs, settings.commands),
        "too many commands apart": training.distinguishing > FEW_APART,
        "over budget": commands > BUDGET,
        "too few runs": len(training.seeds) < ENOUGH_RUNS,
        "no mutation": settings.mutation == 0,
        "does not obey": float(training.voice_rates("as trained").mean()) < 0.9,
    }
    if training.share_of_runs().low <= WELL_ENOUGH:  # hints, for those who missed the aim
        mistakes |= {
            "too strict": settings.kept < SelectionSettings().kept,
            "too few generations": settings.generations < 20,
            "too small mutations": settings.mutation < SelectionSettings().mutation,
            "not yet": True,
        }
    return next((name for name, is_made in mistakes.items() if is_made), "")


BREEDER_MISTAKES = {
    "other settings": "Breed with the settings that you pass, and keep the last generation.",
    "too many commands apart": f"Use distinguishing={FEW_APART} or less: with more commands apart "
    "the task is easy.",
    "over budget": f"Each population may hear {BUDGET:,} commands in all: generations x dogs x "
    "commands.",
    "too few runs": f"Breed from at least {ENOUGH_RUNS} seeds: with few of them luck decides.",
    "no mutation": "Without mutation the dogs soon are copies of one, and nothing changes.",
    "does not obey": "Your dogs do not obey even where the cues agree: give them more generations.",
    "too strict": "A stricter breeder does worse here: of many dogs that obey alike, chance keeps "
    "the few. Try to keep more of them.",
    "too few generations": "There are too few generations for the preference to change: spend the "
    "budget on them rather than on dogs.",
    "too small mutations": "The preference moves by mutations: let them be larger.",
    "not yet": f"The interval of the share of populations that follow the voice must lie above "
    f"{WELL_ENOUGH:.0%}; change kept, mutation, commands or generations.",
}
