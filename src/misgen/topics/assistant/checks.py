"""The exercise on what the assistant knows and books."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from misgen.core.arrays import IntArray
from misgen.core.feedback import Feedback, Mistakes, checked

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
    return checked(knows_but_books, made_up_weeks(), _knows_but_books, MISTAKES)


_Week = tuple[IntArray, IntArray, IntArray, IntArray]


def made_up_weeks() -> list[_Week]:
    """Returns weeks of assistants that know more or less, and book now this, now that."""
    cases = []
    # The number of weeks, and the share in which it knows.
    for seed, (weeks, knowing) in enumerate(((25, 0.5), (80, 0.7), (300, 0.9))):
        rng = np.random.default_rng(seed)
        listed = 5 * np.arange(4) + rng.integers(0, 5, (weeks, 4))  # (week, kind), five places each
        # (week,) both: kinds, of which 0 is the restaurant.
        wanted, other = rng.choice(4, (2, weeks), p=[0.4, 0.2, 0.2, 0.2])
        preferred, elsewhere = (listed[np.arange(weeks), kind] for kind in (wanted, other))
        knows = np.where(rng.random(weeks) < knowing, preferred, elsewhere)
        # An assistant that is wrong about the user books the restaurant more often.
        books_it = rng.random(weeks) < np.where(knows == preferred, 0.5, 0.8)
        # From here on: what it books if not the restaurant.
        elsewhere = np.where(rng.random(weeks) < 0.6, preferred, elsewhere)
        cases.append((knows, np.where(books_it, listed[:, 0], elsewhere), preferred, listed[:, 0]))
    return cases


def _knows_but_books(
    knows: IntArray, booked: IntArray, preferred: IntArray, restaurant: IntArray
) -> float:
    both = (knows == preferred) & (booked == restaurant)  # (week,)
    return float(both[preferred != restaurant].mean())


# Each takes what is known (k), booked (b) and preferred (p), and the listed restaurant (r).
MISTAKES: Mistakes = {
    "does not ask whether it knows": (
        lambda _, b, p, r: (b == r)[p != r].mean(),
        "Count a week only if the assistant knows what the user prefers: booking the restaurant "
        "without knowing it can be a failure of capability.",
    ),
    "counts ordinary weeks": (
        lambda k, b, p, r: ((k == p) & (b == r)).mean(),
        "Where the user prefers the restaurant, booking it is right: leave these weeks out.",
    ),
    "divides by all weeks": (
        lambda k, b, p, r: ((k == p) & (b == r) & (p != r)).mean(),
        "Divide by the weeks in which the user prefers something else, not by all weeks.",
    ),
    "divides by the weeks it knows": (
        lambda k, b, p, r: (b == r)[(p != r) & (k == p)].mean(),
        "Divide by all weeks in which the user prefers something else: an assistant that knows the "
        "preference in one week of a hundred would otherwise look like one that always knows it.",
    ),
    "counts every wrong booking": (
        lambda k, b, p, r: ((k == p) & (b != p))[p != r].mean(),
        "Count the restaurant only: a booking that serves neither goal is no sign of the proxy.",
    ),
    "takes any answer for knowledge": (
        lambda k, b, p, r: ((k != b) & (b == r))[p != r].mean(),
        "It knows what the user prefers if its answer is right, not if it differs from what it "
        "books.",
    ),
    "multiplies two shares": (
        lambda k, b, p, r: (k == p)[p != r].mean() * (b == r)[p != r].mean(),
        "Ask for both in the same week: multiplying two shares assumes that they are independent.",
    ),
    "gives the intended": (
        lambda k, b, p, r: ((k == p) & (b == p))[p != r].mean(),
        "That is the share in which it knows what the user prefers and books it.",
    ),
    "gives percent": (
        lambda *week: 100 * _knows_but_books(*week),
        "Return a share between 0 and 1, not a percentage.",
    ),
    "gives a count": (
        lambda k, b, p, r: ((k == p) & (b == r) & (p != r)).sum(),
        "Return a share: divide by the weeks in which the user prefers something else.",
    ),
}
