from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.many_goals.gridworld import CELLS, named_room, optimal_actions
from misgen.topics.many_goals.identifiability import explains, observe, reward_range
from misgen.topics.many_goals.watching import (
    extremes,
    lotteries,
    mean_width,
    random_rewards,
    watch_gambles,
    watch_in_rooms,
)

(DRAWN,) = random_rewards(1, np.random.default_rng(0))
KEEP, GAMBLE = range(2)


def test_random_rewards_reach_from_minus_1_to_1():
    drawn = random_rewards(3, np.random.default_rng(1))
    assert drawn.shape == (3, CELLS)
    assert drawn.max(axis=1).tolist() == [1, 1, 1]
    assert drawn.min(axis=1).tolist() == [-1, -1, -1]


def test_a_lottery_is_refused_exactly_where_the_state_is_worth_more():
    known = extremes(DRAWN)
    best, worst = known
    chances = np.random.default_rng(2).random(CELLS)
    taken = optimal_actions(lotteries(best, worst, chances), DRAWN, 0.9)
    worth = 2 * chances - 1
    asked = [s for s in range(CELLS) if s not in known]
    assert taken[asked, KEEP].tolist() == (DRAWN[asked] >= worth[asked]).tolist()
    assert taken[asked, GAMBLE].tolist() == (DRAWN[asked] < worth[asked]).tolist()
    assert not taken[[best, worst], GAMBLE].any()


def test_each_experiment_halves_every_range_around_the_true_reward():
    low, high = watch_gambles(DRAWN, 6, 0.9, extremes(DRAWN))
    asked = [s for s in range(CELLS) if s not in extremes(DRAWN)]
    assert np.allclose((high - low)[:, asked], 2.0 * 0.5 ** np.arange(7)[:, None])
    assert (low <= DRAWN).all()
    assert (high >= DRAWN).all()


def test_the_halving_is_what_linear_programming_finds_for_the_same_experiments():
    known = extremes(DRAWN)
    low, high = watch_gambles(DRAWN, 3, 0.9, known)
    best, worst = known
    seen = []
    for k in range(3):
        middle = (low[k] + high[k]) / 2
        there = lotteries(best, worst, (middle + 1) / 2)
        seen.append(observe(there, DRAWN, 0.9, all_best=False))
    found_low, found_high = reward_range(seen, known)
    assert np.allclose(found_low, low[3], atol=1e-6)
    assert np.allclose(found_high, high[3], atol=1e-6)
    assert explains(seen, DRAWN)


def test_a_tie_between_state_and_lottery_keeps_the_true_reward_in_its_range():
    reward = np.zeros(CELLS)
    reward[4], reward[12] = 1.0, -1.0  # the first lottery is worth 0, as are the other cells
    low, high = watch_gambles(reward, 4, 0.9, extremes(reward))
    assert (low <= reward).all()
    assert (high >= reward).all()


def test_a_reward_that_is_not_normalized_is_refused():
    reward = np.zeros(CELLS)
    reward[4] = 1.0
    with pytest.raises(ValueError, match="Normalize the reward"):
        watch_gambles(reward, 2, 0.9, extremes(reward))


def test_watching_in_rooms_gives_a_row_for_each_room():
    rooms = [named_room("open room"), named_room("a wall")]
    known = extremes(DRAWN)
    ranges = watch_in_rooms(DRAWN, rooms, 0.9, known)
    assert ranges[0].shape == ranges[1].shape == (2, CELLS)
    widths = mean_width(ranges, known)
    assert widths[0] >= widths[1] > 0
    asked = [s for s in range(CELLS) if s not in known]
    assert widths[0] == pytest.approx((ranges[1] - ranges[0])[0, asked].mean())
