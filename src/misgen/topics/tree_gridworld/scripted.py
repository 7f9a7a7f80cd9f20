"""Policies that nobody trained, as yardsticks for those that were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.arrays import FloatArray, IntArray
from misgen.core.intervals import Estimate, band, over_seeds
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.watch import NEVER, watch

_STAY, _UP, _DOWN, _LEFT, _RIGHT = range(5)


class NearestTree:
    """Walks to the nearest tree, and chops it only while there are enough trees.

    With fewer than `chop_from` trees it waits beside the nearest one. `chop_from=1` is greedy: it
    chops whenever it can. It sees what any agent sees, and needs no walls to be told: between it
    and the nearest tree there is nothing.
    """

    def __init__(self, env: TreeGridworld, chop_from: ArrayLike) -> None:
        """Makes the policy for forests like those of `env`.

        Args:
            env: Forests with the centred view.
            chop_from: Smallest number of trees from which it chops: one number, or one for each
                forest, `(num_envs,)`.

        Raises:
            ValueError: If the view of `env` is another one.
        """
        if env.view != "centred":
            raise ValueError(
                f"NearestTree needs the centred view, but this one is {env.view!r}; make the "
                'environment with view="centred".'
            )
        self._chop_from = np.asarray(chop_from)
        dx, dy = env.view_offsets.T
        distance = abs(dx) + abs(dy)
        # above 0, so that any tree beats none
        self._nearness = (1 + distance.max() - distance).astype(np.float32)
        self._beside = distance == 1
        # The first condition wins: up or down before left or right.
        self._way = np.select([dy > 0, dy < 0, dx < 0, dx > 0], [_UP, _DOWN, _LEFT, _RIGHT], _STAY)

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        """Returns one action for each observation, `(num_envs,)`; nothing is left to chance."""
        seen = obs[:, : len(self._way)]  # (forest, cell); the agent's place follows with walls
        # the view holds the whole forest
        trees, nearest = seen.sum(axis=1), (seen * self._nearness).argmax(axis=1)
        waits = (trees < self._chop_from) & self._beside[nearest] | (trees == 0)
        return np.where(waits, _STAY, self._way[nearest])


class RandomWalk:
    """Takes each action with equal probability, as an untrained agent nearly does."""

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        """Returns one action for each observation, `(num_envs,)`."""
        return rng.integers(0, len(TreeGridworld.action_names), len(obs))


@dataclass(frozen=True)
class Yardstick:
    """How one policy does in forests that differ in nothing but chance."""

    name: str
    rate: Estimate
    """Reward per step, with its interval over the forests."""
    extinct_at: IntArray
    """The first step after which each forest had no tree, or `NEVER`, `(forests,)`."""

    @property
    def extinct(self) -> float:
        """Share of the forests that lost their last tree."""
        return float((self.extinct_at != NEVER).mean())

    def __str__(self) -> str:
        """Returns one line."""
        low, high = self.rate.low, self.rate.high
        lost = self.extinct_at[self.extinct_at != NEVER]
        when = f", half of them by step {np.median(lost):.0f}" if len(lost) else ""
        return (
            f"{self.name:<18}{self.rate.mean:.4f} [{low:.4f}, {high:.4f}] a step; "
            f"{self.extinct:.0%} of forests lost{when}"
        )


def yardsticks(
    *, steps: int = 20_000, forests: int = 20, seed: int, options: Mapping[str, Any] | None = None
) -> list[Yardstick]:
    """Measure the random policy, the greedy one, and "chop only from k trees on" for every k.

    All policies run side by side, each in forests of its own.

    Args:
        steps: Steps of each forest, which starts full.
        forests: Forests of each policy.
        seed: Seed of the forests and of the random policy.
        options: Options of `TreeGridworld`.

    Returns:
        The yardsticks, random first, then `k = 1`, which is greedy, to `k = max_trees`.
    """
    options = options or {}
    env = TreeGridworld(forests, seed=seed, **options)
    chance = watch(RandomWalk(), env, steps=steps, seed=seed)
    numbers = range(1, env.max_trees + 1)
    env = TreeGridworld(forests * len(numbers), seed=seed, **options)
    scripted = watch(NearestTree(env, np.repeat(numbers, forests)), env, steps=steps, seed=seed)
    names = ["random", *("greedy" if k == 1 else f"from {k} trees on" for k in numbers)]
    # Both (policy, forest); the forests of one policy lie side by side.
    rates = np.concatenate([chance.rates(), scripted.rates()]).reshape(len(names), -1)
    ends = np.concatenate([chance.extinct_at, scripted.extinct_at]).reshape(len(names), -1)
    return [
        Yardstick(name, over_seeds(rate), end)
        for name, rate, end in zip(names, rates, ends, strict=True)
    ]


@dataclass(frozen=True)
class Worth:
    """What each policy "chop only from k trees on" is worth at each discount."""

    discounts: tuple[float, ...]
    mean: NDArray[np.float64]
    """Mean discounted reward, `(discounts, k)`; k from 1 to `max_trees`."""
    half: NDArray[np.float64]
    """Half the width of its 95 % interval over the forests, `(discounts, k)`."""

    @property
    def best(self) -> IntArray:
        """The k that is worth most at each discount, `(discounts,)`."""
        return self.mean.argmax(axis=1) + 1

    @property
    def kept_by_greedy(self) -> NDArray[np.float64]:
        """What greed is worth, as a share of the best of these policies, `(discounts,)`."""
        return np.asarray(self.mean[:, 0] / self.mean.max(axis=1))


_NEGLIGIBLE = 1e-3  # a reward that counts less ends the simulation


def steps_that_count(discount: float) -> int:
    """Returns after how many steps a reward counts less than a thousandth.

    >>> steps_that_count(0.98)
    342
    """
    return 1 + int(np.log(_NEGLIGIBLE) / np.log(discount))


def worth(
    discounts: Sequence[float],
    *,
    forests: int = 100,
    seed: int,
    options: Mapping[str, Any] | None = None,
) -> Worth:
    """Measure what restraint is worth to a learner with a given discount, in the real forest.

    A discounted reward is what the learner is asked to make large. If greed is worth about as
    much as anything else, then deforestation is asked for, and is no misgeneralization.

    Args:
        discounts: Each below 1.
        forests: Forests of each policy.
        seed: Seed of the forests.
        options: Options of `TreeGridworld`, such as `{"start_trees": 1}`.
    """
    if not all(0.0 <= discount < 1.0 for discount in discounts):
        raise ValueError(f"discounts must lie between 0 and 1, but are {list(discounts)}.")
    numbers = range(1, TreeGridworld(1, seed=seed, **(options or {})).max_trees + 1)
    env = TreeGridworld(forests * len(numbers), seed=seed, **(options or {}))  # all k side by side
    steps = steps_that_count(max(discounts))
    run = watch(NearestTree(env, np.repeat(numbers, forests)), env, steps=steps, seed=seed)
    # (discount, k, forest)
    returns = run.discounted_returns(discounts).reshape(len(discounts), len(numbers), forests)
    mean, _, high = band(np.moveaxis(returns, 2, 0))  # over forests
    return Worth(tuple(discounts), mean, high - mean)
