"""The exercise on what the assistant knows and books."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from misgen.core.env import BoolArray, IntArray
from misgen.core.feedback import Feedback, raised, verdict

Weekly = Callable[[IntArray, IntArray, IntArray, IntArray], float]


def check_knows_but_books(knows_but_books: Weekly) -> Feedback:
    """Checks a function that says how often an assistant acts against what it knows.

    Args:
        knows_but_books: Takes the place that the assistant says the user prefers, the place that
            it books, the place that the user prefers, and the listed restaurant, four arrays of
            place numbers `(weeks,)`. Returns, of the weeks in which the user prefers something
            else than the restaurant, the share in which the assistant knows what the user prefers
            and books the restaurant.
    """
    try:
        answers = [np.float64(knows_but_books(*case)) for case in _weeks()]
    except Exception as error:
        return raised(error)
    return verdict(answers, _weeks(), _knows_but_books, _KNOWS_MISTAKES)


_Week = tuple[IntArray, IntArray, IntArray, IntArray]


def _weeks() -> list[_Week]:
    """Returns made-up weeks of assistants that know more or less, and book now this, now that."""
    cases = []
    for seed, (weeks, knowing) in enumerate(((25, 0.5), (80, 0.7), (300, 0.9))):
        rng = np.random.default_rng(seed)
        listed = 5 * np.arange(4) + rng.integers(0, 5, (weeks, 4))
        wanted, other = rng.choice(4, (2, weeks), p=[0.4, 0.2, 0.2, 0.2])
        preferred, elsewhere = (listed[np.arange(weeks), kind] for kind in (wanted, other))
        knows = np.where(rng.random(weeks) < knowing, preferred, elsewhere)
        # An assistant that is wrong about the user books the restaurant more often.
        books_it = rng.random(weeks) < np.where(knows == preferred, 0.5, 0.8)
        elsewhere = np.where(rng.random(weeks) < 0.6, preferred, elsewhere)
        cases.append((knows, np.where(books_it, listed[:, 0], elsewhere), preferred, listed[:, 0]))
    return cases


def _share(condition: BoolArray) -> float:
    return float(condition.mean())


def _knows_but_books(k: IntArray, b: IntArray, p: IntArray, r: IntArray) -> float:
    return _share(((k == p) & (b == r))[p != r])


def _whether_it_knows_or_not(_: IntArray, b: IntArray, p: IntArray, r: IntArray) -> float:
    return _share((b == r)[p != r])


def _ordinary_weeks_too(k: IntArray, b: IntArray, p: IntArray, r: IntArray) -> float:
    return _share((k == p) & (b == r))


def _of_all_weeks(k: IntArray, b: IntArray, p: IntArray, r: IntArray) -> float:
    return _share((k == p) & (b == r) & (p != r))


def _of_the_weeks_it_knows(k: IntArray, b: IntArray, p: IntArray, r: IntArray) -> float:
    return _share((b == r)[(p != r) & (k == p)])


def _any_wrong_booking(k: IntArray, b: IntArray, p: IntArray, r: IntArray) -> float:
    return _share(((k == p) & (b != p))[p != r])


def _any_answer(k: IntArray, b: IntArray, p: IntArray, r: IntArray) -> float:
    return _share(((k != b) & (b == r))[p != r])


def _product(k: IntArray, b: IntArray, p: IntArray, r: IntArray) -> float:
    return _share((k == p)[p != r]) * _share((b == r)[p != r])


def _as_intended(k: IntArray, b: IntArray, p: IntArray, r: IntArray) -> float:
    return _share(((k == p) & (b == p))[p != r])


def _in_percent(k: IntArray, b: IntArray, p: IntArray, r: IntArray) -> float:
    return 100 * _knows_but_books(k, b, p, r)


def _count(k: IntArray, b: IntArray, p: IntArray, r: IntArray) -> float:
    return float(((k == p) & (b == r) & (p != r)).sum())


_KNOWS_MISTAKES: dict[str, tuple[Callable[..., ArrayLike], str]] = {
    "does not ask whether it knows": (
        _whether_it_knows_or_not,
        "Count a week only if the assistant knows what the user prefers: booking the restaurant "
        "without knowing it can be a failure of capability.",
    ),
    "counts ordinary weeks": (
        _ordinary_weeks_too,
        "Where the user prefers the restaurant, booking it is right: leave these weeks out.",
    ),
    "divides by all weeks": (
        _of_all_weeks,
        "Divide by the weeks in which the user prefers something else, not by all weeks.",
    ),
    "divides by the weeks it knows": (
        _of_the_weeks_it_knows,
        "Divide by all weeks in which the user prefers something else: an assistant that knows the "
        "preference in one week of a hundred would otherwise look like one that always knows it.",
    ),
    "counts every wrong booking": (
        _any_wrong_booking,
        "Count the restaurant only: a booking that serves neither goal is no sign of the proxy.",
    ),
    "takes any answer for knowledge": (
        _any_answer,
        "It knows what the user prefers if its answer is right, not if it differs from what it "
        "books.",
    ),
    "multiplies two shares": (
        _product,
        "Ask for both in the same week: multiplying two shares assumes that they are independent.",
    ),
    "gives the intended": (
        _as_intended,
        "That is the share in which it knows what the user prefers and books it.",
    ),
    "gives percent": (_in_percent, "Return a share between 0 and 1, not a percentage."),
    "gives a count": (
        _count,
        "Return a share: divide by the weeks in which the user prefers something else.",
    ),
}
