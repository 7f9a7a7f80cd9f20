from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.many_goals.gridworld import (
    CELLS,
    WALLS,
    named_room,
    optimal_actions,
    optimal_values,
    room,
)
from misgen.topics.many_goals.identifiability import explains, observe
from misgen.topics.many_goals.members import affine, normalized, ranks, relabelled, shaping
from misgen.topics.many_goals.watching import lotteries

DISCOUNTS = (0.5, 0.9, 0.95)
RNG = np.random.default_rng(0)
PAINTED = RNG.choice([-1.0, -0.5, 0.0, 0.5, 1.0], (12, CELLS))

each_room = pytest.mark.parametrize("name", WALLS)
each_discount = pytest.mark.parametrize("discount", DISCOUNTS)


@each_room
@each_discount
def test_a_multiple_plus_a_constant_keeps_every_set_of_best_actions(name, discount):
    best = optimal_actions(named_room(name), PAINTED, discount)
    for factor, constant in ((0.5, 0.3), (2.0, -1.0)):
        other = optimal_actions(named_room(name), affine(PAINTED, factor, constant), discount)
        assert np.array_equal(best, other)


@pytest.mark.parametrize("factor", [0.0, -1.0])
def test_a_factor_that_is_not_positive_is_refused(factor):
    with pytest.raises(ValueError, match="above 0"):
        affine(PAINTED[0], factor, 0.0)


@each_room
@each_discount
def test_shaping_keeps_every_set_of_best_actions_and_lowers_values_by_the_potential(name, discount):
    here = named_room(name)
    for potential in RNG.uniform(-1, 1, (4, CELLS)):
        bonus = shaping(here, potential, discount)
        shaped = optimal_actions(here, PAINTED, discount, bonus)
        assert np.array_equal(optimal_actions(here, PAINTED, discount), shaped)
        values = optimal_values(here, PAINTED, discount, bonus)
        expected = optimal_values(here, PAINTED, discount) - potential
        assert np.allclose(values, expected, rtol=0, atol=1e-9)


def test_shaping_keeps_the_best_actions_where_moves_are_uncertain():
    gambles = lotteries(4, 12, RNG.random(CELLS))
    bonus = shaping(gambles, RNG.uniform(-1, 1, CELLS), 0.9)
    rewards = RNG.uniform(-1, 1, (12, CELLS))
    assert np.array_equal(
        optimal_actions(gambles, rewards, 0.9), optimal_actions(gambles, rewards, 0.9, bonus)
    )


def test_a_potential_paid_for_being_there_changes_what_is_best():
    # The mistake that shaping avoids.
    potential = RNG.uniform(-1, 1, CELLS)
    best, other = (optimal_actions(room(), r, 0.9) for r in (PAINTED, PAINTED + potential))
    assert not (best == other).all(axis=(1, 2)).any()


def test_shaping_with_another_discount_than_the_agents_changes_what_is_best():
    bonus = shaping(room(), 5 * RNG.uniform(-1, 1, CELLS), 0.5)
    best = optimal_actions(room(), PAINTED, 0.9)
    assert not np.array_equal(best, optimal_actions(room(), PAINTED, 0.9, bonus))


@each_room
@each_discount
def test_values_under_other_names_keep_every_set_of_best_actions(name, discount):
    here = named_room(name)
    for reward in PAINTED:
        heights = np.cumsum(RNG.uniform(0.1, 1, CELLS))
        other = relabelled(here, reward, discount, heights)
        best, again = (optimal_actions(here, r, discount) for r in (reward, other))
        assert np.array_equal(best, again)
        assert explains([observe(here, reward, discount)], normalized(other))


def test_values_under_other_names_are_those_that_were_asked_for():
    heights = np.arange(CELLS) ** 2 + 0.5
    other = relabelled(room(), PAINTED[0], 0.9, heights)
    values = optimal_values(room(), PAINTED[0], 0.9)
    assert np.allclose(optimal_values(room(), other, 0.9), heights[ranks(values)], atol=1e-9)


def test_heights_must_increase_and_moves_be_certain():
    with pytest.raises(ValueError, match="heights that increase"):
        relabelled(room(), PAINTED[0], 0.9, np.ones(CELLS))
    with pytest.raises(ValueError, match="leads to one state"):
        relabelled(lotteries(4, 12, np.full(CELLS, 0.5)), PAINTED[0], 0.9, np.arange(CELLS))


def test_values_that_differ_by_rounding_alone_share_a_rank():
    assert ranks(np.array([0.1 + 0.2, 0.3, 0.0])).tolist() == [1, 1, 0]


def test_a_normalized_reward_reaches_from_minus_1_to_1():
    assert normalized([3.0, 5.0, 4.0]).tolist() == [-1, 1, 0]
    assert normalized([0.2, 0.2]).tolist() == [0, 0]
