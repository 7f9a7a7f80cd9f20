"""The exercises on the coin line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.arrays import IntArray
from misgen.core.feedback import (
    NOTHING_RETURNED,
    UNCHANGED,
    Feedback,
    FormError,
    Mistakes,
    checked,
    distinct,
    numbers_of,
    raised,
    returns_nothing,
    verdict,
)
from misgen.topics.coin_line.clone import (
    CloningSettings,
    descent,
    intended_actions,
    logits,
    state_distribution,
)
from misgen.topics.coin_line.env import LENGTH, features, probe, states
from misgen.topics.coin_line.scores import decisions, score
from misgen.topics.coin_line.words import written_share

Floats = NDArray[np.float64]

# ------------------------------------------------- exercise 1: the score of "always right"

_LENGTHS = (4, 5, 8, 12)
_NOISE = 0.02  # five standard deviations of a simulation of 16,000 episodes
SIMULATES = "simulates"
"""The mistake of an answer that is right but for noise."""


def check_always_right(share_taken: Callable[[int], float]) -> Feedback:
    """Checks a function that gives the score of the rule "always right" at test.

    Args:
        share_taken: Takes the length L of the line. Returns the share of episodes in which an
            agent that always steps right takes the coin, when its start and the coin's place are
            drawn independently, each uniform on 0 to L. A start on the coin counts.
    """
    try:
        answers = [share_taken(length) for length in _LENGTHS]
    except Exception as error:
        return raised(error)
    found = verdict(answers, [(length,) for length in _LENGTHS], _share_taken, SCORE_MISTAKES)
    return found if found.right or found.mistake else _simulated(answers) or found


def _simulated(answers: Sequence[object]) -> Feedback | None:
    """Returns what is said of answers that are right but for noise."""
    drawn, exact = numbers_of(answers), np.array([_share_taken(length) for length in _LENGTHS])
    if drawn is None or drawn.shape != exact.shape or not (abs(drawn - exact) < _NOISE).all():
        return None
    worst = int(abs(drawn - exact).argmax())
    yours, right = distinct(drawn[worst], exact[worst])
    return Feedback(
        False,
        f"As near as a simulation comes: for length {_LENGTHS[worst]} yours gives {yours}, where "
        f"{right} is exact; count the pairs instead of drawing them.",
        SIMULATES,
    )


def _share_taken(length: int) -> float:
    return (length + 2) / (2 * (length + 1))  # pairs with start <= coin, of all (length + 1)²


SCORE_MISTAKES: Mistakes = {
    "a start on the coin does not count": (
        lambda length: length / (2 * (length + 1)),
        "You count only coins to the right of the start; an agent that starts on the coin takes "
        "it too.",
    ),
    "the coin is never at place 0": (
        lambda length: (length + 3) / (2 * (length + 1)),
        "That is the score with moved coins as in training, on places 1 to L: at test the coin "
        "may lie at place 0.",
    ),
    "one place too few": (
        lambda length: (length + 1) / (2 * length),
        "The places 0 to L are L + 1 places, not L.",
    ),
    "starts at the left end": (
        lambda _: 1.0,
        "An agent that starts at place 0 passes every coin, but here it starts anywhere.",
    ),
    "about one half": (
        lambda _: 0.5,
        "One half is the limit of long lines: count the starts on the coin, which both rules take.",
    ),
    "gives percent": (
        lambda length: 100 * _share_taken(length),
        "Return a share between 0 and 1, not a percentage.",
    ),
    "gives a count": (
        lambda length: (length + 1) * (length + 2) / 2,
        "That is the number of pairs of start and coin: divide it by the number of all pairs.",
    ),
}


# ------------------------------------------------- exercise 2: one step of gradient descent

Step = Callable[[Floats, Floats, Floats, Floats, float, float], ArrayLike]


def check_descent_step(step: Step) -> Feedback:
    """Checks a function that makes one step of gradient descent on a penalized logistic loss.

    Args:
        step: Takes weights `(features,)`, features `(states, features)`, labels of +1 and -1
            `(states,)`, how likely each state is `(states,)`, the step size, and the penalty.
            Returns the new weights. The loss is the mean of `log(1 + exp(-label * logit))`, plus
            half the penalty times the sum of the squared weights.
    """
    return checked(step, _descents(), _descent_step, STEP_MISTAKES, stub=lambda w, *_: w)


def _descents() -> list[tuple[Floats, Floats, Floats, Floats, float, float]]:
    """Returns made-up states with both labels, unequal shares, and weights away from zero."""
    cases = []
    for seed, (count, size) in enumerate(((4, 2), (9, 3), (30, 3))):  # states and features
        rng = np.random.default_rng(seed)
        labels = np.where(np.arange(count) % 3 == 0, -1.0, 1.0)  # unequally often
        shares = rng.dirichlet(np.full(count, 0.7))
        weights, seen = rng.normal(size=size), rng.normal(size=(count, size))
        cases.append((weights, seen, labels, shares, 0.3, 0.2))
    return cases


def _sigmoid(z: Floats) -> Floats:
    return 1 / (1 + np.exp(-z))


def _stepped(w: Floats, x: Floats, pull: Floats, size: float, penalty: float) -> Floats:
    """Returns the weights after a step in which each state pulls its features as given."""
    return w + size * (pull @ x - penalty * w)


def _descent_step(
    weights: Floats, features: Floats, labels: Floats, shares: Floats, step_size: float,
    penalty: float,
) -> Floats:  # fmt: skip
    pull = shares * labels * _sigmoid(-labels * (features @ weights))
    return _stepped(weights, features, pull, step_size, penalty)


# Each takes what the reader's function takes: w, x, y, the shares s, the step size, the penalty p.
STEP_MISTAKES: Mistakes = {
    "forgets the penalty": (
        lambda w, x, y, s, size, _: _descent_step(w, x, y, s, size, 0.0),
        "That is the step of the chapter: the penalty pulls every weight towards 0 as well.",
    ),
    "penalizes the wrong way": (
        lambda w, x, y, s, size, p: _descent_step(w, x, y, s, size, -p),
        "Your penalty makes the weights larger: subtract it, as it is to keep them small.",
    ),
    "climbs": (
        lambda w, *rest: 2 * w - _descent_step(w, *rest),  # the step turned round
        "The loss rises: step against the gradient, not along it.",
    ),
    "forgets the shares": (
        lambda w, x, y, s, size, p: _descent_step(w, x, y, np.full_like(s, 1 / len(s)), size, p),
        "Weigh each state by how likely it is: that is where the share of moved coins comes in.",
    ),
    "adds instead of averaging": (
        lambda w, x, y, s, size, p: _descent_step(w, x, y, np.ones_like(s), size, p),
        "The loss is a mean: multiply what each state adds by how likely it is.",
    ),
    "forgets the labels": (
        lambda w, x, y, s, size, p: _descent_step(w, x, np.ones_like(y), s, size, p),
        "You pull every logit upwards: a state with the label -1 must pull its logit down.",
    ),
    "forgets the label in the margin": (
        lambda w, x, y, s, size, p: _stepped(w, x, s * y * _sigmoid(-(x @ w)), size, p),
        "The front of your pull has the label, but its `exp` needs it too: a state is right where "
        "its label and its logit have the same sign.",
    ),
    "forgets the label outside": (
        lambda w, x, y, s, size, p: _stepped(w, x, s * _sigmoid(-y * (x @ w)), size, p),
        "The `exp` of your pull has the label, but its front needs it too: a state with the label "
        "-1 must pull its logit down.",
    ),
    "pulls what is right already": (
        lambda w, x, y, s, size, p: _stepped(w, x, s * y * _sigmoid(y * (x @ w)), size, p),
        "Yours pulls hardest where the answer is right already: it should hardly pull there, and "
        "strongly where label and logit differ in sign.",
    ),
    "pulls all alike": (
        lambda w, x, y, s, size, p: _stepped(w, x, s * y, size, p),
        "The pull of a state must fade as its answer becomes surely right: divide it by "
        "`1 + exp(label * logit)`.",
    ),
    "forgets the step size": (
        lambda w, x, y, s, _, p: _descent_step(w, x, y, s, 1.0, p),
        "Multiply the gradient by the step size, that of the penalty too.",
    ),
    "returns the change": (
        lambda w, *rest: _descent_step(w, *rest) - w,
        "Return the new weights, not what is added to them.",
    ),
}


# ----------------------------------------------- exercise 3: an encoding that finds the coin

See = Callable[[int, int], Sequence[float]]
_STARTS = 8  # first weights, of which the first are zero
_STEPS = 4000  # of gradient descent
_PLACES = np.stack(states(LENGTH), axis=1)  # (state, 2): the agent's place, and the coin's
_AS_PRINTED = np.insert(_PLACES, 0, 1, axis=1)  # what the exercise sees before it is changed
_SURE_STEP = 4.0  # divided by the squared length of the longest input; the loss falls below 8


def check_encoding(see: See) -> Feedback:
    """Checks an encoding with which a policy that never met a moved coin goes to every coin.

    A linear policy is cloned at 0 % from eight first weights: from zero, and from seven random
    ones. It must prefer the step towards the coin in every state, from all eight.

    Args:
        see: Takes the agent's place and the coin's, whole numbers from 0 to 8. Returns a list of
            numbers, always as many: what the policy sees.
    """
    try:
        given = [see(place, coin) for place, coin in _PLACES.tolist()]
    except Exception as error:
        return raised(error)
    if returns_nothing(given):
        return NOTHING_RETURNED
    seen = numbers_of(given)
    if seen is not None and np.array_equal(seen, _AS_PRINTED):
        return UNCHANGED
    if seen is None or seen.size == 0 or not np.isfinite(seen).all():
        return Feedback(False, "Return at least one number, always as many, and only finite ones.")
    with np.errstate(over="ignore", invalid="ignore"):  # numbers may be as large as they are
        mistake = _encoding_mistake(_cloned_logits(seen.reshape(len(given), -1)))
    if mistake:
        return Feedback(False, ENCODING_MISTAKES[mistake], mistake)
    return Feedback(True, "From all eight starts it goes to the coin, wherever the coin lies.")


def _cloned_logits(seen: Floats) -> Floats:
    """Returns the logits of every state after training, `(starts, states)`."""
    label, shares = intended_actions(LENGTH), state_distribution(0.0, LENGTH)
    start = np.random.default_rng(0).normal(size=(_STARTS, seen.shape[1]))  # (start, number)
    start[0] = 0.0
    # only what is seen in training pulls
    longest = float((seen[shares > 0] ** 2).sum(axis=1).max())
    path = descent(  # the same shares for each start
        seen * label[:, None], np.tile(shares, (_STARTS, 1)), _SURE_STEP / max(longest, 1e-9), start
    )
    return next(islice(path, _STEPS - 1, None)) @ seen.T  # the path begins after the first step


def _encoding_mistake(logits: Floats) -> str:
    label, drawn = intended_actions(LENGTH), state_distribution(0.0, LENGTH) > 0
    place, coin = probe(LENGTH)
    at_probe = logits[:, coin * (LENGTH + 1) + place]  # one number for each start
    made = {
        "fits nothing": not (logits[:, drawn] > 0).all(),
        "walks right": at_probe[0] > 0,  # [0]: started from zero
        "knows nothing": at_probe[0] == 0,
        "the start decides": (at_probe > 0).any(),
        # the label is 0 on the coin: either step will do
        "one step short": (logits * label < 0).any() or (logits[:, label != 0] == 0).any(),
    }
    return next((name for name, is_made in made.items() if is_made), "")


ENCODING_MISTAKES = {
    "fits nothing": (
        "The policy does not even prefer right in all eight states of training: what it sees must "
        "tell it that the coin is ahead."
    ),
    "walks right": (
        "Started from zero, the policy walks right at the probe: some number that it sees is large "
        "in every state of training, wherever the agent is, and pays for always right."
    ),
    "knows nothing": (
        "Started from zero, the logit at the probe stays exactly 0: the numbers that are seen "
        "there are never seen in training."
    ),
    "the start decides": (
        "From some first weights the policy still walks right at the probe: part of what it sees "
        "there never changes in training, so that its first weights stay."
    ),
    "one step short": (
        "The policy goes to the coin at the probe, but not from everywhere: with some first "
        "weights it prefers the wrong step beside the coin."
    ),
}


# ------------------------------------------------- exercise 4: where to put the moved coins

Level = tuple[int, int]
"""The agent's start and the coin's place."""
_SEEDS = (0, 1, 2)
_LEVELS = 2000
_BUDGET = 0.065  # three standard deviations above the 5 % that the exercise allows
_RULE_STEPS = 300
_ASKED = 0.85  # of all levels; moved anywhere, the same number of coins gives about 80 %


def check_level_rule(level: Callable[[np.random.Generator], Level]) -> Feedback:
    """Checks a rule that draws training levels, of which few may be distinguishing.

    For each of three seeds it draws 2,000 levels, clones the policy that sees place and coin from
    them in 300 steps, and asks in how many of all levels this takes the coin.

    Args:
        level: Takes a generator. Returns the agent's start and the coin's place, whole numbers from
            0 to 8. At most one level in twenty may have the coin to the left of the start.
    """
    try:
        drawn = _drawn(level)
    except FormError as error:
        return Feedback(False, str(error))
    except Exception as error:
        return raised(error)
    if np.array_equal(drawn, _drawn(_ordinary)):
        return UNCHANGED
    shares = np.stack([_states_of(levels) for levels in drawn])  # (seed, state)
    if (shares.sum(axis=1) == 0).any():
        return Feedback(False, "In every level of yours the agent starts on the coin.")
    taken = _taken_after(shares)
    mistake = _rule_mistake(drawn, taken)
    told = ", ".join(written_share(float(share)) for share in taken)
    if mistake:
        return Feedback(False, RULE_MISTAKES[mistake].format(taken=told), mistake)
    return Feedback(True, f"With seeds 0, 1 and 2 it takes the coin in {told} of all levels.")


def _drawn(level: Callable[[np.random.Generator], Level]) -> IntArray:
    """Returns levels of a rule, `(seeds, levels, 2)`."""
    generators = map(np.random.default_rng, _SEEDS)
    levels = numbers_of([[level(rng) for _ in range(_LEVELS)] for rng in generators])
    if levels is None or levels.shape[2:] != (2,) or not np.isin(levels, range(LENGTH + 1)).all():
        raise FormError(
            f"Return two whole numbers from 0 to {LENGTH}, the start and the coin's place."
        )
    return levels.astype(np.int64)


def _ordinary(rng: np.random.Generator) -> Level:
    """Draws a level as the exercise does before it is changed."""
    return int(rng.integers(0, LENGTH + 1)), LENGTH


def _states_of(levels: IntArray) -> Floats:
    """Returns how often each state is among the levels, without those that have no step."""
    start, coin = levels[levels[:, 0] != levels[:, 1]].T
    counts = np.bincount(coin * (LENGTH + 1) + start, minlength=(LENGTH + 1) ** 2)
    return counts / max(1, counts.sum())


def _taken_after(shares: Floats) -> Floats:
    """Returns in how many of all levels each policy takes the coin after its training."""
    labelled = features("position_and_coin", LENGTH) * intended_actions(LENGTH)[:, None]
    path = descent(labelled, shares, CloningSettings().step_size)
    weights = next(islice(path, _RULE_STEPS - 1, None))
    return score(decisions(logits(weights, "position_and_coin", LENGTH)), "uniform")


def _rule_mistake(drawn: IntArray, taken: Floats) -> str:
    apart = [levels[levels[:, 1] < levels[:, 0]] for levels in drawn]  # coin left of the start
    made = {
        "none is distinguishing": any(len(levels) == 0 for levels in apart),
        "too many are distinguishing": any(len(levels) > _BUDGET * _LEVELS for levels in apart),
        "always the same one": all(len(np.unique(levels, axis=0)) == 1 for levels in apart),
        "they teach too little": bool((taken < _ASKED).any()),
    }
    return next((name for name, is_made in made.items() if is_made), "")


RULE_MISTAKES = {
    "none is distinguishing": (
        "In no level of yours does the coin lie to the left of the start, so that “always right” "
        "is right in all of them: with seeds 0, 1 and 2 the coin is taken in {taken} of all levels."
    ),
    "too many are distinguishing": (
        "More than one level in twenty has the coin to the left of the start: spend fewer."
    ),
    "always the same one": (
        "Your distinguishing levels are all the same one, and one state says little of the others: "
        "with seeds 0, 1 and 2 the coin is taken in {taken} of all levels, and 85 % is asked."
    ),
    "they teach too little": (
        "With seeds 0, 1 and 2 the coin is taken in {taken} of all levels, and 85 % is asked each "
        "time: ask which wrong steps the policy unlearns last, those far from the coin or those "
        "beside it."
    ),
}
