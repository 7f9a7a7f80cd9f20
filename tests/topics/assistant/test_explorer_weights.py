from dataclasses import replace

import numpy as np
import pytest
import random_assistants

from misgen.topics.assistant.explorer_bytes import LOW_BITS, packed_weights, read_weights
from misgen.topics.assistant.explorer_weights import Linear, seed_weights, softmax
from misgen.topics.assistant.measures import weeks_of
from misgen.topics.assistant.model import Assistant
from misgen.topics.assistant.weeks import TASTES, draw_weeks, observations


def test_a_rounded_weight_is_within_half_a_step_of_the_given_one():
    given = random_assistants.assistants()
    steps = 2 ** (7 + LOW_BITS) - 1
    for one, read in zip(given, read_weights(packed_weights(given), given), strict=True):
        for layer, rounded in ((one.hidden, read.hidden), (one.state, read.state),
                               (one.knows, read.knows),
                               *((one.books[s], read.books[s]) for s in one.books)):  # fmt: skip
            half = np.abs(layer.weight).max(axis=1, keepdims=True) / steps / 2
            assert np.all(np.abs(rounded.weight - layer.weight) <= half * 1.001)
            assert np.abs(rounded.weight - layer.weight).max() > 0


def test_rounding_does_not_move_the_mean_of_what_a_layer_says():
    weeks = draw_weeks(np.random.default_rng(1), 2000, distinguishing=0.6, tastes=TASTES)
    words = observations(weeks.words)
    given = random_assistants.assistants()
    for one, read in zip(given, read_weights(packed_weights(given), given), strict=True):
        _, state = one.layers(words)
        for setting, head in one.books.items():
            rounded = read.books[setting]
            uncorrected = Linear(rounded.weight, head.bias)
            moved, without = (
                np.abs((by(state) - head(state)).mean(axis=0)).mean()
                for by in (rounded, uncorrected)
            )
            assert moved < without / 2


def test_a_weight_takes_ten_bits():
    given = random_assistants.assistants()
    arrays = packed_weights(given)
    weights = sum(
        layer.weight.size
        for one in given
        for layer in (one.hidden, one.state, one.knows, *one.books.values())
    )
    stored = sum(a.nbytes for name, a in arrays.items() if name.endswith(("high", "low")))
    assert stored == pytest.approx(weights * (8 + LOW_BITS) / 8, abs=8)


def test_a_layer_of_zeros_stays_one():
    nothing = Linear(np.zeros((20, 10)), np.zeros(20))
    given = [replace(one, knows=nothing) for one in random_assistants.assistants()]
    read = read_weights(packed_weights(given), given)
    assert not read[0].knows.weight.any()


def test_the_answers_are_those_of_the_assistant():
    fine_tuned = random_assistants.fine_tuned(0)
    weights = seed_weights(0, fine_tuned, ("ill",))
    weeks = weeks_of("pandemic", count=300, seed=0)
    for setting, one in fine_tuned.items():
        found = weights.answers(setting, observations(weeks.words), weeks.listed)
        place, day = one.books(weeks)
        np.testing.assert_array_equal(found.knows.argmax(axis=1), one.knows(weeks))
        np.testing.assert_array_equal(found.books.argmax(axis=1), place)
        np.testing.assert_array_equal(found.day.argmax(axis=1), day)
        for shares in (found.knows, found.books, found.day):
            np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)
        assert np.all((found.books > 0).sum(axis=1) == 4)  # the calendar refuses all others


def test_probabilities_of_large_scores_are_finite():
    np.testing.assert_allclose(softmax(np.array([[1000.0, 1000.0], [-1000.0, 0.0]])),
                               [[0.5, 0.5], [0.0, 1.0]])  # fmt: skip


def test_assistants_that_know_different_things_are_refused():
    fine_tuned = random_assistants.fine_tuned(0)
    fine_tuned[0.0, 5] = random_assistants.fine_tuned(1)[0.0, 5]
    with pytest.raises(ValueError, match="share their trunk and their knowledge"):
        seed_weights(0, fine_tuned, ("ill",))


def test_a_trunk_that_the_page_cannot_compute_is_refused():
    class Other:
        width = 10

    one = replace(Assistant.random(hidden=24, width=10, seed=0), trunk=Other())
    with pytest.raises(TypeError, match="of the architecture 'mlp' only"):
        seed_weights(0, {(0.0, 5): one}, ("ill",))


def test_seeds_with_other_fine_tunings_are_refused():
    first, second = random_assistants.assistants()
    del second.books[0.1, 2]
    with pytest.raises(ValueError, match="with the same fine-tunings"):
        packed_weights([first, second])


def test_seeds_with_other_sizes_are_refused():
    first, second = random_assistants.assistants()
    second = replace(second, hidden=Linear(np.ones((25, 69)), np.ones(25)))
    with pytest.raises(ValueError, match="layers of the same sizes"):
        packed_weights([first, second])
