from __future__ import annotations

import numpy as np
import pytest

from misgen.core.intervals import over_seeds, wilson
from misgen.topics.language.expressions import MOST_QUESTIONS, questions, shots
from misgen.topics.language.published import Share, bookings, dialogues, settings

pytestmark = pytest.mark.usefixtures("ledger")


def test_the_settings_are_those_of_the_ledger():
    assert settings() == (0, 5)


def test_draws_are_in_the_order_of_their_seeds():
    for seed, draw in enumerate(dialogues(0).draws):
        assert draw[0].expression == questions(0, 1, seed)[0]


def test_a_share_counts_the_dialogues_about_such_expressions_draw_by_draw():
    share = dialogues(0).share(lambda d: d.asks_exactly_the_unknowns, 0)
    assert (share.counts, share.prompts) == ((0, 0, 0), (4, 4, 4))
    assert str(dialogues(5).share(lambda d: d.is_right, 1, 2, 3)) == "36 of 36"


def test_draws_are_told_apart_by_their_last_example():
    found = dialogues(5).by_last_example(lambda d: d.asks, 0, 1, 2, 3)
    asks = ["What's" in shots(5, seed).split("\n\n")[-2] for seed in range(3)]
    assert len(found[True].prompts) == sum(asks)
    assert len(found[False].prompts) == 3 - sum(asks)
    assert sum(found[True].prompts + found[False].prompts) == 48


def test_questions_are_counted_up_to_those_that_are_broken_off():
    asked = dialogues(0).questions(3)
    assert asked.tolist() == [0, 0, 12, 0, 0, 0, 0, 0]
    assert len(asked) == MOST_QUESTIONS + 2


def test_an_interval_is_the_wider_of_the_two():
    alike, apart = Share((10, 10, 10), (10, 10, 10)), Share((0, 6, 10), (10, 10, 10))
    assert alike.estimate == wilson(30, 30)
    assert apart.estimate.low == over_seeds([0, 0.6, 1]).low < wilson(16, 30).low
    assert apart.estimate.mean == pytest.approx(16 / 30)
    assert np.allclose(apart.by_draw, [0, 0.6, 1])


def test_bookings_are_counted_by_week():
    share = bookings("mixed").share(lambda booking: booking.kind == "video", "normal")
    assert str(share) == "6 of 6"


def test_what_is_not_published_is_refused():
    with pytest.raises(ValueError, match="without unknowns are 0, 5, not 4"):
        dialogues(4)
    with pytest.raises(ValueError, match="examples must be one of restaurants, mixed"):
        bookings("videos")
