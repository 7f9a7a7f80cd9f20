import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misgen.topics.distributions.spurious import (
    CASES,
    Settings,
    accuracy,
    case_shares,
    changed_answers,
    draw,
    fit,
)

shares_of_one = st.floats(0.5, 0.92)


@given(st.floats(0, 1), st.floats(0, 1))
def test_case_shares_are_those_of_independent_features(core, spurious):
    shares = case_shares(core, spurious)
    assert shares.sum() == pytest.approx(1)
    assert shares[CASES[:, 0] == 1].sum() == pytest.approx(core, abs=1e-9)
    assert shares[CASES[:, 1] == 1].sum() == pytest.approx(spurious, abs=1e-9)
    assert shares[0] == pytest.approx(core * spurious, abs=1e-9)


@settings(max_examples=20)
@given(shares_of_one, shares_of_one)
def test_weights_come_to_the_log_odds_of_each_feature(core, spurious):
    # The features are independent given the label, so the best weight of each is its log odds.
    weights = fit(case_shares(core, spurious), Settings(steps=4000))
    odds = np.log([core / (1 - core), spurious / (1 - spurious)])
    assert weights == pytest.approx(odds, abs=0.02)


def test_a_gradient_step_is_that_of_the_mean_logistic_loss():
    shares = np.array([0.5, 0.2, 0.25, 0.05])

    def loss(weights):
        return float(shares @ np.log1p(np.exp(-CASES @ weights)))

    before = fit(shares, Settings(steps=3))
    after = fit(shares, Settings(steps=4))
    slopes = [(loss(before + e) - loss(before - e)) / 2e-6 for e in 1e-6 * np.eye(2)]
    assert after - before == pytest.approx(-np.array(slopes), abs=1e-6)


def test_weights_stay_finite_where_both_features_are_always_right():
    weights = fit(case_shares(1.0, 1.0))
    assert np.isfinite(weights).all()
    assert weights[0] == weights[1] > 0


def test_many_training_sets_are_fitted_at_once():
    shares = case_shares(0.9, [0.6, 0.95])
    together = fit(np.stack([shares, shares[::-1]]))
    assert together[1, 0] == pytest.approx(fit(shares[1]))
    assert together.shape == (2, 2, 2)


def test_accuracy_is_the_share_of_the_cases_with_a_positive_score():
    shares = case_shares(0.9, 0.2)
    assert accuracy(np.array([2.0, 1.0]), shares) == pytest.approx(0.9)
    assert accuracy(np.array([1.0, 2.0]), shares) == pytest.approx(0.2)
    assert accuracy(np.array([-1.0, 0.0]), shares) == pytest.approx(0.1)


def test_an_undecided_example_counts_half():
    shares = case_shares(0.9, 0.2)
    assert accuracy(np.zeros(2), shares) == pytest.approx(0.5)
    # Right where both agree with the label, half where they disagree.
    assert accuracy(np.array([1.5, 1.5]), shares) == pytest.approx(0.18 + (0.72 + 0.02) / 2)


def test_a_misread_feature_changes_the_answers_that_hang_on_it():
    shares = case_shares(0.9, 0.2)
    follows_spurious, undecided = np.array([1.0, 2.0]), np.array([1.5, 1.5])
    assert changed_answers(follows_spurious, shares, misread=0) == 0
    assert changed_answers(follows_spurious, shares, misread=1) == pytest.approx(1)
    # With equal weights an answer becomes undecided, or is one no more.
    assert changed_answers(undecided, shares, misread=0) == pytest.approx(1)
    assert changed_answers(np.zeros(2), shares, misread=1) == 0


def test_training_sets_have_the_size_that_was_asked_for_and_a_seed_each():
    shares = case_shares(0.9, [0.5, 0.95])
    sets = draw(shares, examples=40, seeds=30)
    assert sets.shape == (30, 2, 4)
    assert np.round(sets * 40, 9) == pytest.approx(np.rint(sets * 40))
    assert sets.sum(axis=-1) == pytest.approx(1)
    assert len(np.unique(sets[:, 0], axis=0)) > 10
    np.testing.assert_array_equal(sets[:5], draw(shares, examples=40, seeds=5))


def test_large_training_sets_are_like_the_distribution():
    shares = case_shares(0.9, 0.8)
    assert draw(shares, examples=100_000, seeds=3) == pytest.approx(
        np.tile(shares, (3, 1)), abs=0.006
    )


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: case_shares(1.2, 0.5), "core"),
        (lambda: case_shares(0.9, [0.5, -0.1]), "spurious"),
        (lambda: draw(case_shares(0.9, 0.5), 0, 2), "examples"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(call, word):
    with pytest.raises(ValueError, match=word) as caught:
        call()
    assert str(caught.value).count("\n") == 0
