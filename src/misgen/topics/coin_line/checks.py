"""The exercises on the coin line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.feedback import Feedback, Mistakes, checked, raised, verdict
from misgen.topics.coin_line.clone import descent, intended_actions, state_distribution
from misgen.topics.coin_line.env import LENGTH, probe, states

Floats = NDArray[np.float64]

# ------------------------------------------------- exercise 1: the score of "always right"

_LENGTHS = (4, 5, 8, 12)


def check_always_right(share_taken: Callable[[int], float]) -> Feedback:
    """Checks a function that gives the score of the rule "always right" at test.

    Args:
        share_taken: Takes the length L of the line. Returns the share of episodes in which an
            agent that always steps right takes the coin, when its start and the coin's place are
            drawn independently, each uniform on 0 to L. A start on the coin counts.
    """
    return checked(share_taken, [(length,) for length in _LENGTHS], _share_taken, SCORE_MISTAKES)


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

Step = Callable[[Floats, Floats, Floats, Floats, float], ArrayLike]


def check_descent_step(step: Step) -> Feedback:
    """Checks a function that makes one step of gradient descent on the logistic loss.

    Args:
        step: Takes weights `(features,)`, features `(states, features)`, labels of +1 and -1
            `(states,)`, how likely each state is `(states,)`, and the step size. Returns the new
            weights. The loss is the mean of `log(1 + exp(-label * logit))`.
    """
    try:
        answers = [np.asarray(step(*case), float) for case in _descents()]
    except Exception as error:
        return raised(error)
    cases = _descents()  # again, as the reader's function may have written into its own
    if any(answer.shape != case[0].shape for answer, case in zip(answers, cases, strict=True)):
        return Feedback(False, "Return one new weight for each of the old ones.")
    return verdict(answers, cases, _descent_step, STEP_MISTAKES)


def _descents() -> list[tuple[Any, ...]]:
    """Returns made-up states with both labels, unequal shares, and weights away from zero."""
    cases = []
    for seed, (count, size) in enumerate(((4, 2), (9, 3), (30, 3))):  # states and features
        rng = np.random.default_rng(seed)
        labels = np.where(np.arange(count) % 3 == 0, -1.0, 1.0)  # unequally often
        shares = rng.dirichlet(np.full(count, 0.7))
        cases.append((rng.normal(size=size), rng.normal(size=(count, size)), labels, shares, 0.3))
    return cases


def _sigmoid(z: Floats) -> Floats:
    return 1 / (1 + np.exp(-z))


def _descent_step(w: Floats, x: Floats, y: Floats, shares: Floats, size: float) -> Floats:
    return w + size * (shares * y * _sigmoid(-y * (x @ w))) @ x


# Each takes what the reader's function takes: w, x, y, the shares s, and the step size.
STEP_MISTAKES: Mistakes = {
    "climbs": (
        lambda w, *rest: 2 * w - _descent_step(w, *rest),  # the step turned round
        "The loss rises: step against the gradient, not along it.",
    ),
    "forgets the shares": (
        lambda w, x, y, s, size: _descent_step(w, x, y, np.full_like(s, 1 / len(s)), size),
        "Weigh each state by how likely it is: that is where the share of moved coins comes in.",
    ),
    "adds instead of averaging": (
        lambda w, x, y, s, size: _descent_step(w, x, y, np.ones_like(s), size),
        "The loss is a mean: multiply what each state adds by how likely it is.",
    ),
    "forgets the labels": (
        lambda w, x, y, s, size: _descent_step(w, x, np.ones_like(y), s, size),
        "You pull every logit upwards: a state with the label -1 must pull its logit down.",
    ),
    "forgets the label outside": (
        lambda w, x, y, s, size: w + size * (s * _sigmoid(-y * (x @ w))) @ x,
        "The margin has its label, but the pull needs it too: the derivative of the margin is "
        "label times features.",
    ),
    "pulls what is right already": (
        lambda w, x, y, s, size: w + size * (s * y * _sigmoid(y * (x @ w))) @ x,
        "A state with a large margin should hardly pull: use the sigmoid of minus the margin.",
    ),
    "pulls all alike": (
        lambda w, x, y, s, size: w + size * (s * y) @ x,
        "The pull of a state must fade as its margin grows: multiply it by the sigmoid of minus "
        "the margin.",
    ),
    "forgets the step size": (
        lambda w, x, y, s, _: _descent_step(w, x, y, s, 1.0),
        "Multiply the gradient by the step size.",
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
_SURE_STEP = 4.0  # divided by the squared length of the longest input; the loss falls below 8


def check_encoding(see: See) -> Feedback:
    """Checks an encoding with which a policy that never met a moved coin goes to every coin.

    A linear policy is cloned at 0 % from eight first weights: from zero, and from seven random
    ones. It must prefer the step towards the coin in every state, from all eight.

    Args:
        see: Takes the agent's place and the coin's, whole numbers from 0 to 8. Returns a list of
            numbers, always as many: what the policy sees.
    """
    position, coin = (places.tolist() for places in states(LENGTH))
    try:
        # (state, number); ravel: one number will do
        seen = np.array([np.ravel(see(p, c)) for p, c in zip(position, coin, strict=True)], float)
    except Exception as error:
        return raised(error)
    if seen.shape[1] == 0 or not np.isfinite(seen).all():
        return Feedback(False, "Return at least one number, and only finite ones.")
    mistake = _encoding_mistake(_cloned_logits(seen))
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
        "fits nothing": (logits[:, drawn] <= 0).any(),
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
