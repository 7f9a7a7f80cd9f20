"""Every environment of the registry keeps the contract of `BatchedEnv`."""

from __future__ import annotations

import hashlib
import math
import pickle

import numpy as np
import pytest
from every_environment import EVENTS, random_actions

from misgen import ENVIRONMENTS, make
from misgen.core.registry import environment
from misgen.topics.coinrun.env import CoinRun

every_environment = pytest.mark.parametrize("name", ENVIRONMENTS)
NUM_ENVS = 4
NO_ACTIONS = {
    "negative": [0, 0, -1, 0],
    "too large": [0, 100, 0, 0],
    "NaN": [0, math.nan, 0, 0],
    "None": [None] * NUM_ENVS,
    "strings": ["0"] * NUM_ENVS,
    "truth values": [False] * NUM_ENVS,
    "fractions": [0.0] * NUM_ENVS,
    "a scalar": 0,
    "too few": [0, 0, 0],
    "too many": [0] * 5,
    "none at all": [],
    "a column": [[0]] * NUM_ENVS,
    "a number beyond 64 bits": [0, 0, 0, 2**70],
    "a negative number of 8 bits": np.array([0, 0, 0, -1], np.int8),
    "the largest of 64 bits": np.full(NUM_ENVS, 2**64 - 1, np.uint64),
}
NO_MASKS = {
    "indices": np.array([0, 1, 2, 3]),
    "too short": np.ones(3, bool),
    "too long": np.ones(5, bool),
    "numbers": np.ones(NUM_ENVS),
    "a column": np.ones((NUM_ENVS, 1), bool),
    "one truth value": True,
    "words": ["yes"] * NUM_ENVS,
}


def _digest_of_rollout(name: str, seed: int) -> str:
    env = make(name, 8, distinguishing=0.5, seed=seed)
    digest = hashlib.sha256(env.reset().tobytes())
    for actions in random_actions(name, 8):
        step = env.step(actions)
        ended = step.terminated | step.truncated
        events = [getattr(step.events, event) for event in sorted(EVENTS)]
        for array in (step.obs, step.reward, step.terminated, step.truncated, *events):
            digest.update(array.tobytes())
        if ended.any():
            digest.update(env.reset(ended).tobytes())
    return digest.hexdigest()


@every_environment
def test_two_environments_of_one_seed_go_the_same_way_and_another_seed_does_not(name):
    first, second, other = (_digest_of_rollout(name, seed) for seed in (3, 3, 4))
    assert first == second
    assert first != other


@every_environment
def test_a_batch_returns_what_base_promises(name):
    env = make(name, 5, seed=0)
    assert env.reset().shape == (5, env.obs_size)
    step = env.step(np.zeros(5, np.int64))
    assert (step.obs.shape, step.obs.dtype) == ((5, env.obs_size), np.float32)
    assert (step.reward.shape, step.reward.dtype) == ((5,), np.float32)
    for field in (step.terminated, step.truncated, *(getattr(step.events, e) for e in EVENTS)):
        assert (field.shape, field.dtype) == ((5,), np.bool_)
    assert not (step.terminated & step.truncated).any()


@every_environment
def test_a_reset_by_mask_changes_only_its_rows(name):
    env = make(name, 6, seed=0)
    env.reset()
    before = [env.frame(i) for i in range(6)]
    mask = np.array([False, True, False, False, True, False])
    assert env.reset(mask).shape == (2, env.obs_size)
    for i in np.flatnonzero(~mask):
        assert env.frame(i).actors == before[i].actors
        np.testing.assert_array_equal(env.frame(i).cells, before[i].cells)


@every_environment
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


# ------------------------------------------------------------ what is refused


def _state(name: str, env) -> str:
    """Returns a hash of what an environment does next."""
    digest = hashlib.sha256()
    for actions in random_actions(name, NUM_ENVS)[:40]:
        step = env.step(actions)
        digest.update(step.obs.tobytes() + step.reward.tobytes())
        if (ended := step.terminated | step.truncated).any():
            digest.update(env.reset(ended).tobytes())
    return digest.hexdigest()


def _started(name: str):
    env = make(name, NUM_ENVS, distinguishing=0.5, seed=3)
    env.reset()
    return env


@every_environment
def test_actions_that_there_are_not_are_refused_and_change_nothing(name):
    env = _started(name)
    for actions in NO_ACTIONS.values():
        with pytest.raises(
            ValueError, match=r"^actions must be 4 whole numbers from 0 to \d+, one"
        ):
            env.step(actions)
    assert _state(name, env) == _state(name, _started(name))


@every_environment
def test_masks_that_are_none_are_refused_and_change_nothing(name):
    env = _started(name)
    for mask in NO_MASKS.values():
        with pytest.raises(ValueError, match=r"^mask must hold 4 truth values, one for each envir"):
            env.reset(mask)
    assert _state(name, env) == _state(name, _started(name))


@every_environment
def test_a_mask_of_nothing_resets_nothing(name):
    env = _started(name)
    assert env.reset(np.zeros(NUM_ENVS, bool)).shape == (0, env.obs_size)
    assert _state(name, env) == _state(name, _started(name))


@every_environment
def test_nothing_can_be_done_before_the_first_reset(name):
    env = make(name, NUM_ENVS, seed=3)
    with pytest.raises(ValueError, match=r"^Call reset before the first step"):
        env.step(np.zeros(NUM_ENVS, np.int64))
    with pytest.raises(ValueError, match=r"^Reset all environments once, before some of them"):
        env.reset(np.array([True, True, True, False]))
    assert env.reset(np.ones(NUM_ENVS, bool)).shape == (NUM_ENVS, env.obs_size)


@every_environment
@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.int32, np.uint64])
def test_whole_numbers_of_any_size_are_actions(name, kind):
    env, same = _started(name), _started(name)
    for actions in random_actions(name, NUM_ENVS)[:8]:
        step = env.step(actions.astype(kind).tolist() if kind is np.int32 else actions.astype(kind))
        np.testing.assert_array_equal(step.obs, same.step(actions).obs)


@every_environment
def test_so_many_environments_that_they_fill_the_memory_are_refused(name):
    for count in (2**31, 2**40, 10**30):
        with pytest.raises(
            ValueError, match="of these environments do not fit into memory; run at"
        ):
            make(name, count, seed=0)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("TreeGridworld", {"size": 50_000}, "size must be at most 100, but is 50,000"),
        ("TreeGridworld", {"size": 100, "num_envs": 10**5}, "do not fit into memory"),
        ("CoinLine", {"length": 10**6}, "length must be at most 64, but is 1,000,000"),
        ("CoinRun", {"levels": 10**9}, "levels must be at most 100,000, but is 1,000,000,000"),
        ("CoinRun", {"distinguishing": "0.5"}, "distinguishing must lie between 0 and 1, but is '"),
        ("CoinRun", {"distinguishing": None}, "distinguishing must lie between 0 and 1, but is No"),
        ("CoinRun", {"distinguishing": True}, "distinguishing must lie between 0 and 1, but is Tr"),
        ("CoinRun", {"seed": True}, "seed must be a whole number of at least 0, but is True"),
        ("CoinRun", {"seed": "1"}, "seed must be a whole number of at least 0, but is '1'"),
        ("CoinRun", {"num_envs": 2.0}, "num_envs must be a whole number of at least 1, but is 2.0"),
        ("CoinRun", {"flipped": "False"}, "flipped must be True or False, but is 'False'"),
        ("CoinGrid", {"coin_visible": 0}, "coin_visible must be True or False, but is 0"),
        ("CoinLine", {"coin_visible": None}, "coin_visible must be True or False, but is None"),
        ("TreeGridworld", {"walls": 1}, "walls must be True or False, but is 1"),
        ("Dogs", {"lips_visible": "no"}, "lips_visible must be True or False, but is 'no'"),
        ("Dogs", {"lips_clarity": math.inf}, "lips_clarity must lie between 0 and 4, but is inf"),
        ("Dogs", {"lips_clarity": "loud"}, "lips_clarity must lie between 0 and 4, but is 'loud'"),
        ("Scheduling", {"preference_visible": []}, "preference_visible must be True or False"),
        ("CoinRun", {"reward": 3.0}, "reward must be a function of the events, such as lambda"),
    ],
)  # fmt: skip
def test_options_out_of_range_are_refused_in_one_sentence(name, options, words):
    with pytest.raises(ValueError, match=words) as caught:
        make(name, **{"num_envs": 2, "seed": 0, **options})
    assert "\n" not in str(caught.value)


def test_an_unknown_option_is_refused_beside_those_that_there_are():
    with pytest.raises(TypeError, match="CoinGrid has no option moonlight; it has num_envs, dist"):
        make("CoinGrid", 2, seed=0, moonlight=True)


# ------------------------------------------------------------------- another seed


@every_environment
def test_a_reseeded_environment_is_made_as_the_first_but_for_its_seed(name):
    first = make(name, NUM_ENVS, distinguishing=0.5, seed=7)
    again, other = first.reseeded(7), first.reseeded(8)
    obs = [env.reset() for env in (first, again, other)]
    np.testing.assert_array_equal(obs[0], obs[1])
    assert (obs[0] != obs[2]).any()
    assert _state(name, again) == _state(name, first)


def test_a_pickled_environment_goes_on_as_it_would_have():
    env = _started("CoinRun")
    assert _state("CoinRun", pickle.loads(pickle.dumps(env))) == _state("CoinRun", env)


# ------------------------------------------------------------------- the reward


def _rewards_and_events(name: str, **options):
    env = make(name, 64, distinguishing=0.5, seed=2, **options)
    env.reset()
    for actions in random_actions(name, 64):
        step = env.step(actions)
        yield step.reward, step.events
        if (ended := step.terminated | step.truncated).any():
            env.reset(ended)


@every_environment
def test_a_reader_replaces_the_reward_by_a_function_of_the_events(name):
    what = "chopped" if environment(name).continuing else "goal"
    paid = 0.0
    options = {"reward": lambda events: 3.0 * getattr(events, what) - 0.5 * ~getattr(events, what)}
    for reward, events in _rewards_and_events(name, **options):
        assert (reward.dtype, reward.shape) == (np.float32, (64,))
        np.testing.assert_array_equal(reward, np.where(getattr(events, what), 3.0, -0.5))
        paid += reward.max() > 0
    assert paid


@every_environment
def test_the_reward_changes_nothing_but_the_reward(name):
    plain, other = (
        list(_rewards_and_events(name, **options))
        for options in ({}, {"reward": lambda events: np.ones(len(events.goal))})
    )
    for (reward, events), (ones, same) in zip(plain, other, strict=True):
        assert (ones == 1.0).all()
        assert all((vars(events)[event] == vars(same)[event]).all() for event in vars(events))
        del reward


def test_death_may_cost_something():
    env = make("CoinRun", 256, seed=0, reward=lambda e: 10.0 * e.goal - 5.0 * e.died)
    env.reset()
    seen = [env.step(actions).reward for actions in random_actions("CoinRun", 256)[:50]]
    assert {-5.0, 0.0, 10.0} <= set(np.unique(seen).tolist())


@pytest.mark.parametrize(
    ("reward", "words"),
    [
        (lambda events: 1.0, "reward must return 4 numbers, one for each environment; it returned"),
        (lambda events: np.ones((4, 1)), "reward must return 4 numbers, one for each environment"),
        (lambda events: ["much"] * 4, "reward must return 4 numbers, one for each environment"),
        (lambda events: None, "reward must return 4 numbers, one for each environment"),
        (lambda events: np.full(4, np.nan), "reward must return finite numbers"),
        (lambda events: np.full(4, np.inf), "reward must return finite numbers"),
        (lambda events: np.full(4, 1e300), "reward must return finite numbers"),
    ],
)
def test_a_reward_that_is_none_is_refused_in_one_sentence(reward, words):
    env = CoinRun(4, seed=0, reward=reward)
    env.reset()
    with pytest.raises(ValueError, match=words):
        env.step(np.zeros(4, np.int64))
