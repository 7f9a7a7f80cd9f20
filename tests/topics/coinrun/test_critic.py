import numpy as np
import pytest

import misgen
from misgen.core.intervals import mean_difference
from misgen.core.policy import Policy
from misgen.explore.pack import unpack
from misgen.topics.coinrun import critic
from misgen.topics.coinrun.env import CoinRun


def _coin_lover() -> Policy:
    """A critic that values nothing but a coin in view."""
    policy = Policy.random(obs_size=310, num_actions=6, hidden=1, seed=0)
    weight = np.zeros((310, 1), np.float32)
    weight[3:-2:4] = 1.0
    return Policy(weight, np.zeros(1, np.float32), *policy.weights[2:4],
                  np.ones(1, np.float32), np.zeros((), np.float32))  # fmt: skip


def test_a_critic_that_sees_only_coins_values_the_visible_coin_alone():
    values = critic.coin_effect(_coin_lover(), levels=50, seed=0)
    np.testing.assert_allclose(values, [[1.0, 0.0], [1.0, 0.0]])


def test_the_value_map_has_the_value_of_each_free_cell_and_none_for_the_ground():
    panel = critic.value_map(_coin_lover(), seed=0, level=2)
    arrays = unpack(panel.table["layout"], panel.data)
    env = CoinRun(3, distinguishing=1.0, seed=0)
    env.reset()
    erased, visible = arrays["part0.values"]
    free = (env.frame(2).cells == env.sprites.index("sky")).sum()
    assert np.isfinite(visible).sum() == free
    assert np.nanmax(visible) == 1.0
    assert np.nanmax(erased) == 0.0


def test_values_are_not_cut_where_the_colours_end():
    *weights, _, bias = _coin_lover().weights
    loud = Policy(*weights, np.full(1, 3, np.float32), bias)
    assert np.nanmax(critic.values_of_cells(loud, 0, 2, True)) == 3.0
    assert np.nanmax(critic.values_of_cells(loud, 0, 2, False)) == 0.0


def test_the_value_map_outlines_the_cell_of_the_coin():
    panel = critic.value_map(_coin_lover(), seed=0, level=2)
    ((row, column, _),) = panel.table["parts"][0]["marks"]
    visible = unpack(panel.table["layout"], panel.data)["part0.values"][1]
    assert visible[row + 1, column] == 1.0


def test_paired_differences_have_an_interval_around_their_mean():
    e = mean_difference([0.5, 0.6, 0.7], [0.1, 0.4, 0.2])
    assert e.low < e.mean < e.high
    assert e.mean == pytest.approx(11 / 30)


def test_the_effect_table_has_a_row_for_each_share_and_place():
    values = [np.array([[0.5, 0.4], [0.9, 0.8]]), np.array([[0.6, 0.4], [0.9, 0.7]])]
    numbers = critic.effect_table({0.0: values, 0.5: values})
    assert len(numbers.table[1]) == 4
    assert numbers.table[1][0][2:] == ("0.55", "0.40", "+0.15 [-0.49, +0.79]")


def test_published_critics_trained_with_half_of_the_levels_apart_follow_the_coin():
    """The contrast to the claim below; margin 0.3 of a coin at the end."""
    values = [
        critic.coin_effect(misgen.published("CoinRun", distinguishing=0.5, seed=s), seed=2_000_000)
        for s in range(10)
    ]
    under_coin, at_end = np.array(values).transpose(1, 0, 2)
    assert mean_difference(*under_coin.T).low > 0.0
    assert mean_difference(*at_end.T).low > 0.3


def test_published_critics_value_the_place_more_than_the_coin_at_zero():
    """Langosco et al. (2022), section 3.4, over ten seeds; margin 0.1 of a coin."""
    values = [
        critic.coin_effect(misgen.published("CoinRun", distinguishing=0.0, seed=s), seed=2_000_000)
        for s in range(10)
    ]
    under_coin, at_end = np.array(values).transpose(1, 0, 2)
    coin = mean_difference(*under_coin.T)
    assert -0.1 < coin.low < coin.high < 0.1
    place = mean_difference(at_end[:, 1], under_coin[:, 0])
    assert place.low > 0.1
