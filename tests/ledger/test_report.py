"""Demands and differences."""

from __future__ import annotations

import pytest
from scipy import stats

from misgen.core.intervals import Estimate, mean_difference
from misgen.ledger.report import Demand


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.96, 0.99, "holds"), (0.93, 0.99, "holds for the mean, not for the whole interval")],
)
def test_the_verdict_looks_at_the_interval_too(low, high, verdict):
    demand = Demand("", "", Estimate(0.97, low, high, 10), low=0.95)
    assert demand.verdict == verdict


def test_a_difference_has_the_interval_of_the_paired_t_test():
    first, second = [0.11, 0.13, 0.12, 0.16], [0.10, 0.14, 0.09, 0.11]
    reference = stats.ttest_rel(first, second).confidence_interval(0.95)
    ours = mean_difference(first, second)
    assert (ours.low, ours.high) == pytest.approx((reference.low, reference.high), abs=1e-9)
