"""The exercises on the dogs of the chapter on rewards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.feedback import (
    NOTHING_RETURNED,
    UNCHANGED,
    Feedback,
    Mistakes,
    checked,
    described,
    numbers_of,
    raised,
    returns_nothing,
    verdict,
)
from misgen.topics.dogs.reinforce import ReinforceSettings, reinforce

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


# ------------------------------------------------- exercise 2: a reward that says what it means

Bools = NDArray[np.bool_]
Pay = Callable[[Bools, Bools], ArrayLike]

FEW_APART = 0.02  # share of the commands
TRAINED_SEEDS = range(3)
WELL_ENOUGH = 0.95  # of the commands apart, in each run
_SITUATIONS = (np.array([True, False, True, False]), np.array([True, False, False, True]))
"""Did what the voice said, and what the lips said: cues alike twice, and then apart twice."""


def check_reward(reward: Pay) -> Feedback:
    """Checks a reward under which dogs follow the voice, though few commands tell it from the lips.

    A dog of each of `TRAINED_SEEDS` is trained with it, with `FEW_APART` of the commands apart.

    Args:
        reward: Takes whether a dog did what the voice said, and whether it did what the lips said,
            two arrays `(commands,)` of truth values. Returns what each command earns.
    """
    try:
        given = reward(*deepcopy(_SITUATIONS))
        if returns_nothing([given]):
            return NOTHING_RETURNED
        paid = numbers_of(given)
        if paid is not None and not paid.any():
            return UNCHANGED
        if paid is None or paid.shape != (4,) or not np.isfinite(paid).all():
            told = f"Return one finite number for each command, not {described(given)}."
            return Feedback(False, told)
        rates = _trained_with(reward)
    except Exception as error:
        return raised(error)
    facts = {"rates": _listed(rates), "obeyed": described(paid[0]), "not": described(paid[1])}
    mistake = _reward_mistake(paid, rates)
    if mistake:
        return Feedback(False, REWARD_MISTAKES[mistake].format(**facts), mistake)
    return Feedback(True, _RATES.format(**facts))


def _trained_with(reward: Pay) -> Floats:
    """Returns how often the dog of each seed sides with the voice, `(seeds,)`."""
    training = reinforce(
        distinguishing=FEW_APART, seeds=TRAINED_SEEDS, keep=[ReinforceSettings().updates],
        reward=lambda events: reward(events.goal, events.proxy),
    )  # fmt: skip
    return training.voice_rates("apart")


def _reward_mistake(paid: Floats, rates: Floats) -> str:
    obeyed, disobeyed, voice, lips = paid
    mistakes = {  # the first that holds is told
        "other pay where they agree": (obeyed, disobeyed) != (1, 0),
        "pays for the lips": lips > voice,
        "pays both alike": lips == voice,
        "as the page": (voice, lips) == (1, 0) and rates.min() < WELL_ENOUGH,
        "too little": rates.min() < WELL_ENOUGH,
    }
    return next((name for name, is_made in mistakes.items() if is_made), "")


def _listed(rates: Floats) -> str:
    *others, last = (f"{100 * rate:.1f}" for rate in rates)
    return f"{', '.join(others)} and {last}"


_RATES = (
    "Voice against lips, the dogs of the seeds 0, 1 and 2 do what the voice says in {rates} % of "
    "the commands."
)
_SHORT = f"{_RATES[:-1]}, and all three should reach {100 * WELL_ENOUGH:.0f} %"
REWARD_MISTAKES = {
    "other pay where they agree": "Where voice and lips say the same, pay as the page does, 1 for "
    "doing it and 0 for the other thing: you pay {obeyed} and {not}.",
    "pays for the lips": "Where voice and lips disagree, you pay more for what the lips say than "
    "for what the voice says.",
    "pays both alike": "Where voice and lips disagree, you pay the same whatever the dog does, so "
    "that the only commands that tell them apart teach it nothing.",
    "as the page": f"This is the reward of the page. {_SHORT}: let the few commands that tell "
    "them apart count for more.",
    "too little": f"{_SHORT}: let the commands in which they disagree count for more.",
}

# ----------------------------------------------- exercise 3: what training did to the preference

Train = Callable[[int, int], Floats]
Moved = Callable[[Train, Sequence[int]], ArrayLike]

LAST_UPDATE = ReinforceSettings().updates


def check_moved(moved: Moved) -> Feedback:
    """Checks an evaluation loop: by how much does training move a dog's preference?

    Args:
        moved: Takes `train(updates, seed)`, which returns the weights of a dog after so many
            updates, `(2,)`, and some seeds. Returns for each seed how much larger voice - lips is
            after `LAST_UPDATE` updates than after none, `(seeds,)`.
    """
    try:
        answers = [moved(*case) for case in deepcopy(_TRAININGS)]
    except Exception as error:
        return raised(error)
    if any(isinstance(answer, Real) for answer in answers):
        return Feedback(False, "Return one number for each seed, and not their mean.", "one number")
    found = verdict(answers, _TRAININGS, _moved, MOVED_MISTAKES)
    return Feedback(True, _findings()) if found.right else found


def _made_up(updates: int, seed: int) -> Floats:
    """Returns weights that differ before, on the way and after."""
    return np.random.default_rng([updates, seed]).normal(1.0, 2.0, 2)


def _trained(share: float) -> Train:
    def train(updates: int, seed: int) -> Floats:
        training = reinforce(distinguishing=share, seeds=[seed], keep=[updates])
        return training.weights[0, 0, 0]  # (kept update, seed, dog, cue)

    return train


_TRAININGS: list[tuple[Train, list[int]]] = [(_made_up, [0, 1, 2]), (_made_up, [7, 5, 11, 2])]


def _preference(weights: Floats) -> float:
    return float(weights[0] - weights[1])


def _moved(train: Train, seeds: Sequence[int]) -> Floats:
    return _change(_preference, train, seeds)


def _change(of: Callable[[Floats], float], train: Train, seeds: Sequence[int]) -> Floats:
    return np.array([of(train(LAST_UPDATE, seed)) - of(train(0, seed)) for seed in seeds])


def _findings() -> str:
    together, apart = (_moved(_trained(share), TRAINED_SEEDS) for share in (0.0, 0.1))
    return (
        f"Your loop agrees with ours. With REINFORCE and cues always together it gives "
        f"{_numbers(together)} for the seeds 0, 1 and 2, and with a tenth of them apart "
        f"{_numbers(apart)}."
    )


def _numbers(values: Floats) -> str:
    *others, last = (f"{value + 0.0:.2f}" for value in values.round(2))  # no minus before a zero
    return f"{', '.join(others)} and {last}"


# Each takes what the reader's function takes.
MOVED_MISTAKES: Mistakes = {
    "forgets the start": (
        lambda train, seeds: np.array([_preference(train(LAST_UPDATE, seed)) for seed in seeds]),
        "That is the preference after training: take off what it was before, train(0, seed).",
    ),
    "gives the start": (
        lambda train, seeds: np.array([_preference(train(0, seed)) for seed in seeds]),
        "That is the preference before training: compare it with the one after the last update.",
    ),
    "the same seed": (
        lambda train, seeds: _change(_preference, train, [seeds[0]] * len(seeds)),
        "You train the same dog for every seed: hand the seed on to train.",
    ),
    "counts on its own": (
        lambda train, seeds: _change(_preference, train, range(len(seeds))),
        "You number the seeds yourself: use those that your function is given.",
    ),
    "turned round": (
        lambda train, seeds: -_moved(train, seeds),
        "Your numbers have the other sign: it is voice - lips after training, less voice - lips "
        "before.",
    ),
    "a distance": (
        lambda train, seeds: abs(_moved(train, seeds)),
        "Keep the sign: it says towards which cue the dog was moved.",
    ),
    "the sum": (
        lambda train, seeds: _change(lambda weights: float(weights.sum()), train, seeds),
        "The sum of the weights says how surely a dog obeys: the preference is their difference.",
    ),
    "the voice alone": (
        lambda train, seeds: _change(lambda weights: float(weights[0]), train, seeds),
        "That is the change of the voice's weight: the preference is by how much it is larger than "
        "that of the lips.",
    ),
}
