"""What the book says of CoinRun through time, as assertions over seeds with stated margins.

All read the published ledger.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from misgen.core.intervals import over_seeds
from misgen.topics.through_time.experiment import SEEDS, SHARES
from misgen.topics.through_time.published import Trainings, through_time
from misgen.topics.through_time.report import SOON

each_share = pytest.mark.parametrize("share", SHARES)


@pytest.fixture(scope="module")
def found() -> dict[float, Trainings]:
    return through_time()


def test_ten_seeds_of_every_share_are_measured_at_twenty_moments(found):
    assert tuple(found) == SHARES
    assert {of.goal.shape for of in found.values()} == {(len(SEEDS), 20)} == {(10, 20)}


@each_share
def test_the_proxy_is_ahead_early_in_every_seed_and_by_a_tenth_of_the_levels(found, share):
    assert found[share].first(found[share].lead > 0).max() <= SOON
    assert found[share].lead.max(axis=1).min() >= 0.1


@pytest.mark.parametrize("share", [share for share in SHARES if share])
def test_where_the_goal_wins_the_proxy_was_ahead_before_in_every_seed(found, share):
    assert (found[share].overtaken > found[share].first(found[share].lead >= 0.1)).all()


def test_without_distinguishing_levels_the_goal_never_overtakes(found):
    assert np.isnan(found[0.0].overtaken).all()


def test_the_more_levels_tell_apart_the_earlier_the_goal_overtakes(found):
    means = [found[share].overtaken.mean() for share in SHARES if share]
    assert all(rarer >= 1.1 * usual for rarer, usual in pairwise(means))
    assert found[0.25].overtaken.max() <= 180_000
    assert found[0.01].overtaken.min() >= 180_000


def test_accidents_rise_for_a_while_and_fall_again_without_distinguishing_levels(found):
    erased = found[0.0].erased
    highest, last = over_seeds(erased.max(axis=1)), over_seeds(erased[:, -1])
    assert highest.low >= last.high + 0.05


def test_without_distinguishing_levels_the_coin_makes_no_difference_at_any_moment(found):
    assert np.abs(found[0.0].net.mean(axis=0)).max() <= 0.05
