"""Worlds, measures and explorers of the book Right Skill, Wrong Goal.

    agent = misgen.train("CoinRun", distinguishing=0.0, seed=0, progress=True)
    report = misgen.evaluate(agent, "CoinRun", distinguishing=1.0, seed=1)

Everything listed here is public; everything else may change. Importing the package needs NumPy
alone: torch, gymnasium, plotly and anywidget are imported where they are used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from misgen.core import measure, policy, replay
from misgen.core.arguments import (
    check_acting,
    check_count,
    check_flag,
    check_kind,
    check_levels,
    check_options,
    check_path,
    check_rollout,
    check_share,
    refusing,
)
from misgen.core.interrupts import held, import_whole
from misgen.core.intervals import Estimate, over_seeds, wilson
from misgen.core.measure import Report
from misgen.core.notebook import in_page
from misgen.core.policy import Policy
from misgen.core.registry import ENVIRONMENTS, environment, make
from misgen.core.replay import Replay
from misgen.core.settings import PPOSettings
from misgen.ledger.published import published, replays, results, table

if TYPE_CHECKING:
    from misgen.core.sb3_vec_env import BatchedVecEnv

__all__ = [
    "ENVIRONMENTS", "Estimate", "PPOSettings", "Policy", "Replay", "Report", "evaluate", "load",
    "make", "over_seeds", "published", "record", "replays", "results", "table", "train",
    "vec_env", "wilson",
]  # fmt: skip
__version__ = "0.2.0"

evaluate = refusing(
    measure.evaluate,
    policy=check_acting,
    options=check_options,
    control=partial(check_kind, "control", kind=str, example="'erased'"),
)
load = refusing(policy.load, path=check_path)
record = refusing(replay.record, policy=check_acting, levels=check_levels)
# where they are found, to be pickled
evaluate.__module__ = load.__module__ = record.__module__ = __name__

import_whole("torch")  # whose import cannot be repeated in a process that interrupted it


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
    """Trains one agent with stable-baselines3's PPO.

    It is the short form of `PPO(...)` on `vec_env(...)` with the book's network and settings, and
    of `learn`. The agent that comes out needs NumPy alone. Trainings in several threads take turns,
    and the global random states are left as they were.

    Interrupting the run (Ctrl-C, or the stop button of a notebook) keeps the agent so far, whatever
    it is at: it ends after its next update, or at once where it is asked three times.

    In a web page, where stable-baselines3 and torch do not exist, the NumPy learner of the book
    trains the agent by the same algorithm, and says so.

    Args:
        name: Name of the environment, such as "CoinRun".
        distinguishing: Share of training episodes in which goal and proxy come apart.
        seed: Seed of the levels, the first weights and the actions.
        settings: Settings of the learner; by default those of the environment.
        steps: Environment steps; overrides the number in `settings`.
        until: Stop earlier, once this share of the latest 1,000 episodes reached the goal.
        options: Further options of the environment, such as `{"levels": 100}`.
        progress: Whether to show a progress bar with the mean return and the time left.

    Returns:
        The agent; its `notes` say how it was trained, and whether the run was interrupted.

    Raises:
        ValueError: If there is no such environment or an argument is out of range.
        ImportError: If stable-baselines3 or torch is not installed; it says what to install.
        KeyboardInterrupt: If the run was interrupted and then failed, or was interrupted thrice.
    """
    with held():  # also while it is checked and imported; the learner hears it between two updates
        options, seed = check_options(options), check_count("seed", seed, minimum=0)
        distinguishing = check_share("distinguishing", distinguishing)
        settings = _plain(name, settings, steps)
        one = make(name, 1, distinguishing=distinguishing, seed=seed, **options)
        check_rollout(settings.rollout_steps, settings.num_envs, one.obs_size)
        return _trainer()(
            name,
            distinguishing=distinguishing,
            seed=seed,
            settings=settings,
            until=until,
            options=options,
            progress=check_flag("progress", progress),
        )


def _plain(name: str, settings: PPOSettings | None, steps: int | None) -> PPOSettings:
    """Returns the settings of a training with Python's numbers; torch does not take NumPy's."""
    if settings is None:
        settings = environment(name).ppo
    check_kind("settings", settings, PPOSettings, "misgen.PPOSettings(hidden=8)")
    given = settings.to_json() if steps is None else {**settings.to_json(), "steps": steps}
    plain = {field: v.item() for field, v in given.items() if isinstance(v, np.generic)}
    return replace(settings, **{**given, **plain})


def _trainer() -> Callable[..., Policy]:
    """Returns the learner of stable-baselines3, or that of NumPy in a page without it."""
    if in_page() and not all(map(find_spec, ("torch", "stable_baselines3"))):
        from misgen.learn import ppo

        print("A page has no PyTorch; the book's NumPy learner trains this agent.")
        return ppo.train
    from misgen.learn import sb3  # torch takes seconds to import

    return sb3.train


def vec_env(
    name: str,
    num_envs: int,
    *,
    distinguishing: float = 0.0,
    seed: int,
    reward_scale: float = 1.0,
    truncations: bool = False,
    render_mode: str | None = None,
    **options: Any,
) -> BatchedVecEnv:
    """Creates a batch of environments for the algorithms of stable-baselines3.

        from stable_baselines3 import PPO

        env = misgen.vec_env("CoinRun", 128, distinguishing=0.0, seed=0, reward_scale=0.1)
        model = PPO("MlpPolicy", env, n_steps=32, batch_size=1024, learning_rate=2e-3, gamma=0.95)
        model.learn(500_000)
        report = misgen.evaluate(model, "CoinRun", distinguishing=1.0, seed=1)

    Args:
        name: Name of the environment, such as "CoinRun".
        num_envs: Number of episodes that run side by side.
        distinguishing: Share of episodes in which goal and proxy come apart.
        seed: Seed of the levels. A learner that gets a seed of its own hands it on to here, by the
            method `seed`, which then counts from the next `reset`.
        reward_scale: Factor on the rewards.
        truncations: Whether to report the time limit to the learner, which then bootstraps there;
            by default it is an ordinary end, as in the whole book.
        render_mode: "rgb_array" for pictures.
        **options: Further options of the environment, such as
            `reward=lambda events: 10.0 * events.goal - 5.0 * events.died`.

    Raises:
        ValueError: If there is no such environment or an argument is out of range.
        ImportError: If stable-baselines3 is not installed; it says what to install.
    """
    from misgen.core.sb3_vec_env import BatchedVecEnv  # stable-baselines3 imports torch

    env = make(name, num_envs, distinguishing=distinguishing, seed=seed, **options)
    return BatchedVecEnv(
        env, reward_scale=reward_scale, truncations=truncations, render_mode=render_mode
    )
