import numpy as np
import pytest
from explored import arrays_of, assert_a_step_changes_the_sentence, said

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
from misgen.topics.distributions.spurious import (
    accuracy,
    case_shares,
    draw,
    fit,
)


@pytest.fixture(scope="module")
def weights():
    return weights_of_all()


@pytest.fixture(scope="module")
def panel():
    return features()


def test_the_weights_are_those_of_each_setting(weights):
    assert weights.shape == (FEATURE_SEEDS, len(CORE), len(FEATURE_EXAMPLES), len(TRAINING), 2)
    for c, n, t in ((0, 3, 4), (1, 3, 9), (2, 3, 10)):
        assert weights[7, c, n, t] == pytest.approx(fit(case_shares(CORE[c], TRAINING[t])))
    sets = draw(case_shares(CORE[1], TRAINING), FEATURE_EXAMPLES[0], FEATURE_SEEDS)
    assert weights[:, 1, 0] == pytest.approx(fit(sets))


def test_the_accuracies_are_those_of_each_setting(weights):
    training, test = accuracies_of_all(weights)
    for s, c, n, q, t in ((0, 1, 3, 1, 9), (4, 0, 0, 10, 2), (9, 2, 1, 5, 8)):
        of = weights[s, c, n, t]
        assert training[s, c, n, t] == pytest.approx(
            float(accuracy(of, case_shares(CORE[c], TRAINING[t])))
        )
        assert test[s, c, n, q, t] == pytest.approx(
            float(accuracy(of, case_shares(CORE[c], TEST[q])))
        )


def test_the_panel_says_which_feature_decides(panel):
    assert "follows the spurious one" in said(panel)
    assert "follows the core one" in said(panel, training=0.85)
    assert "cannot decide" in said(panel, training=0.9)
    assert f"of {FEATURE_SEEDS} training sets" in said(panel, examples=20)


def test_the_panel_says_the_accuracies(panel):
    assert "right on 95 of 100 examples as in training, and on 10 of 100 at test" in said(panel)
    assert "on 80 of 100 at test" in said(panel, test=0.8)
    assert "and on 90 of 100 at test" in said(panel, training=0.5)


def test_the_count_of_training_sets_that_prefer_the_core_feature_is_right(panel, weights):
    at = (slice(None), CORE.index(0.9), FEATURE_EXAMPLES.index(100), TRAINING.index(0.85))
    wins = int((weights[at][:, 0] > weights[at][:, 1]).sum())
    assert f"in {wins} of {FEATURE_SEEDS}" in said(panel, examples=100, training=0.85)
    assert 0 < wins < FEATURE_SEEDS


def test_a_step_of_any_slider_changes_the_sentence(panel):
    assert_a_step_changes_the_sentence(panel)


def test_the_whole_distribution_has_no_interval(panel):
    low = arrays_of(panel)["part0.0.low"]
    exact = FEATURE_EXAMPLES.index(0)
    assert np.isnan(low[:, exact]).all()
    assert not np.isnan(np.delete(low, exact, axis=1)).any()


def test_the_still_names_both_charts(panel):
    assert all(part["label"] in panel.still() for part in panel.table["parts"])
