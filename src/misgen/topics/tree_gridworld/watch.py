"""Watching policies in the endless forests: rewards and trees, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.arguments import check_count
from misgen.core.arrays import BoolArray, FloatArray, IntArray
from misgen.topics.tree_gridworld.env import TreeGridworld

NEVER = -1


class Actor(Protocol):
    """Whatever chooses actions: a trained `Policy`, or a rule of `scripted`."""

    def act(self, obs: FloatArray, rng: np.random.Generator, /) -> IntArray:
        """Returns one action for each observation, `(num_envs,)`."""
        ...


@dataclass(frozen=True)
class Run:
    """What happened in some forests, from the moment they were planted."""

    chopped: BoolArray
    """Whether a tree was chopped, which is the reward, `(steps, num_envs)`."""
    trees: NDArray[np.uint8]
    """Number of trees after each step, `(steps, num_envs)`."""

    def rates(self, first: int = 0) -> NDArray[np.float64]:
        """Returns the reward per step of each forest from step `first` on, `(num_envs,)`."""
        return np.asarray(self.chopped[first:].mean(axis=0))

    @property
    def extinct_at(self) -> IntArray:
        """The first step after which no tree was left, from 1, or `NEVER`, `(num_envs,)`."""
        gone = self.trees == 0
        return np.where(gone.any(axis=0), gone.argmax(axis=0) + 1, NEVER)  # argmax: the first True

    def discounted_returns(self, discount: ArrayLike) -> NDArray[np.float64]:
        """Returns what the rewards are worth at the start of each forest.

        Args:
            discount: How much a reward one step later counts: one number, or several, `(k,)`.

        Returns:
            `(num_envs,)`, or `(k, num_envs)` for several discounts.
        """
        # (k, step)
        worth = np.power(np.asarray(discount, float)[..., None], np.arange(len(self.chopped)))
        return np.asarray(worth @ self.chopped)


def watch(actor: Actor, env: TreeGridworld, *, steps: int, seed: int) -> Run:
    """Plant the forests of `env` and let `actor` act in them.

    Args:
        actor: Chooses the actions; it does not learn.
        env: The forests; they are reset.
        steps: Steps of each forest.
        seed: Seed of the actor's random actions.
    """
    check_count("steps", steps)
    rng, obs = np.random.default_rng([seed, 4]), env.reset()  # a stream apart from the forests'
    chopped = np.empty((steps, env.num_envs), np.bool_)
    trees = np.empty((steps, env.num_envs), np.uint8)  # enough for 255 trees
    for t in range(steps):
        step = env.step(actor.act(obs, rng))
        obs, chopped[t], trees[t] = step.obs, step.reward > 0, env.trees
    return Run(chopped, trees)
