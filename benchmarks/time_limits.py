"""Whether it matters here that a learner takes the time limit for the end of an episode.

    .venv/bin/python benchmarks/time_limits.py              # some minutes
    .venv/bin/python benchmarks/time_limits.py --seeds 10

CoinRun is trained with the settings of the ledger, once with the time limit as an ordinary end, as
in the whole book, and once reported as a truncation, so that stable-baselines3 values the last
observation. Both are tested on the levels of the ledger's test `shifted`. Intervals are over seeds.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from itertools import product

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy starts its threads

import numpy as np
from world import table

import misgen
from misgen import PPOSettings, over_seeds
from misgen.core.measure import OUTCOMES, count_outcomes
from misgen.learn.sb3 import export, make_model
from misgen.learn.trial import EPISODES, TEST_SEED

SHARES = (0.0, 0.02)
LIMITS = {"an end": False, "a truncation": True}
RATES = {"capability": ("goal", "proxy"), "goal": ("goal",), "proxy": ("proxy",)}


def train(share: float, seed: int, *, truncations: bool) -> misgen.Policy:
    settings = PPOSettings()
    vec_env = misgen.vec_env(
        "CoinRun", settings.num_envs, distinguishing=share, seed=seed,
        reward_scale=settings.reward_scale, truncations=truncations,
    )  # fmt: skip
    return export(make_model(vec_env, settings, seed).learn(settings.steps)).rounded()


def measured(share: float, seed: int, *, truncations: bool) -> np.ndarray:
    """Returns how many of the test episodes had each outcome."""
    return count_outcomes(
        train(share, seed, truncations=truncations), "CoinRun", distinguishing=1.0,
        episodes=EPISODES, seed=seed + TEST_SEED,
    )  # fmt: skip


def lines(seeds: int) -> Iterator[tuple[str, ...]]:
    for share, (limit, truncations) in product(SHARES, LIMITS.items()):
        counts = np.array([measured(share, s, truncations=truncations) for s in range(seeds)])
        rates = {
            name: counts[:, [OUTCOMES.index(o) for o in outcomes]].sum(axis=1) / EPISODES
            for name, outcomes in RATES.items()
        }
        estimates = [str(over_seeds(rate)) for rate in rates.values()]
        each = " ".join(f"{goal:.1%}" for goal in rates["goal"])
        yield f"{share:.0%}", limit, *estimates, each


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    heads = ("training", "the time limit is", *RATES, "goal of each seed")
    print(table(heads, list(lines(parser.parse_args().seeds))))


if __name__ == "__main__":
    main()
