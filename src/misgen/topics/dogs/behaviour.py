"""Is the reward an input? The same policy once more, with another reward arriving."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from misgen.core.arguments import check_count
from misgen.core.arrays import FloatArray, IntArray
from misgen.core.registry import make
from misgen.topics.dogs.channel import CHANNELS


class Acts(Protocol):
    """A policy: it takes observations and random numbers, and nothing else."""

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        """Returns one action for each observation."""


Learn = Callable[[FloatArray, IntArray, FloatArray], Acts]
"""Takes observations, actions and the rewards that arrived; returns the policy of the next step."""


@dataclass(frozen=True, eq=False)
class Behaviour:
    """What a policy did, and what arrived of the rewards."""

    actions: IntArray
    """Action of each environment in each step, `(steps, num_envs)`."""
    reward: FloatArray
    """What arrived of the rewards, `(steps, num_envs)`; NaN is missing."""
    digest: str
    """Hash of all observations and actions: equal for two behaviours that are equal bit for bit."""


def behave(
    policy: Acts,
    name: str = "Dogs",
    *,
    channel: str = "as it is",
    learn: Learn | None = None,
    steps: int = 200,
    num_envs: int = 50,
    distinguishing: float = 0.5,
    options: Mapping[str, Any] | None = None,
    seed: int,
) -> Behaviour:
    """Runs a policy in an environment whose rewards arrive, arrive changed, or do not arrive.

    The environment pays a reward after every step. On its way it passes the channel, and what
    comes out is handed to `learn`, if somebody still learns. The policy is asked for actions, with
    the observations and a stream of random numbers that depends on the seed alone.

    Args:
        policy: The policy at the start.
        name: Name of the environment.
        channel: One of `CHANNELS`: what happens to the rewards of each step.
        learn: What changes the policy after each step, such as `Reinforcer(policy).learn`; by
            default nothing does.
        steps: Steps of each environment.
        num_envs: Number of environments side by side.
        distinguishing: Share of episodes in which goal and proxy come apart.
        options: Further options of the environment.
        seed: Seed of the environment and of the actions.

    Raises:
        ValueError: If there is no such channel.

    >>> from misgen.topics.dogs.policy import DogPolicy
    >>> dog = DogPolicy(np.array([3.0, 1.0]))
    >>> paid, punished = (behave(dog, channel=c, seed=0) for c in ("as it is", "negated"))
    >>> float(paid.reward.sum() + punished.reward.sum()), paid.digest == punished.digest
    (0.0, True)
    """
    if channel not in CHANNELS:
        raise ValueError(f"channel must be one of {', '.join(CHANNELS)}, not {channel!r}.")
    check_count("steps", steps)
    env = make(name, num_envs, distinguishing=distinguishing, seed=seed, **dict(options or {}))
    # Two streams, so that permuting the rewards does not shift the random numbers of the actions.
    # 1 and 2 are the streams of a training.
    for_actions, for_channel = (np.random.default_rng([seed, purpose]) for purpose in (3, 4))
    digest, done_so_far = hashlib.sha256(), []
    obs = env.reset()
    for _ in range(steps):
        actions = policy.act(obs, for_actions)
        digest.update(obs.tobytes() + actions.tobytes())  # the rewards stay out
        step = env.step(actions)
        arrived = CHANNELS[channel](step.reward, for_channel)  # NaN is missing
        done_so_far.append((actions, arrived))
        if learn is not None:
            policy = learn(obs, actions, arrived)
        obs, ended = step.obs, step.terminated | step.truncated
        if ended.any():
            obs[ended] = env.reset(ended)  # reset returns the rows of these alone
    # (step, environment) both
    all_actions, all_rewards = (np.stack(arrays) for arrays in zip(*done_so_far, strict=True))
    return Behaviour(all_actions, all_rewards, digest.hexdigest())
