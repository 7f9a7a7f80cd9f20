import numpy as np
import pytest
from explored import arrays_of, assert_a_step_changes_the_sentence, neighbours, said

from misgen.topics.distributions.explorers import (
    EXAMPLES,
    PUSHES,
    SEEDS,
    TEST_SHARES,
    TRAINED_PUSHES,
    TRAINING_SHARES,
    curves,
    four_words,
)
from misgen.topics.distributions.generalization import (
    Learner,
    accuracy,
    draw,
    fit,
    training_accuracy,
)


@pytest.fixture(scope="module")
def of():
    return curves()


@pytest.fixture(scope="module")
def panel():
    return four_words()


@pytest.mark.parametrize(("seed", "v", "a", "n"), [(0, 0, 0, 0), (7, 1, 0, 3), (19, 1, 1, 2)])
def test_the_curves_are_those_of_each_setting(of, seed, v, a, n):
    share, push = TRAINING_SHARES[v], TRAINED_PUSHES[a]
    examples = draw(EXAMPLES[n], share, np.random.default_rng(seed))
    weights = fit(examples, Learner(push=push))
    assert of.training[seed, v, a, n] == pytest.approx(float(training_accuracy(weights, examples)))
    assert of.same[seed, v, a, n] == pytest.approx(float(accuracy(weights, share)))
    assert of.shifted[seed, n, v, a] == pytest.approx(
        [float(accuracy(weights, s)) for s in TEST_SHARES]
    )
    assert of.pushed[seed, n, v, a] == pytest.approx(
        [float(accuracy(weights, share, p)) for p in PUSHES]
    )


def test_the_distance_needs_no_model_and_follows_the_training_data_alone(panel):
    chart = panel.table["parts"][3]
    assert chart["over"] == ["varied"]
    distances = arrays_of(panel)["part3.0.values"]
    for row, share in zip(distances, TRAINING_SHARES, strict=True):
        assert row == pytest.approx(np.abs(np.array(TEST_SHARES) - share), abs=1e-4)


def test_a_step_of_any_slider_and_each_switch_change_the_sentence(panel):
    assert_a_step_changes_the_sentence(panel)
    for step in neighbours(panel, "switch"):
        assert said(panel, **step) != said(panel)


def test_the_sentence_gives_the_means_over_seeds(panel, of):
    n = EXAMPLES.index(100)
    assert len(of.same) == SEEDS
    for words, mean in (
        ("right, and {} new ones", of.same[:, 0, 0, n].mean()),
        ("It gets {} right where the cue", of.shifted[:, n, 0, 0, -1].mean()),
        ("It gets {} right where each feature", of.pushed[:, n, 0, 0, PUSHES.index(0.3)].mean()),
    ):
        assert words.format(f"{round(100 * mean)} of 100") in said(panel)
    assert "at a distance of 0.50" in said(panel, varied=True)


def test_the_still_names_all_four_curves(panel):
    assert all(part["label"] in panel.still() for part in panel.table["parts"])
