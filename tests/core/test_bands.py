import numpy as np
import pytest

from misgen.core.intervals import band, over_seeds


def test_a_band_is_the_estimate_over_seeds_at_every_point():
    curves = np.random.default_rng(0).uniform(0.4, 0.6, (7, 2, 3))
    found = band(curves)
    for at in np.ndindex(2, 3):
        expected = over_seeds(curves[(slice(None), *at)])
        assert found.mean[at] == pytest.approx(expected.mean)
        assert found.low[at] == pytest.approx(expected.low)
        assert found.high[at] == pytest.approx(expected.high)


def test_one_seed_has_no_interval():
    with pytest.raises(ValueError, match="at least two seeds"):
        band([[0.1, 0.2]])
