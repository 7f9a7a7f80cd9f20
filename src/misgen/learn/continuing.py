"""Learning without episodes: endless runs, in which nothing is repeated and nothing is a test.

The learner is stable-baselines3's PPO, as in `misgen.learn.sb3`. It sees no end of an episode, so
that every advantage looks on into what comes next. A log against time takes the place of a test:
"training" is the past, and how the agent does is how it does now.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count
from misgen.core.arrays import BoolArray, FloatArray, IntArray
from misgen.core.env import BatchedEnv
from misgen.core.extras import extra
from misgen.core.registry import environment, make
from misgen.core.sb3_vec_env import BatchedVecEnv
from misgen.core.settings import PPOSettings
from misgen.learn.history import Checkpoint, History, checkpoint_ticks
from misgen.learn.notes import in_notes
from misgen.learn.progress import Progress
from misgen.learn.randomness import MOST_SEED, borrowed_randomness
from misgen.learn.sb3 import divergence_told, export, make_model

with extra("train", "Training with stable-baselines3"):
    from stable_baselines3 import PPO
    from stable_baselines3.common.callbacks import BaseCallback

Watcher = Callable[[int, BatchedEnv], None]
"""Called after each step with its number, from 1, and the environments, which it must not change.

It may keep whatever the log does not, such as pictures."""


@dataclass(frozen=True)
class Gauge:
    """What is counted in each environment after each step, beside the reward.

    >>> Gauge("trees", 10).top
    10
    """

    name: str
    """Property of the environment: whole numbers, `(num_envs,)`; in the plural, for sentences."""
    top: int
    """The largest number."""

    def read(self, env: BatchedEnv) -> IntArray:
        """Returns the numbers of all environments, `(num_envs,)`."""
        numbers: IntArray = getattr(env, self.name)
        return numbers


def learn(
    name: str,
    gauge: Gauge,
    *,
    distinguishing: float = 0.0,
    seed: int,
    settings: PPOSettings | None = None,
    steps: int | None = None,
    checkpoints: int = 2,
    options: Mapping[str, Any] | None = None,
    watcher: Watcher | None = None,
    progress: bool = False,
) -> History:
    """Lets one agent live and learn in parallel endless runs.

    Interrupting it (Ctrl-C, or the stop button of a notebook) keeps the agent and the log so far.

    Args:
        name: Name of a continuing environment, such as "TreeGridworld".
        gauge: What is counted after each step.
        distinguishing: Share of the environments in which goal and proxy come apart.
        seed: Seed of the environments, the first weights and the actions.
        settings: Settings of the learner; by default those of the environment.
        steps: Environment steps, all environments together; overrides the number in `settings`.
        checkpoints: How often the agent is kept; see `checkpoint_ticks`.
        options: Further options of the environment, such as `{"r_max": 0.6}`.
        watcher: Called after each step.
        progress: Whether to show a progress bar with the reward and the time left.

    Raises:
        ValueError: If there is no such environment, its episodes end, or an argument is out of
            range.
    """
    if not environment(name).continuing:
        raise ValueError(f"The episodes of {name} end; train on it by misgen.train.")
    settings = settings or environment(name).ppo
    if steps is not None:
        settings = replace(settings, steps=steps)
    check_count("seed", seed, minimum=0, maximum=MOST_SEED)
    options = dict(options or {})
    env = make(name, settings.num_envs, distinguishing=distinguishing, seed=seed, **options)
    vec_env = _LoggedVecEnv(env, gauge, settings.reward_scale, watcher)
    notes = {
        "env": name, "distinguishing": distinguishing, "seed": seed, "options": in_notes(options),
        "learner": "stable-baselines3 PPO, continuing", "settings": settings.to_json(),
    }  # fmt: skip
    ticks = -(-settings.steps // settings.num_envs)  # steps of each, rounded up
    wanted = checkpoint_ticks(ticks, checkpoints, settings.rollout_steps)
    keeper = _Keeper(wanted, notes)
    with borrowed_randomness():
        model = make_model(vec_env, settings, seed)
        interrupted = _run(model, vec_env, keeper, settings, progress)
    if interrupted:
        warnings.warn(
            f"The run was interrupted after {model.num_timesteps:,} of {settings.steps:,} steps; "
            "the agent and the log so far are returned.",
            stacklevel=2,
        )
    keeper.keep(model, interrupted)  # `look` comes before each rollout, so not at the end
    return vec_env.history(keeper.kept)


def _run(
    model: PPO, vec_env: _LoggedVecEnv, keeper: _Keeper, settings: PPOSettings, progress: bool
) -> bool:
    """Lets the model learn, and returns whether it was interrupted."""
    if settings.steps == 0:
        return False
    with Progress(settings.steps, "step", shown=progress) as bar:
        try:
            with divergence_told():
                model.learn(settings.steps, callback=_Watch(vec_env, keeper, bar))
        except KeyboardInterrupt:
            return True
    return False


class _LoggedVecEnv(BatchedVecEnv):
    """Endless runs for stable-baselines3 that write down what comes of each step."""

    def __init__(
        self, env: BatchedEnv, gauge: Gauge, reward_scale: float, watcher: Watcher | None
    ) -> None:
        super().__init__(env, reward_scale)
        self._gauge, self._watcher = gauge, watcher
        tampered = env.distinguishing_levels  # (environment,)
        # Where all of them are tampered with, there is nothing else to write down.
        self._counted = ~tampered if not tampered.all() else tampered
        self._written: list[NDArray[np.float64]] = []  # [tick](reward, share of 0, share of 1, ...)

    def step_wait(self) -> tuple[FloatArray, FloatArray, BoolArray, list[dict[str, Any]]]:
        obs, rewards, done, infos = super().step_wait()
        reward = rewards[self._counted].mean() / self._reward_scale  # back in the units of the env
        numbers = self._gauge.read(self._env)[self._counted]  # (environment that counts,)
        # Entry k: the share of the environments in which the gauge shows k.
        shares = np.bincount(numbers, minlength=self._gauge.top + 1) / len(numbers)
        # One row at a time, so that an interruption never leaves half a step.
        self._written.append(np.append(reward, shares))
        if self._watcher is not None:
            self._watcher(len(self._written), self._env)
        return obs, rewards, done, infos

    def latest(self, ticks: int) -> str:
        """Says what the latest steps earned, and where nothing is left."""
        reward, empty, *_ = np.mean(self._written[-ticks:], axis=0)  # the share of 0 comes second
        return f"reward {reward:.3f} a step, {empty:.0%} without {self._gauge.name}"

    def history(self, checkpoints: Sequence[Checkpoint]) -> History:
        """Returns all that was written down."""
        rows = np.array(self._written).reshape(-1, self._gauge.top + 2)  # (tick, reward and shares)
        return History(rows[:, 0], rows[:, 1:], tuple(checkpoints))


class _Keeper:
    """Keeps the agent at the wanted steps, each of which lies between two updates."""

    def __init__(self, wanted: Sequence[int], notes: Mapping[str, Any]) -> None:
        self._wanted, self._notes = set(wanted), notes
        self.kept: list[Checkpoint] = []

    def look(self, model: PPO) -> None:
        """Keeps the agent if it is wanted now."""
        if model.num_timesteps // model.n_envs in self._wanted:
            self.keep(model)

    def keep(self, model: PPO, interrupted: bool = False) -> None:
        """Keeps the agent as it is now, once."""
        tick = model.num_timesteps // model.n_envs
        notes = {**self._notes, "steps": model.num_timesteps, "interrupted": interrupted}
        agent = replace(export(model), notes=notes)
        # the last may be kept already
        self.kept = [*(c for c in self.kept if c.tick != tick), Checkpoint(tick, agent)]


class _Watch(BaseCallback):
    """Feeds the progress bar, and shows the model to the keeper before each rollout."""

    def __init__(self, vec_env: _LoggedVecEnv, keeper: _Keeper, bar: Progress) -> None:
        super().__init__()
        self._log, self._keeper, self._bar = vec_env, keeper, bar

    def _on_rollout_start(self) -> None:
        self._keeper.look(self.model)

    def _on_step(self) -> bool:
        return True

    def _on_rollout_end(self) -> None:
        done = min(self.num_timesteps, self._bar.total)  # the last rollout may go beyond the total
        self._bar.advance_to(done, self._log.latest(self.model.n_steps))
