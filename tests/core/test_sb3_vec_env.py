"""Every environment of the registry keeps the contract of stable-baselines3."""

from __future__ import annotations

import warnings

import gymnasium
import numpy as np
import pytest
from every_environment import assert_episodes_ended, random_actions
from stable_baselines3 import PPO
from stable_baselines3.common.env_checker import check_env as check_by_stable_baselines3

import misgen.registration  # registers the environments
from misgen import ENVIRONMENTS, make
from misgen.core.sb3_vec_env import BatchedVecEnv

every_environment = pytest.mark.parametrize("name", ENVIRONMENTS)


@every_environment
def test_stable_baselines3_finds_no_fault_with_the_single_environment(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(f"misgen/{name}-v0", render_mode="rgb_array")
        check_by_stable_baselines3(env.unwrapped)


def _vec_env(name: str, num_envs: int, seed: int = 0, **settings: float) -> BatchedVecEnv:
    return BatchedVecEnv(make(name, num_envs, seed=seed), **settings)


@every_environment
def test_the_vec_env_goes_the_way_of_the_batch(name):
    vec_env, batch = _vec_env(name, 16, seed=5, reward_scale=0.1), make(name, 16, seed=5)
    np.testing.assert_array_equal(vec_env.reset(), batch.reset())
    for actions in random_actions(name, 16):
        obs, reward, done, infos = vec_env.step(actions)
        step = batch.step(actions)
        np.testing.assert_array_equal(done, step.terminated | step.truncated)
        np.testing.assert_allclose(reward, 0.1 * step.reward, rtol=1e-6)
        assert [bool(info) for info in infos] == done.tolist()
        if done.any():
            step.obs[done] = batch.reset(done)
        np.testing.assert_array_equal(obs, step.obs)


@every_environment
def test_the_vec_env_keeps_the_last_observation_of_an_episode(name):
    vec_env, batch = _vec_env(name, 16, seed=5), make(name, 16, seed=5)
    vec_env.reset()
    batch.reset()
    ends = 0
    for actions in random_actions(name, 16):
        _, _, done, infos = vec_env.step(actions)
        last = batch.step(actions).obs
        for i in np.flatnonzero(done):
            np.testing.assert_array_equal(infos[i]["terminal_observation"], last[i])
            ends += 1
        if done.any():
            batch.reset(done)
    assert_episodes_ended(name, ends)


@every_environment
def test_observations_of_the_vec_env_are_not_written_to_later(name):
    vec_env = _vec_env(name, 16)
    kept, copies = [vec_env.reset()], []
    for actions in random_actions(name, 16):
        copies.append(kept[-1].copy())
        kept.append(vec_env.step(actions)[0])
    for obs, copy in zip(kept, copies, strict=False):
        np.testing.assert_array_equal(obs, copy)


@every_environment
def test_the_vec_env_answers_for_each_index(name):
    vec_env = _vec_env(name, 4)
    assert vec_env.get_attr("num_envs") == [4, 4, 4, 4]
    assert vec_env.get_attr("num_envs", indices=2) == [4]
    assert vec_env.get_attr("num_envs", indices=[0, 3]) == [4, 4]
    assert vec_env.env_is_wrapped(gymnasium.Wrapper, indices=[1]) == [False]
    vec_env.set_attr("nickname", "left", indices=[0])
    assert vec_env.get_attr("nickname", indices=[0]) == ["left"]
    vec_env.close()


@every_environment
def test_the_vec_env_has_no_attribute_that_nobody_gave_it(name):
    assert not _vec_env(name, 2).has_attr("moonlight")


@every_environment
def test_the_episode_log_counts_returns_and_successes(name):
    vec_env, batch = _vec_env(name, 16, seed=5, reward_scale=0.1), make(name, 16, seed=5)
    vec_env.reset()
    batch.reset()
    running, returns, successes = np.zeros(16), [], []
    for actions in random_actions(name, 16):
        vec_env.step(actions)
        step = batch.step(actions)
        done = step.terminated | step.truncated
        running += step.reward
        returns += running[done].tolist()
        successes += step.events.goal[done].tolist()
        running[done] = 0.0
        if done.any():
            batch.reset(done)
    log = vec_env.finished_episodes
    latest = (returns[-1000:], successes[-1000:])
    expected = [np.mean(counts) if counts else np.nan for counts in latest]
    assert [log.mean_return, log.success_rate] == pytest.approx(expected, nan_ok=True)
    assert log.reached(0.0) == (len(returns) >= 1000)


@every_environment
def test_the_episode_log_knows_nothing_before_an_episode_has_ended(name):
    log = _vec_env(name, 2).finished_episodes
    assert np.isnan(log.mean_return)
    assert np.isnan(log.success_rate)
    assert not log.reached(0.0)


@every_environment
def test_the_episode_log_reports_a_success_rate_over_a_full_window_only(name):
    log = _vec_env(name, 1000).finished_episodes
    one, all_of_them = np.arange(1000) == 0, np.ones(1000, bool)
    log.add(np.ones(1000, np.float32), one, one)
    assert log.success_rate == 1.0
    assert not log.reached(0.95)
    log.add(np.ones(1000, np.float32), np.arange(1000) < 960, all_of_them)
    assert log.success_rate == pytest.approx(0.96)
    assert log.reached(0.95)
    assert not log.reached(0.97)


# ------------------------------------------------------------------ misgen.vec_env


@every_environment
def test_vec_env_makes_the_batch_with_its_options(name):
    vec_env = misgen.vec_env(name, 6, distinguishing=1.0, seed=4, reward_scale=0.5)
    batch = make(name, 6, distinguishing=1.0, seed=4)
    np.testing.assert_array_equal(vec_env.reset(), batch.reset())
    for actions in random_actions(name, 6)[:20]:
        step = batch.step(actions)
        np.testing.assert_array_equal(vec_env.step(actions)[1], 0.5 * step.reward)
        if (done := step.terminated | step.truncated).any():
            batch.reset(done)


@every_environment
def test_a_seed_starts_a_new_sequence_of_levels_at_the_next_reset(name):
    vec_env = misgen.vec_env(name, 6, distinguishing=0.5, seed=1)
    first, on = vec_env.reset(), vec_env.reset()
    assert vec_env.seed(1) == [1] * 6
    np.testing.assert_array_equal(vec_env.reset(), first)
    np.testing.assert_array_equal(vec_env.reset(), on)
    vec_env.seed(2)
    other = vec_env.reset()
    np.testing.assert_array_equal(other, make(name, 6, distinguishing=0.5, seed=2).reset())
    unseeded = {misgen.vec_env(name, 6, seed=0).seed()[0] for _ in range(8)}
    assert len(unseeded) == 8


@pytest.mark.parametrize("seed", [-1, 1.5, True, "1", [1, 2]])
def test_a_seed_that_is_none_is_refused(seed):
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0"):
        misgen.vec_env("CoinRun", 2, seed=0).seed(seed)


def test_options_of_a_reset_are_refused_as_they_would_do_nothing():
    vec_env = misgen.vec_env("CoinRun", 2, seed=0)
    for options in ({"distinguishing": 1.0}, [{}, {"levels": 3}]):
        with pytest.raises(ValueError, match=r"^reset takes no options, but got .*vec_env"):
            vec_env.set_options(options)
    for nothing in (None, {}, [{}, {}]):
        vec_env.set_options(nothing)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"reward_scale": 0.0}, "reward_scale must be positive, but is 0.0"),
        ({"reward_scale": float("nan")}, "reward_scale must be positive, but is nan"),
        ({"reward_scale": float("inf")}, "reward_scale must lie between 0 and 1e.06, but is inf"),
        ({"truncations": "no"}, "truncations must be True or False"),
        ({"render_mode": "human"}, 'render_mode must be "rgb_array" or None'),
        ({"num_envs": 10**9}, "do not fit into memory"),
    ],
)
def test_arguments_out_of_range_are_refused_in_one_sentence(arguments, words):
    with pytest.raises(ValueError, match=words):
        misgen.vec_env("CoinRun", **{"num_envs": 2, "seed": 0, **arguments})


@every_environment
def test_the_time_limit_is_reported_where_it_is_asked_for(name):
    plain, reports = (misgen.vec_env(name, 16, seed=5, truncations=t) for t in (False, True))
    batch = make(name, 16, seed=5)
    for env in (plain, reports, batch):
        env.reset()
    for actions in random_actions(name, 16):
        step, infos, others = batch.step(actions), reports.step(actions)[3], plain.step(actions)[3]
        done = step.terminated | step.truncated
        for i in np.flatnonzero(done):
            assert infos[i]["TimeLimit.truncated"] == step.truncated[i]
            assert "TimeLimit.truncated" not in others[i]
        if done.any():
            batch.reset(done)


def test_the_batch_is_shown_as_one_picture():
    vec_env = misgen.vec_env("CoinGrid", 4, seed=0, render_mode="rgb_array")
    vec_env.reset()
    (height, width, _), picture = vec_env.get_images()[0].shape, vec_env.render()
    assert picture.shape == (2 * height, 2 * width, 3)


def test_a_model_of_stable_baselines3_learns_and_is_measured():
    env = misgen.vec_env("CoinLine", 16, seed=0)
    model = PPO("MlpPolicy", env, n_steps=16, batch_size=64, seed=3, device="cpu").learn(256)
    first, again = (misgen.evaluate(model, "CoinLine", episodes=50, seed=1) for _ in range(2))
    assert first == again  # whatever torch's own random state is
    with pytest.raises(
        ValueError, match=r"expects 3 inputs and has 2 actions, but CoinGrid has 98"
    ):
        misgen.evaluate(model, "CoinGrid", episodes=2, seed=1)


def test_without_stable_baselines3_it_says_what_to_install(monkeypatch):
    import sys

    monkeypatch.delitem(sys.modules, "misgen.core.sb3_vec_env")
    monkeypatch.delattr("misgen.core.sb3_vec_env")
    for module in [m for m in sys.modules if m.split(".")[0] == "stable_baselines3"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "stable_baselines3", None)
    with pytest.raises(ImportError, match=r"needs 'stable_baselines3', .* 'misgen\[train\]'\.$"):
        misgen.vec_env("CoinRun", 2, seed=0)
