"""What chapter 1 says of core and spurious features, over seeds with margins."""

from __future__ import annotations

import numpy as np
import pytest

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
