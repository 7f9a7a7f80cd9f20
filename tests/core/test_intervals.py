"""Intervals over episodes and over seeds: exact, and as often right as they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from misgen.core.intervals import Estimate, band, over_seeds, student_t, wilson

RATE = st.floats(0, 1)
RATES = st.lists(RATE, min_size=2, max_size=30)
SEVERAL = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def _holds(estimate: Estimate, value: float) -> bool:
    return estimate.low <= value <= estimate.high


@given(SEVERAL)
def test_the_wilson_interval_holds_the_share_and_lies_in_0_to_1(counts):
    estimate = wilson(*counts)
    assert estimate.mean == counts[0] / counts[1]
    assert 0 <= estimate.low <= estimate.mean <= estimate.high <= 1
    assert estimate.low < estimate.high


@given(SEVERAL)
def test_the_wilson_interval_is_that_of_scipy(counts):
    interval = stats.binomtest(*counts).proportion_ci(method="wilson")
    estimate = wilson(*counts)
    assert estimate.low == pytest.approx(interval.low, abs=1e-6)
    assert estimate.high == pytest.approx(interval.high, abs=1e-6)


@given(SEVERAL, st.integers(2, 10))
def test_the_wilson_interval_shrinks_with_more_episodes(counts, times):
    few, many = wilson(*counts), wilson(times * counts[0], times * counts[1])
    assert many.high - many.low < few.high - few.low


@given(RATES)
def test_the_interval_over_seeds_holds_the_mean_and_lies_in_0_to_1(rates):
    estimate = over_seeds(rates)
    assert estimate.mean == pytest.approx(np.mean(rates))
    assert 0 <= estimate.low <= estimate.mean <= estimate.high <= 1
    assert estimate.n == len(rates)


@given(st.lists(st.floats(0.4, 0.6), min_size=3, max_size=30), st.integers(2, 5))
def test_the_interval_over_seeds_shrinks_when_seeds_like_these_are_added(rates, times):
    few, many = over_seeds(rates), over_seeds(rates * times)
    assert many.high - many.low <= few.high - few.low + 1e-12


@given(RATES, st.randoms())
def test_the_order_of_the_seeds_does_not_matter(rates, random):
    shuffled = random.sample(rates, len(rates))
    assert over_seeds(shuffled).high == pytest.approx(over_seeds(rates).high)


@given(st.lists(st.floats(0.3, 0.7), min_size=2, max_size=30))
def test_the_interval_over_seeds_is_that_of_scipy_cut_to_0_and_1(rates):
    assume(np.std(rates) > 1e-9)  # scipy gives nan where all seeds are equal
    low, high = stats.t.interval(0.95, len(rates) - 1, np.mean(rates), stats.sem(rates))
    estimate = over_seeds(rates)
    assert estimate.low == pytest.approx(max(0.0, low), abs=1e-6)
    assert estimate.high == pytest.approx(min(1.0, high), abs=1e-6)


def test_seeds_that_all_agree_have_an_interval_of_one_point():
    assert over_seeds([0.25] * 5) == Estimate(0.25, 0.25, 0.25, 5)


@pytest.mark.parametrize("p", [0.01, 0.12, 0.5, 0.97])
def test_the_wilson_interval_covers_the_truth_in_about_95_percent_of_samples(p):
    # Of 4,000 samples; exact coverage at n = 2,000 lies between 94.0 and 96.2 % for these p.
    draws = np.random.default_rng(0).binomial(2000, p, 4000)
    estimates = [wilson(int(k), 2000) for k in draws]
    coverage = np.mean([_holds(e, p) for e in estimates])
    assert coverage == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("seeds", [2, 5, 10])
def test_the_interval_over_seeds_covers_the_mean_in_about_95_percent_of_samples(seeds):
    # Normal rates far from 0 and 1, where t-intervals are exact: 4,000 samples, 4 standard errors.
    samples = np.random.default_rng(1).normal(0.5, 0.03, (4000, seeds))
    estimates = [over_seeds(sample) for sample in samples]
    coverage = np.mean([_holds(e, 0.5) for e in estimates])
    assert coverage == pytest.approx(0.95, abs=0.014)


def test_the_interval_over_seeds_covers_a_rate_that_differs_between_seeds():
    # Each seed has a goal rate of its own (beta, mean 0.6) and is measured on 2,000 episodes:
    # an interval over the 20,000 episodes pooled would claim far too much.
    rng = np.random.default_rng(2)
    truth = rng.beta(60, 40, (2000, 10))
    counts = rng.binomial(2000, truth)
    over = np.mean([_holds(over_seeds(row / 2000), 0.6) for row in counts])
    pooled = np.mean([_holds(wilson(int(row.sum()), 20_000), 0.6) for row in counts])
    assert over == pytest.approx(0.95, abs=0.02)
    assert pooled < 0.5


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 8, 9, 10, 19, 29, 99, 1000])
@pytest.mark.parametrize("probability", [0.5, 0.75, 0.9, 0.975, 0.995, 0.9995])
def test_student_t_is_that_of_scipy(probability, degrees):
    exact = stats.t.ppf(probability, degrees)
    assert student_t(probability, degrees) == pytest.approx(exact, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(
    "rates", [[], [0.5], [[0.1, 0.2]], [0.5, 1.2], [-0.1, 0.5], [np.nan, 0.5], 0.5]
)
def test_an_interval_over_seeds_needs_two_rates_between_0_and_1(rates):
    with pytest.raises(ValueError, match="at least two rates between 0 and 1"):
        over_seeds(rates)


@pytest.mark.parametrize("rates", [{0.1, 0.2}, ["0.1", "0.2"], [[0.1], [0.1, 0.2]], "0.5", None])
def test_what_are_no_numbers_are_no_rates(rates):
    with pytest.raises(ValueError, match="at least two rates between 0 and 1"):
        over_seeds(rates)


def test_impossible_counts_are_refused():
    with pytest.raises(
        ValueError, match="6 successes in 5 episodes is impossible; check the count"
    ):
        wilson(6, 5)


@pytest.mark.parametrize("count", [-1, 2.5, np.nan, True, "3", None, [3]])
def test_what_is_no_count_is_refused(count):
    with pytest.raises(ValueError, match=r"^successes must be a whole number of at least 0, but"):
        wilson(count, 5)
    with pytest.raises(ValueError, match=r"^n must be a whole number of at least 1, but"):
        wilson(0, count)


# ----------------------------------------------------------------------- bands


def test_a_band_is_the_estimate_over_seeds_at_every_point():
    curves = np.random.default_rng(0).uniform(0.4, 0.6, (7, 2, 3))
    ours = band(curves)  # (seed, ...)
    for point in np.ndindex(2, 3):
        expected = over_seeds(curves[(slice(None), *point)])
        assert ours.mean[point] == pytest.approx(expected.mean)
        assert ours.low[point] == pytest.approx(expected.low)
        assert ours.high[point] == pytest.approx(expected.high)


def test_one_seed_has_no_interval():
    with pytest.raises(ValueError, match="at least two seeds"):
        band([[0.1, 0.2]])
