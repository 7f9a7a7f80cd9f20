import numpy as np
import pytest

from misgen.core.intervals import over_seeds
from misgen.topics.persuasion.explorers import band_of_shares, ranges_of_100


def test_the_band_is_that_of_over_seeds_and_stays_within_0_and_1():
    rates = np.array([[0.0, 0.3], [0.0, 0.4], [0.4, 0.5]])
    mean, low, high = band_of_shares(rates)
    for i in range(2):
        estimate = over_seeds(rates[:, i])
        assert (mean[i], low[i], high[i]) == pytest.approx(
            (estimate.mean, estimate.low, estimate.high)
        )
    assert low[0] == 0


def test_a_range_names_the_lowest_and_the_highest_seed():
    assert ranges_of_100(np.array([[[0.16]], [[0.82]], [[0.5]]])).tolist() == [["16 to 82 of 100"]]
    assert ranges_of_100(np.array([0.999, 1.0])).tolist() == "100 of 100"
