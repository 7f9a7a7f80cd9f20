import hashlib

import numpy as np
import pytest
from topics.coin_line.coin_line_reference import ReferenceLine

from misgen import evaluate
from misgen.learn import ppo
from misgen.topics.coin_line.env import ENCODINGS, PLACEMENTS, CoinLine, features, probe, states

LENGTHS = (4, 7, 8)


def begun(count: int = 20_000, **options: object) -> CoinLine:
    env = CoinLine(count, seed=3, **options)
    env.reset()
    return env


def places(env: CoinLine) -> tuple[np.ndarray, np.ndarray]:
    """Places of agent and coin, as the pictures show them."""
    actors = np.array([[x - 1 for _, x, _ in env.frame(i).actors] for i in range(env.num_envs)])
    return actors[:, 1], actors[:, 0]


# ------------------------------------------------------------------------- the rules


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("length", LENGTHS)
def test_the_batch_steps_like_the_slow_reference(length, encoding):
    env = CoinLine(
        200, distinguishing=0.7, length=length, encoding=encoding, placement="anywhere", seed=5
    )
    obs = env.reset()
    slow = [ReferenceLine(length, *map(int, pair)) for pair in zip(*places(env), strict=True)]
    rng, ends = np.random.default_rng(0), []
    running = np.ones(200, bool)
    for _ in range(2 * length):
        assert [obs[i].tolist() for i in np.flatnonzero(running)] == [
            slow[i].seen(encoding) for i in np.flatnonzero(running)
        ]
        actions = rng.integers(0, 2, 200)
        step = env.step(actions)
        obs, positions = step.obs, places(env)[0]
        for i in np.flatnonzero(running):
            assert step.reward[i] == slow[i].step(int(actions[i]))
            assert positions[i] == slow[i].position
            assert step.terminated[i] == step.events.goal[i] == (slow[i].outcome == "goal")
            assert step.truncated[i] == step.events.timed_out[i] == (slow[i].outcome == "timed_out")
            assert step.events.proxy[i] == (slow[i].position == length)
            ends += [slow[i].outcome] if slow[i].outcome != "running" else []
        running &= ~(step.terminated | step.truncated)
    assert not running.any()
    assert set(ends) == {"goal", "timed_out"}


def test_a_seed_gives_the_same_trajectory_on_every_platform():
    env = CoinLine(64, distinguishing=0.3, seed=2026)
    digest = hashlib.sha256(env.reset().tobytes())
    for row in np.random.default_rng(1).integers(0, 2, (200, 64)):
        step = env.step(row)
        done = step.terminated | step.truncated
        if done.any():
            step.obs[done] = env.reset(done)
        digest.update(step.obs.tobytes() + step.reward.tobytes() + done.tobytes())
    assert digest.hexdigest()[:16] == "058420721cea14f1"


def test_an_agent_that_starts_on_the_coin_takes_it_by_its_first_step():
    env = begun(distinguishing=0.0)
    on_coin = places(env)[0] == 8
    assert on_coin.any()
    for action in (0, 1):
        env = begun(distinguishing=0.0)
        step = env.step(np.full(env.num_envs, action))
        assert step.terminated[on_coin].all()
        assert (step.reward[on_coin] == 1.0).all()


def test_the_kth_episode_of_a_seed_is_the_same_for_every_num_envs():
    one, many = (CoinLine(n, distinguishing=0.5, seed=8) for n in (1, 30))
    many.reset()
    for i in range(30):
        one.reset()
        assert one.frame(0).actors == many.frame(i).actors


# -------------------------------------------------------------------- where things are


def test_the_agent_starts_at_every_place_equally_often():
    counts = np.bincount(places(begun())[0], minlength=9)
    assert np.abs(counts / counts.sum() - 1 / 9).max() < 0.01


@pytest.mark.parametrize(("placement", "first"), [("training", 1), ("anywhere", 0)])
def test_a_moved_coin_lies_at_each_of_its_places_equally_often(placement, first):
    coins = places(begun(distinguishing=1.0, placement=placement))[1]
    shares = np.bincount(coins, minlength=9) / len(coins)
    assert not shares[:first].any()
    assert np.abs(shares[first:] - 1 / (9 - first)).max() < 0.01


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_distinguishing_is_the_share_of_episodes_whose_coin_is_moved(share):
    coins = places(begun(distinguishing=share))[1]
    left_at_end = 1 - share + share / 8  # a moved coin may come to lie at the end
    assert (coins == 8).mean() == pytest.approx(left_at_end, abs=0.01)


@pytest.mark.parametrize("length", LENGTHS)
def test_two_in_five_moved_coins_lie_behind_the_start(length):
    # (L - 1) / (2 (L + 1)) of them: 7 of 18 on the line of length 8.
    env = begun(distinguishing=1.0, length=length)
    position, coin = places(env)
    np.testing.assert_array_equal(env.distinguishing_levels, coin < position)
    expected = (length - 1) / (2 * (length + 1))
    assert env.distinguishing_levels.mean() == pytest.approx(expected, abs=0.01)


def test_which_episodes_are_distinguishing_does_not_change_with_their_steps():
    env = begun(distinguishing=1.0)
    before = env.distinguishing_levels
    env.step(np.zeros(env.num_envs, int))
    np.testing.assert_array_equal(env.distinguishing_levels, before)


@pytest.mark.parametrize("length", LENGTHS)
def test_the_probe_has_the_agent_in_the_middle_and_the_coin_at_the_left_end(length):
    position, coin = places(begun(50, distinguishing=1.0, length=length, placement="probe"))
    assert set(zip(position.tolist(), coin.tolist(), strict=True)) == {probe(length)}
    assert probe(length) == (-(-length // 2), 0)


def test_the_probe_is_for_the_moved_coins_only():
    position, coin = places(begun(distinguishing=0.0, placement="probe"))
    assert set(coin) == {8}
    assert len(set(position)) == 9


def test_the_marker_stands_where_the_coin_could_have_been():
    env, marked = begun(2000, distinguishing=0.0), np.zeros(2000, bool)
    for _ in range(16):
        marked |= env.step(np.ones(2000, int)).events.marker
    # A marker behind the start is never met; as many lie behind as moved coins would.
    assert 1 - marked.mean() == pytest.approx(7 / 18, abs=0.04)


# ------------------------------------------------------------------------- what is seen


def test_the_erased_coin_is_shown_at_the_end_and_can_still_be_taken():
    env = CoinLine(300, distinguishing=1.0, coin_visible=False, placement="anywhere", seed=0)
    assert (env.reset()[:, 2] == 8).all()
    coins = places(env)[1]
    assert len(set(coins)) == 9
    collected = sum(env.step(np.ones(300, int)).reward.sum() for _ in range(8))
    assert collected >= (coins == 8).sum()


def test_the_flipped_view_is_the_mirror_image():
    plain, flipped = (CoinLine(50, seed=1, distinguishing=1.0, flipped=f) for f in (False, True))
    np.testing.assert_array_equal(flipped.reset()[:, 1:], 8 - plain.reset()[:, 1:])


def test_the_features_of_a_state_are_in_the_row_of_its_number():
    position, coin = states(6)
    for encoding in ENCODINGS:
        rows = [
            ReferenceLine(6, int(p), int(c)).seen(encoding)
            for p, c in zip(position, coin, strict=True)
        ]
        assert features(encoding, 6).tolist() == rows


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_bounds_hold_and_are_reached(encoding):
    env = begun(3000, encoding=encoding, distinguishing=1.0, placement="anywhere")
    position, coin = places(env)
    seen = env.view_from(position, coin)
    assert (seen.min(), seen.max()) == (env.obs_low, env.obs_high)


def test_the_picture_shows_the_line_between_its_walls():
    env = CoinLine(1, distinguishing=1.0, placement="probe", seed=0)
    env.reset()
    frame = env.frame(0)
    names = [[env.sprites[code] for code in row] for row in frame.cells]
    assert names[0] == ["grass"] * 11
    assert names[1] == ["wall", *["sky"] * 9, "wall"]
    assert [(env.sprites[code], x, y) for code, x, y in frame.actors] == [
        ("coin", 1, 1),
        ("agent", 5, 1),
    ]
    hidden = CoinLine(1, coin_visible=False, seed=0)
    hidden.reset()
    assert env.sprites[hidden.frame(0).actors[0][0]] == "coin_erased"


# ------------------------------------------------------------------------------ learning


@pytest.mark.parametrize("seed", range(20))
def test_every_seed_learns_ordinary_episodes(seed):
    agent = ppo.train("CoinLine", seed=seed, until=0.95)
    assert agent.notes["steps"] <= 40_000
    report = evaluate(agent, "CoinLine", distinguishing=0.0, episodes=500, seed=99)
    assert report.goal.mean >= 0.95


# ------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"distinguishing": 1.5}, "distinguishing must lie between 0 and 1"),
        ({"length": 3}, "length must be a whole number of at least 4"),
        ({"encoding": "pixels"}, "encoding must be one of position_and_coin, difference"),
        ({"placement": "left"}, f"placement must be one of {', '.join(PLACEMENTS)}"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(options, told):
    with pytest.raises(ValueError, match=told) as raised:
        CoinLine(2, **{"seed": 0, **options})
    assert str(raised.value).endswith(".")
