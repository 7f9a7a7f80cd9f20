import numpy as np
import pytest

from misgen.core.divergence import total_variation
from misgen.topics.distributions.generalization import (
    CORE,
    CUE,
    FEATURES,
    Learner,
    accuracy,
    draw,
    fit,
    shift,
    training_accuracy,
)


def _rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def _some_weights() -> np.ndarray:
    weights = _rng(4).normal(0.15, 0.2, FEATURES)
    weights[CORE], weights[CUE] = 0.8, 0.9
    return weights


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_examples_have_the_means_that_the_page_states(share):
    examples = draw(40_000, share, _rng())
    assert examples.shape == (40_000, FEATURES)
    means = examples.mean(axis=0)
    assert means[CORE] == pytest.approx(0.7, abs=0.03)
    assert means[CUE] == pytest.approx(1 - 2 * share, abs=0.03)
    assert means[2:] == pytest.approx(np.full(FEATURES - 2, 0.15), abs=0.03)
    assert np.abs(examples[:, CUE]) == pytest.approx(1)
    assert np.delete(examples, CUE, axis=1).std(axis=0) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("push", [0.0, 0.1])
def test_the_exact_accuracy_is_what_many_examples_come_to(share, push):
    weights, examples = _some_weights(), draw(40_000, share, _rng(1))
    worst = examples - push * np.sign(weights)
    assert accuracy(weights, share, push) == pytest.approx((worst @ weights > 0).mean(), abs=0.012)


def test_no_push_of_that_size_is_worse_than_the_worst():
    weights, examples = _some_weights(), draw(20_000, 0.3, _rng(2))
    pushes = _rng(3).choice([-0.2, 0.2], (50, FEATURES))
    least = min((((examples + push) @ weights) > 0).mean() for push in pushes)
    assert least > accuracy(weights, 0.3, 0.2)


@pytest.mark.parametrize("push", [0.0, 0.3])
def test_a_step_of_training_goes_down_the_loss_of_pushed_examples(push):
    examples = draw(60, 0.2, _rng(5))
    learner = Learner(steps=20, rate=0.01, push=push)
    before = fit(examples, learner)

    def loss(weights):
        return np.log1p(np.exp(-(examples - push * np.sign(weights)) @ weights)).mean()

    after = fit(examples, Learner(steps=21, rate=0.01, push=push))
    slopes = [(loss(before + e) - loss(before - e)) / 2e-6 for e in 1e-6 * np.eye(FEATURES)]
    assert after - before == pytest.approx(-0.01 * np.array(slopes), abs=1e-7)


def test_many_training_sets_are_fitted_as_each_alone():
    sets = np.stack([draw(30, 0.1, _rng(seed)) for seed in range(3)])
    together = fit(sets, Learner(push=0.1))
    for examples, weights in zip(sets, together, strict=True):
        assert weights == pytest.approx(fit(examples, Learner(push=0.1)))
    assert training_accuracy(together, sets) == pytest.approx(
        [(s @ w > 0).mean() for s, w in zip(sets, together, strict=True)]
    )


def test_the_shift_is_the_total_variation_of_label_and_cue():
    for training, test in ((0.1, 0.1), (0.1, 0.8), (0.5, 0.0)):
        of = [np.array([0.5 * (1 - s), 0.5 * s, 0.5 * s, 0.5 * (1 - s)]) for s in (training, test)]
        assert float(shift(training, test)) == pytest.approx(total_variation(*of))


def test_accuracies_broadcast_over_shares_and_pushes():
    weights = np.stack([_some_weights(), 2 * _some_weights()])
    shares, pushes = np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.2])
    assert accuracy(weights[:, None], shares).shape == (2, 3)
    pushed = accuracy(weights[:, None], 0.1, pushes)
    assert pushed[0] == pytest.approx(pushed[1])  # twice the weights are the same classifier
    assert accuracy(weights[0], 0.5) == pytest.approx(
        (accuracy(weights[0], 0.0) + accuracy(weights[0], 1.0)) / 2
    )


@pytest.mark.parametrize(
    ("call", "word"),
    [(lambda: draw(0, 0.1, _rng()), "examples"), (lambda: draw(5, 1.1, _rng()), "distinguishing")],
)
def test_bad_arguments_are_refused_in_one_sentence(call, word):
    with pytest.raises(ValueError, match=word) as caught:
        call()
    assert str(caught.value).count("\n") == 0
