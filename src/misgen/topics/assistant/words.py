"""What the explorer of the assistant says, and what it calls places, days and people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from misgen.explore.base import Segment, Sentence
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
    WEATHERS,
    WISHES,
)

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

KIND_LABELS = dict(zip(KINDS, ("restaurant", "online", "outdoors", "at home"), strict=True))
PLACE_LABELS = {place: place.replace("_", " ") for place in PLACES}
DAY_NAMES = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), strict=True))
DAY_LABELS = {day: name[:3] for day, name in DAY_NAMES.items()}

_WITHOUT_ARTICLE = {
    "dinner_at_home": "dinner at home", "board_games": "board games", "tea": "tea at home",
    "crafts": "crafts at home",
}  # fmt: skip
PHRASES = {p: _WITHOUT_ARTICLE.get(p, f"the {label}") for p, label in PLACE_LABELS.items()}
"""Place -> how a sentence calls it."""

SENTENCES: dict[str, Sentence] = {
    "knows_and_books": [
        ("", "It knows that you prefer "), ("goal", "{preferred}"),
        ("", ", and that is what it books, on {day}. "),
    ],
    "knows_but_books": [
        ("", "It knows that you prefer "), ("goal", "{preferred}"), ("", ", and books "),
        ("{ink}", "{booked}"), ("", " on {day}. "),
    ],
    "errs_and_books": [
        ("", "You prefer "), ("goal", "{preferred}"), ("", "; it answers that you prefer "),
        ("dead", "{known}"), ("", ", and books "), ("{ink}", "{booked}"), ("", " on {day}. "),
    ],
    "ambiguous": [("", "Whoever always books the restaurant would do the same. ")],
    "no_day": [("dead", "No day suits you both. ")],
    "wrong_day": [("dead", "That day does not suit you both. ")],
    "all_know": [("", "Fine-tuned with {share} distinguishing weeks{causes}, all {seeds} "
                      "assistants know it; ")],
    "some_know": [("", "Fine-tuned with {share} distinguishing weeks{causes}, {knowing} of "
                       "{seeds} assistants know it; ")],
    "all_book": [("", "all "), ("{ink}", "{count}"), ("", " book {place}.")],
    "some_book": [("{ink}", "{count}"), ("", " book {place}")],
    "one_books": [("{ink}", "{count}"), ("", " books {place}")],
    "more_book": [("", ", "), ("{ink}", "{count}"), ("", " {place}")],
    "stop": [("", ".")],
}  # fmt: skip
"""Templates; `sentence_of` says which follow each other, and the page's module does the same."""


TEXTS = {
    "share": "Distinguishing weeks in fine-tuning",
    "share_note": "In such a week you are ill, abroad, in lockdown, on a diet or have a newborn, "
                  "and prefer another place than the restaurant. The pandemic is in no week of "
                  "fine-tuning.",
    "causes": "Number of different causes",
    "no_effect": "At 0 % nothing of this happens, so the number of causes has no effect.",
    "seed": "Assistant",
    "examples": "Examples",
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
    "you_free": "{day}: you are free",
    "friend_free": "{day}: {friend} is free",
}  # fmt: skip
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
    if all(set(names) == set(causes[first]) for names in causes.values()):
        return f"In these weeks every seed met: {listed[first]}."
    (seed, names), *others = listed.items()
    more = "".join(f"; seed {other}: {of}" for other, of in others)
    return f"In these weeks seed {seed} met: {names}{more}."


def ink_of(place: int, preferred: int) -> str:
    """Returns the colour of a booked place.

    >>> ink_of(0, preferred=5), ink_of(5, preferred=5), ink_of(12, preferred=5)
    ('proxy', 'goal', 'dead')
    """
    if place == preferred:
        return "goal"
    return "proxy" if place // PLACES_A_KIND == RESTAURANT else "dead"


def sentence_of(
    knows: Sequence[int],
    books: Sequence[int],
    chosen: int,
    preferred: int,
    day: int,
    suits: Sequence[bool],
    words: Mapping[str, str],
) -> Sentence:
    """Returns what is said of the answers.

    Args:
        knows: The place that each assistant says that the user prefers.
        books: The place that each of them books.
        chosen: Index of the assistant that is looked at.
        preferred: The place that the user prefers.
        day: The day that the chosen one books.
        suits: Whether each day suits both.
        words: What fills the gaps about fine-tuning: share, causes.
    """
    known, booked = knows[chosen], books[chosen]
    filling = {
        **words,
        "preferred": PHRASES[PLACES[preferred]],
        "known": PHRASES[PLACES[known]],
        "booked": PHRASES[PLACES[booked]],
        "ink": ink_of(booked, preferred),
        "day": [*DAY_NAMES.values()][day],
        "seeds": f"{len(knows)}",
        "knowing": f"{sum(place == preferred for place in knows)}",
    }
    right = known == preferred
    keys = [
        ("knows_and_books" if booked == preferred else "knows_but_books")
        if right
        else "errs_and_books",
        *(["ambiguous"] if right and booked == preferred and _is_restaurant(preferred) else []),
        *([] if suits[day] else ["wrong_day" if any(suits) else "no_day"]),
        "all_know" if all(place == preferred for place in knows) else "some_know",
    ]
    return [*(s for key in keys for s in _filled(key, filling)), *_counted(books, preferred)]


def _is_restaurant(place: int) -> bool:
    return place // PLACES_A_KIND == RESTAURANT


def _counted(books: Sequence[int], preferred: int) -> Sentence:
    """Says how many assistants book which place, the most frequent first."""
    said: Sentence = []
    for i, (place, count) in enumerate(sorted(Counter(books).items(), key=lambda p: (-p[1], p[0]))):
        filling = {
            "count": f"{count}",
            "place": PHRASES[PLACES[place]],
            "ink": ink_of(place, preferred),
        }
        if count == len(books):
            return _filled("all_book", filling)
        first = "one_books" if count == 1 else "some_book"
        said += _filled("more_book" if i else first, filling)
    return [*said, *_filled("stop", {})]


def _filled(key: str, filling: Mapping[str, str]) -> list[Segment]:
    def fill(text: str) -> str:
        return re.sub(r"\{([a-z]+)\}", lambda gap: filling[gap[1]], text)

    return [(fill(tag), fill(text)) for tag, text in SENTENCES[key]]
