from __future__ import annotations

import numpy as np
import pytest

from misgen.core.policy import Policy
from misgen.learn.history import Checkpoint, History, checkpoint_ticks

AGENT = Policy.random(obs_size=2, num_actions=2, hidden=2, seed=0)


def _history(rewards: list[float], shares: list[list[float]]) -> History:
    return History(np.array(rewards), np.array(shares), (Checkpoint(0, AGENT),))


def test_checkpoints_are_the_start_the_end_and_equal_factors_between_them():
    ticks = checkpoint_ticks(64 * 81, 6, rollout=64)
    assert ticks == [0, 64, 192, 576, 1728, 5184]


def test_checkpoints_lie_between_two_rollouts_and_reach_the_end_of_the_last_one():
    ticks = checkpoint_ticks(1000, 7, rollout=64)
    assert all(tick % 64 == 0 for tick in ticks)
    assert ticks[-1] == 1024  # the rollout in which step 1,000 lies is finished
    assert ticks == sorted(set(ticks))


def test_a_run_of_less_than_a_rollout_has_a_start_and_an_end():
    assert checkpoint_ticks(10, 5, rollout=64) == [0, 64]


def test_fewer_than_two_checkpoints_are_refused():
    with pytest.raises(ValueError, match="checkpoints must be a whole number of at least 2"):
        checkpoint_ticks(1000, 1, rollout=64)


def test_bins_are_means_over_spans_of_time():
    history = _history([1, 0, 0, 0, 1, 1], [[1, 0], [1, 0], [0, 1], [0, 1], [0, 1], [1, 0]])
    series = history.binned(2, first=2)
    np.testing.assert_array_equal(series.ticks, [2, 6])
    np.testing.assert_allclose(series.rewards, [1 / 2, 2 / 4])
    np.testing.assert_allclose(series.shares, [[1, 0], [1 / 4, 3 / 4]])


def test_every_step_lies_in_one_bin_and_bins_grow_by_one_factor():
    rewards = np.random.default_rng(0).random(1000)
    series = _history(rewards.tolist(), [[1.0, 0.0]] * 1000).binned(8, first=10)
    ends = np.array([0, *series.ticks])
    assert (series.rewards * np.diff(ends)).sum() == pytest.approx(rewards.sum())
    np.testing.assert_allclose(ends[2:] / ends[1:-1], 100 ** (1 / 7), rtol=0.05)


def test_bins_shorter_than_a_step_are_left_out():
    assert len(_history([0.0] * 10, [[1.0]] * 10).binned(50, first=1).ticks) == 10


def test_a_series_says_what_is_left_and_where_nothing_is():
    series = _history([0, 0], [[0.5, 0.0, 0.5], [0.0, 1.0, 0.0]]).binned(2, first=1)
    np.testing.assert_allclose(series.empty, [0.5, 0.0])
    np.testing.assert_allclose(series.left, [1.0, 1.0])


def test_a_first_span_that_is_longer_than_the_run_is_refused():
    with pytest.raises(ValueError, match="The run has 2 steps; make its first span of 3 shorter"):
        _history([0, 0], [[1.0], [1.0]]).binned(2, first=3)


def test_the_agent_is_the_one_at_the_end():
    other = Policy.random(obs_size=2, num_actions=2, hidden=2, seed=1)
    history = History(np.zeros(1), np.ones((1, 1)), (Checkpoint(0, AGENT), Checkpoint(1, other)))
    assert history.agent is other
    assert history.ticks == 1


def test_a_history_is_shown_as_one_line():
    history = _history([0.1] * 1200, [[1.0]] * 1200)
    assert repr(history) == "<History: 1,200 steps of each environment, 1 checkpoints>"
