"""Every environment of the registry keeps the contract of gymnasium."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import warnings

import gymnasium
import numpy as np
import pytest
from every_environment import EVENTS, assert_episodes_ended, random_actions
from gymnasium.utils.env_checker import check_env as check_by_gymnasium
from gymnasium.vector import AutoresetMode

import misgen.registration  # noqa: F401  # registers the environments
from misgen import ENVIRONMENTS, make
from misgen.core.gymnasium_envs import SingleEnv, VectorAdapter
from misgen.core.registry import environment

every_environment = pytest.mark.parametrize("name", ENVIRONMENTS)


@every_environment
def test_gymnasium_finds_no_fault_with_the_single_environment(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(f"misgen/{name}-v0", render_mode="ansi")
        check_by_gymnasium(env.unwrapped)


@every_environment
def test_a_single_environment_shows_its_events_and_its_level(name):
    env = SingleEnv(name, render_mode="ansi")
    env.reset(seed=0)
    info = env.step(env.action_space.sample())[4]
    assert info.keys() >= EVENTS
    batch = make(name, 1, seed=0)
    batch.reset()
    height, width = batch.frame(0).cells.shape
    lines = env.render().split("\n")
    assert [len(line) for line in lines] == [width] * height
    assert "?" not in env.render()
    assert SingleEnv(name).render() is None


@every_environment
def test_unseeded_environments_do_not_all_have_the_same_levels(name):
    levels = {SingleEnv(name).reset()[0].tobytes() for _ in range(40)}
    assert len(levels) > 1


@every_environment
def test_make_vec_gives_the_batch_itself(name):
    envs = gymnasium.make_vec(f"misgen/{name}-v0", num_envs=3, distinguishing=0.5)
    assert isinstance(envs.unwrapped, VectorAdapter)
    assert envs.num_envs == 3
    assert envs.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP


@every_environment
def test_the_vector_environment_keeps_to_its_spaces(name):
    envs = VectorAdapter(name, 7)
    obs, _ = envs.reset(seed=0)
    for actions in random_actions(name, 7):
        assert actions in envs.action_space
        assert obs in envs.observation_space
        obs, reward, terminated, truncated, _ = envs.step(actions)
        assert reward.shape == terminated.shape == truncated.shape == (7,)


@every_environment
def test_the_vector_environment_starts_ended_episodes_in_the_same_step(name):
    envs, batch = VectorAdapter(name, 16), make(name, 16, seed=5)
    obs, _ = envs.reset(seed=5)
    np.testing.assert_array_equal(obs, batch.reset())
    ends = 0
    for actions in random_actions(name, 16):
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
    assert_episodes_ended(name, ends)


@every_environment
def test_a_seed_restarts_the_vector_environment(name):
    envs = VectorAdapter(name, 4)
    first, again, on = envs.reset(seed=9)[0], envs.reset(seed=9)[0], envs.reset()[0]
    np.testing.assert_array_equal(first, again)
    assert (first != on).any()


@every_environment
def test_gymnasiums_own_loop_of_single_environments_runs(name):
    envs = gymnasium.make_vec(f"misgen/{name}-v0", num_envs=2, vectorization_mode="sync")
    obs, _ = envs.reset(seed=0)
    seen = [obs, *(envs.step(np.zeros(2, np.int64))[0] for _ in range(20))]
    assert any((first != second).any() for first, second in seen)
    assert envs.step(envs.action_space.sample())[0] in envs.observation_space


@every_environment
def test_an_unknown_option_is_refused_where_the_environment_is_made(name):
    with pytest.raises(TypeError, match="moonlight"):
        gymnasium.make(f"misgen/{name}-v0", moonlight=True)


# ------------------------------------------------------------------- refusals


@every_environment
@pytest.mark.parametrize("seed", [[1, 9, 9, 9], [1, 2, 3, 4], (1, None, None, None), 0.5, "1"])
def test_one_seed_is_that_of_all_environments_and_others_are_refused(name, seed):
    # A list was taken for its first entry.
    envs = VectorAdapter(name, 4)
    with pytest.raises(
        ValueError, match=r"^seed must be one whole number, from which the levels of"
    ):
        envs.reset(seed=seed)


@every_environment
def test_options_of_a_reset_are_refused_as_they_would_do_nothing(name):
    for env in (SingleEnv(name), VectorAdapter(name, 2)):
        with pytest.raises(ValueError, match=r"^reset takes no options, but got .*gymnasium.make"):
            env.reset(options={"distinguishing": 1.0})
        env.reset(options={})


@pytest.mark.parametrize("adapter", [SingleEnv, VectorAdapter])
@pytest.mark.parametrize("mode", ["human", "rgb", 3])
def test_another_render_mode_is_refused_where_the_environment_is_made(adapter, mode):
    with pytest.raises(
        ValueError, match=r"^render_mode must be one of ansi, rgb_array or None, not"
    ):
        adapter("CoinRun", render_mode=mode)


# ------------------------------------------------------------------ time limits


@every_environment
def test_make_vec_cuts_episodes_off_where_it_is_asked_to(name):
    envs = gymnasium.make_vec(f"misgen/{name}-v0", num_envs=16, max_episode_steps=3)
    envs.reset(seed=0)
    lasted = np.zeros(16, int)
    for actions in random_actions(name, 16)[:20]:
        obs, _, terminated, truncated, info = envs.step(actions)
        lasted += 1
        assert not (terminated & truncated).any()
        np.testing.assert_array_equal(lasted == 3, truncated | (terminated & (lasted == 3)))
        ended = terminated | truncated
        assert ("final_obs" in info) == bool(ended.any())
        lasted[ended] = 0
        assert obs in envs.observation_space


def test_a_limit_beyond_that_of_the_environment_changes_nothing():
    plain, limited = (VectorAdapter("CoinRun", 8, max_episode_steps=n) for n in (None, 1000))
    for envs in (plain, limited):
        envs.reset(seed=1)
    for actions in random_actions("CoinRun", 8):
        for one, other in zip(plain.step(actions)[:4], limited.step(actions)[:4], strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("limit", [0, -1, 2.5, True])
def test_a_limit_that_is_no_number_of_steps_is_refused(limit):
    with pytest.raises(ValueError, match="max_episode_steps must be a whole number of at least 1"):
        VectorAdapter("CoinRun", 2, max_episode_steps=limit)


# --------------------------------------------------------------------- pictures


@every_environment
def test_pictures_have_one_size_and_show_what_happens(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(f"misgen/{name}-v0", render_mode="rgb_array", distinguishing=0.5)
    shown = set()
    sizes = set()
    for seed in range(4):
        env.reset(seed=seed)
        env.step(env.action_space.sample())
        picture = env.render()
        assert picture.dtype == np.uint8
        sizes.add(picture.shape)
        shown.add(hashlib.sha256(picture.tobytes()).hexdigest())
    assert len(sizes) == 1
    assert all(side % 2 == 0 for side in picture.shape[:2])  # as encoders of films want it
    assert len(shown) > 1


@every_environment
def test_the_vector_environment_shows_each_level(name):
    envs = VectorAdapter(name, 3, render_mode="rgb_array")
    envs.reset(seed=0)
    assert len({picture.shape for picture in envs.render()}) == 1
    assert len(envs.render()) == 3
    assert VectorAdapter(name, 3).render() is None
    as_text = VectorAdapter(name, 3, render_mode="ansi")
    as_text.reset(seed=0)
    assert all(isinstance(level, str) for level in as_text.render())


# `make test` installs moviepy and pygame (constraints/jupyter.txt); other targets do without.


def test_gymnasium_records_a_film(tmp_path):
    pytest.importorskip("moviepy")
    env = gymnasium.make("misgen/CoinRun-v0", render_mode="rgb_array")
    film = gymnasium.wrappers.RecordVideo(
        env,
        str(tmp_path),
        step_trigger=lambda step: step == 0,
        video_length=40,
        disable_logger=True,
    )
    film.reset(seed=0)
    for seed in range(45):  # several levels of different widths
        _, _, terminated, truncated, _ = film.step(2)
        if terminated or truncated:
            film.reset(seed=seed)
    film.close()
    (path,) = tmp_path.glob("*.mp4")
    assert path.stat().st_size > 1000


def test_gymnasium_lets_a_reader_play(monkeypatch):
    pygame = pytest.importorskip("pygame")
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    from gymnasium.utils.play import play

    env = gymnasium.make("misgen/CoinRun-v0", render_mode="rgb_array")
    done = []

    def note(obs, after, action, reward, terminated, truncated, info):
        done.append(action)
        kind = pygame.KEYDOWN if len(done) == 1 else pygame.QUIT
        pygame.event.post(pygame.event.Event(kind, **({"key": ord("d")} if len(done) == 1 else {})))

    play(env, fps=1000, callback=note, seed=0)
    assert done == [0, environment("CoinRun").action_names.index("right")]


def test_a_window_is_opened_by_gymnasium(monkeypatch):
    pytest.importorskip("pygame")
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    with pytest.warns(UserWarning, match="HumanRendering"):
        env = gymnasium.make("misgen/CoinGrid-v0", render_mode="human")
    env.reset(seed=0)
    env.step(0)
    env.close()


@every_environment
def test_the_keys_of_an_environment_are_its_actions(name):
    env = SingleEnv(name, render_mode="rgb_array")
    if name == "Scheduling":
        with pytest.raises(
            ValueError, match=r"The 100 actions have no keys; give play\(\) keys_to"
        ):
            env.get_keys_to_action()
        return
    keys = env.get_keys_to_action()
    still = {i for i, action in enumerate(environment(name).action_names) if action == "stay"}
    assert set(keys.values()) == set(range(env.action_space.n)) - still


# ------------------------------------------------- without stable-baselines3


def test_gymnasium_needs_no_stable_baselines3():
    code = (
        "import sys; sys.modules['stable_baselines3'] = sys.modules['torch'] = None; "
        "import gymnasium, misgen.registration; "
        "env = gymnasium.make('misgen/CoinRun-v0'); env.reset(seed=0); env.step(0); "
        "envs = gymnasium.make_vec('misgen/CoinGrid-v0', num_envs=2); envs.reset(seed=0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_gymnasium_the_registration_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "misgen.registration")
    monkeypatch.setitem(sys.modules, "gymnasium", None)
    with pytest.raises(
        ImportError, match=r"needs 'gymnasium', which is not installed: pip install"
    ):
        import misgen.registration  # noqa: F401
