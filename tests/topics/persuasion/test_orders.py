from itertools import groupby

import pytest

from misgen.topics.persuasion.orders import ORDER_NAMES, ORDERS, PHASES, Schedule, train_in_order

SMALL = Schedule(goal=4, skill=2, more=6, every=2)


def diary(order, schedule=SMALL):
    """What happens in an order: the phase of each step, and "look"."""
    events = []

    def begin(phase):
        events.append(f"begin {phase}")
        return lambda: events.append(phase)

    train_in_order(order, schedule, begin, lambda: events.append("look"))
    return events


@pytest.mark.parametrize("order", ORDERS)
def test_the_phases_come_in_their_order_and_have_their_steps(order):
    steps = [event for event in diary(order) if event in ("skill", "goal", "more")]
    assert [(phase, len(list(group))) for phase, group in groupby(steps)] == [
        (phase, SMALL.length(phase)) for phase in PHASES[order]
    ]


def test_capabilities_first_ends_with_feedback_and_goals_first_with_skill():
    assert PHASES["capabilities_first"] == ("skill", "goal")
    assert PHASES["goals_first"] == ("goal", "skill")
    assert PHASES["feedback_goes_on"] == ("goal", "skill", "more")
    assert set(ORDER_NAMES) == set(PHASES)


@pytest.mark.parametrize("order", ORDERS)
def test_it_is_looked_at_before_training_and_when_the_schedule_says(order):
    events, steps, seen = diary(order), 0, []
    for event in events:
        if event == "look":
            seen.append(steps)
        steps += event in ("skill", "goal", "more")
    assert tuple(seen) == SMALL.looks(order)
    assert seen[0] == 0
    assert seen[-1] == SMALL.ends(order)[-1] == steps


def test_each_phase_begins_once():
    begun = [event for event in diary("feedback_goes_on") if event.startswith("begin")]
    assert begun == ["begin goal", "begin skill", "begin more"]


def test_a_schedule_whose_phases_do_not_end_with_a_look_is_refused():
    with pytest.raises(ValueError, match="multiples of every=20"):
        Schedule(goal=150, every=20)
    with pytest.raises(ValueError, match="skill"):
        Schedule(skill=0)


def test_an_unknown_order_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="capabilities_first, goals_first, feedback_goes_on"):
        diary("both_at_once")
