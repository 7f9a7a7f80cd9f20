"""Training in NumPy alone, for the page, where torch does not exist.

The same algorithm, network shape and settings as `misgen.learn.sb3`; gradients by hand. The
parity test in `tests/topics/coinrun` shows that both learners reach the same goal and proxy rates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.env import BatchedEnv, FloatArray, IntArray
from misgen.core.policy import DIVERGED, Policy
from misgen.core.registry import environment, make
from misgen.core.settings import PPOSettings
from misgen.learn.notes import in_notes

_WINDOW = 1000
"""Episodes that the success rate is over."""
ProgressCallback = Callable[[int, float], bool]
"""Called after each update with the steps done and the success rate; True stops the run."""


def train(
    name: str,
    *,
    distinguishing: float = 0.0,
    seed: int,
    settings: PPOSettings | None = None,
    options: Mapping[str, Any] | None = None,
    callback: ProgressCallback | None = None,
) -> Policy:
    """Trains one agent with NumPy alone, as `misgen.train` does; `callback` may stop it early."""
    settings, options = settings or environment(name).ppo, dict(options or {})
    env = make(name, settings.num_envs, distinguishing=distinguishing, seed=seed, **options)
    learner = Learner(env, settings, seed)
    while learner.steps < settings.steps:
        learner.update(learner.collect())
        if callback is not None and callback(learner.steps, learner.success_rate):
            break
    notes = {
        "env": name, "distinguishing": distinguishing, "seed": seed, "options": in_notes(options),
        "learner": "NumPy PPO", "settings": settings.to_json(), "steps": learner.steps,
    }  # fmt: skip
    return replace(learner.policy, notes=notes)


@dataclass(frozen=True)
class Rollout:
    """Transitions of one rollout; every array has a leading axis of all of them."""

    obs: FloatArray
    actions: IntArray
    log_probability: FloatArray
    advantage: FloatArray
    value_target: FloatArray


class Learner:
    """An agent in training: `policy`, and how many environment `steps` it has learnt from."""

    def __init__(self, env: BatchedEnv, settings: PPOSettings, seed: int) -> None:
        self.policy = Policy.random(
            obs_size=env.obs_size, num_actions=env.num_actions, hidden=settings.hidden, seed=seed
        )
        self.steps = 0
        self._env, self._settings = env, settings
        self._rng = np.random.default_rng([seed, 3])  # a stream of its own, apart from the levels
        self._optimizer = Adam(self.policy.weights, settings)
        self._obs = env.reset()
        self._successes: list[NDArray[np.bool_]] = []  # one array for each step in which some ended

    @property
    def success_rate(self) -> float:
        """Share of the latest 1,000 episodes that reached the goal; 0 before there are as many."""
        latest = np.concatenate([np.zeros(0, np.bool_), *self._successes])[-_WINDOW:]
        return float(latest.mean()) if len(latest) == _WINDOW else 0.0

    def collect(self) -> Rollout:
        """Runs the policy for one rollout and estimates advantages."""
        settings, env = self._settings, self._env
        shape = (settings.rollout_steps, env.num_envs)  # every array is (step, environment)
        obs = np.empty((*shape, env.obs_size), np.float32)  # (step, environment, entry)
        actions = np.empty(shape, np.int64)
        log_p, reward, going_on = (np.empty(shape, np.float32) for _ in range(3))
        values = np.empty((settings.rollout_steps + 1, env.num_envs), np.float32)  # (step, env)
        for t in range(settings.rollout_steps):
            obs[t] = self._obs
            actions[t], log_p[t], values[t] = self.choose(self._obs)
            step = env.step(actions[t])
            done = step.terminated | step.truncated
            reward[t], going_on[t] = step.reward * settings.reward_scale, ~done  # going_on: 1 or 0
            self._obs = step.obs  # copied into `obs` before the next step
            if done.any():
                self.remember(step.events.goal[done])
                self._obs[done] = env.reset(done)
        values[-1] = self.policy.value(self._obs)  # to bootstrap from where the rollout stops
        self.steps += actions.size  # environment steps, all environments together
        advantage = generalized_advantages(reward, values, going_on, settings)
        return Rollout(
            obs=obs.reshape(actions.size, -1),  # (transition, entry)
            actions=actions.ravel(),
            log_probability=log_p.ravel(),
            advantage=advantage.ravel(),
            value_target=(advantage + values[:-1]).ravel(),  # the lambda-return
        )

    def choose(self, obs: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
        """Returns an action for each observation, its log-probability, and the value."""
        _, log_p, value = forward(self.policy.weights, obs)  # log_p: (environment, action)
        # The action with the largest of these sums is drawn by the probabilities.
        gumbel = -np.log(-np.log(self._rng.random(log_p.shape, np.float32) + 1e-12) + 1e-12)
        actions = (log_p + gumbel).argmax(axis=1)  # (environment,)
        return actions, log_p[np.arange(len(obs)), actions], value

    def remember(self, successes: NDArray[np.bool_]) -> None:
        """Notes whether each of the episodes that just ended reached the goal."""
        self._successes.append(successes)
        del self._successes[:-_WINDOW]  # each has one episode or more, so that enough are left

    def update(self, rollout: Rollout) -> None:
        """Takes the gradient steps of one rollout.

        Raises:
            ValueError: If weights have become infinite or NaN.
        """
        count, size = len(rollout.actions), self._settings.batch_size
        for _ in range(self._settings.epochs):
            order = self._rng.permutation(count)  # a new one each time
            for start in range(0, count, size):
                rows = order[start : start + size]
                self._optimizer.step(gradient(self.policy.weights, rollout, rows, self._settings))
        if not all(np.isfinite(weights).all() for weights in self.policy.weights):
            raise ValueError(DIVERGED)


def generalized_advantages(
    reward: FloatArray, values: FloatArray, going_on: FloatArray, settings: PPOSettings
) -> FloatArray:
    """Returns advantages `(steps, num_envs)`; Schulman et al. (2016), equation 16."""
    # (step, environment)
    surprise = reward + settings.discount * values[1:] * going_on - values[:-1]
    advantage = np.empty_like(surprise)
    running = np.zeros_like(surprise[0])  # (environment,)
    for t in reversed(range(len(surprise))):
        running = surprise[t] + settings.discount * settings.gae_lambda * going_on[t] * running
        advantage[t] = running
    return advantage


def forward(
    weights: tuple[FloatArray, ...], obs: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Returns the hidden layer, the log-probabilities of all actions, and the values."""
    w_hidden, b_hidden, w_action, b_action, w_value, b_value = weights
    hidden = obs @ w_hidden  # (transition, unit)
    hidden += b_hidden
    np.maximum(hidden, 0.0, out=hidden)
    logits = hidden @ w_action + b_action
    logits -= logits.max(axis=1, keepdims=True)  # so that no exponential overflows
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return hidden, log_p, (hidden @ w_value + b_value).astype(np.float32, copy=False)


def gradient(
    weights: tuple[FloatArray, ...], rollout: Rollout, rows: IntArray, settings: PPOSettings
) -> tuple[FloatArray, ...]:
    """Returns the gradient of the PPO loss over some transitions, one array for each weight."""
    obs = rollout.obs.take(rows, axis=0)  # (transition, entry)
    hidden, log_p, value = forward(weights, obs)
    to_logits = _policy_gradient(log_p, rollout, rows, settings)
    # (transition,); the loss is a mean of squares
    to_value = 2 * settings.value_weight / len(rows) * (value - rollout.value_target[rows])
    _, _, w_action, _, w_value, _ = weights
    to_hidden = to_logits @ w_action.T + to_value[:, None] * w_value  # (transition, unit)
    to_hidden *= hidden > 0  # units that are cut off pass nothing back
    return (
        obs.T @ to_hidden, to_hidden.sum(axis=0),
        hidden.T @ to_logits, to_logits.sum(axis=0),
        hidden.T @ to_value, to_value.sum(),
    )  # fmt: skip


def _policy_gradient(
    log_p: FloatArray, rollout: Rollout, rows: IntArray, settings: PPOSettings
) -> FloatArray:
    """Returns the gradient of the clipped objective and the entropy bonus to the logits."""
    n, each = len(rows), np.arange(len(rows))
    chosen, p = rollout.actions[rows], np.exp(log_p)  # (transition,), (transition, action)
    advantage = rollout.advantage[rows]
    # 1e-8 as in stable-baselines3
    advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
    ratio = np.exp(log_p[each, chosen] - rollout.log_probability[rows])
    # Beyond the clip the objective is flat, but only on the side to which the advantage pushes.
    clipped = np.where(advantage > 0, ratio > 1 + settings.clip, ratio < 1 - settings.clip)
    push = -advantage * ratio * ~clipped / n
    to_logits = -push[:, None] * p  # softmax: d log p[chosen] / d logits is onehot(chosen) - p
    to_logits[each, chosen] += push
    entropy = -(p * log_p).sum(axis=1, keepdims=True)  # (transition, 1), in nats
    # d entropy / d logits is -p (log p + entropy)
    to_logits += settings.entropy_weight / n * p * (log_p + entropy)
    return to_logits.astype(np.float32)


class Adam:
    """Adam (Kingma & Ba, 2015) with the gradient's norm cut, as in stable-baselines3."""

    _BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-5  # stable-baselines3's epsilon, not the paper's 1e-8

    def __init__(self, weights: tuple[FloatArray, ...], settings: PPOSettings) -> None:
        self._weights, self._settings = weights, settings
        self._mean = [np.zeros_like(w) for w in weights]
        self._square = [np.zeros_like(w) for w in weights]
        self._count = 0

    def step(self, gradient: tuple[FloatArray, ...]) -> None:
        """Moves the weights, in place."""
        norm = np.sqrt(sum(float(np.square(g).sum()) for g in gradient))  # of all arrays together
        # 1e-6 as torch's clip_grad_norm_
        cut = min(1.0, self._settings.max_gradient_norm / (norm + 1e-6))
        self._count += 1
        unbiased = np.float32((1 - self._BETA2**self._count) ** 0.5)  # both means begin at 0
        rate = np.float32(self._settings.learning_rate / (1 - self._BETA1**self._count))
        for w, g, mean, square in zip(
            self._weights, gradient, self._mean, self._square, strict=True
        ):
            g = g * np.float32(cut)
            mean += np.float32(1 - self._BETA1) * (g - mean)
            square += np.float32(1 - self._BETA2) * (g * g - square)
            # in place: the policy holds the same arrays
            w -= rate * mean / (np.sqrt(square) / unbiased + np.float32(self._EPSILON))
