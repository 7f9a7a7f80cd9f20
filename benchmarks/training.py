"""How fast an agent is trained: both learners, over 20 seeds; what NumPy does; other batches.

    .venv/bin/python benchmarks/training.py              # some minutes
    .venv/bin/python benchmarks/training.py --seeds 3

The first table trains on ordinary levels until 95 % of the latest 1,000 episodes took the coin.
No training level comes twice, so this is success on unseen levels. The second says what the NumPy
learner spends an update on, and what each of its tricks saves. The third runs the same PPO of
stable-baselines3, with the same settings, for a fixed number of steps on CoinRun as a batch, as
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
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy starts its threads

import gymnasium
import numpy as np
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv
from world import MINIGRID, table

import misgen
import misgen.registration
from misgen import Policy, PPOSettings
from misgen.core.sb3_vec_env import BatchedVecEnv
from misgen.learn import ppo, sb3
from misgen.learn.kernels import Network, NumpyKernels, Rollout
from misgen.learn.ppo import Episodes, Learner

GOOD_ENOUGH = 0.95
FIXED_STEPS = 16_384
REPEATS = 3
UPDATES = 60
TIMED = "timed"
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


class Timed(NumpyKernels):
    """The kernels, and the seconds that each of them took."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(("choose", "gradient", "adam"), 0.0)

    def choose(self, *given: Any) -> None:
        self._time(super().choose, given)

    def gradient(self, *given: Any) -> None:
        self._time(super().gradient, given)

    def adam(self, *given: Any) -> None:
        self._time(super().adam, given)

    def _time(self, kernel: Callable[..., None], given: tuple[Any, ...]) -> None:
        start = time.perf_counter()
        kernel(*given)
        self.seconds[kernel.__name__] += time.perf_counter() - start


class AllInputs(NumpyKernels):
    """Multiplies also with the inputs that are 0 in all of a rollout."""

    def gradient(self, network: Network, rollout: Rollout, *given: Any) -> None:
        vars(rollout).update(used=np.arange(network.inputs), used_obs=rollout.obs)
        super().gradient(network, rollout, *given)


class PartByPart(NumpyKernels):
    """Takes each step of Adam for every part of the weights by itself."""

    def adam(self, network: Network, settings: PPOSettings) -> None:
        ends = np.cumsum([part.size for part in network.parts])
        blocks = (network.weights, network.gradient, network.mean, network.square)
        for parts in zip(*(np.split(block, ends) for block in blocks), strict=True):
            part = SimpleNamespace(count=network.count)
            part.weights, part.gradient, part.mean, part.square = parts
            super().adam(part, settings)
        network.count += 1


def second_table() -> str:
    learners = {
        "NumPy": _learner(NumpyKernels()),
        "with the inputs that are 0": _learner(AllInputs()),
        "with Adam for each part by itself": _learner(PartByPart()),
    }
    timed = Timed()
    learners[TIMED] = _learner(timed)
    seconds: dict[str, list[float]] = {name: [] for name in learners}
    for _ in range(UPDATES):
        for name, learner in learners.items():
            start = time.perf_counter()
            learner.update(learner.collect())
            seconds[name].append(time.perf_counter() - start)
    whole = sum(seconds.pop(TIMED))
    usual = statistics.median(seconds["NumPy"])
    lines = [
        (name, f"{1000 * statistics.median(of):.1f}", f"{statistics.median(of) / usual:.2f}")
        for name, of in seconds.items()
    ]
    spent = {**timed.seconds, "environment and rest": whole - sum(timed.seconds.values())}
    lines += [
        (f"of it: {name}", f"{1000 * of / UPDATES:.1f}", f"{of / whole:.2f}")
        for name, of in spent.items()
    ]
    return table(("an update of 4,096 steps", "ms", "of NumPy's"), lines)


def _learner(kernels: NumpyKernels) -> Learner:
    env = misgen.make("CoinRun", PPOSettings().num_envs, seed=0)
    return Learner(env, PPOSettings(), 0, watcher=Episodes(env).add, kernels=kernels)


def third_table() -> str:
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
    print(second_table(), end="\n\n", flush=True)
    print(third_table())


if __name__ == "__main__":
    main()
