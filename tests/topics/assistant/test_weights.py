from dataclasses import replace

import numpy as np
import pytest
import random_assistants

from misgen.topics.assistant.explorers import shipped_seeds
from misgen.topics.assistant.shelf import shelf
from misgen.topics.assistant.weeks import BREAKS, PANDEMIC, PLACES, TASTES, draw_weeks, observations
from misgen.topics.assistant.weights import LAYERS, LOW_BITS, packed_weights

LARGEST = 2 ** (7 + LOW_BITS) - 1


def read(arrays, layer):
    """The weights `(seed, ..., output, input)` and biases of a layer, as the page reads them."""
    high, low, scale, bias = (arrays[f"{layer}.{end}"] for end in ("high", "low", "scale", "bias"))
    several = low[:, None] >> (LOW_BITS * np.arange(8 // LOW_BITS)) & ((1 << LOW_BITS) - 1)
    rest = several.ravel()[: high.size].reshape(high.shape)
    whole = (high.astype(np.int64) << LOW_BITS) + rest - (LARGEST + 1)
    return whole * scale.view(np.float32)[..., None].astype(float), bias.view(np.float32)


def given(shelves, layer, part="weight"):
    """The same before they were rounded."""
    arrays = [[one.arrays[f"{name}_{part}"] for name in LAYERS[layer]] for one in shelves]
    whole = np.stack([np.concatenate(each, axis=-1) for each in arrays]).astype(float)
    return whole if part == "bias" else whole.swapaxes(-1, -2)


def states(words, layers):
    """What the heads read, for the weights and biases of both layers of one seed."""
    for weight, bias in layers:
        words = np.maximum(words @ weight.T + bias, 0)
    return words


@pytest.fixture(scope="module")
def shelves():
    """Two of the published ones, whose weights are rounded."""
    return [shelf(seed) for seed in shipped_seeds()[:2]]


@pytest.fixture(scope="module")
def packed(shelves):
    return packed_weights(shelves)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_rounded_weight_is_within_half_a_step_of_the_given_one(shelves, packed, layer):
    rounded, _ = read(packed, layer)
    weight = given(shelves, layer)
    half = np.abs(weight).max(axis=-1, keepdims=True) / LARGEST / 2
    assert np.all(np.abs(rounded - weight) <= half * 1.001)
    assert np.abs(rounded - weight).max() > 0


def test_rounding_does_not_move_the_mean_of_what_a_layer_says(shelves, packed):
    weeks = draw_weeks(np.random.default_rng(1), 2000, distinguishing=0.6, tastes=TASTES)
    layers = [(given(shelves, layer)[0], given(shelves, layer, "bias")[0])
              for layer in ("hidden", "state")]  # fmt: skip
    state = states(observations(weeks.words), layers)
    rounded, given_weights = read(packed, "books"), given(shelves, "books")
    given_biases = given(shelves, "books", "bias")
    for k in range(given_weights.shape[1]):  # the fine-tunings of the first seed
        right = state @ given_weights[0, k].T + given_biases[0, k]
        moved, without = (
            np.abs((state @ rounded[0][0, k].T + bias[0, k] - right).mean(axis=0)).mean()
            for bias in (rounded[1], given_biases)
        )
        assert moved < without / 2


def test_a_weight_takes_ten_bits(shelves, packed):
    weights = sum(given(shelves, layer).size for layer in LAYERS)
    stored = sum(a.nbytes for name, a in packed.items() if name.endswith(("high", "low")))
    assert stored == pytest.approx(weights * (8 + LOW_BITS) / 8, abs=8)


def test_a_layer_of_zeros_stays_one():
    one, other = random_assistants.shelves()
    nothing = {**one.arrays, "knows_place_weight": 0 * one.arrays["knows_place_weight"]}
    weight, _ = read(packed_weights([replace(one, arrays=nothing), other]), "knows")
    assert not weight[0].any()
    assert weight[1].any()


def test_seeds_with_other_sizes_are_refused():
    one, other = random_assistants.shelves()
    small = {name: array[..., :-1] for name, array in other.arrays.items()}
    with pytest.raises(ValueError, match="same shape"):
        packed_weights([one, replace(other, arrays=small)])


@pytest.mark.parametrize("options", [
    {"distinguishing": 0.6, "causes": (*BREAKS, PANDEMIC), "tastes": TASTES, "wishes": 0.2},
    {"distinguishing": 1.0, "causes": (PANDEMIC,)},
], ids=["all_kinds", "pandemic"])  # fmt: skip
def test_rounded_weights_answer_as_the_published_ones_in_995_of_1000_weeks(options):
    weeks = draw_weeks(np.random.default_rng(0), 2000, **options)
    words = observations(weeks.words)
    shelves = [shelf(seed) for seed in shipped_seeds()]
    packed = packed_weights(shelves)
    layers = [
        {layer: (given(shelves, layer), given(shelves, layer, "bias")) for layer in LAYERS},
        {layer: read(packed, layer) for layer in LAYERS},
    ]
    of_seeds = [
        [{name: [part[i] for part in layer] for name, layer in each.items()} for each in layers]
        for i in range(len(shelves))
    ]
    for one, each in zip(shelves, of_seeds, strict=True):
        original, rounded = (answers(weeks, words, layers) for layers in each)
        same = (original == rounded).all(axis=0)  # (week, fine-tuning)
        assert (same.mean(axis=0) >= 0.995).all(), one.seed


def answers(weeks, words, layers):
    """What is known and booked, and when, `(3, weeks, fine-tunings)`."""
    state = states(words, [layers["hidden"], layers["state"]])
    (knows, knows_bias), (books, books_bias) = layers["knows"], layers["books"]
    scores = (state @ books.reshape(-1, books.shape[-1]).T).reshape(len(state), len(books), -1)
    scores = scores + books_bias
    places, days = scores[..., : len(PLACES)], scores[..., len(PLACES) :]
    unlisted = np.ones((len(state), len(PLACES)), bool)
    np.put_along_axis(unlisted, weeks.listed, False, axis=1)
    booked = np.where(unlisted[:, None], -np.inf, places).argmax(axis=-1)
    known = (state @ knows.T + knows_bias).argmax(axis=-1)
    return np.stack([np.broadcast_to(known[:, None], booked.shape), booked, days.argmax(axis=-1)])
