"""Which levels are kept and drawn again."""

from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.mitigations import regret
from misgen.topics.mitigations.regret import BUFFER, LevelBuffer


def test_the_regret_of_a_new_level_is_what_its_first_episode_lost():
    buffer = LevelBuffer(3, 2, np.random.default_rng(0))
    rows, nobody = np.arange(3), np.zeros(3, bool)
    buffer.next(rows, nobody, np.array([[0, 0], [1, 1], [2, 2]]))  # at the start nothing has ended
    assert (buffer.regret < 0).all()
    buffer.next(rows, np.array([True, False, True]), np.full((3, 2), 9))
    assert buffer.regret[:3].tolist() == [0.0, 1.0, 0.0]
    assert buffer.levels[:3].tolist() == [[0, 0], [1, 1], [2, 2]]
    assert (buffer.regret[3:] < 0).all()


def test_half_of_the_episodes_are_on_kept_levels_in_proportion_to_their_regret():
    buffer = LevelBuffer(20_000, 1, np.random.default_rng(1))
    buffer.levels[:3], buffer.regret[:3] = [[1], [2], [3]], [0.25, 0.75, 0.0]
    rows, new = np.arange(20_000), np.zeros((20_000, 1), int)
    drawn = buffer.next(rows, np.zeros(20_000, bool), new)[:, 0]
    shares = np.bincount(drawn, minlength=4) / 20_000
    np.testing.assert_allclose(shares, [0.5, 0.125, 0.375, 0.0], atol=0.015)


def test_where_nothing_is_lost_all_levels_are_new():
    new = np.arange(100).reshape(50, 2)
    buffer = LevelBuffer(50, 2, np.random.default_rng(0))
    buffer.regret[:3] = 0.0
    assert (buffer.next(np.arange(50), np.zeros(50, bool), new) == new).all()


def test_the_latest_episodes_on_a_kept_level_count_more():
    buffer = LevelBuffer(1, 1, np.random.default_rng(0))
    buffer.levels[0], buffer.regret[0] = [7], 1.0
    buffer._playing[0], buffer._place[0], buffer._played[0] = True, 0, [7]
    buffer._note(np.int64(0), 1.0)
    assert buffer.regret[0] == pytest.approx(1 - regret.FORGETTING)
    buffer._note(np.int64(0), 0.0)
    assert buffer.regret[0] == pytest.approx(1 - regret.FORGETTING + regret.FORGETTING**2)


def test_a_level_that_was_replaced_meanwhile_is_not_blamed_on_its_place():
    buffer = LevelBuffer(1, 1, np.random.default_rng(0))
    buffer.levels[0], buffer.regret[0] = [7], 1.0
    buffer._playing[0], buffer._place[0], buffer._played[0] = True, 0, [7]
    buffer.levels[0] = [8]
    buffer._note(np.int64(0), 1.0)
    assert buffer.regret[0] == 1.0


def test_in_a_full_buffer_a_level_takes_the_place_of_one_with_less_regret():
    buffer = LevelBuffer(1, 1, np.random.default_rng(0))
    buffer.regret[:] = 0.5
    buffer.regret[BUFFER - 2] = 0.2
    buffer._keep(np.array([9]), 1.0)
    assert (buffer.levels[BUFFER - 2], buffer.regret[BUFFER - 2]) == ([9], 1.0)
    before = buffer.regret.copy()
    buffer._keep(np.array([10]), 0.0)  # nothing was lost on it
    assert np.array_equal(buffer.regret, before)
