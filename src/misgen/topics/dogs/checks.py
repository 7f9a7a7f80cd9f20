"""The exercises on the dogs of the chapter on rewards."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.feedback import Feedback, raised, verdict
from misgen.topics.dogs.selection import SelectionSettings
from misgen.topics.dogs.training import Training

Floats = NDArray[np.float64]

# ------------------------------------------------------- exercise 1: whom does it follow?

Follow = Callable[[Floats, Floats, Floats], float]


def check_voice_share(voice_share: Follow) -> Feedback:
    """Check a function that says how often a dog sides with the voice.

    Args:
        voice_share: Takes what the voice said at each command (1 sit, -1 stand), what the lips
            said, and what the dog did, three arrays `(commands,)`. Returns the share of the
            commands whose cues disagree in which the dog did what the voice said.
    """
    try:
        answers = [np.float64(voice_share(*case)) for case in _commands()]
    except Exception as error:
        return raised(error)
    return verdict(answers, _commands(), _voice_share, SHARE_MISTAKES)


def _commands() -> list[tuple[Floats, Floats, Floats]]:
    """Return made-up commands; the dogs sit more often than they stand."""
    cases = []
    for seed, commands in enumerate((20, 60, 200)):
        rng = np.random.default_rng(seed)
        voice = rng.choice([1.0, -1.0], commands)
        lips = np.where(rng.random(commands) < 0.4, -voice, voice)
        obeys = rng.random(commands) < np.where(voice > 0, 0.85, 0.55)
        cases.append((voice, lips, np.where(obeys, voice, -voice)))
    return cases


def _share(condition: NDArray[np.bool_]) -> float:
    return float(condition.mean())


def _voice_share(voice: Floats, lips: Floats, done: Floats) -> float:
    return _share((done == voice)[voice != lips])


def _all_commands(voice: Floats, _: Floats, done: Floats) -> float:
    return _share(done == voice)


def _of_all_commands(voice: Floats, lips: Floats, done: Floats) -> float:
    return _share((done == voice) & (voice != lips))


def _agreeing_commands(voice: Floats, lips: Floats, done: Floats) -> float:
    return _share((done == voice)[voice == lips])


def _lips_share(voice: Floats, lips: Floats, done: Floats) -> float:
    return _share((done == lips)[voice != lips])


def _only_sit(voice: Floats, lips: Floats, done: Floats) -> float:
    return _share((done > 0)[(voice != lips) & (voice > 0)])


def _in_percent(voice: Floats, lips: Floats, done: Floats) -> float:
    return 100 * _voice_share(voice, lips, done)


def _count(voice: Floats, lips: Floats, done: Floats) -> float:
    return float(((done == voice) & (voice != lips)).sum())


SHARE_MISTAKES: dict[str, tuple[Callable[..., ArrayLike], str]] = {
    "counts ambiguous commands": (
        _all_commands,
        "Where voice and lips say the same, obeying one is obeying the other: count only the "
        "commands in which they disagree.",
    ),
    "divides by all commands": (
        _of_all_commands,
        "Divide by the number of commands in which the cues disagree, not by all commands.",
    ),
    "takes the agreeing commands": (
        _agreeing_commands,
        "You took the commands in which the cues agree, which say nothing about whom it follows.",
    ),
    "gives the lips": (_lips_share, "That is the share in which it did what the lips said."),
    "counts sit only": (
        _only_sit,
        "Count both words: a dog that always sits would look obedient if you only said sit.",
    ),
    "gives percent": (_in_percent, "Return a share between 0 and 1, not a percentage."),
    "gives a count": (_count, "Return a share: divide by the commands in which the cues disagree."),
}


# ----------------------------------------------------- exercise 2: one step of REINFORCE

Step = Callable[[Floats, Floats, int, float, float, float], ArrayLike]


def check_reinforce_step(step: Step) -> Feedback:
    """Check a function that changes the weights of a dog after one command.

    Args:
        step: Takes the two weights, the two cues (1, -1 or 0), the action (1 sit, 0 stand), the
            reward, the baseline and the learning rate. Returns the new weights, `(2,)`.
    """
    try:
        answers = [np.asarray(step(*_copied(case)), float) for case in _steps()]
    except Exception as error:
        return raised(error)
    if not all(answer.shape == (2,) for answer in answers):
        return Feedback(False, "Return the two new weights as an array of shape (2,).")
    return verdict(answers, _steps(), _reinforce_step, STEP_MISTAKES)


_Case = tuple[Floats, Floats, int, float, float, float]


def _steps() -> list[_Case]:
    """Return made-up commands with either action, either sign of the surprise, and hidden cues."""
    weights = np.array([0.8, -0.3])
    return [
        (weights, np.array([1.0, 1.0]), 1, 1.0, 0.4, 0.5),
        (weights, np.array([1.0, -1.0]), 0, 0.0, 0.4, 0.5),
        (weights, np.array([-1.0, 1.0]), 0, 1.0, 0.7, 0.1),
        (weights, np.array([-1.0, 0.0]), 1, 0.0, 0.2, 0.2),
        (weights, np.array([-1.0, -1.0]), 1, 3.0, 0.5, 1.5),
    ]


def _copied(case: _Case) -> _Case:
    """Protect the case from functions that change their arguments."""
    weights, cues, *others = case
    return (weights.copy(), cues.copy(), *others)  # type: ignore[return-value]


def _reinforce_step(
    weights: Floats, cues: Floats, action: int, reward: float, baseline: float, rate: float
) -> Floats:
    return weights + rate * (reward - baseline) * (action - _sits(weights, cues)) * cues


def _sits(weights: Floats, cues: Floats) -> float:
    return float(1 / (1 + np.exp(-weights @ cues)))


def _without_baseline(
    weights: Floats, cues: Floats, action: int, reward: float, _: float, rate: float
) -> Floats:
    return _reinforce_step(weights, cues, action, reward, 0.0, rate)


def _descends(
    weights: Floats, cues: Floats, action: int, reward: float, baseline: float, rate: float
) -> Floats:
    return _reinforce_step(weights, cues, action, reward, baseline, -rate)


def _without_rate(
    weights: Floats, cues: Floats, action: int, reward: float, baseline: float, _: float
) -> Floats:
    return _reinforce_step(weights, cues, action, reward, baseline, 1.0)


def _without_probability(
    weights: Floats, cues: Floats, action: int, reward: float, baseline: float, rate: float
) -> Floats:
    return weights + rate * (reward - baseline) * action * cues


def _always_as_if_it_sat(
    weights: Floats, cues: Floats, _: int, reward: float, baseline: float, rate: float
) -> Floats:
    return _reinforce_step(weights, cues, 1, reward, baseline, rate)


def _gradient_of_the_probability(
    weights: Floats, cues: Floats, action: int, reward: float, baseline: float, rate: float
) -> Floats:
    sits = _sits(weights, cues)
    chosen = sits if action else 1 - sits
    return weights + rate * (reward - baseline) * chosen * (action - sits) * cues


def _without_cues(
    weights: Floats, cues: Floats, action: int, reward: float, baseline: float, rate: float
) -> Floats:
    return weights + rate * (reward - baseline) * (action - _sits(weights, cues))


def _only_the_change(
    weights: Floats, cues: Floats, action: int, reward: float, baseline: float, rate: float
) -> Floats:
    return _reinforce_step(weights, cues, action, reward, baseline, rate) - weights


STEP_MISTAKES: dict[str, tuple[Callable[..., ArrayLike], str]] = {
    "forgets the baseline": (
        _without_baseline,
        "Take the baseline off the reward: the factor is reward - baseline.",
    ),
    "descends": (
        _descends,
        "Your step goes the other way: a reward above the baseline makes what the dog did more "
        "likely.",
    ),
    "forgets the learning rate": (_without_rate, "Multiply the step by the learning rate."),
    "forgets the probability": (
        _without_probability,
        "The gradient has action - probability to sit, not the action alone: a dog that stood "
        "learns as well.",
    ),
    "ignores the action": (
        _always_as_if_it_sat,
        "The gradient belongs to what the dog did: use the action that it took.",
    ),
    "takes the gradient of the probability": (
        _gradient_of_the_probability,
        "Take the gradient of the logarithm of the probability, which has one factor less.",
    ),
    "forgets the cues": (
        _without_cues,
        "Multiply by the cues: a weight changes only as far as its cue was there.",
    ),
    "returns the change": (_only_the_change, "Return the new weights, not only their change."),
}


# ------------------------------------------------------------- exercise 3: a better breeder

FEW_APART = 0.02
BUDGET = 100_000
ENOUGH_RUNS = 50
WELL_ENOUGH = 0.8


def check_breeder(settings: SelectionSettings, training: Training) -> Feedback:
    """Check a breeder whose populations follow the voice though few commands tell it apart.

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
    made = (training.rounds[-1], training.weights.shape[2], training.commands)
    found = {
        "other settings": made != (settings.generations, settings.dogs, settings.commands),
        "too many commands apart": training.distinguishing > FEW_APART,
        "over budget": commands > BUDGET,
        "too few runs": len(training.seeds) < ENOUGH_RUNS,
        "no mutation": settings.mutation == 0,
        "does not obey": float(training.voice_rates("as trained").mean()) < 0.9,
    }
    if training.share_of_runs().low <= WELL_ENOUGH:
        found |= {
            "too strict": settings.kept < SelectionSettings().kept,
            "too few generations": settings.generations < 20,
            "too small mutations": settings.mutation < SelectionSettings().mutation,
            "not yet": True,
        }
    return next((name for name, is_so in found.items() if is_so), "")


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
