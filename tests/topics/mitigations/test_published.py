import numpy as np
import pytest
from topics.mitigations.made_up import EPISODES, GOALS, ROWS

from misgen.topics.mitigations.experiment import SEEDS, SHARES, WORLDS
from misgen.topics.mitigations.published import ensembles, heads, rates
from misgen.topics.mitigations.trial import BUDGETS, LABELS, WEIGHTS


@pytest.mark.parametrize("method", GOALS)
@pytest.mark.parametrize("share", SHARES)
def test_rates_are_those_of_the_method_the_share_and_each_seed(method, share):
    start = GOALS[method][SHARES.index(share)]
    found = rates(ROWS, method, "CoinRun", share, "shifted")
    np.testing.assert_allclose(found, (start + np.array(SEEDS)) / EPISODES)
    in_the_room = rates(ROWS, method, "CoinGrid", share, "shifted")
    np.testing.assert_allclose(in_the_room, found + 0.02)
    assert (rates(ROWS, method, "CoinRun", share, "erased") == 0.1).all()
    assert (rates(ROWS, method, "CoinRun", share, "ordinary", "died") == 0.02).all()


def test_ensembles_have_a_rate_at_each_budget():
    found = ensembles(ROWS, "CoinRun", 0.01)
    assert found.goal.shape == found.asked.shape == (len(SEEDS), len(BUDGETS))
    np.testing.assert_allclose(found.goal[:, 0], (550 + np.array(SEEDS)) / EPISODES)
    np.testing.assert_allclose(found.asked[0], np.minimum(1, 1.2 * np.array(BUDGETS)))
    assert (found.success == 0.98).all()


def test_who_asks_at_random_is_between_never_and_always():
    found = ensembles(ROWS, "CoinRun", 0.01)
    np.testing.assert_allclose(found.at_random[:, [0, -1]], found.goal[:, [0, -1]])
    half = BUDGETS.index(0.5)
    np.testing.assert_allclose(found.at_random[:, half], found.goal[:, [0, -1]].mean(axis=1))


@pytest.mark.parametrize("world", WORLDS)
def test_the_chosen_head_is_a_mixture_of_both(world):
    found = heads(ROWS, world, len(WEIGHTS) - 1)
    first, second = found.goal.T
    np.testing.assert_allclose(first - second, WEIGHTS[-1] / EPISODES)
    np.testing.assert_allclose(found.chosen[:, 0], found.goal.mean(axis=1))
    by_all = 0.5 + LABELS[-1] / 40
    np.testing.assert_allclose(found.chosen[:, -1], by_all * first + (1 - by_all) * second)
    assert found.success.mean() == 0.98
