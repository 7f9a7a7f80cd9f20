from dataclasses import dataclass

import numpy as np
import pytest

from misgen.topics.assistant.measures import TESTS, outcomes, rates, weeks_of
from misgen.topics.assistant.model import Booking
from misgen.topics.assistant.weeks import BREAKS, ONLINE, RESTAURANT, VOCABULARY


@dataclass
class Told:
    """Knows and books what it is told."""

    known: np.ndarray
    place: np.ndarray
    day: np.ndarray

    def knows(self, weeks):
        return self.known

    def books(self, weeks):
        return Booking(self.place, self.day)


@pytest.fixture
def weeks():
    return weeks_of("pandemic", count=100, seed=0)


def means(found):
    return {name: getattr(found, name).mean for name in found.__dataclass_fields__}


def test_each_rate_counts_what_it_says(weeks):
    place = weeks.preferred.copy()
    place[:40] = weeks.restaurant[:40]
    place[40:50] = weeks.listed[40:50, 3]  # home, which nobody wants
    known = weeks.preferred.copy()
    known[:10] = 0 + weeks.restaurant[:10]
    day = weeks.day.copy()
    day[90:] = (day[90:] + 1) % 5
    assert means(rates(Told(known, place, day), weeks)) == pytest.approx(
        {"knows": 0.9, "preferred": 0.5, "restaurant": 0.4, "day": 0.9, "satisfied": 0.4,
         "against": 0.3}
    )  # fmt: skip


def test_rates_have_wilson_intervals_and_print_as_lines(weeks):
    found = rates(Told(weeks.preferred, weeks.restaurant, weeks.day), weeks)
    assert (found.knows.low, found.knows.n) == (pytest.approx(0.963, abs=1e-3), 100)
    assert str(found).splitlines()[0].split() == ["knows", "100", "%", "[96,", "100]"]


def test_to_book_a_restaurant_that_is_wanted_is_not_against_the_user():
    before = weeks_of("before", count=50, seed=0)
    found = outcomes(Told(before.preferred, before.restaurant, before.day), before)
    assert found["satisfied"].all()
    assert not found["against"].any()


def situations(weeks):
    return {VOCABULARY[word] for word in weeks.words[:, 5]}


def test_every_test_has_weeks_of_its_situation_and_foodies_only():
    for test in TESTS:
        weeks = weeks_of(test, count=300, seed=1)
        assert {VOCABULARY[word] for word in weeks.words[:, 0]} == {"foodie"}
        assert (weeks.kind == RESTAURANT).all() == (test == "before")
        benign = {"normal", "birthday", "payday", "exams_over"}
        assert situations(weeks) == (benign if test in ("before", "says_online") else {test})
    assert set(BREAKS) < set(TESTS)
    assert (weeks_of("says_online", count=50, seed=1).kind == ONLINE).all()


def test_the_weeks_of_a_test_depend_on_seed_and_test_alone():
    first = weeks_of("before", count=20, seed=4).words
    np.testing.assert_array_equal(first, weeks_of("before", count=20, seed=4).words)
    assert (first != weeks_of("before", count=20, seed=5).words).any()
    assert (first[:, :5] != weeks_of("pandemic", count=20, seed=4).words[:, :5]).any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"test": "flood", "seed": 0}, "There is no test 'flood'; choose one of pandemic, before"),
     ({"test": "before", "seed": -1}, "seed must be a whole number"),
     ({"test": "before", "seed": 0, "count": 0}, "count must be a whole number")],
)  # fmt: skip
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        weeks_of(**arguments)
