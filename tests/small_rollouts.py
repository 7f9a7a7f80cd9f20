"""Agents and transitions of any size, for the tests of the kernels."""

from __future__ import annotations

import numpy as np

from misgen import Policy
from misgen.learn.kernels import Network, Rollout


def agent(*, obs_size: int = 20, num_actions: int = 4, hidden: int = 16, seed: int = 0) -> Policy:
    """An agent whose actions and values differ much from one observation to the next."""
    rng = np.random.default_rng(seed)
    policy = Policy.random(obs_size=obs_size, num_actions=num_actions, hidden=hidden, seed=seed)
    policy.action_weight[:] = rng.normal(size=policy.action_weight.shape)
    policy.action_bias[:] = rng.normal(size=num_actions)
    policy.value_weight[:] = rng.normal(size=hidden)
    policy.value_bias[...] = rng.normal()
    policy.hidden_bias[:] = rng.normal(size=hidden)
    return policy


def rollout(policy: Policy, n: int = 300, *, density: float = 1.0, old: float = 0.3) -> Rollout:
    """Transitions of an older agent, so that the ratios differ and some are clipped.

    `density` is the share of the inputs that are not 0.
    """
    rng = np.random.default_rng(1)
    obs = np.ones((n, policy.obs_size + 1), np.float32)
    obs[:, :-1] = rng.random((n, policy.obs_size)) * (rng.random((n, policy.obs_size)) < density)
    actions = rng.integers(0, policy.num_actions, n)
    chances = policy.probabilities(obs[:, :-1])[np.arange(n), actions]
    log_p = np.log(np.maximum(chances, 1e-30))
    return Rollout(
        obs=obs,
        actions=actions,
        log_probability=(log_p + rng.normal(0, old, n)).astype(np.float32),
        advantage=rng.normal(size=n).astype(np.float32),
        value_target=rng.normal(size=n).astype(np.float32),
    )


def chosen(kernels, policy: Policy, obs, luck) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What `choose` writes: actions, their log-probabilities, and values."""
    n = len(obs)
    actions, log_p, value = np.zeros(n, np.int64), *np.zeros((2, n), np.float32)
    kernels.choose(Network(policy, kernels.lanes), obs, luck, actions, log_p, value)
    return actions, log_p, value
