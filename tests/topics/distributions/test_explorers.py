import numpy as np
import pytest
from explored import arrays_of, assert_a_step_changes_the_sentence, neighbours, said

from misgen.topics.distributions import spurious
from misgen.topics.distributions.explorers import (
    CORE,
    EXAMPLES,
    FEATURE_EXAMPLES,
    FEATURE_SEEDS,
    PUSHES,
    SEEDS,
    TEST,
    TEST_SHARES,
    TRAINED_PUSHES,
    TRAINING,
    TRAINING_SHARES,
    accuracies_of_all,
    curves,
    features,
    four_words,
    weights_of_all,
)
from misgen.topics.distributions.generalization import (
    Learner,
    accuracy,
    draw,
    fit,
    training_accuracy,
)

# --------------------------------------------------------------------------------- the four words


@pytest.fixture(scope="module")
def scores():
    return curves()


@pytest.fixture(scope="module")
def of_four_words():
    return four_words()


@pytest.mark.parametrize(("seed", "v", "a", "n"), [(0, 0, 0, 0), (7, 1, 0, 3), (19, 1, 1, 2)])
def test_the_curves_are_those_of_each_setting(scores, seed, v, a, n):
    share, push = TRAINING_SHARES[v], TRAINED_PUSHES[a]
    examples = draw(EXAMPLES[n], share, np.random.default_rng(seed))
    weights = fit(examples, Learner(push=push))
    assert scores.training[seed, v, a, n] == pytest.approx(
        float(training_accuracy(weights, examples))
    )
    assert scores.same[seed, v, a, n] == pytest.approx(float(accuracy(weights, share)))
    assert scores.shifted[seed, n, v, a] == pytest.approx(
        [float(accuracy(weights, s)) for s in TEST_SHARES]
    )
    assert scores.pushed[seed, n, v, a] == pytest.approx(
        [float(accuracy(weights, share, p)) for p in PUSHES]
    )


def test_the_distance_needs_no_model_and_follows_the_training_data_alone(of_four_words):
    chart = of_four_words.table["parts"][3]
    assert chart["over"] == ["varied"]
    distances = arrays_of(of_four_words)["part3.0.values"]
    for row, share in zip(distances, TRAINING_SHARES, strict=True):
        assert row == pytest.approx(np.abs(np.array(TEST_SHARES) - share), abs=1e-4)


def test_a_step_of_any_slider_and_each_switch_change_the_sentence(of_four_words):
    assert_a_step_changes_the_sentence(of_four_words)
    for step in neighbours(of_four_words, "switch"):
        assert said(of_four_words, **step) != said(of_four_words)


def test_the_sentence_gives_the_means_over_seeds(of_four_words, scores):
    n = EXAMPLES.index(100)
    assert len(scores.same) == SEEDS
    for words, mean in (
        ("right, and {} new ones", scores.same[:, 0, 0, n].mean()),
        ("It gets {} right where the cue", scores.shifted[:, n, 0, 0, -1].mean()),
        (
            "It gets {} right where each feature",
            scores.pushed[:, n, 0, 0, PUSHES.index(0.3)].mean(),
        ),
    ):
        assert words.format(f"{round(100 * mean)} of 100") in said(of_four_words)
    assert "at a distance of 0.50" in said(of_four_words, varied=True)


# ----------------------------------------------------------------------------------- the features


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
