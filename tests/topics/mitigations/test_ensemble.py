"""Agents that act as one, and ask."""

from __future__ import annotations

import numpy as np
import pytest

from misgen.core.measure import OUTCOMES
from misgen.core.policy import Policy
from misgen.core.registry import make
from misgen.topics.coin_grid.env import CELLS
from misgen.topics.mitigations.ensemble import Asking, jensen_shannon, play, separated
from misgen.topics.mitigations.trial import helper_of

UP, DOWN = range(2)


class Always:
    """Gives each action a probability, whatever it sees."""

    def __init__(self, *probabilities: float) -> None:
        self._p = np.array(probabilities)

    def probabilities(self, obs):
        return np.tile(self._p, (len(obs), 1))


def test_disagreement_is_0_for_equals_and_at_most_the_logarithm_of_their_number():
    same = np.tile([0.2, 0.3, 0.5], (4, 6, 1))
    assert jensen_shannon(same) == pytest.approx(np.zeros(6), abs=1e-12)
    apart = np.eye(4)[:, None, :]  # each of four is sure of another outcome
    assert jensen_shannon(apart) == pytest.approx([np.log(4)])


def test_disagreement_of_two_is_that_of_the_definition():
    p, q = np.array([0.9, 0.1]), np.array([0.4, 0.6])
    mean = (p + q) / 2
    expected = sum((x * np.log(x / mean)).sum() for x in (p, q)) / 2
    assert jensen_shannon(np.stack([p, q])[:, None]) == pytest.approx([expected])


def grid(episodes: int = 200):
    return make("CoinGrid", episodes, distinguishing=1.0, seed=0)


def test_who_agrees_never_asks_and_who_disagrees_asks_at_once():
    agreeing = [Always(0.25, 0.25, 0.25, 0.25)] * 3
    told = play(agreeing, helper_of("CoinGrid"), grid(), 0.01, 0)
    assert not told.asked.any()
    assert told.most.max() < 1e-9
    apart = [Always(1, 0, 0, 0), Always(0, 1, 0, 0)]
    told = play(apart, helper_of("CoinGrid"), grid(), 0.5, 0)
    assert told.asked.all()
    assert told.most == pytest.approx(np.full(200, np.log(2)))
    assert (told.outcomes == OUTCOMES.index("goal")).mean() > 0.95  # the helper goes straight


def test_once_asked_the_helper_goes_on_to_the_end():
    env = grid(3)
    obs = env.reset()
    ensemble = Asking([Always(0, 0, 0, 1)] * 2, helper_of("CoinGrid"), -1.0)
    first = ensemble.act(obs, np.random.default_rng(0))
    ensemble._threshold = np.inf  # they would not ask now
    second = ensemble.act(obs, np.random.default_rng(0))
    assert np.array_equal(first, helper_of("CoinGrid").act(obs, np.random.default_rng(0)))
    assert np.array_equal(first, second)
    assert ensemble.asked[-1].all()


def test_questions_after_the_end_of_an_episode_do_not_count():
    class Late:
        """Acts at random until the coin is reached, and is then sure of one action."""

        def __init__(self, action):
            self._action = action

        def probabilities(self, obs):
            there = obs[:, :CELLS].argmax(axis=1) == obs[:, CELLS:].argmax(axis=1)
            return np.where(there[:, None], np.eye(4)[self._action], np.full(4, 0.25))

    told = play([Late(UP), Late(DOWN)], helper_of("CoinGrid"), grid(), 0.1, 0)
    assert (told.outcomes == OUTCOMES.index("goal")).any()
    assert not told.asked.any()


def test_the_ensemble_acts_as_the_mean_of_its_members():
    members = [Always(1, 0, 0, 0), Always(0, 0, 0, 1)]
    ensemble = Asking(members, helper_of("CoinGrid"), np.inf)
    obs = np.zeros((4000, 2 * CELLS), np.float32)
    actions = ensemble.act(obs, np.random.default_rng(0))
    np.testing.assert_allclose(
        np.bincount(actions, minlength=4) / 4000, [0.5, 0, 0, 0.5], atol=0.03
    )


def test_a_policy_can_be_a_member():
    agent = Policy.random(obs_size=2 * CELLS, num_actions=4, hidden=8, seed=0)
    told = play([agent, agent], helper_of("CoinGrid"), grid(20), np.inf, 0)
    assert len(told.outcomes) == 20


@pytest.mark.parametrize(
    ("ordinary", "shifted", "share"),
    [([0, 1], [2, 3], 1.0), ([2, 3], [0, 1], 0.0), ([1, 1], [1, 1], 0.5), ([0, 2], [1], 0.5)],
)
def test_separation_counts_pairs(ordinary, shifted, share):
    assert separated(np.array(ordinary, float), np.array(shifted, float)) == share
