import numpy as np
import pytest
from scipy import stats

from misgen.topics.coin_line.figures import power_law


def test_the_slope_and_its_interval_are_those_of_a_regression_on_logarithms():
    x, y = [0.01, 0.03, 0.1, 0.5, 2.0], [310.0, 90.0, 33.0, 4.0, 1.7]
    fitted, found = stats.linregress(np.log(x), np.log(y)), power_law(x, y)
    half = stats.t.ppf(0.975, 3) * fitted.stderr
    assert found.slope == pytest.approx(fitted.slope)
    assert (found.low, found.high) == pytest.approx((fitted.slope - half, fitted.slope + half))
    assert found.factor == pytest.approx(np.exp(fitted.intercept))


@pytest.mark.parametrize(
    ("x", "y"), [([1, 2], [1, 2]), ([1, 2, 3], [1, 0, 2]), ([0, 1, 2], [1, 1, 1])]
)
def test_points_without_a_logarithm_and_too_few_points_are_refused(x, y):
    with pytest.raises(ValueError, match="at least three points"):
        power_law(x, y)
