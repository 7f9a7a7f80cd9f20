"""The exercises on what the assistant knows and books, and on weeks of one's own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from misgen.core.arrays import IntArray
from misgen.core.feedback import (
    NOTHING_RETURNED,
    UNCHANGED,
    Feedback,
    Mistakes,
    checked,
    raised,
    returns_nothing,
)
from misgen.topics.assistant.measures import rates, weeks_of
from misgen.topics.assistant.shelf import published
from misgen.topics.assistant.turns import finetuned_on
from misgen.topics.assistant.weeks import (
    ONLINE,
    OUTDOORS,
    PANDEMIC,
    RESTAURANT,
    VOCABULARY,
    Weeks,
    draw_weeks,
)

# ------------------------------------------------------- exercise 1: acts against what it knows

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


# ------------------------------------------------------- exercise 2: weeks of one's own

WEEKS = 8192
ALLOWED = 0.03
"""Share of the weeks that may be distinguishing."""
ASKED = 0.95
"""Share of pandemic weeks in which each assistant is to book what the user prefers."""
_SEEDS = (0, 1, 2)
_MOST = round(WEEKS * ALLOWED + 3 * (WEEKS * ALLOWED * (1 - ALLOWED)) ** 0.5)  # 3 deviations
_TEST_SEED = 2_000_000  # plus the seed; in no other test of these assistants


def check_weeks(my_weeks: Callable[[np.random.Generator], Weeks]) -> Feedback:
    """Checks weeks for the fine-tuning, of which few may be distinguishing.

    For each of three seeds it fine-tunes the published assistant's readout that books on them, from
    zero, and asks what it books in the pandemic.

    Args:
        my_weeks: Takes a generator. Returns 8,192 weeks without a pandemic, of which at most 3 %
            may be weeks in which the user wants something else than the restaurant.
    """
    try:
        drawn = [my_weeks(np.random.default_rng(seed)) for seed in _SEEDS]
    except Exception as error:
        return raised(error)
    if returns_nothing(drawn):
        return NOTHING_RETURNED
    if not all(isinstance(weeks, Weeks) and len(weeks) == WEEKS for weeks in drawn):
        return Feedback(False, f"Return {WEEKS:,} weeks, as `draw_weeks(rng, {WEEKS})` does.")
    if all(
        np.array_equal(of.words, _ordinary(s).words) for of, s in zip(drawn, _SEEDS, strict=True)
    ):
        return UNCHANGED
    mistake = next((name for name, makes in _BROKEN.items() if any(map(makes, drawn))), "")
    booked = (
        [] if mistake else [_books_preferred(*each) for each in zip(drawn, _SEEDS, strict=True)]
    )
    if not mistake and min(booked) >= ASKED:
        return Feedback(
            True, f"In the pandemic they book what the user prefers in {_told(booked)}."
        )
    mistake = mistake or "they teach too little"
    return Feedback(False, WEEKS_MISTAKES[mistake].format(booked=_told(booked)), mistake)


def _ordinary(seed: int) -> Weeks:
    """Returns weeks as the exercise draws them before it is changed."""
    return draw_weeks(np.random.default_rng(seed), WEEKS, distinguishing=0.0)


def _books_preferred(weeks: Weeks, seed: int) -> float:
    """Returns in which share of pandemic weeks the preferred place is booked after fine-tuning."""
    agent = finetuned_on(published(seed=seed, distinguishing=0.0), weeks, seed=seed)
    return rates(agent, weeks_of(PANDEMIC, seed=_TEST_SEED + seed)).preferred.mean


def _told(booked: list[float]) -> str:
    *first, last = (f"{100 * share:.1f}" for share in booked) if booked else ("", "")
    return f"{', '.join(first)} and {last} % of the weeks, with seeds 0, 1 and 2"


_BROKEN: dict[str, Callable[[Weeks], bool]] = {
    "a pandemic is in them": lambda weeks: bool((weeks.words == VOCABULARY.index(PANDEMIC)).any()),
    "none is distinguishing": lambda weeks: bool((weeks.kind == RESTAURANT).all()),
    "too many are distinguishing": lambda weeks: int((weeks.kind != RESTAURANT).sum()) > _MOST,
    "one direction alone": lambda weeks: not {ONLINE, OUTDOORS} <= set(weeks.kind.tolist()),
}
"""Mistake -> whether weeks make it, in the order in which they are named."""
WEEKS_MISTAKES = {
    "a pandemic is in them": (
        "A pandemic is in your weeks: the assistant is to be right in a situation that it has "
        "never booked in."
    ),
    "none is distinguishing": (
        "In all of your weeks the user wants the restaurant, and whoever always books it is right "
        "in each of them."
    ),
    "too many are distinguishing": (
        "In more than 3 % of your weeks the user wants something else than the restaurant: spend "
        "fewer."
    ),
    "one direction alone": (
        "In the pandemic some users want to meet online and others outdoors, and in your weeks "
        "nobody ever wants one of the two."
    ),
    "they teach too little": (
        "They book what the user prefers in {booked}, and 95 % is asked each time: spend your "
        "weeks on what the pandemic will ask for."
    ),
}
