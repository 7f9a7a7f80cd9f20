"""Training on environments of one's own making, with the agent as it was at several moments."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from misgen.core.arguments import check_count
from misgen.core.env import BatchedEnv
from misgen.core.extras import extra
from misgen.core.policy import Policy
from misgen.core.sb3_vec_env import BatchedVecEnv
from misgen.core.settings import PPOSettings
from misgen.learn.randomness import MOST_SEED, borrowed_randomness
from misgen.learn.sb3 import divergence_told, export, make_model

with extra("train", "Training with stable-baselines3"):
    from stable_baselines3.common.callbacks import BaseCallback


def agents_after(
    env: BatchedEnv, settings: PPOSettings, seed: int, updates: Sequence[int]
) -> list[Policy]:
    """Returns one agent as it was after each of some updates.

    The training is that of `misgen.train`, and so are its agents, to the last bit: looking at them
    draws no random number.

    Args:
        env: The environments, made with `seed`, `settings.num_envs` of them; they are reset.
        settings: Settings of the learner; `updates` say how long it learns, not its `steps`.
        seed: Seed of the first weights and the actions.
        updates: After how many updates an agent is wanted, increasing; 0 is the untrained one.

    Raises:
        ValueError: If an argument is out of range, or weights have become infinite or NaN.
    """
    _check_updates(updates)
    check_count("seed", seed, minimum=0, maximum=MOST_SEED)
    with borrowed_randomness():
        model = make_model(BatchedVecEnv(env, settings.reward_scale), settings, seed)
        if not updates[-1]:
            return [export(model)]
        keeper = _Keeper(updates)
        with divergence_told():
            model.learn(updates[-1] * settings.rollout_steps * env.num_envs, callback=keeper)
    # the callback comes before each rollout, so not after the last update
    return [*keeper.kept, export(model)]


def updates_of(settings: PPOSettings) -> int:
    """Returns how many updates a training of `settings.steps` has.

    >>> updates_of(PPOSettings())
    123
    """
    return -(-settings.steps // (settings.rollout_steps * settings.num_envs))  # rounded up


def _check_updates(updates: Sequence[int]) -> None:
    for update in updates:
        check_count("updates", update, minimum=0)
    if not updates or any(first >= second for first, second in pairwise(updates)):
        raise ValueError(f"Give at least one of `updates`, increasing, not {list(updates)}.")


class _Keeper(BaseCallback):
    """Keeps the agents before the rollouts that follow the wanted updates."""

    def __init__(self, wanted: Sequence[int]) -> None:
        super().__init__()
        self._wanted, self._done = set(wanted), 0
        self.kept: list[Policy] = []

    def _on_rollout_start(self) -> None:
        if self._done in self._wanted:
            self.kept.append(export(self.model))
        self._done += 1

    def _on_step(self) -> bool:
        return True
