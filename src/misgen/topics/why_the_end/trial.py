"""One trial: train an agent on CoinRun with a change, and measure it with the same change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from misgen.core.measure import OUTCOMES, run_episodes
from misgen.core.policy import Policy
from misgen.learn.trial import TEST_SEED
from misgen.topics.why_the_end.env import ChangedCoinRun

TESTS: dict[str, dict[str, Any]] = {
    "ordinary": {"distinguishing": 0.0},
    "shifted": {"distinguishing": 1.0},
    "erased": {"distinguishing": 1.0, "coin_visible": False},
}
"""The test distributions, by the names of their results."""


def counts_of(config: Mapping[str, Any], episodes: int) -> dict[str, list[int]]:
    """Trains one agent, and returns how many test episodes had each of `OUTCOMES`, by test.

    Args:
        config: `distinguishing`, `seed`, `steps`, `options` of `ChangedCoinRun`, and `learner`,
            fields of `PPOSettings` that differ.
        episodes: How many there are in each test, each on a new level with the change of training.
    """
    agent, seed = trained(config), config["seed"] + TEST_SEED
    return {
        test: _counts(
            agent, ChangedCoinRun(episodes, seed=seed, **config["options"], **of_test), seed
        )
        for test, of_test in TESTS.items()
    }


def trained(config: Mapping[str, Any]) -> Policy:
    """Returns the agent of a configuration, rounded as agents of the book are."""
    from misgen.learn.moments import agents_after, updates_of  # here: reading needs no torch

    settings = replace(ChangedCoinRun.ppo, steps=config["steps"], **config["learner"])
    env = ChangedCoinRun(
        settings.num_envs, distinguishing=config["distinguishing"], seed=config["seed"],
        **config["options"],
    )  # fmt: skip
    (agent,) = agents_after(env, settings, config["seed"], [updates_of(settings)])
    return agent.rounded()


def _counts(agent: Policy, env: ChangedCoinRun, seed: int) -> list[int]:
    # [seed, 1]: the stream of the agent's actions in all tests of the book
    outcomes, _ = run_episodes(agent, env, np.random.default_rng([seed, 1]))
    return np.bincount(outcomes, minlength=len(OUTCOMES)).tolist()
