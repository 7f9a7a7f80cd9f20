import pytest

from misgen.topics.assistant.causes import chosen_causes, order_of_causes, wanted_in
from misgen.topics.assistant.weeks import BREAKS, KINDS

SEEDS = range(60)


def test_an_order_has_every_cause_once_and_is_the_same_again():
    for seed in SEEDS:
        assert sorted(order_of_causes(seed)) == sorted(BREAKS)
        assert order_of_causes(seed) == order_of_causes(seed)


def test_the_first_three_causes_make_the_user_want_three_different_things():
    assert all(
        len({wanted_in(cause) for cause in order_of_causes(seed)[:3]}) == 3 for seed in SEEDS
    )


def test_every_cause_comes_first_in_some_order_and_the_rest_is_random_too():
    assert {order_of_causes(seed)[0] for seed in SEEDS} == set(BREAKS)
    assert len({order_of_causes(seed) for seed in SEEDS}) > 15


def test_what_is_wanted_in_a_break_is_read_from_the_rule_table():
    assert {cause: KINDS[wanted_in(cause)] for cause in BREAKS} == {
        "ill": "online", "abroad": "online", "lockdown": "online", "newborn": "home",
        "on_a_diet": "outdoors",
    }  # fmt: skip


def test_a_number_of_causes_takes_the_first_ones_and_names_are_taken_as_they_are():
    assert [chosen_causes(k, 7) for k in range(1, 6)] == [
        order_of_causes(7)[:k] for k in range(1, 6)
    ]
    assert chosen_causes(["newborn", "ill"], 7) == ("newborn", "ill")


@pytest.mark.parametrize("causes", [0, 6])
def test_an_impossible_number_of_causes_is_refused(causes):
    with pytest.raises(ValueError, match=f"causes must be 1 to 5, or names, but is {causes}"):
        chosen_causes(causes, 0)


@pytest.mark.parametrize("causes", ["ill", [], ["pandemic"], ["flood"]])
def test_unknown_causes_are_refused_and_the_pandemic_is_none(causes):
    with pytest.raises(ValueError, match="causes must be some of ill, abroad"):
        chosen_causes(causes, 0)


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="seed must be a whole number"):
        order_of_causes(-1)
