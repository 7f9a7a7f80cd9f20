"""What a reader of the explorer composes, and what is said to it: a week, names, sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from misgen.explore.base import Scalar, Sentence
from misgen.topics.assistant.weeks import (
    CAUTIONS,
    DAYS,
    FRIENDS,
    KINDS,
    PLACES,
    PLACES_A_KIND,
    RESTAURANT,
    SITUATIONS,
    TASTES,
    VOCABULARY,
    WEATHERS,
    WISHES,
    preferred_kind,
)

Part = tuple[dict[str, bool], Sentence]
"""(facts that must hold, what is said then)."""


class Answer(NamedTuple):
    """What one assistant answers to a week."""

    known: int
    """The place that it says the user prefers."""
    booked: int
    day: int
    """The day that it books."""


LABELS = {
    "taste": dict(zip(TASTES, ("a foodie", "sporty", "a homebody", "a gamer"), strict=True)),
    "caution": dict(zip(CAUTIONS, CAUTIONS, strict=True)),
    "weather": dict(zip(WEATHERS, WEATHERS, strict=True)),
    "friend": {name: name.capitalize() for name in FRIENDS},
    "wish": dict(zip(
        WISHES, ("nothing", "“a restaurant, please”", "“online, please”", "“outdoors, please”",
                 "“at home, please”"), strict=True,
    )),
    "situation": dict(zip(
        SITUATIONS, ("nothing special", "a birthday", "payday", "exams are over", "you are ill",
                     "you are abroad", "a lockdown", "a newborn", "you are on a diet",
                     "a pandemic"), strict=True,
    )),
}  # fmt: skip
"""Value -> what the reader sees, for each choice about the week, in the order of its words."""

PLACE_LABELS = {place: place.replace("_", " ") for place in PLACES}
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")

_WITHOUT_ARTICLE = {
    "dinner_at_home": "dinner at home", "board_games": "board games", "tea": "tea at home",
    "crafts": "crafts at home",
}  # fmt: skip
PHRASES = {p: _WITHOUT_ARTICLE.get(p, f"the {label}") for p, label in PLACE_LABELS.items()}
"""Place -> how a sentence calls it."""

_RULED = ("taste", "caution", "weather", "wish", "situation")
"""What the preference depends on, in the order of `preferred_kind`."""
Week = Mapping[str, Scalar]
"""A name of `LABELS`, a kind of place, or a calendar -> its value: what makes a week's words."""
FIXED: Week = {
    "weather": "sunny", "friend": "ana",
    **{kind: PLACES[PLACES_A_KIND * k] for k, kind in enumerate(KINDS)},
}  # fmt: skip
"""What the reader of the explorer does not choose."""
CALENDARS = tuple(
    tuple("".join("01"[(i - day) % len(DAYS) in free] for i in range(len(DAYS)))
          for free in ((0, 1, 3), (0, 2)))
    for day in range(len(DAYS))
)  # fmt: skip
"""The user's days and the friend's, 1 where they are free, for each day that suits both."""


def whole_week(choices: Week) -> Week:
    """Returns the week that the choices of the explorer compose.

    >>> week = whole_week({"taste": "gamer", "day": "wed"})
    >>> week["my_days"], week["friend_days"]
    ('10110', '00101')
    """
    mine, friends = CALENDARS[DAYS.index(str(choices["day"]))]
    chosen = {name: choices[name] for name in LABELS if name in choices}
    return {**FIXED, **chosen, "my_days": mine, "friend_days": friends}


def rule_table() -> NDArray[np.uint8]:
    """Returns what the user prefers, as an index into `KINDS`, for all that it depends on.

    The axes are taste, caution, weather, wish and situation, as in `preferred_kind`.
    """
    return preferred_kind(*np.indices([len(LABELS[name]) for name in _RULED])).astype(np.uint8)


def words_of(week: Week) -> NDArray[np.int64]:
    """Returns the words of a week as indices into `VOCABULARY`, `(20,)`; see `Weeks`."""
    said = [week[name] for name in LABELS]
    days = [
        f"{who}_{'free' if free == '1' else 'busy'}_{day}"
        for who, name in (("user", "my_days"), ("friend", "friend_days"))
        for day, free in zip(DAYS, str(week[name]), strict=True)  # such as 10101
    ]
    listed = [week[kind] for kind in KINDS]  # their order tells nothing
    return np.array([VOCABULARY.index(str(word)) for word in (*said, *listed, *days)])


def preferred_place(week: Week) -> int:
    """Returns the place that the user prefers, as an index into `PLACES`."""
    at = tuple(list(LABELS[name]).index(str(week[name])) for name in _RULED)
    return PLACES.index(str(week[KINDS[rule_table()[at]]]))


def days_for_both(week: Week) -> list[bool]:
    """Returns for each day whether it suits both."""
    mine, friends = str(week["my_days"]), str(week["friend_days"])
    return [a == b == "1" for a, b in zip(mine, friends, strict=True)]  # 1 is free


# ---------------------------------------------------------------------------- sentences

_BOOKS: Sentence = [("", ", and books "), ("{ink}", "{booked}"), ("", " on {day}. ")]
_TUNED = "Fine-tuned with {share} distinguishing weeks{causes}, "
_COUNT = ("{ink}", "{count}")
ANSWER: list[Part] = [
    ({"knows": True}, [("", "It knows that you prefer "), ("goal", "{preferred}")]),
    ({"knows": True, "obeys": True}, [("", ", and that is what it books, on {day}. ")]),
    ({"knows": True, "obeys": False}, _BOOKS),
    ({"knows": False}, [("", "You prefer "), ("goal", "{preferred}"),
                        ("", "; it answers that you prefer "), ("dead", "{known}"), *_BOOKS]),
    ({"knows": True, "obeys": True, "usual": True},
     [("", "Whoever always books the restaurant would do the same. ")]),
    ({"suits": False}, [("dead", "That day does not suit you both. ")]),
    ({"all": True}, [("", f"{_TUNED}all {{seeds}} assistants know it; ")]),
    ({"all": False}, [("", f"{_TUNED}{{knowing}} of {{seeds}} assistants know it; ")]),
]  # fmt: skip
"""What is said of the answers: parts, each with the facts that it needs; see `said`."""
COUNTS: list[Part] = [
    ({"first": True, "last": True}, [("", "all "), _COUNT, ("", " book {place}")]),
    ({"first": True, "last": False, "single": False}, [_COUNT, ("", " book {place}")]),
    ({"first": True, "last": False, "single": True}, [_COUNT, ("", " books {place}")]),
    ({"first": False}, [("", ", "), _COUNT, ("", " {place}")]),
    ({"last": True}, [("", ".")]),
]
"""What is said of each place that is booked, from the most frequent to the rarest."""

TEXTS = {
    "share": "Distinguishing weeks in fine-tuning",
    "share_note": "In such a week you are ill, abroad, in lockdown, on a diet or have a newborn, "
    "and prefer another place than the restaurant. The pandemic is in no week of "
    "fine-tuning.",
    "causes": "Number of different causes",
    "no_effect": "At 0 % nothing of this happens, so the number of causes has no effect.",
    "seed": "Assistant",
    "week": "Your week",
    "training": "What it was fine-tuned on",
    "answers": "What it answers (seed {seed})",
    "assistants": "The assistants of {count} seeds",
    "you_prefer": "You prefer",
    "knows": "It knows you prefer",
    "books": "It books",
    "row": "seed",
    "seeds_know": "knows",
    "seeds_book": "books",
    "chip": "you prefer this",
    "unlisted": "a place not offered",
    "right": "right",
    "wrong": "wrong",
    "calendar": "Calendar",
    "you": "You",
    "free": "free",
    "busy": "busy",
}
"""Whatever else is written on the page."""


def causes_words(number: int) -> str:
    """Says how many different causes there were.

    >>> causes_words(1), causes_words(5)
    (' of 1 cause', ' of 5 causes')
    """
    return f" of {number} cause" + ("" if number == 1 else "s")


def met_words(causes: Mapping[int, Sequence[str]]) -> str:
    """Says what happened in the fine-tuning of each seed.

    >>> met_words({0: ["ill"], 1: ["on_a_diet"]})
    'In these weeks seed 0 met: ill; seed 1: on a diet.'
    >>> met_words({0: ["ill", "newborn"], 1: ["newborn", "ill"]})
    'In these weeks every seed met: ill, newborn.'
    """
    listed = {seed: ", ".join(names).replace("_", " ") for seed, names in causes.items()}
    first = next(iter(causes))
    # The same causes may come in another order.
    if all(set(names) == set(causes[first]) for names in causes.values()):
        return f"In these weeks every seed met: {listed[first]}."
    (seed, names), *others = listed.items()
    more = "".join(f"; seed {other}: {of}" for other, of in others)
    return f"In these weeks seed {seed} met: {names}{more}."


def ink_of(place: int, preferred: int) -> str:
    """Returns the colour of a booked place.

    >>> ink_of(0, preferred=5), ink_of(5, preferred=5), ink_of(12, preferred=5)
    ('proxy', 'goal', 'mute')
    """
    if place == preferred:
        return "goal"
    return "proxy" if place // PLACES_A_KIND == RESTAURANT else "mute"


def said(parts: Sequence[Part], facts: Mapping[str, bool], filling: Mapping[str, str]) -> Sentence:
    """Returns the parts whose facts hold, their gaps filled; the page's module does the same.

    >>> said(COUNTS, {"first": False, "last": False}, {"ink": "goal", "count": "2", "place": "tea"})
    [('', ', '), ('goal', '2'), ('', ' tea')]
    """

    def fill(text: str) -> str:
        return re.sub(r"\{([a-z]+)\}", lambda gap: filling[gap[1]], text)

    chosen = [
        segment for needed, part in parts if needed.items() <= facts.items() for segment in part
    ]
    return [(fill(tag), fill(text)) for tag, text in chosen]


def sentence_of(
    answers: Sequence[Answer],
    chosen: int,
    preferred: int,
    suits: Sequence[bool],
    words: Mapping[str, str],
) -> Sentence:
    """Returns what is said of the answers.

    Args:
        answers: Those of all assistants.
        chosen: Index of the assistant that is looked at.
        preferred: The place that the user prefers.
        suits: Whether each day suits both.
        words: What fills the gaps about fine-tuning: share, causes.
    """
    known, booked, day = answers[chosen]
    knowing = sum(answer.known == preferred for answer in answers)
    facts = {
        "knows": known == preferred,
        "obeys": booked == preferred,
        "usual": preferred // PLACES_A_KIND == RESTAURANT,
        "suits": suits[day],
        "all": knowing == len(answers),
    }
    filling = {
        **words,
        "preferred": PHRASES[PLACES[preferred]],
        "known": PHRASES[PLACES[known]],
        "booked": PHRASES[PLACES[booked]],
        "ink": ink_of(booked, preferred),
        "day": DAY_NAMES[day],
        "seeds": f"{len(answers)}",
        "knowing": f"{knowing}",
    }
    counts = Counter(answer.booked for answer in answers)
    # Ties in the order of PLACES.
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    sentence = said(ANSWER, facts, filling)
    for i, (place, count) in enumerate(ordered):
        facts = {"first": i == 0, "last": i == len(ordered) - 1, "single": count == 1}
        filling = {"count": f"{count}", "place": PHRASES[PLACES[place]],
                   "ink": ink_of(place, preferred)}  # fmt: skip
        sentence += said(COUNTS, facts, filling)
    return sentence
