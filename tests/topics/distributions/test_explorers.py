import numpy as np
import pytest
from explored import arrays_of, assert_a_step_changes_the_sentence, said

from misgen.topics.distributions import spurious
from misgen.topics.distributions.explorers import (
    CORE,
    FEATURE_EXAMPLES,
    FEATURE_SEEDS,
    TEST,
    TRAINING,
    accuracies_of_all,
    features,
    weights_of_all,
)


@pytest.fixture(scope="module")
def weights():
    return weights_of_all()


@pytest.fixture(scope="module")
def of_features():
    return features()


def test_the_weights_are_those_of_each_setting(weights):
    assert weights.shape == (FEATURE_SEEDS, len(CORE), len(FEATURE_EXAMPLES), len(TRAINING), 2)
    for c, n, t in ((0, 3, 4), (1, 3, 9), (2, 3, 10)):
        assert weights[7, c, n, t] == pytest.approx(
            spurious.fit(spurious.case_shares(CORE[c], TRAINING[t]))
        )
    sets = spurious.draw(
        spurious.case_shares(CORE[1], TRAINING), FEATURE_EXAMPLES[0], FEATURE_SEEDS
    )
    assert weights[:, 1, 0] == pytest.approx(spurious.fit(sets))


def test_the_accuracies_are_those_of_each_setting(weights):
    training, test = accuracies_of_all(weights)
    for s, c, n, q, t in ((0, 1, 3, 1, 9), (4, 0, 0, 10, 2), (9, 2, 1, 5, 8)):
        of = weights[s, c, n, t]
        assert training[s, c, n, t] == pytest.approx(
            float(spurious.accuracy(of, spurious.case_shares(CORE[c], TRAINING[t])))
        )
        assert test[s, c, n, q, t] == pytest.approx(
            float(spurious.accuracy(of, spurious.case_shares(CORE[c], TEST[q])))
        )


def test_the_panel_says_which_feature_decides(of_features):
    assert "follows the spurious one" in said(of_features)
    assert "follows the core one" in said(of_features, training=0.85)
    assert "cannot decide" in said(of_features, training=0.9)
    assert f"of {FEATURE_SEEDS} training sets" in said(of_features, examples=20)


def test_the_panel_says_the_accuracies(of_features):
    assert "right on 95 of 100 examples as in training, and on 10 of 100 at test" in said(
        of_features
    )
    assert "on 80 of 100 at test" in said(of_features, test=0.8)
    assert "and on 90 of 100 at test" in said(of_features, training=0.5)


def test_the_count_of_training_sets_that_prefer_the_core_feature_is_right(of_features, weights):
    at = (slice(None), CORE.index(0.9), FEATURE_EXAMPLES.index(100), TRAINING.index(0.85))
    wins = int((weights[at][:, 0] > weights[at][:, 1]).sum())
    assert f"in {wins} of {FEATURE_SEEDS}" in said(of_features, examples=100, training=0.85)
    assert 0 < wins < FEATURE_SEEDS


def test_a_step_of_any_slider_changes_the_sentence(of_features):
    assert_a_step_changes_the_sentence(of_features)


def test_the_whole_distribution_has_no_interval(of_features):
    low = arrays_of(of_features)["part0.0.low"]
    exact = FEATURE_EXAMPLES.index(0)
    assert np.isnan(low[:, exact]).all()
    assert not np.isnan(np.delete(low, exact, axis=1)).any()


def test_each_slider_stands_below_the_chart_over_whose_values_it_moves(of_features):
    charts, controls = of_features.table["parts"], of_features.table["controls"]
    for control, chart in zip(controls[:2], charts, strict=True):
        assert chart["cursor"] == control["name"]
        first, last = control["values"][0], control["values"][-1]
        along = [(value - first) / (last - first) for value in control["values"]]
        assert chart["x"] == pytest.approx(along)  # as a part of the axis
        assert control["label"].split(",")[0].lower() in chart["xLabel"]


def test_the_second_chart_draws_the_test_distributions(of_features, weights):
    training, test = accuracies_of_all(weights)
    at = CORE.index(0.9), FEATURE_EXAMPLES.index(0), TRAINING.index(0.95)
    drawn = arrays_of(of_features)
    assert drawn["part1.0.values"][at] == pytest.approx(
        test.mean(axis=0)[at[0], at[1], :, at[2]], abs=1e-3
    )
    assert drawn["part1.1.values"][at] == pytest.approx(training.mean(axis=0)[at], abs=1e-3)
