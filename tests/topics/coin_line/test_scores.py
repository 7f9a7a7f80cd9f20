from fractions import Fraction

import numpy as np
import pytest
from topics.coin_line.coin_line_reference import ReferenceLine, collects

from misgen.topics.coin_line.scores import RULES, TESTS, decisions, rule, score, success, walk


def by_hand(right: np.ndarray, line: ReferenceLine) -> Fraction:
    """The chance of taking the coin, over all that may happen, as a tree."""
    if line.outcome != "running":
        return Fraction(line.outcome == "goal")
    chance = Fraction(float(right[line.coin, line.position]))
    total = Fraction(0)
    for action, share in ((1, chance), (0, 1 - chance)):
        if share:
            after = ReferenceLine(line.length, line.position, line.coin, line.time)
            after.step(action)
            total += share * by_hand(right, after)
    return total


@pytest.mark.parametrize("length", range(4, 13))
def test_the_two_rules_score_as_the_theorem_says(length):
    right, coin = (rule(name, length) for name in RULES)
    assert score(right, "ambiguous") == score(coin, "ambiguous") == score(coin, "uniform") == 1
    assert score(right, "uniform") == pytest.approx((length + 2) / (2 * (length + 1)), abs=1e-12)


def test_a_rule_scores_as_if_played_from_every_start():
    towards_3 = np.array([[float(place < 3) for place in range(9)]] * 9)
    taken = success(towards_3)
    for coin in range(9):
        for place in range(9):
            assert taken[coin, place] == collects(lambda p, c: int(p < 3), 8, place, coin)


def test_a_policy_by_chance_scores_as_all_that_may_happen_to_it():
    right = np.random.default_rng(0).choice([0.0, 0.25, 0.5, 1.0], (5, 5))
    taken = success(right)
    for coin in range(5):
        for place in range(5):
            assert taken[coin, place] == pytest.approx(
                float(by_hand(right, ReferenceLine(4, place, coin)))
            )


def test_an_agent_one_step_off_its_coin_for_ever_does_not_take_it():
    # Left of place 2 it goes right, elsewhere left: it steps back and forth beside a coin at 0.
    right = np.array([[float(place < 2) for place in range(9)]] * 9)
    assert success(right)[0, 4] == 0
    assert success(right)[2].all()


def test_scores_of_many_policies_come_at_once():
    many = np.random.default_rng(1).random((3, 2, 9, 9))
    for test in TESTS:
        assert score(many, test).shape == (3, 2)
        assert score(many, test)[1, 0] == pytest.approx(float(score(many[1, 0], test)))


def test_the_ambiguous_test_has_the_coin_at_the_right_end_only():
    never_left_of_end = np.zeros((9, 9))
    never_left_of_end[8] = 1.0
    assert score(never_left_of_end, "ambiguous") == 1
    assert score(never_left_of_end, "uniform") < 1


def test_a_logit_of_exactly_zero_is_a_random_step():
    assert decisions(np.array([-1e-9, 0.0, 1e-9])).tolist() == [0.0, 0.5, 1.0]


def test_a_walk_ends_at_the_coin_or_at_the_wall():
    assert walk(rule("coin", 8), 4, 0).places == (4, 3, 2, 1, 0)
    assert walk(rule("coin", 8), 4, 0).end == "coin"
    assert walk(rule("right", 8), 4, 0).places == (4, 5, 6, 7, 8)
    assert walk(rule("right", 8), 4, 0).end == "wall"
    assert walk(np.zeros((9, 9)), 3, 8).places == (3, 2, 1, 0)
    assert walk(rule("right", 8), 4, 4).places == (4,)


def test_a_walk_that_turns_round_goes_to_and_fro_for_ever():
    right = np.array([[float(place < 2) for place in range(9)]] * 9)
    assert walk(right, 5, 0).places == (5, 4, 3, 2, 1)
    assert walk(right, 5, 0).end == "between"


def test_a_walk_ends_where_nothing_is_preferred():
    right = rule("right", 8)
    right[0, 6] = 0.5
    assert walk(right, 4, 0).places == (4, 5, 6)
    assert walk(right, 4, 0).end == "random"
    assert walk(right, 6, 0).places == (6,)


def test_a_walk_takes_the_coin_exactly_where_it_is_sure_to_be_taken():
    right = np.random.default_rng(2).choice([0.0, 1.0], (9, 9))
    taken = success(right)
    for coin in range(9):
        for place in range(9):
            assert (walk(right, place, coin).end == "coin") == (taken[coin, place] == 1)


def test_what_is_not_there_is_refused():
    with pytest.raises(ValueError, match="one of ambiguous, uniform"):
        score(rule("coin", 8), "moved")
    with pytest.raises(ValueError, match="one of right, coin"):
        rule("left", 8)
