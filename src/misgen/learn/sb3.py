"""Training by stable-baselines3: its PPO on the book's batched environments."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from misgen.core.arguments import check_count, check_share
from misgen.core.extras import extra
from misgen.core.policy import DIVERGED, Policy
from misgen.core.registry import environment, make
from misgen.core.sb3_vec_env import BatchedVecEnv
from misgen.core.settings import PPOSettings
from misgen.learn.notes import in_notes
from misgen.learn.progress import Progress
from misgen.learn.randomness import MOST_SEED, borrowed_randomness

with extra("train", "Training with stable-baselines3"):
    import torch
    from stable_baselines3 import PPO
    from stable_baselines3.common.callbacks import BaseCallback
    from stable_baselines3.common.logger import Logger
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor


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
    settings = settings or environment(name).ppo
    if steps is not None:
        settings = replace(settings, steps=steps)
    if until is not None:
        check_share("until", until)
    check_count("seed", seed, minimum=0, maximum=MOST_SEED)
    options = dict(options or {})
    env = make(name, settings.num_envs, distinguishing=distinguishing, seed=seed, **options)
    with borrowed_randomness():
        vec_env = BatchedVecEnv(env, settings.reward_scale)
        model = make_model(vec_env, settings, seed)
        interrupted = _run(model, vec_env, settings.steps, until, progress)
    if interrupted:
        warnings.warn(
            f"Training was interrupted after {model.num_timesteps:,} of {settings.steps:,} steps; "
            "the agent so far is returned.",
            stacklevel=3,  # the line that called misgen.train
        )
    notes = {
        "env": name, "distinguishing": distinguishing, "seed": seed, "options": in_notes(options),
        "learner": "stable-baselines3 PPO", "settings": settings.to_json(),
        "steps": model.num_timesteps, "interrupted": interrupted,
    }  # fmt: skip
    return replace(export(model), notes=notes)


def _run(
    model: PPO, vec_env: BatchedVecEnv, steps: int, until: float | None, progress: bool
) -> bool:
    """Lets the model learn, and returns whether it was interrupted."""
    if steps == 0:
        return False
    with Progress(steps, "step", shown=progress) as bar:
        try:
            with divergence_told():
                model.learn(steps, callback=_Watch(vec_env, bar, until))
        except KeyboardInterrupt:
            return True
    return False


@contextlib.contextmanager
def divergence_told() -> Iterator[None]:
    """Says in one sentence what torch says in a hundred lines: the logits are not finite.

    Raises:
        ValueError: If they are not.
    """
    try:
        yield
    except ValueError as error:
        if "to satisfy the constraint" not in str(error):
            raise
        raise ValueError(DIVERGED) from error


def export(model: PPO) -> Policy:
    """Returns the NumPy agent that acts exactly as `model` does (to 1e-5)."""
    policy = model.policy

    def array(tensor: torch.Tensor) -> np.ndarray[Any, np.dtype[np.float32]]:
        return tensor.detach().cpu().numpy().astype(np.float32).T.copy()  # torch: (output, input)

    hidden = policy.features_extractor.layer
    return Policy(
        hidden_weight=array(hidden.weight),
        hidden_bias=array(hidden.bias),
        action_weight=array(policy.action_net.weight),
        action_bias=array(policy.action_net.bias),
        value_weight=array(policy.value_net.weight)[:, 0],  # (unit, 1) -> (unit,)
        value_bias=array(policy.value_net.bias).reshape(()),  # (1,) -> ()
    )


class _SharedLayer(BaseFeaturesExtractor):
    """The hidden layer that policy and value share."""

    def __init__(self, observation_space: Any, features_dim: int) -> None:
        super().__init__(observation_space, features_dim)
        self.layer = torch.nn.Linear(observation_space.shape[0], features_dim)

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.layer(observations))


def make_model(vec_env: BatchedVecEnv, settings: PPOSettings, seed: int) -> PPO:
    """Returns stable-baselines3's PPO with the book's network and settings, untrained."""
    # Two threads are up to 17 times slower than one for nets this small.
    torch.set_num_threads(1)
    model = PPO(
        "MlpPolicy", vec_env, n_steps=settings.rollout_steps, batch_size=settings.batch_size,
        n_epochs=settings.epochs, learning_rate=settings.learning_rate, gamma=settings.discount,
        gae_lambda=settings.gae_lambda, clip_range=settings.clip, ent_coef=settings.entropy_weight,
        vf_coef=settings.value_weight, max_grad_norm=settings.max_gradient_norm, seed=seed,
        device="cpu", policy_kwargs={
            # no layers behind the shared one
            "net_arch": [], "features_extractor_class": _SharedLayer,
            "features_extractor_kwargs": {"features_dim": settings.hidden},
        },
    )  # fmt: skip
    with torch.no_grad():
        model.policy.value_net.weight.zero_()  # see Policy.random
    model.set_logger(Logger(folder=None, output_formats=[]))  # the default makes a folder a run
    return model


class _Watch(BaseCallback):
    """Feeds the progress bar, and stops the run once the agent is good enough."""

    def __init__(self, vec_env: BatchedVecEnv, bar: Progress, until: float | None) -> None:
        super().__init__()
        self._log, self._bar, self._until = vec_env.finished_episodes, bar, until
        self._good_enough = False

    def _on_step(self) -> bool:
        return not self._good_enough  # False ends the run

    def _on_rollout_end(self) -> None:
        log = self._log
        self._bar.advance_to(
            min(self.num_timesteps, self._bar.total),  # the last rollout may go beyond the total
            f"mean return {log.mean_return:.2f}, success {log.success_rate:.0%}",
        )
        self._good_enough = self._until is not None and log.reached(self._until)
