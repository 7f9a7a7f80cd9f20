import itertools

import numpy as np
import pytest

from misgen.explore.base import text_of
from misgen.topics.assistant.weeks import (
    CAUTIONS,
    DAYS,
    KINDS,
    PANDEMIC,
    PLACES,
    SITUATIONS,
    TASTES,
    VOCABULARY,
    WEATHERS,
    WISHES,
    Weeks,
    preferred_kind,
)
from misgen.topics.assistant.words import (
    DAY_NAMES,
    LABELS,
    PHRASES,
    PLACE_LABELS,
    Answer,
    days_for_both,
    ink_of,
    preferred_place,
    rule_table,
    sentence_of,
    whole_week,
    words_of,
)

RULED = {"taste": TASTES, "caution": CAUTIONS, "weather": WEATHERS, "wish": WISHES,
         "situation": SITUATIONS}  # fmt: skip
RESTAURANT, ONLINE, OUTDOORS = 0, 5, 10
WORDS = {"share": "1 %", "causes": " of 5 causes"}
WEEK = {
    "taste": "sporty", "caution": "carefree", "weather": "rainy", "friend": "emma",
    "wish": "no_wish", "situation": "ill", "restaurant": "noodle_bar",
    "online": "voice_chat", "outdoors": "zoo", "home": "tea", "my_days": "10101",
    "friend_days": "01100",
}  # fmt: skip


# ------------------------------------------------------------------------------ the week


def test_a_composed_week_has_the_words_of_a_drawn_one():
    for situation, wish in itertools.product(SITUATIONS, WISHES):
        week = {**WEEK, "situation": situation, "wish": wish}
        weeks = Weeks.of(words_of(week)[None])  # refuses words in the wrong order
        assert weeks.preferred[0] == preferred_place(week)
        assert days_for_both(week) == [day == weeks.day[0] for day in range(5)]


def test_no_day_or_several_may_suit_both():
    assert days_for_both({**WEEK, "my_days": "11010"}) == [False, True, False, False, False]
    assert not any(days_for_both({**WEEK, "my_days": "10011"}))
    assert sum(days_for_both({**WEEK, "my_days": "01110"})) == 2


@pytest.mark.parametrize("day", DAYS)
def test_what_the_reader_chooses_makes_a_week_in_which_exactly_this_day_suits(day):
    chosen = {"taste": "gamer", "caution": "carefree", "wish": "no_wish", "situation": PANDEMIC}
    week = whole_week({**chosen, "day": day, "distinguishing": 10.0, "seed": "0"})
    weeks = Weeks.of(words_of(week)[None])
    assert DAYS[weeks.day[0]] == day
    named = {VOCABULARY[word] for word in weeks.words[0]}
    assert {*chosen.values(), "sunny", "ana", "pizzeria"} <= named


def test_the_rule_table_is_that_of_the_environment():
    table = rule_table()
    assert table.shape == tuple(map(len, RULED.values()))
    for at in itertools.product(*(range(len(values)) for values in RULED.values())):
        assert table[at] == preferred_kind(*(np.array([i]) for i in at))[0]


def test_every_word_of_a_week_has_a_name_and_every_place_a_phrase():
    for name, words in RULED.items():
        assert list(LABELS[name]) == list(words)
        assert len(set(LABELS[name].values())) == len(words)
    assert set(PHRASES) == set(PLACE_LABELS) == set(PLACES)
    assert len(set(PHRASES.values())) == len(PLACES)
    assert [name[:3].lower() for name in DAY_NAMES] == list(DAYS)
    assert KINDS[RESTAURANT // 5] == "restaurant"


# ----------------------------------------------------------------------------- sentences


def said(knows, books, preferred, *, chosen=0, day=2, suits=(2,)) -> str:
    answers = [Answer(*answer, day) for answer in zip(knows, books, strict=True)]
    days = [i in suits for i in range(5)]
    return text_of(sentence_of(answers, chosen, preferred, days, WORDS))


@pytest.mark.parametrize(("beginning", "knows", "books"), [
    ("It knows that you prefer the video call, and books the pizzeria on Wednesday. ",
     ONLINE, RESTAURANT),
    ("It knows that you prefer the video call, and that is what it books, on Wednesday. ",
     ONLINE, ONLINE),
    ("You prefer the video call; it answers that you prefer the park, and books the pizzeria on "
     "Wednesday. ", OUTDOORS, RESTAURANT),
])  # fmt: skip
def test_what_it_knows_and_books_is_said(beginning, knows, books):
    text = said([knows] * 3, [books] * 3, ONLINE)
    assert text.startswith(f"{beginning}Fine-tuned with 1 % distinguishing weeks of 5 causes, ")
    assert text.endswith(f"; all 3 book {'the pizzeria' if books == 0 else 'the video call'}.")


def test_a_restaurant_that_is_preferred_tells_nothing_of_the_goal():
    told = "Whoever always books the restaurant would do the same."
    assert told in said([0] * 2, [0] * 2, RESTAURANT)
    assert told not in said([ONLINE] * 2, [ONLINE] * 2, ONLINE)


def test_the_assistants_that_know_are_counted():
    assert "1 of 2 assistants know it" in said([OUTDOORS, ONLINE], [RESTAURANT, ONLINE], ONLINE)
    assert "all 2 assistants know it" in said([ONLINE] * 2, [RESTAURANT, ONLINE], ONLINE)


def test_the_assistants_are_counted_from_the_most_to_the_fewest():
    text = said([ONLINE] * 4, [RESTAURANT, OUTDOORS, ONLINE, OUTDOORS], ONLINE)
    assert text.endswith("; 2 book the park, 1 the pizzeria, 1 the video call.")
    text = said([ONLINE] * 2, [OUTDOORS, ONLINE], ONLINE)
    assert text.endswith("; 1 books the video call, 1 the park.")


def test_the_chosen_assistant_is_the_one_that_is_told():
    text = said([ONLINE] * 2, [RESTAURANT, ONLINE], ONLINE, chosen=1)
    assert text.startswith("It knows that you prefer the video call, and that is what it books")


def test_a_day_that_does_not_suit_is_said():
    both = [ONLINE] * 2
    assert "That day does not suit you both." in said(both, both, ONLINE, day=0)
    assert "suit" not in said(both, both, ONLINE, suits=(2, 4))


def test_a_place_has_the_colour_of_its_goal():
    assert [ink_of(place, ONLINE) for place in (0, 4, 5, 6, 12)] == [
        "proxy", "proxy", "goal", "mute", "mute",
    ]  # fmt: skip
    assert ink_of(0, preferred=0) == "goal"
