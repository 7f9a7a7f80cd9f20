"""How fast an agent is trained: both learners, over 20 seeds; then one learner on other batches.

    .venv/bin/python benchmarks/training.py              # some minutes
    .venv/bin/python benchmarks/training.py --seeds 3

The first table trains on ordinary levels until 95 % of the latest 1,000 episodes took the coin.
No training level comes twice, so this is success on unseen levels. The second runs the same PPO
of stable-baselines3, with the same settings, for a fixed number of steps on CoinRun as a batch, as
128 single environments, as one, and on MiniGrid. Training runs on one thread.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy starts its threads

import gymnasium
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv
from world import MINIGRID, table

import misgen
import misgen.registration
from misgen import Policy, PPOSettings
from misgen.core.sb3_vec_env import BatchedVecEnv
from misgen.learn import ppo, sb3

GOOD_ENOUGH = 0.95
FIXED_STEPS = 16_384
REPEATS = 3
REFERENCE = "CoinRun, batch of 128"


def by_torch(seed: int) -> Policy:
    return sb3.train("CoinRun", seed=seed, until=GOOD_ENOUGH)


def by_numpy(seed: int) -> Policy:
    return ppo.train("CoinRun", seed=seed, until=GOOD_ENOUGH)


def time_to_success(train: Callable[[int], Policy], seed: int) -> tuple[float, int, float]:
    """Seconds, steps, and the success on 1,000 unseen levels."""
    start = time.perf_counter()
    agent = train(seed)
    seconds = time.perf_counter() - start
    unseen = misgen.evaluate(agent, "CoinRun", distinguishing=0.0, episodes=1000, seed=1_000_000)
    return seconds, agent.notes["steps"], unseen.goal.mean


def first_table(seeds: int) -> str:
    learners = {"stable-baselines3": by_torch, "NumPy": by_numpy}
    runs: dict[str, list[tuple[float, int, float]]] = {name: [] for name in learners}
    sb3.train("CoinRun", seed=0, steps=1)  # torch loads some of its parts late
    for seed in range(seeds):
        for name, train in learners.items():
            runs[name].append(time_to_success(train, seed))
    heads = ("learner", "seconds", "slowest", "1,000 steps", "most", "reached it", "unseen levels")
    return table(heads, [_line(name, results) for name, results in runs.items()])


def _line(name: str, results: list[tuple[float, int, float]]) -> tuple[str, ...]:
    seconds, steps, unseen = zip(*results, strict=True)
    reached = sum(count < PPOSettings().steps for count in steps)
    return (
        name,
        f"{statistics.median(seconds):.1f}",
        f"{max(seconds):.1f}",
        f"{statistics.median(steps) / 1000:.0f}",
        f"{max(steps) / 1000:.0f}",
        f"{reached} of {len(steps)}",
        f"{statistics.mean(unseen):.1%}",
    )


def second_table() -> str:
    rates: dict[str, list[float]] = {name: [] for name, _, _ in tasks()}
    for _ in range(REPEATS):
        for name, vec_env, settings in tasks():
            rates[name].append(_steps_per_second(vec_env, settings))
    medians = {name: statistics.median(some) for name, some in rates.items()}
    lines = [
        (name, f"{rate:,.0f}", f"{medians[REFERENCE] / rate:.3g}") for name, rate in medians.items()
    ]
    return table(("PPO of stable-baselines3 on", "steps/s", "batch of 128 is faster by"), lines)


def _steps_per_second(vec_env: VecEnv, settings: PPOSettings) -> float:
    model = sb3.make_model(vec_env, settings, seed=0)
    start = time.perf_counter()
    model.learn(FIXED_STEPS)
    return model.num_timesteps / (time.perf_counter() - start)


def tasks() -> Iterator[tuple[str, VecEnv, PPOSettings]]:
    settings = PPOSettings()
    many, alone = settings.num_envs, replace(settings, num_envs=1, rollout_steps=4096)
    batch = BatchedVecEnv(misgen.make("CoinRun", many, seed=0), settings.reward_scale)
    yield REFERENCE, batch, settings
    single = partial(gymnasium.make, "misgen/CoinRun-v0")
    yield f"CoinRun, DummyVecEnv of {many} gymnasium.Env", DummyVecEnv([single] * many), settings
    yield "CoinRun, one gymnasium.Env", DummyVecEnv([single]), alone
    try:
        from minigrid.wrappers import ImgObsWrapper
    except ImportError:
        return  # world.py says so

    def lava_crossing() -> gymnasium.Env:
        return gymnasium.wrappers.FlattenObservation(ImgObsWrapper(gymnasium.make(MINIGRID)))

    yield f"{MINIGRID}, DummyVecEnv of {many}", DummyVecEnv([lava_crossing] * many), settings
    yield f"{MINIGRID}, one gymnasium.Env", DummyVecEnv([lava_crossing]), alone


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=20)
    print(first_table(parser.parse_args().seeds), end="\n\n", flush=True)
    print(second_table())


if __name__ == "__main__":
    main()
