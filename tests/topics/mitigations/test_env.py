"""CoinRun and the coin grid with levels drawn by regret: what stays, and what is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.coin_grid.env import CORNER, CoinGrid
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.levels import Levels, generate
from misgen.topics.mitigations.env import (
    CoinGridByRegret,
    CoinRunByRegret,
    from_numbers,
    in_numbers,
)

PAIRS = {"CoinRun": (CoinRun, CoinRunByRegret), "CoinGrid": (CoinGrid, CoinGridByRegret)}
TOWARDS = {"CoinRun": [2, 4], "CoinGrid": [0, 3]}  # the end; the corner
each_world = pytest.mark.parametrize("world", PAIRS)


def walk(env, world: str, steps: int):
    """Plays towards the place of the proxy, mostly; yields each step and how it went on."""
    rng = np.random.default_rng(7)
    odds = np.full(env.num_actions, 0.3 / env.num_actions)
    odds[TOWARDS[world]] += 0.35
    env.reset()
    for _ in range(steps):
        step = env.step(rng.choice(env.num_actions, env.num_envs, p=odds))
        done = step.terminated | step.truncated
        yield step, done, env.reset(done) if done.any() else None


def test_levels_of_coinrun_are_the_same_after_they_were_numbers():
    levels = generate(np.random.default_rng(3), 50, distinguishing=0.5)
    again = from_numbers(in_numbers(levels))
    for name in Levels.__dataclass_fields__:
        first, second = getattr(levels, name), getattr(again, name)
        assert first.dtype == second.dtype
        assert np.array_equal(first, second)


@each_world
def test_at_the_start_nothing_is_replayed_so_that_the_first_levels_are_those_of_the_world(world):
    usual, own = (kind(64, distinguishing=0.5, seed=3) for kind in PAIRS[world])
    assert np.array_equal(usual.reset(), own.reset())
    assert np.array_equal(usual.distinguishing_levels, own.distinguishing_levels)


def test_rare_levels_that_go_wrong_are_met_more_often_than_they_are_drawn():
    env = CoinGridByRegret(256, distinguishing=0.05, seed=0)
    met: list[float] = []
    for _, done, _ in walk(env, "CoinGrid", 400):
        met += env.distinguishing_levels[done].tolist()
    assert np.mean(met[len(met) // 2 :]) > 0.1


@each_world
def test_without_rare_levels_none_is_invented(world):
    _, kind = PAIRS[world]
    env = kind(64, distinguishing=0.0, seed=0)
    assert not any(env.distinguishing_levels.any() for _ in walk(env, world, 200))


@each_world
def test_a_kept_level_has_regret_only_if_its_goal_was_missed(world):
    _, kind = PAIRS[world]
    env = kind(64, distinguishing=0.2, seed=0)
    for _ in walk(env, world, 150):
        pass
    kept = env.buffer.regret >= 0
    assert kept.sum() > 50
    assert 0 < env.buffer.regret[kept].mean() < 1
    if world == "CoinGrid":
        apart = env.buffer.levels[kept, 0] != CORNER
        regret = env.buffer.regret[kept]
        assert regret[apart].mean() > regret[~apart].mean()


def test_a_replayed_room_starts_as_it_did():
    env = CoinGridByRegret(2, seed=0)
    env.reset()
    replay, seen = env.view_from(np.array([40]), np.array([3])), []
    for _ in range(30):
        env.buffer.regret[:] = -1.0
        env.buffer.levels[0], env.buffer.regret[0] = [3, 40, CORNER], 1000.0  # nothing else counts
        seen.append(np.array_equal(env.reset(np.array([True, False])), replay))
    assert 5 <= sum(seen) <= 25


@each_world
def test_the_same_seed_gives_the_same_training_levels(world):
    _, kind = PAIRS[world]
    first, second = (
        [obs for _, _, obs in walk(kind(32, distinguishing=0.3, seed=5), world, 80)
         if obs is not None] for _ in range(2)
    )  # fmt: skip
    assert len(first) > 10
    assert all(map(np.array_equal, first, second))
