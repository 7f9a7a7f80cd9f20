"""What may act in an environment: an agent, a model of stable-baselines3, or a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from misgen.core.arrays import FloatArray, IntArray
from misgen.core.env import BatchedEnv
from misgen.core.policy import Policy, draw


class Actor(Protocol):
    """Chooses actions, as `Policy` does."""

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        """Returns one action for each observation, `(num_envs,)`."""
        ...


class Model(Protocol):
    """What `actor_of` needs of a model of stable-baselines3."""

    policy: Any
    action_space: Any
    observation_space: Any

    def predict(self, observation: Any, *, deterministic: bool) -> tuple[Any, Any]:
        """Returns the actions, and a state that is of no use here."""
        ...


Acting = Actor | Model | Callable[[FloatArray], ArrayLike]
"""A `Policy`, or anything else with its method `act`; a model; a function from observations,
`(num_envs, obs_size)`, to actions, `(num_envs,)`."""


def actor_of(acting: Acting, env: BatchedEnv) -> Actor:
    """Returns what `acting` does in `env`.

    >>> from misgen.core.registry import make
    >>> right = actor_of(lambda obs: [2] * len(obs), make("CoinRun", 3, seed=0))
    >>> right.act(np.zeros((3, 310), np.float32), np.random.default_rng(0))
    array([2, 2, 2])

    Raises:
        ValueError: If it was trained with other observations or actions, or cannot act.
    """
    if isinstance(acting, Policy):
        _check_fits(env, acting.obs_size, acting.num_actions)
        return acting
    given: Any = acting  # told apart by what it can do, not by its type
    if hasattr(given, "act"):
        return given
    if hasattr(given, "predict") and hasattr(given, "action_space"):
        size, actions = given.observation_space.shape, getattr(given.action_space, "n", None)
        _check_fits(env, size[0] if size else None, actions)
        return _OfModel(given)
    if not callable(given):
        raise ValueError(  # noqa: TRY004  # as every other refusal
            "Give an agent, a model of stable-baselines3, or a function from observations to "
            f"actions; got {acting!r}."
        )
    return _OfFunction(given)


def _check_fits(env: BatchedEnv, obs_size: int | None, num_actions: int | None) -> None:
    if (obs_size, num_actions) != (env.obs_size, env.num_actions):
        raise ValueError(
            f"This agent expects {obs_size} inputs and has {num_actions} actions, but "
            f"{type(env).__name__} has {env.obs_size} and {env.num_actions}; use the environment "
            "and the options that it was trained with."
        )


@dataclass(frozen=True)
class _OfModel:
    """A model whose actions are drawn from our stream, so that a seed repeats them."""

    model: Model

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        policy = self.model.policy
        if not hasattr(policy, "get_distribution"):  # a model of values, such as DQN
            return np.asarray(self.model.predict(obs, deterministic=True)[0])
        distribution = policy.get_distribution(policy.obs_to_tensor(obs)[0]).distribution
        return draw(distribution.probs.detach().cpu().numpy(), rng)


@dataclass(frozen=True)
class _OfFunction:
    function: Callable[[FloatArray], ArrayLike]

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        return np.asarray(self.function(obs))
