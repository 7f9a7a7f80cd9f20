import numpy as np
import pytest
import torch

from misgen.topics.assistant.model import HEADS, Assistant
from misgen.topics.assistant.networks import (
    HIDDEN,
    WIDTH,
    head_of,
    layer_of,
    network_of,
    new_network,
    trunk_of,
)
from misgen.topics.assistant.pretraining import untrained
from misgen.topics.assistant.weeks import draw_weeks


@pytest.fixture
def words():
    return draw_weeks(np.random.default_rng(0), 200, distinguishing=0.5).words


def states_in_torch(network, words):
    with torch.no_grad():
        return network(torch.from_numpy(words)).numpy()


@pytest.mark.parametrize("architecture", ["mlp", "transformer"])
def test_a_trunk_gives_the_states_of_its_network_to_a_hundred_thousandth(architecture, words):
    network = new_network(architecture)
    trunk = trunk_of(network)
    states = states_in_torch(network, words)
    assert trunk.width == states.shape[1] == network.width
    np.testing.assert_allclose(trunk.states(words), states, atol=1e-5)
    assert states.std(axis=0).max() > 0.01


@pytest.mark.parametrize("architecture", ["mlp", "transformer"])
def test_a_network_of_a_trunk_is_the_same_and_its_own(architecture, words):
    trunk = trunk_of(new_network(architecture))
    before = trunk.states(words)
    network = network_of(trunk)
    np.testing.assert_allclose(states_in_torch(network, words), before, atol=1e-5)
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(1.0)
    np.testing.assert_array_equal(trunk.states(words), before)


def test_a_trunk_stays_when_its_network_is_trained_further(words):
    for architecture in ("mlp", "transformer"):
        network = new_network(architecture)
        trunk = trunk_of(network)
        before = trunk.states(words)
        with torch.no_grad():
            for weight in network.parameters():
                weight.add_(1.0)
        np.testing.assert_array_equal(trunk.states(words), before)


def test_a_layer_scores_as_its_head_does_and_is_its_own():
    head = Assistant.random(hidden=3, width=6, seed=1).books_place
    layer = layer_of(head)
    states = np.random.default_rng(0).normal(size=(9, 6)).astype(np.float32)
    with torch.no_grad():
        np.testing.assert_allclose(layer(torch.from_numpy(states)), head.scores(states), atol=1e-5)
        kept = head_of(layer)
        layer.weight.zero_()
        layer.bias.fill_(7.0)
    assert (head.weight != 0).all()
    np.testing.assert_array_equal(kept.weight, head.weight)
    np.testing.assert_array_equal(kept.bias, head.bias)


def test_the_mlp_has_less_than_20000_weights():
    count = sum(weight.numel() for weight in new_network("mlp").parameters())
    assert count == (69 + 1) * HIDDEN + (HIDDEN + 1) * WIDTH < 20_000


def test_the_transformer_reads_a_set_of_words(words):
    trunk = trunk_of(new_network("transformer"))
    shuffled = np.random.default_rng(0).permuted(words, axis=1)
    np.testing.assert_allclose(trunk.states(shuffled), trunk.states(words), atol=1e-4)


def test_making_layers_draws_nothing_from_the_reader_s_generator():
    trunk, head = trunk_of(new_network("mlp")), Assistant.random(hidden=3, width=6, seed=1)
    torch.manual_seed(987)
    before = torch.get_rng_state()
    network_of(trunk)
    layer_of(head.books_place)
    untrained(seed=3)
    assert torch.equal(torch.get_rng_state(), before)


def test_an_unknown_architecture_is_refused():
    with pytest.raises(ValueError, match="architecture must be 'mlp' or 'transformer', not 'rnn'"):
        new_network("rnn")


def test_a_transformer_cannot_be_saved_and_says_so(tmp_path):
    agent = untrained(seed=0, architecture="transformer")
    assert set(agent.heads()) == set(HEADS)
    with pytest.raises(TypeError, match="Only an assistant of the architecture 'mlp' can be saved"):
        agent.save(tmp_path / "t.npz")
    assert not list(tmp_path.iterdir())
