"""Learning without episodes in NumPy alone, for the page: `misgen.learn.continuing` without torch.

The same algorithm and log, but as a generator that pauses after each update. A test holds the
course of its runs to that of the published ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from misgen.core.arguments import check_count
from misgen.core.arrays import BoolArray
from misgen.core.env import BatchedEnv, RewardFunction, Step
from misgen.core.registry import environment, make
from misgen.core.settings import PPOSettings
from misgen.learn.history import Checkpoint, History, checkpoint_ticks
from misgen.learn.notes import in_notes
from misgen.learn.ppo import Learner


def updates(
    name: str,
    gauge: str,
    top: int,
    *,
    distinguishing: float = 0.0,
    seed: int,
    settings: PPOSettings | None = None,
    steps: int | None = None,
    checkpoints: int = 2,
    options: Mapping[str, Any] | None = None,
    logged: RewardFunction | None = None,
) -> Iterator[History]:
    """Lets one agent live and learn in parallel endless runs, and pauses after each update.

    Args:
        name: Name of a continuing environment, such as "TreeGridworld".
        gauge: What is counted after each step: a property of the environment, whole numbers,
            `(num_envs,)`, such as "trees".
        top: The largest of these numbers.
        distinguishing: Share of the environments in which goal and proxy come apart.
        seed: Seed of the environments, the first weights and the actions.
        settings: Settings of the learner; by default those of the environment.
        steps: Environment steps, all environments together; overrides the number in `settings`.
        checkpoints: How often the agent is kept; see `checkpoint_ticks`.
        options: Further options of the environment, such as `{"r_max": 0.6}`.
        logged: What the log holds as the reward of the events of a step, such as `tree_reward`
            where the agent is paid for them otherwise; by default what it is paid.

    Yields:
        The run so far, which stays as it is; its last checkpoint is the agent now. The first is
        that of the untrained agent, with an empty log.

    Raises:
        ValueError: If there is no such environment, its episodes end, an argument is out of range,
            or, while it goes on, weights have become infinite or NaN.
    """
    if not environment(name).continuing:
        raise ValueError(f"The episodes of {name} end; train on it by misgen.learn.ppo.updates.")
    settings = settings or environment(name).ppo
    if steps is not None:
        settings = replace(settings, steps=steps)
    options = dict(options or {})
    env = make(name, settings.num_envs, distinguishing=distinguishing, seed=seed, **options)
    ticks = -(-settings.steps // settings.num_envs)  # steps of each, rounded up
    kept = checkpoint_ticks(ticks, checkpoints, settings.rollout_steps)
    log = Log(env, gauge, top, logged)
    learner = Learner(env, settings, seed, watcher=log.add)
    notes = {
        "env": name, "distinguishing": distinguishing, "seed": seed, "options": in_notes(options),
        "learner": "NumPy PPO, continuing", "settings": settings.to_json(),
    }  # fmt: skip
    return _updates(learner, log, kept, notes)  # so that errors come before the first update


def _updates(
    learner: Learner, log: Log, wanted: Sequence[int], notes: Mapping[str, Any]
) -> Iterator[History]:
    kept: list[Checkpoint] = []
    for steps in learner.run():
        agent = learner.network.policy({**notes, "steps": steps, "interrupted": False})
        now = Checkpoint(log.ticks, agent)
        yield log.history([*kept, now])
        if now.tick in wanted:
            kept.append(now)


class Log:
    """What comes of each step of endless runs, as `misgen.learn.continuing` writes it down."""

    def __init__(
        self, env: BatchedEnv, gauge: str, top: int, logged: RewardFunction | None = None
    ) -> None:
        """Begins an empty log of `env`; see `updates`."""
        self._env, self._gauge, self._top = env, gauge, check_count("top", top)
        self._logged = logged
        tampered = env.distinguishing_levels  # (environment,)
        # Where all of them are tampered with, there is nothing else to write down.
        self._counted = ~tampered if not tampered.all() else tampered
        self._rows = np.empty((1024, top + 2))  # (tick, reward and share of 0 and share of 1, ...)
        self.ticks = 0
        """Steps of each environment so far."""

    def add(self, step: Step, _ended: BoolArray) -> None:
        """Writes down what one step brought."""
        numbers = getattr(self._env, self._gauge)[self._counted]  # (environment that counts,)
        if self.ticks == len(self._rows):  # twice the room; what was handed out keeps the old one
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        rewards = np.asarray(self._logged(step.events)) if self._logged else step.reward
        self._rows[self.ticks, 0] = rewards[self._counted].mean()
        # Entry k: the share of the environments in which the gauge shows k.
        self._rows[self.ticks, 1:] = np.bincount(numbers, minlength=self._top + 1) / len(numbers)
        self.ticks += 1

    def history(self, checkpoints: Sequence[Checkpoint]) -> History:
        """Returns all that was written down; what comes later does not change it."""
        rows = self._rows[: self.ticks]
        return History(rows[:, 0], rows[:, 1:], tuple(checkpoints))
