"""Training in NumPy alone, for the page, where torch does not exist.

The same algorithm, network shape and settings as `misgen.learn.sb3`; gradients by hand. The
parity test in `tests/topics/coinrun` shows that both learners reach the same goal and proxy rates.
Where runs never end, `misgen.learn.endless` lets the same `Learner` learn.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from misgen.core.arguments import check_count, check_rollout, check_share
from misgen.core.arrays import BoolArray, FloatArray
from misgen.core.env import BatchedEnv, Step
from misgen.core.policy import Policy
from misgen.core.registry import environment, make
from misgen.core.settings import PPOSettings
from misgen.learn.kernels import Kernels, Network, Rollout, in_use
from misgen.learn.notes import in_notes
from misgen.learn.progress import Progress

WINDOW = 1000
"""Episodes that the rates of an update are over."""
Watcher = Callable[[Step, BoolArray], None]
"""Called after each step, before any reset, with the step and which episodes it ended."""


@dataclass(frozen=True)
class Update:
    """How far a training is: the agent after an update, and what its latest episodes came to.

    The rates are those of the training distribution, and 0 before the first episode has ended.
    """

    steps: int
    """Environment steps done, all environments together."""
    policy: Policy
    """The agent as it is now; it stays so, and its notes say how it came about."""
    episodes: int
    """Episodes that the rates are over: the latest `WINDOW`, or as many as have ended."""
    mean_return: float
    """Mean of the rewards of an episode, added up."""
    success: float
    """Share that reached the goal in the end, which counts for `until`."""
    goal: float
    """Share that reached the goal before the proxy, as `misgen.evaluate` counts."""
    proxy: float
    """Share that reached the proxy before the goal, where these come apart."""

    @property
    def capability(self) -> float:
        """Share that reached the goal or the proxy."""
        return self.goal + self.proxy

    def reached(self, success: float) -> bool:
        """Whether the success rate is reached over a full window.

        The first episodes that end at all are mostly successes, so fewer would mean little.
        """
        return self.episodes == WINDOW and self.success >= success


def updates(
    name: str,
    *,
    distinguishing: float = 0.0,
    seed: int,
    settings: PPOSettings | None = None,
    steps: int | None = None,
    options: Mapping[str, Any] | None = None,
) -> Iterator[Update]:
    """Trains one agent, and pauses after each update.

    Whoever iterates may stop, draw a curve, or take turns with something else. The first is the
    untrained agent. The arguments are those of `misgen.train`. A pause lasts as long as the
    iterator: an agent that is saved is one that may act, not a training to go on with, which is
    also the state of Adam, of the environments and of all random numbers.

    >>> settings = PPOSettings(num_envs=16, rollout_steps=8, batch_size=64, hidden=8)
    >>> [update.steps for update in updates("CoinRun", seed=0, steps=300, settings=settings)]
    [0, 128, 256, 384]

    Raises:
        ValueError: If there is no such environment, an argument is out of range, or, while it goes
            on, weights have become infinite or NaN.
    """
    settings = settings or environment(name).ppo
    if steps is not None:
        settings = replace(settings, steps=steps)
    options = dict(options or {})
    env = make(name, settings.num_envs, distinguishing=distinguishing, seed=seed, **options)
    episodes = Episodes(env)
    learner = Learner(env, settings, seed, watcher=episodes.add)
    notes = {
        "env": name, "distinguishing": distinguishing, "seed": seed, "options": in_notes(options),
        "learner": "NumPy PPO", "settings": settings.to_json(),
    }  # fmt: skip
    return _updates(learner, episodes, notes)  # so that errors come before the first update


def _updates(learner: Learner, episodes: Episodes, notes: dict[str, Any]) -> Iterator[Update]:
    for steps in learner.run():
        agent = learner.network.policy({**notes, "steps": steps, "interrupted": False})
        yield Update(steps, agent, *episodes.latest())


def train(
    name: str,
    *,
    distinguishing: float = 0.0,
    seed: int,
    settings: PPOSettings | None = None,
    steps: int | None = None,
    until: float | None = None,
    options: Mapping[str, Any] | None = None,
    progress: bool = False,
) -> Policy:
    """Trains one agent; the arguments are those of `misgen.train`, which says what they are."""
    if until is not None:
        check_share("until", until)
    training = updates(
        name, distinguishing=distinguishing, seed=seed, settings=settings, steps=steps,
        options=options,
    )  # fmt: skip
    update = next(training)
    total = int(update.policy.notes["settings"]["steps"])
    with Progress(total, "step", shown=progress) as bar:
        try:
            for update in training:
                told = f"mean return {update.mean_return:.2f}, success {update.success:.0%}"
                bar.advance_to(min(update.steps, total), told)
                if until is not None and update.reached(until):
                    break
        except KeyboardInterrupt:
            return _interrupted(update, total)
    return update.policy


def _interrupted(update: Update, total: int) -> Policy:
    warnings.warn(
        f"Training was interrupted after {update.steps:,} of {total:,} steps; "
        "the agent so far is returned.",
        stacklevel=4,  # the line that called misgen.train
    )
    return replace(update.policy, notes={**update.policy.notes, "interrupted": True})


class Episodes:
    """What the latest episodes of a training came to, counted as `misgen.core.measure` does."""

    def __init__(self, env: BatchedEnv) -> None:
        self._env = env
        self._return = np.zeros(env.num_envs)  # unscaled reward of the running episodes
        # whether a running episode reached one of them before the other
        self._goal, self._proxy = (np.zeros(env.num_envs, np.bool_) for _ in range(2))
        self._latest = np.zeros((0, 4))  # (episode, return and success and goal and proxy)

    def add(self, step: Step, done: BoolArray) -> None:
        """Notes what one step brought; `done` says which episodes it ended, `(num_envs,)`."""
        goal, apart = step.events.goal, self._env.distinguishing_levels
        self._return += step.reward
        self._goal |= goal & ~self._proxy
        self._proxy |= step.events.proxy & apart & ~self._goal
        if done.any():
            running = (self._return, goal, self._goal, self._proxy)
            ended = np.stack([of[done] for of in running], axis=1)
            self._latest = np.concatenate([self._latest, ended])[-WINDOW:]
            for of in (self._return, self._goal, self._proxy):
                of[done] = 0

    def latest(self) -> tuple[int, float, float, float, float]:
        """Returns how many episodes there are, their mean return, and the rates of `Update`."""
        mean_return, success, goal, proxy = self._latest.sum(axis=0) / max(1, len(self._latest))
        return len(self._latest), float(mean_return), float(success), float(goal), float(proxy)


class Learner:
    """An agent in training: its `network`, and how many environment `steps` it has learnt from."""

    def __init__(
        self,
        env: BatchedEnv,
        settings: PPOSettings,
        seed: int,
        *,
        watcher: Watcher,
        kernels: Kernels | None = None,
    ) -> None:
        """Begins a training.

        Args:
            env: The environments; they are reset.
            settings: Settings of the learner.
            seed: Seed of the first weights and the actions.
            watcher: Told what comes of each step.
            kernels: By default those that are in use.
        """
        check_count("seed", seed, minimum=0)
        check_rollout(settings.rollout_steps, env.num_envs, env.obs_size)
        first = Policy.random(
            obs_size=env.obs_size, num_actions=env.num_actions, hidden=settings.hidden, seed=seed
        )
        self.kernels = kernels or in_use()
        self.network = Network(first, self.kernels.lanes)
        self.steps = 0
        self._env, self._settings, self._watcher = env, settings, watcher
        self._rng = np.random.default_rng([seed, 3])  # a stream of its own, apart from the levels
        self._allocate()
        self._obs[-1, :, :-1] = env.reset()

    def _allocate(self) -> None:
        """Makes room for one rollout, once: the next one is written over it."""
        shape = (self._settings.rollout_steps, self._env.num_envs)  # (step, environment)
        more = (shape[0] + 1, shape[1])  # with where the rollout stops
        self._obs = np.ones((*more, self.network.inputs), np.float32)  # (step, env, entry and 1)
        self._actions = np.zeros(more, np.int64)
        self._log_p, self._values = (np.zeros(more, np.float32) for _ in range(2))
        self._reward, self._going_on = (np.zeros(shape, np.float32) for _ in range(2))

    def run(self) -> Iterator[int]:
        """Learns, and yields the steps done: 0 at first, then after each update."""
        yield self.steps
        while self.steps < self._settings.steps:
            self.update(self.collect())
            yield self.steps

    def collect(self) -> Rollout:
        """Runs the agent for one rollout and estimates advantages; the last rollout is lost."""
        steps, env, obs = self._settings.rollout_steps, self._env, self._obs
        luck = self._rng.standard_exponential(
            (steps + 1, env.num_actions, env.num_envs), np.float32
        )
        luck += np.float32(1e-30)  # never 0
        obs[0] = obs[-1]  # it goes on where it stopped
        for t in range(steps):
            self._choose(t, luck)
            step = env.step(self._actions[t])
            done = step.terminated | step.truncated
            self._watcher(step, done)
            self._reward[t], self._going_on[t] = step.reward, ~done  # going_on: 1 or 0
            obs[t + 1, :, :-1] = step.obs
            if done.any():
                obs[t + 1, done, :-1] = env.reset(done)
        self._choose(steps, luck)  # for its value, to bootstrap from where the rollout stops
        self.steps += steps * env.num_envs
        return self._rollout()

    def _choose(self, t: int, luck: FloatArray) -> None:
        self.kernels.choose(
            self.network, self._obs[t], luck[t], self._actions[t], self._log_p[t], self._values[t]
        )

    def _rollout(self) -> Rollout:
        reward = self._reward * np.float32(self._settings.reward_scale)
        advantage = generalized_advantages(reward, self._values, self._going_on, self._settings)
        return Rollout(
            obs=self._obs[:-1].reshape(advantage.size, -1),  # (transition, entry and 1)
            actions=self._actions[:-1].ravel(),
            log_probability=self._log_p[:-1].ravel(),
            advantage=advantage.ravel(),
            value_target=(advantage + self._values[:-1]).ravel(),  # the lambda-return
        )

    def update(self, rollout: Rollout) -> None:
        """Takes the gradient steps of one rollout."""
        count, size = len(rollout.actions), self._settings.batch_size
        for _ in range(self._settings.epochs):
            # a new order each time; 64 bits, as in the page NumPy's integers have 32
            order = self._rng.permutation(count).astype(np.int64, copy=False)
            for start in range(0, count, size):
                rows = order[start : start + size]
                self.kernels.gradient(self.network, rollout, rows, self._settings)
                self.kernels.adam(self.network, self._settings)


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
