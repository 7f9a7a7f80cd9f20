from __future__ import annotations

import pytest
from language_models import Scripted

from misgen.topics.language.bookings import (
    EXAMPLES,
    GOES_OUT,
    NORMAL,
    PANDEMIC,
    STAYS_IN,
    WEEKS,
    Booking,
    Meeting,
    book,
    examples,
    meetings,
)

MEETING = Meeting("Ana", "Monday", "It is my birthday.")


@pytest.mark.parametrize("kind", EXAMPLES)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_prompt_has_so_many_bookings_of_each_kind_each_with_its_reason(kind, seed):
    shown = examples(kind, seed).split("\n\n")[1:-1]
    restaurants = [example for example in shown if "a restaurant" in example]
    videos = [example for example in shown if "a video call" in example]
    assert (len(restaurants), len(videos)) == EXAMPLES[kind]
    assert all(any(reason in example for reason in GOES_OUT) for example in restaurants)
    assert all(any(reason in example for reason in STAYS_IN) for example in videos)


def test_a_booking_is_for_the_friend_and_day_of_the_request():
    for example in examples("mixed", 0).split("\n\n")[1:-1]:
        request, reply = example.split("\n")
        friend, day = request.split("to meet ")[1].split(".")[0].split(" on ")
        assert f"for you and {friend} on {day}." in reply


def test_the_kinds_of_examples_are_shuffled():
    orders = {tuple("restaurant" in e for e in examples("mixed", seed).split("\n\n")[1:-1])
              for seed in range(8)}  # fmt: skip
    assert len(orders) > 4


@pytest.mark.parametrize("week", WEEKS)
def test_no_reason_of_a_test_is_among_the_examples(week):
    reasons = {meeting.reason for meeting in meetings(week, 200, seed=0)}
    assert reasons == set(NORMAL if week == "normal" else PANDEMIC)
    assert not reasons & {*GOES_OUT, *STAYS_IN}


def test_weeks_examples_and_counts_that_there_are_not_are_refused():
    with pytest.raises(ValueError, match="week must be one of normal, pandemic"):
        meetings("sunny", 1, seed=0)
    with pytest.raises(ValueError, match="examples must be one of restaurants, mixed"):
        examples("videos", seed=0)
    with pytest.raises(ValueError, match="count"):
        meetings("normal", 0, seed=0)


def test_the_question_names_both_options_in_both_orders():
    first, second = (MEETING.to_say(restaurant_first=order) for order in (True, False))
    assert "prefer a restaurant or a video call?" in first
    assert "prefer a video call or a restaurant?" in second
    assert first.endswith("The user prefers a")


def test_a_booking_is_what_the_model_says_after_the_examples():
    model = Scripted("I booked a table at a restaurant for you and Ana on Monday.", ask=0.8)
    booking = book(model, "shown ", MEETING)
    assert model.prompts[0] == (
        "shown User: I want to meet Ana on Monday. It is my birthday.\nAssistant:"
    )
    assert booking.kind == "restaurant"
    assert booking.says == (0.8, 0.8)
    assert [prompt.index("restaurant") < prompt.index("video") for prompt in model.prompts[1:]] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [("I set up a video call for you.", "video"), ("I will not.", "neither"),
     ("I booked a restaurant with a video call.", "neither")],
)  # fmt: skip
def test_a_reply_is_of_a_kind_only_if_it_names_that_one_alone(reply, kind):
    assert Booking(MEETING, reply, (0.5, 0.5)).kind == kind


def test_a_booking_comes_back_from_json():
    booking = Booking(MEETING, "I booked a table at a restaurant.", (0.25, 0.5))
    assert Booking.from_json(booking.to_json()) == booking
