import hashlib

import numpy as np
import pytest
from topics.coinrun.coinrun_reference import ReferenceLevel

from misgen.topics.coinrun.env import BLOCK_SIZE, CoinRun
from misgen.topics.coinrun.levels import PLACEMENTS, generate


def _references(env: CoinRun, seed: int, **options: object) -> list[ReferenceLevel]:
    levels = generate(np.random.default_rng(seed), BLOCK_SIZE, **options)
    return [ReferenceLevel(levels, i) for i in range(env.num_envs)]


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_the_batch_steps_like_the_slow_reference(placement):
    env = CoinRun(300, distinguishing=0.5, placement=placement, seed=11)
    obs = env.reset()
    slow = _references(env, 11, distinguishing=0.5, placement=placement)
    states = [level.start() for level in slow]
    rng = np.random.default_rng(0)
    running = np.ones(300, bool)
    ends = []
    for _ in range(50):
        for i in np.flatnonzero(running)[::7]:
            assert obs[i, :-2].astype(int).tolist() == slow[i].seen(states[i])
            assert obs[i, -2:].tolist() == pytest.approx(
                [states[i].rise / 3, float(states[i].rise > 0)]
            )
        # Mostly to the right, so that whole levels are played.
        actions = rng.choice([0, 1, 2, 3, 4, 5], 300, p=[0.02, 0.08, 0.45, 0.05, 0.35, 0.05])
        step = env.step(actions)
        obs = step.obs
        for i in np.flatnonzero(running):
            states[i] = slow[i].step(states[i], int(actions[i]))
            assert bool(step.terminated[i]) == (states[i].outcome in ("goal", "died"))
            assert bool(step.truncated[i]) == (states[i].outcome == "timed_out")
            assert bool(step.events.goal[i]) == (states[i].outcome == "goal")
            assert step.reward[i] == (10.0 if states[i].outcome == "goal" else 0.0)
            frame = env.frame(i)
            assert frame.actors[-1][1:] == (states[i].x, states[i].y)
            running[i] = states[i].outcome == "running"
            ends += [states[i].outcome] if not running[i] else []
        if not running.any():
            break
    assert {"goal", "died"} <= set(ends)


def test_a_seed_gives_the_same_trajectory_on_every_platform():
    env = CoinRun(64, distinguishing=0.3, seed=2026)
    digest = hashlib.sha256(env.reset().tobytes())
    actions = np.random.default_rng(1).integers(0, 6, (300, 64))
    for row in actions:
        step = env.step(row)
        done = step.terminated | step.truncated
        if done.any():
            step.obs[done] = env.reset(done)
        digest.update(step.obs.tobytes() + step.reward.tobytes() + done.tobytes())
    assert digest.hexdigest()[:16] == "c56a0d9acbd59e52"


def test_distinguishing_is_the_share_of_levels_whose_coin_is_apart():
    for share in (0.0, 0.1, 1.0):
        env = CoinRun(4000, distinguishing=share, seed=3)
        env.reset()
        frames = [env.frame(i) for i in range(4000)]
        at_end = [frame.actors[0][1] == frame.cells.shape[1] - 2 for frame in frames]
        np.testing.assert_array_equal(env.distinguishing_levels, ~np.array(at_end))
        assert env.distinguishing_levels.mean() == pytest.approx(share, abs=0.02)


def _levels(env: CoinRun, count: int) -> list[tuple]:
    """The columns of some levels, and who is in them."""
    frames = [env.frame(i) for i in range(count)]
    return [(frame.cells.tobytes(), frame.actors) for frame in frames]


def test_the_kth_level_of_a_seed_is_the_same_for_every_num_envs():
    one_by_one, many, last = (CoinRun(n, distinguishing=0.5, seed=8) for n in (1, 5000, 4999))
    many.reset()
    for level in _levels(many, 50):
        one_by_one.reset()
        assert _levels(one_by_one, 1) == [level]
    last.reset()
    last.reset(np.arange(4999) == 0)
    assert last.frame(0).actors == many.frame(4999).actors
    assert (last.frame(0).cells == many.frame(4999).cells).all()


def test_given_levels_are_played_one_each_and_again_in_each_episode():
    three = generate(np.random.default_rng(5), 3, distinguishing=0.5)
    env = CoinRun(7, levels=three, seed=0)
    env.reset()
    first = _levels(env, 7)
    env.step(np.zeros(7, np.int64))
    env.reset()
    assert _levels(env, 7) == first
    assert first[3:6] == first[:3]
    assert first[6] == first[0]
    assert len(set(first)) == 3
    np.testing.assert_array_equal(env.distinguishing_levels[:3], three.distinguishing)
    env.reset(np.arange(7) == 4)
    assert _levels(env, 7) == first


def test_no_levels_at_all_are_refused():
    none = generate(np.random.default_rng(5), 3).take(np.arange(0))
    with pytest.raises(ValueError, match="levels must be a whole number of at least 1"):
        CoinRun(2, levels=none, seed=0)


def test_limited_levels_come_again_and_unlimited_ones_do_not():
    few, many = CoinRun(500, levels=7, seed=0), CoinRun(500, seed=0)
    few.reset()
    assert len(set(_levels(few, 500))) <= 7
    many.reset()
    first = _levels(many, 500)
    many.reset()
    assert np.mean([a == b for a, b in zip(first, _levels(many, 500), strict=True)]) < 0.05


def test_coins_on_ledges_lie_on_ledges():
    env = CoinRun(2000, distinguishing=1.0, seed=4)
    env.reset()
    ledge = env.sprites.index("ledge")
    coins = [(env.frame(i), env.frame(i).actors[0]) for i in range(2000)]
    below = np.array([frame.cells[y - 1, x] == ledge for frame, (_, x, y) in coins])
    np.testing.assert_array_equal(env.coins_on_ledges, below)
    assert 0.1 < below.mean() < 0.3


def test_an_erased_coin_is_not_seen_but_can_be_taken():
    seen, erased = (CoinRun(200, distinguishing=1.0, coin_visible=v, seed=5) for v in (True, False))
    with_coin, without = seen.reset(), erased.reset()
    assert (with_coin >= without).all()
    assert (with_coin != without).any()
    assert without[:, 3:-2:4].sum() == 0
    coins = [[env.frame(i).actors[0][1:] for i in range(200)] for env in (seen, erased)]
    assert coins[0] == coins[1]


def test_a_flipped_view_is_the_view_upside_down():
    up, down = (CoinRun(50, flipped=f, seed=5).reset() for f in (False, True))
    grid = up[:, :-2].reshape(50, 7, 11, 4)
    np.testing.assert_array_equal(down[:, :-2].reshape(50, 7, 11, 4), grid[:, ::-1])


def test_view_from_is_what_the_agent_would_see_there():
    env = CoinRun(3, seed=9)
    obs = env.reset()
    spawn = np.array([env.frame(1).actors[-1][1:]])
    np.testing.assert_array_equal(env.view_from(1, spawn)[0], obs[1])


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"distinguishing": 1.2}, "distinguishing"),
        ({"distinguishing": float("nan")}, "distinguishing"),
        ({"seed": -1}, "seed"),
        ({"levels": 0}, "levels"),
        ({"placement": "moon"}, "placement"),
        ({"num_envs": 0}, "num_envs"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(options, word):
    with pytest.raises(ValueError, match=word) as caught:
        CoinRun(**{"num_envs": 2, "seed": 0, **options})
    assert str(caught.value).count("\n") == 0
