import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misgen.core.divergence import kl_divergence, total_variation

counts = st.lists(st.integers(0, 20), min_size=5, max_size=5).filter(any)


def _distribution(numbers: list[int]) -> np.ndarray:
    return np.array(numbers) / sum(numbers)


@given(counts, counts)
def test_total_variation_is_the_largest_difference_over_all_sets_of_outcomes(first, second):
    p, q = _distribution(first), _distribution(second)
    sets = [[bool(k >> i & 1) for i in range(5)] for k in range(32)]
    largest = max(abs(p[chosen].sum() - q[chosen].sum()) for chosen in sets)
    assert total_variation(p, q) == pytest.approx(largest)


def test_total_variation_is_1_for_distributions_without_a_common_outcome():
    assert total_variation([0.5, 0.5, 0, 0], [0, 0, 0.3, 0.7]) == 1.0


@given(counts, counts)
def test_kl_divergence_is_cross_entropy_less_entropy(first, second):
    p, q = _distribution(first), _distribution(second)
    if any(b == 0 < a for a, b in zip(p, q, strict=True)):
        assert kl_divergence(p, q) == float("inf")
    else:
        cross = -sum(a * np.log2(b) for a, b in zip(p, q, strict=True) if a)
        entropy = -sum(a * np.log2(a) for a in p if a)
        assert kl_divergence(p, q) == pytest.approx(cross - entropy, abs=1e-12)


def test_kl_divergence_has_a_direction():
    p, q = [0.9, 0.1], [0.5, 0.5]
    assert kl_divergence(p, q) == pytest.approx(0.531, abs=5e-4)
    assert kl_divergence(q, p) == pytest.approx(0.737, abs=5e-4)


@given(counts)
def test_both_are_0_between_a_distribution_and_itself(numbers):
    p = _distribution(numbers)
    assert total_variation(p, p) == kl_divergence(p, p) == 0.0


@given(counts, counts)
def test_kl_divergence_is_bounded_below_by_total_variation(first, second):
    # Pinsker's inequality, in bits.
    p, q = _distribution(first), _distribution(second)
    assert kl_divergence(p, q) >= 2 * total_variation(p, q) ** 2 / np.log(2) - 1e-12


def test_arrays_of_any_shape_are_compared():
    p, q = np.full((2, 2), 0.25), np.array([[0.5, 0.5], [0.0, 0.0]])
    assert total_variation(p, q) == 0.5
    assert kl_divergence(q, p) == 1.0


@pytest.mark.parametrize("distance", [total_variation, kl_divergence])
@pytest.mark.parametrize(
    ("p", "q", "words"),
    [
        ([0.5, 0.5], [1.0], "same outcomes"),
        ([0.5, 0.6], [0.5, 0.5], "divide by the sum"),
        ([0.5, 0.5], [1.5, -0.5], "no negative probability"),
        ([0.5, 0.5], [np.nan, 0.5], "no negative probability"),
    ],
)
def test_what_is_no_distribution_is_refused_in_one_sentence(distance, p, q, words):
    with pytest.raises(ValueError, match=words) as caught:
        distance(p, q)
    assert str(caught.value).count("\n") == 0


def test_rounding_makes_no_divergence_negative():
    p = np.array([7, 7, 1]) / 15
    q = np.nextafter(p, 1)
    assert (p * np.log2(p / q)).sum() < 0
    assert kl_divergence(p, q) == 0.0


def test_rounding_takes_no_two_distributions_farther_apart_than_one():
    for outcomes in range(2, 300):
        share = np.random.default_rng(outcomes).random(outcomes)
        apart = share / share.sum()
        nothing = np.zeros(outcomes)
        assert total_variation(np.r_[apart, nothing], np.r_[nothing, apart]) <= 1.0
