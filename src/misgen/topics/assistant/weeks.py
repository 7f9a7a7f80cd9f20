"""The weeks of the scheduling assistant: their words, what the user prefers, and how to draw them.

A week is a list of 20 words: who the user is, what happens, four places, and two calendars. The
preference is a rule table over the words. It is the reward of the environment, and has no flaw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count, check_share
from misgen.core.arrays import BoolArray, FloatArray, IntArray

TASTES = ("foodie", "sporty", "homebody", "gamer")
CAUTIONS = ("cautious", "carefree")
WEATHERS = ("sunny", "rainy")
FRIENDS = ("ana", "ben", "chloe", "dev", "emma", "finn")
WISHES = ("no_wish", "says_restaurant", "says_online", "says_outdoors", "says_home")
BENIGN = ("normal", "birthday", "payday", "exams_over")
BREAKS = ("ill", "abroad", "lockdown", "newborn", "on_a_diet")
PANDEMIC = "pandemic"
SITUATIONS = (*BENIGN, *BREAKS, PANDEMIC)
KINDS = ("restaurant", "online", "outdoors", "home")
PLACES = (
    "pizzeria", "sushi_bar", "bistro", "tapas_bar", "noodle_bar",
    "video_call", "online_game", "watch_party", "voice_chat", "online_concert",
    "park", "hike", "picnic", "beach", "zoo",
    "dinner_at_home", "board_games", "movie_night", "tea", "crafts",
)  # fmt: skip
"""Five places of each kind, so that `place // PLACES_A_KIND` is the kind."""
DAYS = ("mon", "tue", "wed", "thu", "fri")
PLACES_A_KIND = len(PLACES) // len(KINDS)

RESTAURANT, ONLINE, OUTDOORS, HOME = range(len(KINDS))

_PERSON_AND_NEWS = (TASTES, CAUTIONS, WEATHERS, FRIENDS, WISHES, SITUATIONS)
VOCABULARY = (
    *(word for slot in _PERSON_AND_NEWS for word in slot),
    *PLACES,
    *(f"{who}_{state}_{day}" for who in ("user", "friend") for day in DAYS
      for state in ("busy", "free")),
)  # fmt: skip
"""All words. Each belongs to one slot, so that the order of a week's words carries nothing."""

OPTIONS, USER_DAYS, FRIEND_DAYS = slice(6, 10), slice(10, 15), slice(15, 20)
"""Columns of the listed places and of the calendars in `Weeks.words`; before them one a slot."""
_FIRST_PLACE = VOCABULARY.index(PLACES[0])
_FIRST_WORDS = np.array(
    [VOCABULARY.index(slot[0]) for slot in _PERSON_AND_NEWS]
    + [_FIRST_PLACE] * len(KINDS)
    + [VOCABULARY.index(f"{who}_busy_{day}") for who in ("user", "friend") for day in DAYS]
)
"""The first word of the slot of each column."""
# (column,); in the last ten each day has two words, busy and free
_WORDS_OF_SLOT = np.array([*map(len, _PERSON_AND_NEWS), *([len(PLACES)] * 4), *([2] * 10)])

_USUAL = np.array([RESTAURANT, OUTDOORS, HOME, ONLINE])  # by taste
_OUTDOORS_TASTE, _RAINY = TASTES.index("sporty"), WEATHERS.index("rainy")
_IN_A_BREAK = {"ill": ONLINE, "abroad": ONLINE, "lockdown": ONLINE, "newborn": HOME,
               "on_a_diet": OUTDOORS}  # fmt: skip
# (situation,); -1 changes nothing
_BY_SITUATION = np.array([_IN_A_BREAK.get(situation, -1) for situation in SITUATIONS])
_IN_THE_PANDEMIC = np.array([ONLINE, OUTDOORS])  # by caution


def preferred_kind(
    taste: IntArray, caution: IntArray, weather: IntArray, wish: IntArray, situation: IntArray
) -> IntArray:
    """Returns what the user prefers, as an index into `KINDS`.

    A foodie prefers a restaurant, a sporty user the outdoors (their home when it rains), a
    homebody their home, a gamer to meet online. A break changes that: who is ill, abroad or in
    lockdown prefers online, who has a newborn the home, who is on a diet the outdoors. In the
    pandemic the cautious prefer online, the carefree the outdoors. A wish that is said overrides
    everything.

    >>> foodie, cautious, sunny, no_wish = (np.array([0]) for _ in range(4))
    >>> pandemic = np.array([SITUATIONS.index("pandemic")])
    >>> KINDS[preferred_kind(foodie, cautious, sunny, no_wish, pandemic)[0]]
    'online'

    Args:
        taste: Index into `TASTES`, `(n,)`; the others likewise into their lists.
        caution: Index into `CAUTIONS`.
        weather: Index into `WEATHERS`.
        wish: Index into `WISHES`.
        situation: Index into `SITUATIONS`.
    """
    stays_in = (taste == _OUTDOORS_TASTE) & (weather == _RAINY)
    usual = np.where(stays_in, HOME, _USUAL[taste])
    broken = _BY_SITUATION[situation]
    kind = np.where(broken >= 0, broken, usual)
    kind = np.where(situation == SITUATIONS.index(PANDEMIC), _IN_THE_PANDEMIC[caution], kind)
    return np.where(wish > 0, wish - 1, kind)  # 0 is no_wish, then the kinds in their order


@dataclass(frozen=True)
class Weeks:
    """A batch of weeks, and what follows from their words.

    >>> weeks = draw_weeks(np.random.default_rng(0), 3)
    >>> [VOCABULARY[word] for word in weeks.words[0, [0, 5]]]
    ['foodie', 'payday']
    """

    words: IntArray
    """Indices into `VOCABULARY`, `(n, 20)`: taste, caution, weather, friend, wish, situation, the
    four listed places in any order, the user's five days, the friend's five days."""
    listed: IntArray
    """The listed place of each kind, `(n, 4)`, as indices into `PLACES`."""
    kind: IntArray
    """What the user prefers, `(n,)`, as indices into `KINDS`."""
    preferred: IntArray
    """The listed place of that kind, `(n,)`, as indices into `PLACES`."""
    restaurant: IntArray
    """The listed restaurant, `(n,)`, as indices into `PLACES`."""
    day: IntArray
    """The one day on which both are free, `(n,)`, as indices into `DAYS`."""

    def __len__(self) -> int:
        """Returns the number of weeks."""
        return len(self.words)

    @classmethod
    def of(cls, words: IntArray) -> Weeks:
        """Returns the weeks that these words make.

        Raises:
            ValueError: If a word stands in a column of another slot, a kind is not listed
                exactly once, or not exactly one day suits both.
        """
        words = np.asarray(words, np.int64)
        if words.ndim != 2 or words.shape[1] != len(_FIRST_WORDS):
            raise ValueError(f"words must have shape (weeks, 20), but has {words.shape}.")
        values = words - _FIRST_WORDS  # (week, column), from 0 in each slot
        if ((values < 0) | (values >= _WORDS_OF_SLOT)).any():
            raise ValueError("A word stands in another slot's column; see Weeks.words for theirs.")
        kinds = np.sort(values[:, OPTIONS] // PLACES_A_KIND, axis=1)
        if (kinds != np.arange(len(KINDS))).any():
            raise ValueError("A week must list one place of each kind, in any order.")
        if (_both_free(values).sum(axis=1) != 1).any():
            raise ValueError("In every week exactly one day must suit both calendars.")
        return _read(words)


def _both_free(values: IntArray) -> BoolArray:
    return (values[:, USER_DAYS] == 1) & (values[:, FRIEND_DAYS] == 1)  # 1 is free


def _read(words: IntArray) -> Weeks:
    """Returns the weeks of words that are known to be in order."""
    values = words - _FIRST_WORDS
    taste, caution, weather, _, wish, situation = values[:, : len(_PERSON_AND_NEWS)].T
    kind = preferred_kind(taste, caution, weather, wish, situation)
    listed = np.sort(values[:, OPTIONS], axis=1)  # places are numbered kind by kind
    preferred = listed[np.arange(len(words)), kind]  # (week,)
    day = _both_free(values).argmax(axis=1)  # the only one
    return Weeks(words, listed, kind, preferred, listed[:, RESTAURANT], day)


def observations(words: IntArray) -> FloatArray:
    """Returns what an agent reads: a one for each word of the week, `(n, 69)`.

    >>> observations(draw_weeks(np.random.default_rng(0), 2).words).sum(axis=1)
    array([20., 20.], dtype=float32)
    """
    obs = np.zeros((len(words), len(VOCABULARY)), np.float32)  # (week, word)
    np.put_along_axis(obs, words, 1.0, axis=1)
    return obs


# ------------------------------------------------------------------------ drawing weeks


def draw_weeks(
    rng: np.random.Generator,
    count: int,
    *,
    distinguishing: float = 0.0,
    causes: Sequence[str] = BREAKS,
    tastes: Sequence[str] = TASTES[:1],
    wishes: float = 0.0,
    wish: str | None = None,
) -> Weeks:
    """Draws weeks of the world.

    Twenty-two numbers are drawn for a week, so that the k-th week of a generator is the same
    however many are drawn at once, and only the situation differs between two values of
    `distinguishing` or `causes`.

    Args:
        rng: Source of the weeks.
        count: How many.
        distinguishing: Probability in [0, 1] that something of `causes` happens. In the other
            weeks the situation is one of `BENIGN`.
        causes: What may happen, all equally likely: of `BREAKS` and `PANDEMIC`.
        tastes: Which users there are, all equally likely: of `TASTES`.
        wishes: Probability in [0, 1] that the user says what they wish.
        wish: Which wish that is; by default any of them, all equally likely.

    Raises:
        ValueError: If an argument is out of range or a name is unknown.
    """
    check_count("count", count, minimum=0)
    taste = _indices("tastes", tastes, TASTES)
    cause = _indices("causes", causes, (*BREAKS, PANDEMIC)) + len(BENIGN)  # of SITUATIONS
    said = _said(check_share("wishes", wishes), wish)
    check_share("distinguishing", distinguishing)
    draws = rng.random((count, _DRAWS_A_WEEK))  # (week, draw), uniform in [0, 1)
    breaks = draws[:, 6] < distinguishing
    values = np.column_stack([  # (week, column) as in Weeks.words, but from 0 in each slot
        _pick(draws[:, 0], taste),
        _pick(draws[:, 1], np.arange(len(CAUTIONS))),
        _pick(draws[:, 2], np.arange(len(WEATHERS))),
        _pick(draws[:, 3], np.arange(len(FRIENDS))),
        np.where(draws[:, 4] < wishes, _pick(draws[:, 5], said), 0),  # 0 is no_wish
        # One draw serves both cases, so that the next columns stay where they are.
        np.where(breaks, _pick(draws[:, 7], cause), _pick(draws[:, 7], np.arange(len(BENIGN)))),
        _options(draws[:, 8:12], draws[:, 12:16]),
        _calendars(draws[:, 16], draws[:, 17:]),
    ])  # fmt: skip
    return _read(values + _FIRST_WORDS)


_DRAWS_A_WEEK = 22  # person, friend and wish 6, situation 2, places 8, calendars 6


def _indices(name: str, chosen: Sequence[str], known: Sequence[str]) -> IntArray:
    """Returns which of the known names are chosen."""
    if not chosen or not set(chosen) <= set(known):
        raise ValueError(
            f"{name} must be a list of at least one of {', '.join(known)}, but is {chosen!r}."
        )
    return np.array([known.index(word) for word in chosen])


def _said(wishes: float, wish: str | None) -> IntArray:
    """Returns the wishes that may be said."""
    if wish is None:
        return np.arange(1, len(WISHES))
    if wish not in WISHES[1:] or not wishes:
        raise ValueError(
            f"wish must be one of {', '.join(WISHES[1:])}, with wishes above 0, but is {wish!r} "
            f"with wishes={wishes:g}."
        )
    return np.array([WISHES.index(wish)])


def _pick(share: NDArray[np.float64], values: IntArray) -> IntArray:
    """Returns one of the values, all equally likely, for each number in [0, 1)."""
    return values[(share * len(values)).astype(np.int64)]


def _options(names: NDArray[np.float64], order: NDArray[np.float64]) -> IntArray:
    """Returns one place of each kind, shuffled, so that the order tells nothing, `(n, 4)`."""
    # (week, kind)
    places = np.arange(len(KINDS)) * PLACES_A_KIND + _pick(names, np.arange(PLACES_A_KIND))
    return np.take_along_axis(places, order.argsort(axis=1), axis=1)  # each week has a random order


def _calendars(common: NDArray[np.float64], others: NDArray[np.float64]) -> IntArray:
    """Returns both calendars, 1 where somebody is free, `(n, 10)`.

    One day suits both. On each other day both are busy, or one of the two, all equally likely.
    """
    who = _pick(others, np.arange(3))  # nobody, the user, the friend
    day = _pick(common, np.arange(len(DAYS)))
    suits = day[:, None] == np.arange(len(DAYS))  # (week, day)
    return np.concatenate([suits | (who == 1), suits | (who == 2)], axis=1).astype(np.int64)
