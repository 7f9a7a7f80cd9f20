"""Every environment of the registry keeps the contracts of gymnasium and stable-baselines3."""

from __future__ import annotations

import hashlib
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env as check_by_gymnasium
from gymnasium.vector import AutoresetMode
from stable_baselines3.common.env_checker import check_env as check_by_stable_baselines3

import misgen.registration  # noqa: F401  # registers the environments
from misgen import ENVIRONMENTS, make
from misgen.core.adapters import BatchedVecEnv, SingleEnv, VectorAdapter
from misgen.core.env import Events
from misgen.core.registry import environment

EVENTS = set(Events.__dataclass_fields__)
STEPS = 120  # several episodes of every environment of the book that has episodes
pytestmark = pytest.mark.parametrize("name", ENVIRONMENTS)


def _actions(name: str, num_envs: int, seed: int = 0) -> np.ndarray:
    count = len(environment(name).action_names)
    return np.random.default_rng(seed).integers(0, count, (STEPS, num_envs))


def _assert_episodes_ended(name: str, ends: int) -> None:
    """None of an environment that never ends, and enough to test with of any other."""
    assert ends == 0 if environment(name).continuing else ends > 16


def _digest_of_rollout(name: str, seed: int) -> str:
    env = make(name, 8, distinguishing=0.5, seed=seed)
    digest = hashlib.sha256(env.reset().tobytes())
    for actions in _actions(name, 8):
        step = env.step(actions)
        ended = step.terminated | step.truncated
        events = [getattr(step.events, event) for event in sorted(EVENTS)]
        for array in (step.obs, step.reward, step.terminated, step.truncated, *events):
            digest.update(array.tobytes())
        if ended.any():
            digest.update(env.reset(ended).tobytes())
    return digest.hexdigest()


# ------------------------------------------------------------------- the batch


def test_two_environments_of_one_seed_go_the_same_way_and_another_seed_does_not(name):
    first, second, other = (_digest_of_rollout(name, seed) for seed in (3, 3, 4))
    assert first == second
    assert first != other


def test_a_batch_returns_what_base_promises(name):
    env = make(name, 5, seed=0)
    assert env.reset().shape == (5, env.obs_size)
    step = env.step(np.zeros(5, np.int64))
    assert (step.obs.shape, step.obs.dtype) == ((5, env.obs_size), np.float32)
    assert (step.reward.shape, step.reward.dtype) == ((5,), np.float32)
    for field in (step.terminated, step.truncated, *(getattr(step.events, e) for e in EVENTS)):
        assert (field.shape, field.dtype) == ((5,), np.bool_)
    assert not (step.terminated & step.truncated).any()


def test_a_reset_by_mask_changes_only_its_rows(name):
    env = make(name, 6, seed=0)
    env.reset()
    before = [env.frame(i) for i in range(6)]
    mask = np.array([False, True, False, False, True, False])
    assert env.reset(mask).shape == (2, env.obs_size)
    for i in np.flatnonzero(~mask):
        assert env.frame(i).actors == before[i].actors
        np.testing.assert_array_equal(env.frame(i).cells, before[i].cells)


def test_frames_hold_sprites_that_have_names(name):
    env = make(name, 20, distinguishing=0.5, seed=1)
    env.reset()
    for i in range(20):
        frame = env.frame(i)
        height, width = frame.cells.shape
        assert frame.cells.max() < len(env.sprites)
        for sprite, x, y in frame.actors:
            assert 0 <= sprite < len(env.sprites)
            assert 0 <= x < width
            assert 0 <= y < height


# ------------------------------------------------------------------- gymnasium


def test_gymnasium_finds_no_fault_with_the_single_environment(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(f"misgen/{name}-v0", render_mode="ansi")
        check_by_gymnasium(env.unwrapped)


def test_a_single_environment_shows_its_events_and_its_level(name):
    env = SingleEnv(name, render_mode="ansi")
    env.reset(seed=0)
    info = env.step(env.action_space.sample())[4]
    assert info.keys() == EVENTS
    batch = make(name, 1, seed=0)
    batch.reset()
    height, width = batch.frame(0).cells.shape
    lines = env.render().split("\n")
    assert [len(line) for line in lines] == [width] * height
    assert "?" not in env.render()
    assert SingleEnv(name).render() is None


def test_unseeded_environments_do_not_all_have_the_same_levels(name):
    levels = {SingleEnv(name).reset()[0].tobytes() for _ in range(40)}
    assert len(levels) > 1


def test_make_vec_gives_the_batch_itself(name):
    envs = gymnasium.make_vec(f"misgen/{name}-v0", num_envs=3, distinguishing=0.5)
    assert isinstance(envs.unwrapped, VectorAdapter)
    assert envs.num_envs == 3
    assert envs.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP


def test_the_vector_environment_keeps_to_its_spaces(name):
    envs = VectorAdapter(name, 7)
    obs, _ = envs.reset(seed=0)
    for actions in _actions(name, 7):
        assert actions in envs.action_space
        assert obs in envs.observation_space
        obs, reward, terminated, truncated, _ = envs.step(actions)
        assert reward.shape == terminated.shape == truncated.shape == (7,)


def test_the_vector_environment_starts_ended_episodes_in_the_same_step(name):
    envs, batch = VectorAdapter(name, 16), make(name, 16, seed=5)
    obs, _ = envs.reset(seed=5)
    np.testing.assert_array_equal(obs, batch.reset())
    ends = 0
    for actions in _actions(name, 16):
        obs, _, terminated, truncated, info = envs.step(actions)
        step = batch.step(actions)
        done = terminated | truncated
        np.testing.assert_array_equal(done, step.terminated | step.truncated)
        assert ("final_obs" in info) == bool(done.any())
        if done.any():
            ends += done.sum()
            np.testing.assert_array_equal(info["_final_obs"], done)
            np.testing.assert_array_equal(np.stack(info["final_obs"][done]), step.obs[done])
            assert all(final is None for final in info["final_obs"][~done])
            for event in EVENTS:
                np.testing.assert_array_equal(
                    info["final_info"][event][done], getattr(step.events, event)[done]
                )
            step.obs[done] = batch.reset(done)
        np.testing.assert_array_equal(obs, step.obs)
    _assert_episodes_ended(name, ends)


def test_a_seed_restarts_the_vector_environment(name):
    envs = VectorAdapter(name, 4)
    first, again, on = envs.reset(seed=9)[0], envs.reset(seed=9)[0], envs.reset()[0]
    np.testing.assert_array_equal(first, again)
    assert (first != on).any()
    np.testing.assert_array_equal(envs.reset(seed=[9, None, None, None])[0], first)


def test_gymnasiums_own_loop_of_single_environments_runs(name):
    envs = gymnasium.make_vec(f"misgen/{name}-v0", num_envs=2, vectorization_mode="sync")
    obs, _ = envs.reset(seed=0)
    seen = [obs, *(envs.step(np.zeros(2, np.int64))[0] for _ in range(20))]
    assert any((first != second).any() for first, second in seen)
    assert envs.step(envs.action_space.sample())[0] in envs.observation_space


def test_an_unknown_option_is_refused_where_the_environment_is_made(name):
    with pytest.raises(TypeError, match="moonlight"):
        gymnasium.make(f"misgen/{name}-v0", moonlight=True)


# ----------------------------------------------------------- stable-baselines3


def test_stable_baselines3_finds_no_fault_with_the_single_environment(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_by_stable_baselines3(gymnasium.make(f"misgen/{name}-v0").unwrapped)


def _vec_env(name: str, num_envs: int, seed: int = 0, **settings: float) -> BatchedVecEnv:
    return BatchedVecEnv(make(name, num_envs, seed=seed), **settings)


def test_the_vec_env_goes_the_way_of_the_batch(name):
    vec_env, batch = _vec_env(name, 16, seed=5, reward_scale=0.1), make(name, 16, seed=5)
    np.testing.assert_array_equal(vec_env.reset(), batch.reset())
    for actions in _actions(name, 16):
        obs, reward, done, infos = vec_env.step(actions)
        step = batch.step(actions)
        np.testing.assert_array_equal(done, step.terminated | step.truncated)
        np.testing.assert_allclose(reward, 0.1 * step.reward, rtol=1e-6)
        assert [bool(info) for info in infos] == done.tolist()
        if done.any():
            step.obs[done] = batch.reset(done)
        np.testing.assert_array_equal(obs, step.obs)


def test_the_vec_env_keeps_the_last_observation_of_an_episode(name):
    vec_env, batch = _vec_env(name, 16, seed=5), make(name, 16, seed=5)
    vec_env.reset()
    batch.reset()
    ends = 0
    for actions in _actions(name, 16):
        _, _, done, infos = vec_env.step(actions)
        last = batch.step(actions).obs
        for i in np.flatnonzero(done):
            np.testing.assert_array_equal(infos[i]["terminal_observation"], last[i])
            ends += 1
        if done.any():
            batch.reset(done)
    _assert_episodes_ended(name, ends)


def test_observations_of_the_vec_env_are_not_written_to_later(name):
    vec_env = _vec_env(name, 16)
    kept, copies = [vec_env.reset()], []
    for actions in _actions(name, 16):
        copies.append(kept[-1].copy())
        kept.append(vec_env.step(actions)[0])
    for obs, copy in zip(kept, copies, strict=False):
        np.testing.assert_array_equal(obs, copy)


def test_the_vec_env_answers_for_each_index(name):
    vec_env = _vec_env(name, 4)
    assert vec_env.get_attr("num_envs") == [4, 4, 4, 4]
    assert vec_env.get_attr("num_envs", indices=2) == [4]
    assert vec_env.get_attr("num_envs", indices=[0, 3]) == [4, 4]
    assert vec_env.env_is_wrapped(gymnasium.Wrapper, indices=[1]) == [False]
    vec_env.set_attr("nickname", "left", indices=[0])
    assert vec_env.get_attr("nickname", indices=[0]) == ["left"]
    vec_env.close()


def test_the_vec_env_has_no_attribute_that_nobody_gave_it(name):
    assert not _vec_env(name, 2).has_attr("moonlight")


def test_the_episode_log_counts_returns_and_successes(name):
    vec_env, batch = _vec_env(name, 16, seed=5, reward_scale=0.1), make(name, 16, seed=5)
    vec_env.reset()
    batch.reset()
    running, returns, successes = np.zeros(16), [], []
    for actions in _actions(name, 16):
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


def test_the_episode_log_knows_nothing_before_an_episode_has_ended(name):
    log = _vec_env(name, 2).finished_episodes
    assert np.isnan(log.mean_return)
    assert np.isnan(log.success_rate)
    assert not log.reached(0.0)


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
