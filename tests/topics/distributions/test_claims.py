"""What chapter 1 says of features, of the four words and of distances, over seeds with margins."""

from __future__ import annotations

import numpy as np
import pytest

from misgen.core.intervals import band
from misgen.topics.distributions.explorers import EXAMPLES, PUSHES, SEEDS, curves
from misgen.topics.distributions.spurious import accuracy, case_shares, draw, fit

# ----------------------------------------------------------- core and spurious feature


@pytest.mark.parametrize("core", [0.7, 0.8, 0.9])
def test_the_model_follows_the_feature_that_is_right_more_often_in_training(core):
    # Exact: it changes sides where the two are right equally often, wherever that is.
    shares = np.array([0.5, core - 0.02, core + 0.02, 1.0])
    weights = fit(case_shares(core, shares))
    assert (weights[:2, 0] > weights[:2, 1]).all()
    assert (weights[2:, 0] < weights[2:, 1]).all()


def test_training_accuracy_does_not_tell_that_the_model_changed_sides():
    training = case_shares(0.9, 0.95)
    weights = fit(training)
    assert accuracy(weights, training) >= 0.9
    assert accuracy(weights, case_shares(0.9, 0.1)) == pytest.approx(0.1)


def test_a_feature_that_is_always_right_wins_in_the_end_however_good_the_other_is():
    weights = fit(case_shares(1.0, 0.99))
    assert weights[0] > weights[1]
    assert accuracy(weights, case_shares(1.0, 0.0)) == 1.0


def test_two_features_that_are_always_right_share_the_weight():
    weights = fit(case_shares(1.0, 1.0))
    assert weights[0] == pytest.approx(weights[1])
    assert accuracy(weights, case_shares(1.0, 0.0)) == pytest.approx(0.5)


def test_small_training_sets_leave_it_to_chance():
    # Of 50 sets of 20 examples some follow either feature; of 1,000 examples none is misled.
    shares = case_shares(0.9, 0.8)
    small, large = (fit(draw(shares, examples, 50)) for examples in (20, 1000))
    follows_spurious = (small[:, 1] > small[:, 0]).mean()
    assert 0.1 <= follows_spurious <= 0.5
    assert (large[:, 0] > large[:, 1]).all()


# -------------------------------------------------------------------- four words


@pytest.fixture(scope="module")
def of():
    return curves()


FEW, MANY = EXAMPLES.index(20), EXAMPLES.index(1000)
NARROW, VARIED = 0, 1
PLAIN, ADVERSARIAL = 0, 1
PUSH = PUSHES.index(0.3)


def _gain(after: np.ndarray, before: np.ndarray) -> tuple[float, float]:
    """Interval of the mean gain within a seed."""
    assert len(after) == SEEDS
    gain = band(after - before)
    return float(gain.low), float(gain.high)


def test_more_data_improves_generalization_by_5_points(of):
    for v in (NARROW, VARIED):
        low, _ = _gain(of.same[:, v, PLAIN, MANY], of.same[:, v, PLAIN, FEW])
        assert low >= 0.05


def test_more_data_closes_the_gap_between_training_and_new_examples(of):
    gap = of.training - of.same
    assert gap[:, NARROW, PLAIN, FEW].mean() >= 0.1
    assert gap[:, NARROW, PLAIN, MANY].mean() <= 0.04


def test_more_data_of_the_same_kind_does_not_undo_the_shift(of):
    shifted = of.shifted[:, :, NARROW, PLAIN, -1]
    _, high = _gain(shifted[:, MANY], shifted[:, FEW])
    assert high <= 0.12
    assert shifted[:, MANY].mean() <= of.same[:, NARROW, PLAIN, MANY].mean() - 0.2


def test_more_varied_data_improves_out_of_distribution_generalization_by_15_points(of):
    low, _ = _gain(of.shifted[:, MANY, VARIED, PLAIN, -1], of.shifted[:, MANY, NARROW, PLAIN, -1])
    assert low >= 0.15


def test_more_varied_data_costs_accuracy_where_the_cue_would_have_helped(of):
    _, high = _gain(of.same[:, VARIED, PLAIN, MANY], of.same[:, NARROW, PLAIN, MANY])
    assert high <= -0.03


def test_adversarial_training_improves_robustness_by_20_points(of):
    for v in (NARROW, VARIED):
        low, _ = _gain(of.pushed[:, MANY, v, ADVERSARIAL, PUSH], of.pushed[:, MANY, v, PLAIN, PUSH])
        assert low >= 0.2


def test_adversarial_training_costs_accuracy_without_a_push(of):
    for v in (NARROW, VARIED):
        _, high = _gain(of.pushed[:, MANY, v, ADVERSARIAL, 0], of.pushed[:, MANY, v, PLAIN, 0])
        assert high <= -0.02


def test_adversarial_training_is_no_cure_for_the_shift_here_it_makes_it_worse(of):
    # The cue is the feature that no small push undoes, so that the model leans on it.
    _, high = _gain(
        of.shifted[:, MANY, NARROW, ADVERSARIAL, -1], of.shifted[:, MANY, NARROW, PLAIN, -1]
    )
    assert high <= -0.3
