"""The exercise on the recommender: how much of a rise is due to the users."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import IntArray
from misgen.core.feedback import Feedback, Mistakes, checked

Array = NDArray[np.float64]
Split = Callable[[Array, Array, IntArray, IntArray], Mapping[str, float]]


def check_split(split: Split) -> Feedback:
    """Checks a function that splits a rise of acceptance into two gains.

    Args:
        split: Takes tastes on the first and on the last day, `(users, kinds)` both, and the kind
            suggested to each user on the first and on the last day, `(users,)` both. Returns
            "suggestions", how much likelier the users of the first day would have accepted the
            last suggestions than the first, and "users", how much likelier the users of the last
            day accept the last suggestions than those of the first day would have. Both are means
            over the users; their sum is the rise of acceptance.
    """
    return checked(split, _CASES, _split, MISTAKES, names=("suggestions", "users"))


def _case(
    seed: int, users: int, kinds: int, moved: float
) -> tuple[Array, Array, IntArray, IntArray]:
    """Returns made-up tastes that moved some way, half of it towards the last suggestions."""
    rng = np.random.default_rng(seed)
    before, elsewhere = rng.dirichlet(np.ones(kinds), (2, users))  # (user, kind) both
    first, last = rng.integers(0, kinds, (2, users))  # (user,) both
    # tastes still sum to 1
    now = (1 - moved) * before + moved * (np.eye(kinds)[last] + elsewhere) / 2
    return before, now, first, last


_CASES = [_case(0, 5, 4, 0.3), _case(1, 40, 6, 0.8), _case(2, 12, 3, 0.0)]
"""Users that changed a little, much, and not at all."""


def _chance(tastes: Array, kinds: IntArray) -> float:
    """Returns how likely users accept, on average."""
    return float(tastes[np.arange(len(kinds)), kinds].mean())  # one kind for each user


def _split(before: Array, now: Array, first: IntArray, last: IntArray) -> Array:
    # first the suggestions change, then the users
    return np.diff([_chance(before, first), _chance(before, last), _chance(now, last)])


def _favourite(tastes: Array) -> Array:
    """Returns tastes that accept their favourite alone."""
    return np.eye(tastes.shape[1])[tastes.argmax(axis=1)]  # (user, kind), 1 for the favourite


MISTAKES: Mistakes = {
    "splits in the other order": (
        lambda before, now, first, last: np.diff(
            [_chance(before, first), _chance(now, first), _chance(now, last)]
        )[::-1],
        "Judge the suggestions by the users as they were on the first day: once tastes have moved "
        "towards the suggestions, these look better than they were.",
    ),
    "measures both from the first day": (
        lambda before, now, first, last: (
            np.array([_chance(before, last), _chance(now, last)]) - _chance(before, first)
        ),
        "The two gains must add up to the rise: what the users add starts where the better "
        "suggestions end.",
    ),
    "gives a level for a gain": (
        lambda before, now, _, last: np.array(
            [_chance(before, last), _chance(now, last) - _chance(before, last)]
        ),
        "Subtract how likely the first suggestions were accepted: only what is above it is a gain.",
    ),
    "gives the drift": (
        lambda before, now, first, last: np.array(
            [_split(before, now, first, last)[0], np.abs(now - before).sum(axis=1).mean() / 2]
        ),
        "Drift says how far tastes have moved in all kinds: ask how much likelier the suggested "
        "kind has become.",
    ),
    "mixes up the users": (
        lambda before, now, first, last: np.diff(
            [before[:, first].mean(), before[:, last].mean(), now[:, last].mean()]
        ),
        "`tastes[:, kinds]` takes all kinds for all users: `tastes[np.arange(len(kinds)), kinds]` "
        "takes for each user the kind suggested to that user.",
    ),
    "counts favourites": (
        lambda before, now, first, last: _split(_favourite(before), _favourite(now), first, last),
        "Use how likely a user accepts the suggested kind, not whether it is the favourite.",
    ),
    "swaps the two": (
        lambda *case: _split(*case)[::-1],
        "The two are swapped: 'suggestions' keeps the users as they were on the first day.",
    ),
    "adds up the users": (
        lambda before, now, first, last: _split(before, now, first, last) * len(first),
        "Take the mean over the users, not the sum.",
    ),
    "gives shares": (
        lambda *case: _split(*case) / _split(*case).sum(),
        "Return the gains themselves, not their shares of the rise.",
    ),
}
