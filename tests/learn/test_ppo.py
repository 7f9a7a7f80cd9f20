from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

import misgen
from misgen import PPOSettings
from misgen.learn.ppo import (
    Adam,
    Learner,
    Rollout,
    forward,
    generalized_advantages,
    gradient,
    train,
)

SMALL = PPOSettings(steps=2048, num_envs=16, rollout_steps=32, batch_size=128, hidden=8)
OBS, ACTIONS, HIDDEN = 20, 4, 16


def _agent(seed: int = 0) -> misgen.Policy:
    agent = misgen.Policy.random(obs_size=OBS, num_actions=ACTIONS, hidden=HIDDEN, seed=seed)
    rng = np.random.default_rng(seed)
    agent.action_weight[:] = rng.normal(size=agent.action_weight.shape)
    agent.value_weight[:] = rng.normal(size=HIDDEN)
    agent.hidden_bias[:] = rng.normal(size=HIDDEN)
    return agent


def _rollout(agent: misgen.Policy, n: int = 300, *, old: float = 0.3) -> Rollout:
    """Transitions of an older agent, so that the ratios differ and some are clipped."""
    rng = np.random.default_rng(1)
    obs = rng.random((n, OBS), np.float32)
    actions = rng.integers(0, ACTIONS, n)
    log_p = np.log(agent.probabilities(obs))[np.arange(n), actions]
    return Rollout(
        obs=obs,
        actions=actions,
        log_probability=(log_p + rng.normal(0, old, n)).astype(np.float32),
        advantage=rng.normal(size=n).astype(np.float32),
        value_target=rng.normal(size=n).astype(np.float32),
    )


def _torch_loss(
    weights: list[torch.Tensor], rollout: Rollout, rows: np.ndarray, settings: PPOSettings
) -> torch.Tensor:
    """The loss as the paper and stable-baselines3 write it, in double precision."""
    w_hidden, b_hidden, w_action, b_action, w_value, b_value = weights
    obs, advantage, old, target = (
        torch.as_tensor(array[rows], dtype=torch.float64)
        for array in (rollout.obs, rollout.advantage, rollout.log_probability, rollout.value_target)
    )
    hidden = torch.relu(obs @ w_hidden + b_hidden)
    of_actions = torch.distributions.Categorical(logits=hidden @ w_action + b_action)
    ratio = torch.exp(of_actions.log_prob(torch.as_tensor(rollout.actions[rows])) - old)
    advantage = (advantage - advantage.mean()) / (advantage.std(correction=0) + 1e-8)
    clipped = ratio.clamp(1 - settings.clip, 1 + settings.clip)
    objective = torch.min(ratio * advantage, clipped * advantage).mean()
    value_loss = torch.square(hidden @ w_value + b_value - target).mean()
    entropy = of_actions.entropy().mean()
    return settings.value_weight * value_loss - objective - settings.entropy_weight * entropy


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
def test_the_gradient_is_that_of_autograd(settings):
    agent = _agent()
    rollout, rows = _rollout(agent), np.random.default_rng(2).permutation(300)[:200]
    weights = [torch.tensor(w, dtype=torch.float64, requires_grad=True) for w in agent.weights]
    _torch_loss(weights, rollout, rows, settings).backward()
    ours_of_all = gradient(agent.weights, rollout, rows, settings)
    for ours, theirs in zip(ours_of_all, weights, strict=True):
        scale = float(theirs.grad.abs().max()) + 1e-3
        np.testing.assert_allclose(ours, theirs.grad.numpy(), atol=1e-5 * scale + 1e-7)


def test_some_ratios_of_that_test_are_clipped_on_either_side():
    agent = _agent()
    rollout = _rollout(agent)
    _, log_p, _ = forward(agent.weights, rollout.obs)
    ratio = np.exp(log_p[np.arange(300), rollout.actions] - rollout.log_probability)
    assert ((ratio > 1.2) & (rollout.advantage > 0)).sum() > 20
    assert ((ratio < 0.8) & (rollout.advantage < 0)).sum() > 20


def test_many_steps_of_adam_are_those_of_torch():
    agent = _agent()
    settings = PPOSettings(learning_rate=1e-2)
    ours = tuple(w.copy() for w in agent.weights)
    theirs = [torch.nn.Parameter(torch.tensor(w)) for w in agent.weights]
    adam, reference = Adam(ours, settings), torch.optim.Adam(theirs, lr=1e-2, eps=1e-5)
    rng = np.random.default_rng(0)
    for size in [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0] * 3:
        slopes = tuple((size * rng.normal(size=w.shape)).astype(np.float32) for w in ours)
        for parameter, g in zip(theirs, slopes, strict=True):
            parameter.grad = torch.tensor(g)
        torch.nn.utils.clip_grad_norm_(theirs, settings.max_gradient_norm)
        reference.step()
        adam.step(slopes)
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one, other.detach().numpy(), atol=1e-5)


def test_advantages_are_those_of_the_definition():
    # Schulman et al. (2016), equation 16: a discounted sum of surprises up to the episode's end.
    rng = np.random.default_rng(0)
    settings = PPOSettings(discount=0.9, gae_lambda=0.8)
    reward, going_on = rng.random((12, 5)).astype(np.float32), rng.random((12, 5)) > 0.2
    values = rng.random((13, 5)).astype(np.float32)
    ours = generalized_advantages(reward, values, going_on.astype(np.float32), settings)
    for i in range(5):
        for t in range(12):
            expected, weight = 0.0, 1.0
            for later in range(t, 12):
                nxt = values[later + 1, i] if going_on[later, i] else 0.0
                expected += weight * (reward[later, i] + 0.9 * nxt - values[later, i])
                if not going_on[later, i]:
                    break
                weight *= 0.9 * 0.8
            assert ours[t, i] == pytest.approx(expected, abs=1e-5)


def test_a_rollout_holds_the_transitions_of_the_environment():
    learner = Learner(misgen.make("CoinRun", 16, seed=0), SMALL, seed=0)
    rollout = learner.collect()
    assert learner.steps == len(rollout.actions) == 16 * 32
    p = learner.policy.probabilities(rollout.obs)
    chosen = p[np.arange(len(p)), rollout.actions]
    np.testing.assert_allclose(np.exp(rollout.log_probability), chosen, rtol=1e-4)
    env = misgen.make("CoinRun", 16, seed=0)
    np.testing.assert_array_equal(rollout.obs[:16], env.reset())
    step = env.step(rollout.actions[:16])
    going_on = ~(step.terminated | step.truncated)
    np.testing.assert_array_equal(rollout.obs[16:32][going_on], step.obs[going_on])


def test_actions_are_drawn_by_their_probabilities():
    learner = Learner(misgen.make("CoinRun", 1, seed=0), SMALL, seed=0)
    learner.policy.action_bias[:] = [0, 1, 2, 3, -1, -2]
    obs = np.repeat(misgen.make("CoinRun", 1, seed=0).reset(), 50_000, axis=0)
    actions, _, _ = learner.choose(obs)
    share = np.bincount(actions, minlength=6) / 50_000
    np.testing.assert_allclose(share, learner.policy.probabilities(obs[:1])[0], atol=0.01)


def test_the_same_seed_twice_gives_identical_weights_and_another_seed_does_not():
    agents = [train("CoinRun", seed=seed, settings=SMALL) for seed in (3, 3, 4)]
    digests = [b"".join(w.tobytes() for w in agent.weights) for agent in agents]
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_the_callback_sees_every_update_and_can_stop_the_run():
    seen: list[tuple[int, float]] = []

    def stop_at_1500(steps: int, success: float) -> bool:
        seen.append((steps, success))
        return steps >= 1500

    agent = train("CoinRun", seed=0, settings=replace(SMALL, steps=10_000), callback=stop_at_1500)
    assert [steps for steps, _ in seen] == [512, 1024, 1536]
    assert agent.notes["steps"] == 1536
    assert {success for _, success in seen} == {0.0}  # fewer than 1,000 episodes have ended


def test_the_success_rate_is_that_of_the_latest_thousand_episodes():
    learner = Learner(misgen.make("CoinRun", 1, seed=0), SMALL, seed=0)
    learner.remember(np.ones(999, bool))
    assert learner.success_rate == 0.0
    learner.remember(np.ones(1, bool))
    assert learner.success_rate == 1.0
    for _ in range(300):
        learner.remember(np.zeros(1, bool))
    assert learner.success_rate == 0.7


def test_the_notes_say_how_the_agent_was_trained(tmp_path):
    agent = train(
        "CoinRun", distinguishing=0.1, seed=5, settings=SMALL, options={"placement": "behind"}
    )
    agent.save(tmp_path / "agent.npz")
    notes = misgen.load(tmp_path / "agent.npz").notes
    assert (notes["env"], notes["learner"]) == ("CoinRun", "NumPy PPO")
    assert (notes["distinguishing"], notes["seed"], notes["steps"]) == (0.1, 5, 2048)
    assert notes["options"] == {"placement": "behind"}
    assert notes["settings"] == SMALL.to_json()


def test_weights_that_overflow_are_refused_in_one_sentence():
    huge = {"reward": lambda events: np.full(len(events.goal), 1e38)}
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="weights that are not finite"):
        train("CoinLine", seed=0, settings=SMALL, options=huge)
