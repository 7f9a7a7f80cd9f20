"""The week that a reader composes for the assistant: its choices, its words, the preference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.explore.base import Scalar, Sentence
from misgen.explore.panel_controls import Control
from misgen.topics.assistant.explorer_weights import Floats, Setting
from misgen.topics.assistant.weeks import (
    CAUTIONS,
    DAYS,
    KINDS,
    PANDEMIC,
    PLACES,
    PLACES_A_KIND,
    SITUATIONS,
    TASTES,
    VOCABULARY,
    WEATHERS,
    WISHES,
    preferred_kind,
)
from misgen.topics.assistant.words import DAY_NAMES, KIND_LABELS, LABELS, PLACE_LABELS

EXAMPLES: tuple[tuple[str, dict[str, Scalar]], ...] = (
    ("a cautious foodie", {}),
    ("a carefree foodie", {"caution": "carefree"}),
    ("a sporty user", {"taste": "sporty"}),
    ("an ill foodie", {"situation": "ill", "pandemic": False}),
    ("a foodie who says “online”", {"wish": "says_online"}),
)
"""Label of each example, and how it differs from the first; it leaves the pandemic as it is
unless it says so."""

_CHOICES = {
    "taste": "You are", "caution": "Caution", "situation": "What happens", "wish": "You say",
    "weather": "Weather", "friend": "You meet",
}  # fmt: skip
_CALENDARS = tuple(f"{days:0{len(DAYS)}b}" for days in range(2 ** len(DAYS)))
_FREE_AT_START = {"my_days": "10101", "friend_days": "01100"}  # they share the Wednesday
_RULED = (TASTES, CAUTIONS, WEATHERS, WISHES, SITUATIONS)
"""What the preference depends on, in the order of `preferred_kind`."""

Values = Mapping[str, Scalar]


@dataclass(frozen=True)
class Look:
    """What the explorer shows for one choice of all its controls."""

    setting: Setting
    """The fine-tuning."""
    preferred: int
    """The place that the user prefers."""
    suits: list[bool]
    """Whether each day suits both."""
    listed: NDArray[np.int64]
    """The places that can be booked, `(4,)`."""
    knows: Floats
    """What each assistant says that the user prefers, as probabilities, `(seeds, places)`."""
    books: Floats
    """Where each of them books, `(seeds, places)`."""
    day: Floats
    """When each of them books, `(seeds, days)`."""
    sentence: Sentence


def week_controls(pandemic: bool) -> list[Control]:
    """Returns the choices that compose a week.

    Args:
        pandemic: Whether the pandemic has come at the start.
    """
    people = [
        _choice(
            name, label, {word: LABELS[name][word] for word in LABELS[name] if word != PANDEMIC}
        )
        for name, label in _CHOICES.items()
    ]
    places = [
        _choice(kind, KIND_LABELS[kind], {place: PLACE_LABELS[place] for place in _places_of(kind)})
        for kind in KINDS
    ]
    calendars = [
        Control(name, name, _CALENDARS, _CALENDARS, "choice", _CALENDARS.index(start))
        for name, start in _FREE_AT_START.items()
    ]
    switch = Control(
        "pandemic", "A pandemic has come", (False, True), kind="switch", start=int(pandemic)
    )
    return [switch, *people, *places, *calendars]


def _choice(name: str, label: str, labels: Mapping[str, str]) -> Control:
    return Control(name, label, tuple(labels), tuple(labels.values()), "choice")


def _places_of(kind: str) -> tuple[str, ...]:
    first = KINDS.index(kind) * PLACES_A_KIND
    return PLACES[first : first + PLACES_A_KIND]


def week_table() -> dict[str, Any]:
    """Returns what the page needs to turn choices into words, and words into names."""
    return {
        "words": {
            **{name: [VOCABULARY.index(word) for word in LABELS[name]] for name in _CHOICES},
            "places": VOCABULARY.index(PLACES[0]),
            "places_a_kind": PLACES_A_KIND,
            "my_days": VOCABULARY.index(f"user_busy_{DAYS[0]}"),
            "friend_days": VOCABULARY.index(f"friend_busy_{DAYS[0]}"),
        },
        "size": len(VOCABULARY),
        "kinds": list(KINDS),
        "pandemic": {
            "index": SITUATIONS.index(PANDEMIC), "label": LABELS["situation"][PANDEMIC],
        },
        "examples": [{"label": label, "values": example} for label, example in _examples()],
        "days": list(DAY_NAMES.values()),
    }  # fmt: skip


def _examples() -> list[tuple[str, dict[str, Scalar]]]:
    first = {"taste": TASTES[0], "caution": CAUTIONS[0], "situation": SITUATIONS[0],
             "wish": WISHES[0]}  # fmt: skip
    return [(label, {**first, **changes}) for label, changes in EXAMPLES]


def rule_table() -> NDArray[np.uint8]:
    """Returns what the user prefers, as an index into `KINDS`, for each value of `_RULED`."""
    every = np.indices([len(values) for values in _RULED])
    return preferred_kind(*every).astype(np.uint8)


def words_of(week: Values) -> NDArray[np.int64]:
    """Returns the words of a week as indices into `VOCABULARY`, `(20,)`, in the order of `Weeks`."""
    happens = PANDEMIC if week["pandemic"] else week["situation"]
    said = [week[name] if name != "situation" else happens for name in LABELS]
    listed = [week[kind] for kind in KINDS]
    days = [
        f"{who}_{'free' if free == '1' else 'busy'}_{day}"
        for who, name in (("user", "my_days"), ("friend", "friend_days"))
        for day, free in zip(DAYS, str(week[name]), strict=True)
    ]
    return np.array([VOCABULARY.index(str(word)) for word in (*said, *listed, *days)])


def listed_places(week: Values) -> NDArray[np.int64]:
    """Returns the places that can be booked, one of each kind, as indices into `PLACES`."""
    return np.array([PLACES.index(str(week[kind])) for kind in KINDS])


def preferred_place(week: Values) -> int:
    """Returns the place that the user prefers, as an index into `PLACES`."""
    at = [TASTES.index(str(week["taste"])), CAUTIONS.index(str(week["caution"])),
          WEATHERS.index(str(week["weather"])), WISHES.index(str(week["wish"])),
          SITUATIONS.index(PANDEMIC if week["pandemic"] else str(week["situation"]))]  # fmt: skip
    kind = int(preferred_kind(*(np.array([index]) for index in at))[0])
    return int(listed_places(week)[kind])


def days_for_both(week: Values) -> list[bool]:
    """Returns for each day whether it suits both."""
    mine, friends = str(week["my_days"]), str(week["friend_days"])
    return [a == b == "1" for a, b in zip(mine, friends, strict=True)]
