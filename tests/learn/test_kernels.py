from __future__ import annotations

import numpy as np
import pytest
import small_rollouts
import torch

from misgen import PPOSettings
from misgen.learn.kernels import Network, NumpyKernels, Rollout

NUMPY = NumpyKernels()


def _slopes(network: Network) -> list[np.ndarray]:
    """The gradient, in the order of the weights of a policy."""
    first, heads, biases = network.slopes
    return [first[:-1], first[-1], heads[:-1].T, biases[:-1], heads[-1], biases[-1]]


def _torch_loss(
    weights: list[torch.Tensor], rollout: Rollout, rows: np.ndarray, settings: PPOSettings
) -> torch.Tensor:
    """The loss as the paper and stable-baselines3 write it, in double precision."""
    w_hidden, b_hidden, w_action, b_action, w_value, b_value = weights
    obs, advantage, old, target = (
        torch.as_tensor(array[rows], dtype=torch.float64)
        for array in (rollout.obs, rollout.advantage, rollout.log_probability, rollout.value_target)
    )
    hidden = torch.relu(obs[:, :-1] @ w_hidden + b_hidden)
    of_actions = torch.distributions.Categorical(logits=hidden @ w_action + b_action)
    ratio = torch.exp(of_actions.log_prob(torch.as_tensor(rollout.actions[rows])) - old)
    advantage = (advantage - advantage.mean()) / (advantage.std(correction=0) + 1e-8)
    clipped = ratio.clamp(1 - settings.clip, 1 + settings.clip)
    objective = torch.min(ratio * advantage, clipped * advantage).mean()
    value_loss = torch.square(hidden @ w_value + b_value - target).mean()
    entropy = of_actions.entropy().mean()
    return settings.value_weight * value_loss - objective - settings.entropy_weight * entropy


@pytest.mark.parametrize("density", [1.0, 0.02])
@pytest.mark.parametrize(
    "settings",
    [
        PPOSettings(),
        PPOSettings(entropy_weight=0.0, value_weight=0.0),
        PPOSettings(entropy_weight=1.0),
        PPOSettings(value_weight=5.0),
        PPOSettings(clip=0.05),
    ],
)
def test_the_gradient_is_that_of_autograd(settings, density):
    agent = small_rollouts.agent()
    rollout = small_rollouts.rollout(agent, density=density)
    rows = np.random.default_rng(2).permutation(300)[:200]
    weights = [torch.tensor(w, dtype=torch.float64, requires_grad=True) for w in agent.weights]
    _torch_loss(weights, rollout, rows, settings).backward()
    network = Network(agent)
    NUMPY.gradient(network, rollout, rows, settings)
    for ours, theirs in zip(_slopes(network), weights, strict=True):
        scale = float(theirs.grad.abs().max()) + 1e-3
        np.testing.assert_allclose(ours, theirs.grad.numpy(), atol=1e-5 * scale + 1e-7)


def test_some_ratios_of_that_test_are_clipped_on_either_side():
    agent = small_rollouts.agent()
    rollout = small_rollouts.rollout(agent)
    chances = agent.probabilities(rollout.obs[:, :-1])[np.arange(300), rollout.actions]
    ratio = np.exp(np.log(chances) - rollout.log_probability)
    assert ((ratio > 1.2) & (rollout.advantage > 0)).sum() > 20
    assert ((ratio < 0.8) & (rollout.advantage < 0)).sum() > 20


def test_a_gradient_does_not_depend_on_the_one_before():
    agent = small_rollouts.agent()
    network, fresh = Network(agent), Network(agent)
    dense, sparse = (small_rollouts.rollout(agent, density=share) for share in (1.0, 0.001))
    assert len(sparse.used) < len(dense.used)  # so that something might be left over
    for rollout in (dense, sparse):
        NUMPY.gradient(network, rollout, np.arange(300), PPOSettings())
    NUMPY.gradient(fresh, sparse, np.arange(300), PPOSettings())
    np.testing.assert_array_equal(network.gradient, fresh.gradient)


def test_many_steps_of_adam_are_those_of_torch():
    settings = PPOSettings(learning_rate=1e-2)
    network = Network(small_rollouts.agent())
    theirs = torch.nn.Parameter(torch.tensor(network.weights))
    reference = torch.optim.Adam([theirs], lr=1e-2, eps=1e-5)
    rng = np.random.default_rng(0)
    for size in [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0] * 3:
        network.gradient[:] = size * rng.normal(size=network.size)
        theirs.grad = torch.tensor(network.gradient)
        torch.nn.utils.clip_grad_norm_([theirs], settings.max_gradient_norm)
        reference.step()
        NUMPY.adam(network, settings)
        np.testing.assert_allclose(network.weights, theirs.detach().numpy(), atol=1e-5)


def test_actions_are_drawn_by_their_probabilities():
    agent = small_rollouts.agent(num_actions=6)
    obs = np.repeat(small_rollouts.rollout(agent, 1).obs, 50_000, axis=0)
    luck = np.random.default_rng(0).standard_exponential((6, 50_000), np.float32)
    actions, log_p, value = small_rollouts.chosen(NUMPY, agent, obs, luck)
    probabilities = agent.probabilities(obs[:1, :-1])[0]
    np.testing.assert_allclose(np.bincount(actions, minlength=6) / 50_000, probabilities, atol=0.01)
    np.testing.assert_allclose(np.exp(log_p), probabilities[actions], rtol=1e-4)
    np.testing.assert_allclose(value, agent.value(obs[:, :-1]), rtol=1e-4)


@pytest.mark.parametrize("lanes", [1, 4, 16])
@pytest.mark.parametrize("hidden", [1, 7, 16, 33])
def test_a_network_gives_back_the_agent_it_began_with_whatever_its_units(hidden, lanes):
    agent = small_rollouts.agent(hidden=hidden)
    network = Network(agent, lanes)
    assert network.units % lanes == 0
    back = network.policy({"seed": 3})
    assert back.notes == {"seed": 3}
    for one, other in zip(agent.weights, back.weights, strict=True):
        np.testing.assert_array_equal(one, other)
        assert other.flags.c_contiguous  # as in a file, so that a loaded agent acts the same


def test_further_units_change_nothing_and_stay_at_zero():
    agent = small_rollouts.agent(hidden=7)
    rollout, settings = small_rollouts.rollout(agent), PPOSettings(learning_rate=0.01)
    narrow, wide = Network(agent), Network(agent, lanes=16)
    for _ in range(5):
        for network in (narrow, wide):
            NUMPY.gradient(network, rollout, np.arange(300), settings)
            NUMPY.adam(network, settings)
    for one, other in zip(narrow.policy({}).weights, wide.policy({}).weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    assert not wide.parts.first[:, 7:].any()
    assert not wide.parts.heads[:, 7:].any()


def test_an_agent_that_was_taken_stays_as_it_is():
    network = Network(small_rollouts.agent())
    agent = network.policy({})
    network.weights += 1.0
    np.testing.assert_array_equal(agent.value_bias, small_rollouts.agent().value_bias)
    assert agent.value_bias != network.policy({}).value_bias
