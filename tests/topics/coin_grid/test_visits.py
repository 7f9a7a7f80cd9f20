import numpy as np
import pytest

from misgen.core.policy import Policy
from misgen.topics.coin_grid.env import ENCODINGS, CoinGrid
from misgen.topics.coin_grid.visits import (
    action_probabilities,
    coin_distribution,
    expected_visits,
    visit_distribution,
)

UP, DOWN, LEFT, RIGHT = range(4)


def _restless(encoding: str = "cell", seed: int = 3) -> Policy:
    """An untrained agent whose actions differ from state to state."""
    env = CoinGrid(1, encoding=encoding, seed=0)
    policy = Policy.random(obs_size=env.obs_size, num_actions=4, hidden=16, seed=seed)
    policy.action_weight[:] *= 400
    return policy


def _always(action: int) -> np.ndarray:
    return np.broadcast_to(np.eye(4)[action], (49, 49, 4))


def _count_by_hand(actions: np.ndarray, coin: int) -> np.ndarray:
    """Expected visits with the coin in one cell, by loops over cells."""
    starts = [cell for cell in range(48) if cell != coin]
    now = {cell: 1 / len(starts) for cell in starts}
    visits = np.zeros(49)
    for _ in range(30):
        after: dict[int, float] = {}
        for cell, mass in now.items():
            visits[cell] += mass
            x, y = cell % 7, cell // 7
            ways = [(x, min(y + 1, 6)), (x, max(y - 1, 0)), (max(x - 1, 0), y), (min(x + 1, 6), y)]
            for action, (to_x, to_y) in enumerate(ways):
                there = 7 * to_y + to_x
                if there != coin:
                    after[there] = after.get(there, 0.0) + mass * actions[coin, cell, action]
        now = after
    return visits


@pytest.mark.parametrize("coin", [0, 24, 45, 48])
def test_visits_are_those_of_a_slow_count_by_hand(coin):
    actions = action_probabilities(_restless())
    assert expected_visits(actions)[coin] == pytest.approx(_count_by_hand(actions, coin))


def test_an_agent_that_only_goes_up_is_at_the_top_most_of_the_time():
    visits = expected_visits(_always(UP))[3]  # the coin below, in column 3
    assert visits.sum() == pytest.approx(30)
    top_left = 5 * 30 - (5 + 4 + 3 + 2 + 1)  # from the five rows below: the rest of its time
    assert visits[42] == pytest.approx((top_left + 30 + 30 - 6) / 47)


def test_the_coin_ends_the_episode():
    visits = expected_visits(_always(RIGHT))
    assert (np.diagonal(visits) == 0).all()
    # With the coin at the end of the lowest row, the six cells of that row are left in turn.
    assert visits[6, :6] == pytest.approx(np.arange(1, 7) / 47)


def test_agents_of_ordinary_levels_never_act_in_the_corner():
    assert expected_visits(action_probabilities(_restless()))[48, 48] == 0


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_exact_visits_are_what_many_episodes_come_to(share):
    policy, env = _restless(), CoinGrid(6000, distinguishing=share, seed=1)
    rng, obs = np.random.default_rng(2), env.reset()
    coins = obs[:, 49:].argmax(axis=1)
    counts, running = np.zeros((49, 49)), np.ones(6000, bool)
    for _ in range(30):
        agents = obs[:, :49].argmax(axis=1)
        np.add.at(counts, (coins[running], agents[running]), 1)
        step = env.step(policy.act(obs, rng))
        obs, running = step.obs, running & ~step.terminated
    exact = visit_distribution(expected_visits(action_probabilities(policy)), share)
    apart = exact - counts / counts.sum()  # (coin, agent)
    assert np.abs(apart.sum(axis=0)).sum() / 2 < 0.02
    assert np.abs(apart.sum(axis=1)).sum() / 2 < 0.06


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_a_visit_distribution_adds_up_to_1(share):
    visits = visit_distribution(expected_visits(_always(LEFT)), share)
    assert visits.sum() == pytest.approx(1)
    assert (visits >= 0).all()


def test_the_coin_distribution_of_training_has_one_place():
    assert np.flatnonzero(coin_distribution(0.0)).tolist() == [48]
    assert coin_distribution(1.0)[48] == 0
    assert coin_distribution(0.7).sum() == pytest.approx(1)
    with pytest.raises(ValueError, match="distinguishing"):
        coin_distribution(1.5)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_action_probabilities_are_those_of_the_policy_in_that_state(encoding):
    policy = _restless(encoding)
    table = action_probabilities(policy, encoding)
    env = CoinGrid(1, encoding=encoding, seed=0)
    for coin, agent in ((48, 3), (5, 17), (0, 48)):
        obs = env.view_from(np.array([agent]), np.array([coin]))
        assert table[coin, agent] == pytest.approx(policy.probabilities(obs)[0], abs=1e-6)
    assert table.sum(axis=-1) == pytest.approx(1)
    assert np.ptp(table) > 0.5
