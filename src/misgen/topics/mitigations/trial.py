"""What one run of the ledger does: train, or take published agents, and measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.actors import Actor, actor_of
from misgen.core.arrays import FloatArray, IntArray
from misgen.core.measure import OUTCOMES, count_outcomes
from misgen.core.policy import Policy
from misgen.core.registry import environment, make
from misgen.learn.trial import TEST_SEED
from misgen.topics.coin_grid.env import CELLS, SIZE
from misgen.topics.mitigations.ensemble import Told, play, separated
from misgen.topics.mitigations.env import CoinGridByRegret, CoinRunByRegret

if TYPE_CHECKING:
    from misgen.topics.mitigations.heads import Shown

BUDGETS = (0.0, 0.01, 0.05, 0.2, 0.5, 1.0)
"""Share of ordinary episodes in which an ensemble may ask: none to all, the last at once."""
MEMBERS = 5
WEIGHTS = (0.0, 1.0, 10.0)
"""How much it counts that two heads disagree."""
LABELS = (0, 1, 2, 4, 8, 16)
TESTS: dict[str, dict[str, Any]] = {
    "ordinary": {"distinguishing": 0.0},
    "shifted": {"distinguishing": 1.0},
    "erased": {"distinguishing": 1.0, "control": "erased"},
}
"""The test distributions, by the names of their results."""
_BY_REGRET = {"CoinRun": CoinRunByRegret, "CoinGrid": CoinGridByRegret}
_CALIBRATION_SEED = TEST_SEED + 500_000  # levels on which a threshold is set
_DRAWS = 500  # of labels


def by_regret(world: str, share: float, seed: int, steps: int, episodes: int) -> dict[str, Any]:
    """Trains one agent on levels drawn by regret, and counts its outcomes, by test.

    Args:
        world: Name of the environment.
        share: Share of distinguishing levels among the new ones.
        seed: Training seed.
        steps: Training steps.
        episodes: How many there are in each test.
    """
    from misgen.learn.moments import agents_after, updates_of  # here: reading needs no torch

    settings = replace(environment(world).ppo, steps=steps)
    env = _BY_REGRET[world](settings.num_envs, distinguishing=share, seed=seed)
    (agent,) = agents_after(env, settings, seed, [updates_of(settings)])
    return {"counts": counts(agent.rounded(), world, seed, episodes)}


def at_random(
    world: str, share: float, seeds: Sequence[int], steps: int, episodes: int
) -> dict[str, Any]:
    """Measures agents that were trained on random levels, one by one and five together.

    Args:
        world: Name of the environment.
        share: Share of distinguishing training levels.
        seeds: Training seeds; the k-th ensemble has the k-th agent and the four that follow it.
        steps: Training steps.
        episodes: How many there are in each test.
    """
    agents = [trained(world, share, seed, steps) for seed in seeds]
    single = [counts(agent, world, s, episodes) for agent, s in zip(agents, seeds, strict=True)]
    return {
        "singles": {test: [of[test] for of in single] for test in TESTS},
        "ensembles": [
            together([agents[(k + i) % len(agents)] for i in range(MEMBERS)], world, seed, episodes)
            for k, seed in enumerate(seeds)
        ],
    }


def together(members: Sequence[Policy], world: str, seed: int, episodes: int) -> dict[str, Any]:
    """Measures one ensemble at each of `BUDGETS`.

    Returns:
        `separated`: see `ensemble.separated`, of the largest disagreement on shifted and ordinary
        levels, where it never asks; `counts`: outcomes by test and budget; `asked`: episodes in
        which it asked.
    """
    helper = helper_of(world)

    def told(test: str, threshold: float, first_seed: int) -> Told:
        share = TESTS[test]["distinguishing"]
        env = make(world, episodes, distinguishing=share, seed=seed + first_seed)
        return play(members, helper, env, threshold, seed + first_seed)

    usual = told("ordinary", np.inf, _CALIBRATION_SEED).most
    thresholds = [_threshold(usual, budget) for budget in BUDGETS]
    found = {test: [told(test, threshold, TEST_SEED) for threshold in thresholds]
             for test in ("ordinary", "shifted")}  # fmt: skip
    return {
        "separated": separated(found["ordinary"][0].most, found["shifted"][0].most),
        "counts": {test: [_count(one.outcomes) for one in of] for test, of in found.items()},
        "asked": {test: [int(one.asked.sum()) for one in of] for test, of in found.items()},
    }


def _threshold(most: NDArray[np.float64], budget: float) -> float:
    """Returns what so many episodes exceed: the largest disagreement of each is given."""
    if budget in (0.0, 1.0):
        return -1.0 if budget else np.inf
    return float(np.quantile(most, 1.0 - budget))


def of_heads(world: str, seed: int, steps: int, episodes: int) -> dict[str, Any]:
    """Trains two heads that disagree, at each of `WEIGHTS`, and lets a few labels choose.

    Both imitate an agent that was trained without distinguishing levels.

    Args:
        world: Name of the environment.
        seed: Training seed of that agent, and of the heads.
        steps: Its training steps.
        episodes: How many there are in each test.

    Returns:
        For each weight: `counts` of each head by test; `apart`, how often their likeliest actions
        differ on shifted levels; `first`, how often as many labels as `LABELS` choose the first.
    """
    from misgen.topics.mitigations.heads import shown

    agent, settings = trained(world, 0.0, seed, steps), environment(world).ppo
    rows, length = settings.num_envs, 2 * settings.rollout_steps

    def seen(teacher: Actor, share: float, first_seed: int) -> Shown:
        env = make(world, rows, distinguishing=share, seed=seed + first_seed)
        return shown(agent, teacher, env, length, seed + first_seed)

    source = seen(agent, 0.0, _CALIBRATION_SEED)
    target = seen(agent, 1.0, _CALIBRATION_SEED)
    pool = seen(helper_of(world), 1.0, 2 * _CALIBRATION_SEED)
    return {"weights": [_of_weight(world, seed, episodes, weight, (source, target.obs, pool))
                        for weight in WEIGHTS]}  # fmt: skip


def _of_weight(
    world: str, seed: int, episodes: int, weight: float, data: tuple[Shown, FloatArray, Shown]
) -> dict[str, Any]:
    from misgen.topics.mitigations.heads import first_chosen, two_heads

    source, target, pool = data
    heads = two_heads(source, target, weight, seed)
    first, second = (head.probabilities(pool.obs).argmax(axis=1) for head in heads)
    rng = np.random.default_rng([seed, 7])
    return {
        "counts": [counts(head, world, seed, episodes) for head in heads],
        "apart": float((first != second).mean()),
        "first": [first_chosen(heads, pool, labels, _DRAWS, rng) for labels in LABELS],
    }


def trained(world: str, share: float, seed: int, steps: int) -> Policy:
    """Returns an agent trained on random levels, rounded: a published one where there is one."""
    from misgen.ledger.published import published

    full = steps == environment(world).ppo.steps
    if world == "CoinRun" and full and share in (0.0, 0.01, 0.1):
        return published(world, distinguishing=share, seed=seed)
    from misgen.learn.sb3 import train  # here: reading needs no torch

    return train(world, distinguishing=share, seed=seed, steps=steps).rounded()


def helper_of(world: str) -> Actor:
    """Returns who is asked: a published agent that met many moved coins, or the shortest way."""
    if world == "CoinGrid":
        return actor_of(shortest_way, make(world, 1, seed=0))
    from misgen.ledger.published import published

    return published(world, distinguishing=0.5, seed=0)


def shortest_way(obs: FloatArray) -> IntArray:
    """Returns a step towards the coin of the coin grid for each observation in cells.

    It first goes up or down, then to the side.
    """
    agent, coin = obs[:, :CELLS].argmax(axis=1), obs[:, CELLS:].argmax(axis=1)
    up, right = coin // SIZE - agent // SIZE, coin % SIZE - agent % SIZE
    # in the order of its actions: up, down, left, right
    return np.select([up > 0, up < 0, right < 0], [0, 1, 2], 3)


def counts(agent: Policy, world: str, seed: int, episodes: int) -> dict[str, list[int]]:
    """Returns how many test episodes had each of `OUTCOMES`, by test."""
    return {
        test: count_outcomes(agent, world, episodes=episodes, seed=seed + TEST_SEED, **of).tolist()
        for test, of in TESTS.items()
    }


def _count(outcomes: IntArray) -> list[int]:
    return np.bincount(outcomes, minlength=len(OUTCOMES)).tolist()


def run_of(config: Mapping[str, Any], steps: int, episodes: int) -> dict[str, Any]:
    """Returns the result of one configuration, with its number of test episodes.

    Args:
        config: `method`, `world`, and what it needs of `distinguishing`, `seed` and `seeds`.
        steps: Training steps.
        episodes: How many there are in each test.
    """
    world, share = config["world"], config.get("distinguishing", 0.0)
    match config["method"]:
        case "regret":
            found = by_regret(world, share, config["seed"], steps, episodes)
        case "random":
            found = at_random(world, share, config["seeds"], steps, episodes)
        case _:
            found = of_heads(world, config["seed"], steps, episodes)
    return {"episodes": episodes, **found}
