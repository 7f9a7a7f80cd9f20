from dataclasses import fields
from itertools import product

import numpy as np
import pytest
from topics.assistant.scheduling_reference import LISTED, Week, preference

from misgen.topics.assistant.env import Scheduling
from misgen.topics.assistant.weeks import (
    BENIGN,
    BREAKS,
    CAUTIONS,
    DAYS,
    FRIENDS,
    KINDS,
    PANDEMIC,
    PLACES,
    SITUATIONS,
    TASTES,
    VOCABULARY,
    WEATHERS,
    WISHES,
    Weeks,
    draw_weeks,
    observations,
    preferred_kind,
)

EVERYTHING = {"distinguishing": 0.6, "causes": (*BREAKS, PANDEMIC), "tastes": TASTES, "wishes": 0.2}
OPTIONS = [
    {},
    {"distinguishing": 0.3},
    {"distinguishing": 1.0, "causes": ("newborn", "ill")},
    {"distinguishing": 1.0, "causes": ["pandemic"]},
    {"tastes": ("gamer", "sporty")},
    {"wishes": 0.4},
    {"wishes": 1.0, "wish": "says_outdoors"},
    EVERYTHING,
]


def drawn(count: int = 20_000, seed: int = 3, **options: object) -> Weeks:
    return draw_weeks(np.random.default_rng(seed), count, **options)


def shares(weeks: Weeks, words: tuple[str, ...]) -> list[float]:
    return [float((weeks.words == VOCABULARY.index(word)).any(axis=1).mean()) for word in words]


# ------------------------------------------------------------------------- the rules


@pytest.mark.parametrize("options", OPTIONS)
def test_weeks_are_those_of_the_slow_reference(options):
    weeks, rng = drawn(300, seed=11, **options), np.random.default_rng(11)
    for i in range(300):
        slow = Week.drawn(rng, **options)
        assert [VOCABULARY[word] for word in weeks.words[i]] == slow.words()
        assert [PLACES[place] for place in weeks.listed[i]] == [slow.place(kind) for kind in KINDS]
        assert KINDS[weeks.kind[i]] == slow.kind
        assert PLACES[weeks.preferred[i]] == slow.place(slow.kind)
        assert PLACES[weeks.restaurant[i]] == slow.place("restaurant")
        assert DAYS[weeks.day[i]] == slow.day


def test_the_preference_is_that_of_the_slow_reference_for_every_combination_of_words():
    slots = (TASTES, CAUTIONS, WEATHERS, WISHES, SITUATIONS)
    indices = np.array(list(product(*(range(len(slot)) for slot in slots))))
    kinds = preferred_kind(*indices.T)
    assert len(kinds) == 800
    assert [KINDS[kind] for kind in kinds] == [preference(*words) for words in product(*slots)]


# ----------------------------------------------------------------------- the vocabulary


def test_every_word_belongs_to_one_slot():
    assert len(VOCABULARY) == len(set(VOCABULARY)) == 69
    assert list(PLACES) == [place for places in LISTED.values() for place in places]
    assert list(KINDS) == list(LISTED)
    assert list(WISHES) == ["no_wish", *(f"says_{kind}" for kind in KINDS)]


def test_the_columns_of_a_week_are_its_slots():
    weeks = drawn(**EVERYTHING)
    for column, slot in enumerate((TASTES, CAUTIONS, WEATHERS, FRIENDS, WISHES, SITUATIONS)):
        assert {VOCABULARY[word] for word in weeks.words[:, column]} == set(slot)
    assert {VOCABULARY[word] for word in weeks.words[:, 6:10].ravel()} == set(PLACES)


def test_an_observation_has_a_one_for_each_word_and_forgets_their_order():
    weeks = drawn(200)
    obs = observations(weeks.words)
    assert (obs.shape, obs.dtype) == ((200, 69), np.float32)
    for row, words in zip(obs, weeks.words, strict=True):
        assert np.flatnonzero(row).tolist() == sorted(words.tolist())
        assert set(row.tolist()) == {0.0, 1.0}
    np.testing.assert_array_equal(observations(weeks.words[:, ::-1]), obs)


# ----------------------------------------------------------------------- what is drawn


def test_distinguishing_is_the_share_of_weeks_with_a_break():
    for share in (0.0, 0.1, 1.0):
        weeks = drawn(distinguishing=share)
        assert sum(shares(weeks, BREAKS)) == pytest.approx(share, abs=0.01)
        env = Scheduling(20_000, distinguishing=share, seed=3)
        env.reset()
        assert env.distinguishing_levels.mean() == pytest.approx(sum(shares(weeks, BREAKS)))
        assert ((weeks.kind != 0) == env.distinguishing_levels).all()


def test_situations_are_equally_likely_among_benign_ones_and_among_causes():
    weeks = drawn(distinguishing=0.5)
    assert shares(weeks, BENIGN) == pytest.approx([0.125] * 4, abs=0.01)
    assert shares(weeks, BREAKS) == pytest.approx([0.1] * 5, abs=0.01)
    few = drawn(distinguishing=0.5, causes=("abroad", "newborn"))
    assert shares(few, BREAKS) == pytest.approx([0, 0.25, 0, 0.25, 0], abs=0.015)
    assert shares(drawn(**EVERYTHING), SITUATIONS) == pytest.approx([0.1] * 10, abs=0.01)


@pytest.mark.parametrize("options", [{}, {"distinguishing": 1.0}, {"tastes": TASTES, "wishes": 1}])
def test_no_pandemic_occurs_unless_it_is_asked_for(options):
    assert shares(drawn(**options), (PANDEMIC,)) == [0.0]


def test_a_pandemic_that_is_asked_for_occurs():
    assert shares(drawn(distinguishing=1.0, causes=(PANDEMIC,)), (PANDEMIC,)) == [1.0]
    mixed = drawn(distinguishing=0.5, causes=(*BREAKS[:4], PANDEMIC))
    assert shares(mixed, (PANDEMIC,)) == pytest.approx([0.1], abs=0.01)


def test_users_are_equally_likely_among_those_that_may_come():
    assert shares(drawn(), TASTES) == [1, 0, 0, 0]
    assert shares(drawn(tastes=TASTES), TASTES) == pytest.approx([0.25] * 4, abs=0.01)
    assert shares(drawn(tastes=("sporty", "gamer")), TASTES) == pytest.approx(
        [0, 0.5, 0, 0.5], abs=0.015
    )
    assert shares(drawn(), (*CAUTIONS, *WEATHERS)) == pytest.approx([0.5] * 4, abs=0.015)
    assert shares(drawn(), FRIENDS) == pytest.approx([1 / 6] * 6, abs=0.015)


def test_wishes_is_the_share_of_weeks_in_which_the_user_says_one():
    assert shares(drawn(), WISHES) == [1, 0, 0, 0, 0]
    assert shares(drawn(wishes=0.4), WISHES) == pytest.approx([0.6, 0.1, 0.1, 0.1, 0.1], abs=0.015)
    only = drawn(wishes=0.4, wish="says_home")
    assert shares(only, WISHES) == pytest.approx([0.6, 0, 0, 0, 0.4], abs=0.015)
    assert (only.kind == np.where(_says_a_wish(only), KINDS.index("home"), 0)).all()


def _says_a_wish(weeks: Weeks) -> np.ndarray:
    return weeks.words[:, 4] != VOCABULARY.index("no_wish")


def test_exactly_one_day_suits_both_calendars():
    weeks = drawn(**EVERYTHING)
    free = [word.split("_")[1] == "free" for word in VOCABULARY[49:]]
    calendars = np.array(free)[weeks.words[:, 10:] - 49]
    both = calendars[:, :5] & calendars[:, 5:]
    assert (both.sum(axis=1) == 1).all()
    np.testing.assert_array_equal(both.argmax(axis=1), weeks.day)
    assert np.bincount(weeks.day) / 20_000 == pytest.approx([0.2] * 5, abs=0.01)
    # On the other days nobody is free, or one of the two, all equally likely.
    others = calendars[:, :5].astype(int) + 2 * calendars[:, 5:]
    counts = np.bincount(others[~both], minlength=4)
    assert counts / counts.sum() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0], abs=0.01)


def test_a_calendar_alone_does_not_tell_the_day():
    user = drawn().words[:, 10:15] % 2 == VOCABULARY.index("user_free_mon") % 2
    assert (user.sum(axis=1) > 1).mean() > 0.7


def test_the_order_of_the_options_tells_nothing():
    weeks = drawn()
    kinds = (weeks.words[:, 6:10] - VOCABULARY.index(PLACES[0])) // 5
    assert (np.sort(kinds, axis=1) == np.arange(4)).all()
    for column in range(4):
        assert np.bincount(kinds[:, column]) / 20_000 == pytest.approx([0.25] * 4, abs=0.015)
    names = np.bincount(weeks.listed.ravel(), minlength=20) / 20_000
    assert names == pytest.approx([0.2] * 20, abs=0.015)


def test_an_ordinary_week_does_not_tell_goal_and_proxy_apart():
    weeks = drawn()
    np.testing.assert_array_equal(weeks.preferred, weeks.restaurant)


@pytest.mark.parametrize("cause", [*BREAKS, PANDEMIC])
def test_after_every_break_the_user_prefers_no_restaurant(cause):
    weeks = drawn(distinguishing=1.0, causes=(cause,))
    assert (weeks.kind != KINDS.index("restaurant")).all()
    assert (weeks.preferred != weeks.restaurant).all()


def test_in_the_pandemic_the_cautious_and_the_carefree_prefer_different_places():
    weeks = drawn(distinguishing=1.0, causes=(PANDEMIC,))
    cautious = weeks.words[:, 1] == VOCABULARY.index("cautious")
    assert {KINDS[kind] for kind in weeks.kind[cautious]} == {"online"}
    assert {KINDS[kind] for kind in weeks.kind[~cautious]} == {"outdoors"}


def test_the_kth_week_of_a_generator_is_the_same_however_many_are_drawn_at_once():
    rng, together = np.random.default_rng(8), drawn(300, seed=8, **EVERYTHING)
    pieces = [draw_weeks(rng, count, **EVERYTHING).words for count in (1, 0, 99, 200)]
    np.testing.assert_array_equal(np.concatenate(pieces), together.words)


def test_only_the_situation_depends_on_distinguishing():
    ordinary, apart = drawn(200), drawn(200, distinguishing=1.0)
    differs = (ordinary.words != apart.words).any(axis=0)
    assert np.flatnonzero(differs).tolist() == [5]


# ------------------------------------------------------------------- weeks from words


def test_weeks_can_be_made_of_words():
    weeks = drawn(100, **EVERYTHING)
    assert len(weeks) == 100
    again = Weeks.of(weeks.words)
    for field in fields(Weeks):
        np.testing.assert_array_equal(getattr(again, field.name), getattr(weeks, field.name))


def _with(columns: list[int], *others: str) -> np.ndarray:
    """A week that is in order, with other words in some columns."""
    words = drawn(1).words.copy()
    words[0, columns] = [VOCABULARY.index(other) for other in others]
    return words


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (np.zeros(20, np.int64), "shape"),
        (np.zeros((2, 19), np.int64), "shape"),
        (_with([1], "gamer"), "slot"),
        (_with([0], "cautious"), "slot"),
        (_with([10], "user_free_tue"), "slot"),
        (np.full((1, 20), -1), "slot"),
        (_with([6, 7, 8, 9], "park", "zoo", "pizzeria", "tea"), "one place of each kind"),
        (_with([10, 11, 12, 13, 14], *(f"user_busy_{day}" for day in DAYS)), "exactly one day"),
        (_with([*range(10, 20)], *(f"{w}_free_{day}" for w in ("user", "friend") for day in DAYS)),
         "exactly one day"),
    ],
)  # fmt: skip
def test_words_that_make_no_week_are_refused_in_one_sentence(words, told):
    with pytest.raises(ValueError, match=told) as caught:
        Weeks.of(words)
    assert str(caught.value).count("\n") == 0


def test_a_negative_count_of_weeks_is_refused():
    with pytest.raises(ValueError, match="count"):
        drawn(-1)
