"""CoinRun with one thing changed: what stays, what changes, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.levels import VIEW_X, VIEW_Y, WIDTH
from misgen.topics.why_the_end.env import MOST_AHEAD, ChangedCoinRun

ENVS, STEPS = 64, 40
ROWS = 2 * VIEW_Y + 1


def walk(env: CoinRun, towards_the_end: float = 0.6):
    """Observations, rewards and ends of a random walk that mostly goes right."""
    rng = np.random.default_rng(7)
    odds = np.full(env.num_actions, (1 - towards_the_end) / (env.num_actions - 2))
    odds[[2, 4]] = towards_the_end / 2  # right, jump right
    told = [env.reset()]
    for _ in range(STEPS):
        step = env.step(rng.choice(env.num_actions, env.num_envs, p=odds))
        done = step.terminated | step.truncated
        told += [step.obs, step.reward, step.events.goal, step.events.proxy, done]
        if done.any():
            told.append(env.reset(done))
    return told


def cells(obs: np.ndarray) -> np.ndarray:
    """What is seen, (observation, row, column, bit)."""
    return obs[:, :-2].reshape(len(obs), ROWS, -1, 4)


def both(**options) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The observations of CoinRun and of a change of what is seen, in the same walk."""
    own = walk(ChangedCoinRun(ENVS, distinguishing=0.5, seed=1, **options))
    usual = walk(CoinRun(ENVS, distinguishing=0.5, seed=1))
    assert len(own) == len(usual)
    pairs = list(zip(usual, own, strict=True))
    for first, second in pairs:
        if first.ndim == 1:  # rewards, events and ends: what happens is the same
            assert np.array_equal(first, second)
    seen = [pair for pair in pairs if pair[0].ndim == 2]
    return [first for first, _ in seen], [second for _, second in seen]


@pytest.mark.parametrize("visible", [True, False])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_without_a_change_it_is_coinrun_to_the_last_bit(share, visible):
    options = {"distinguishing": share, "coin_visible": visible, "seed": 3}
    usual, own = walk(CoinRun(ENVS, **options)), walk(ChangedCoinRun(ENVS, **options))
    assert len(usual) == len(own) > STEPS
    assert all(map(np.array_equal, usual, own))
    assert own[0].dtype == np.float32


@pytest.mark.parametrize("ahead", [1, 2, 5, 10, 20, 27, MOST_AHEAD])
def test_it_sees_as_far_as_asked_and_the_same_where_coinrun_sees_too(ahead):
    for usual, own in zip(*both(ahead=ahead), strict=True):
        columns = VIEW_X + 1 + min(ahead, VIEW_X)
        assert cells(own).shape[2] == VIEW_X + 1 + ahead
        assert np.array_equal(cells(own)[:, :, :columns], cells(usual)[:, :, :columns])
        assert np.array_equal(own[:, -2:], usual[:, -2:])


def test_what_it_sees_further_ahead_is_what_it_sees_when_it_stands_there():
    env, usual = ChangedCoinRun(8, ahead=20, seed=0), CoinRun(8, seed=0)
    env.reset(), usual.reset()
    for i in range(8):
        for x in (4, 10, 14):
            far = cells(env.view_from(i, np.array([[x, 3]])))[0]
            for steps in (3, 9, 15):
                if x + steps + VIEW_X <= WIDTH + VIEW_X - 1:
                    near = cells(usual.view_from(i, np.array([[x + steps, 3]])))[0]
                    # near: from 5 columns to its left to 5 to its right
                    assert np.array_equal(far[:, steps : steps + 2 * VIEW_X + 1], near)


def test_a_view_of_27_columns_shows_the_end_of_the_longest_level_from_the_start():
    env = ChangedCoinRun(500, ahead=27, seed=0)
    walls = cells(env.reset())[:, 0, :, 0]  # the top row, which only the end fills from the start
    assert walls[:, -1].all()
    assert not ChangedCoinRun(500, ahead=26, seed=0).reset()[:, 4 * 32 : 4 * 33 : 4].all()


def test_where_the_end_is_hidden_the_last_column_goes_on_without_what_lies_there():
    own, usual = ChangedCoinRun(ENVS, end_visible=False, seed=0), CoinRun(ENVS, seed=0)
    own.reset(), usual.reset()
    for i in range(ENVS):
        last = usual.frame(i).cells.shape[1] - 2  # the last column before the end wall
        place = np.array([[last - 2, 4]])
        hidden, seen = cells(own.view_from(i, place))[0], cells(usual.view_from(i, place))[0]
        at = VIEW_X + 2  # the last column in both views
        assert np.array_equal(hidden[:, : at + 1], seen[:, : at + 1])
        assert seen[:, at + 1 :, 0].all()  # the end wall
        assert (hidden[:, at + 1 :, :2] == hidden[:, [at], :2]).all()
        assert seen[:, at, 3].any()  # the coin lies there, and is not repeated
        assert not hidden[:, at + 1 :, 2:].any()


def test_hiding_the_end_changes_nothing_that_happens():
    usual, own = both(end_visible=False)
    assert not all(map(np.array_equal, usual, own))


def test_the_signal_of_the_coin_alone_is_louder():
    coins = 0
    for usual, own in zip(*both(coin_signal=3.0), strict=True):
        assert np.array_equal(cells(own)[..., :3], cells(usual)[..., :3])
        assert np.array_equal(cells(own)[..., 3], 3 * cells(usual)[..., 3])
        assert np.array_equal(own[:, -2:], usual[:, -2:])
        coins += int(cells(usual)[..., 3].sum())
    assert coins > 100


@pytest.mark.parametrize(("signal", "high"), [(1 / 3, 1.0), (10.0, 10.0)])
def test_observations_stay_within_the_bounds_that_are_told(signal, high):
    env = ChangedCoinRun(ENVS, distinguishing=0.5, coin_signal=signal, seed=0)
    assert (env.obs_low, env.obs_high) == (0.0, high)
    seen = [told for told in walk(env) if told.ndim == 2]
    assert max(obs.max() for obs in seen) == pytest.approx(high)
    assert min(obs.min() for obs in seen) == 0.0


def lengths_and_coins(env: ChangedCoinRun):
    """Of each level its length, and how high above the ground its coin lies."""
    env.reset()
    lengths, heights = [], []
    for i in range(env.num_envs):
        frame = env.frame(i)
        ((x, y),) = [(x, y) for s, x, y in frame.actors if env.sprites[s].startswith("coin")]
        ground = np.flatnonzero(frame.cells[:, x] == env.sprites.index("grass")).max()
        lengths.append(frame.cells.shape[1] - 1)
        heights.append(y - ground)
        if not env.distinguishing_levels[i]:
            assert x == lengths[-1] - 1  # at the end
    return np.array(lengths), np.array(heights)


def test_short_levels_are_the_short_ones_of_coinrun():
    short, _ = lengths_and_coins(ChangedCoinRun(300, longest=18, seed=0))
    assert set(short) == {14, 15, 16, 17, 18}
    usual, _ = lengths_and_coins(ChangedCoinRun(2000, seed=0))
    assert set(usual) == set(range(14, WIDTH + 1))
    assert list(short[:100]) == list(usual[usual <= 18][:100])


@pytest.mark.parametrize("heights", [(1, 2), (1, 3), (3, 3), (2, 2)])
def test_the_coin_at_the_end_lies_as_high_as_asked(heights):
    low, high = heights
    _, found = lengths_and_coins(ChangedCoinRun(300, coin_low=low, coin_high=high, seed=0))
    assert set(found) == set(range(low, high + 1))
    for height in range(low, high + 1):
        assert (found == height).mean() == pytest.approx(1 / (high - low + 1), abs=0.09)


def test_coins_of_distinguishing_levels_lie_where_they_do_in_coinrun():
    usual = ChangedCoinRun(300, distinguishing=1.0, seed=0)
    raised = ChangedCoinRun(300, distinguishing=1.0, coin_low=3, coin_high=3, seed=0)
    assert all(map(np.array_equal, lengths_and_coins(usual), lengths_and_coins(raised)))


def test_a_coin_three_tiles_up_is_passed_by_and_reached_by_a_jump():
    env = ChangedCoinRun(200, coin_low=3, coin_high=3, seed=0)
    env.reset()
    ran, goal = np.zeros(200, bool), np.zeros(200, bool)
    for _ in range(45):
        step = env.step(np.full(200, 2))
        ran |= step.events.proxy
        goal |= step.events.goal
    assert ran.sum() > 0
    assert not goal.any()  # a run takes none
    for _ in range(4):
        goal |= env.step(np.full(200, 3)).events.goal
    assert goal.sum() > 0.5 * ran.sum()


@pytest.mark.parametrize("options", [{"longest": 18}, {"coin_low": 2, "coin_high": 3}])
def test_the_same_seed_gives_the_same_levels_whatever_the_batch(options):
    few, many = (ChangedCoinRun(count, seed=5, **options).reset() for count in (4, 50))
    assert np.array_equal(few, many[:4])


@pytest.mark.parametrize(
    "options",
    [{"ahead": 0}, {"ahead": MOST_AHEAD + 1}, {"ahead": 2.5}, {"end_visible": "False"},
     {"coin_signal": 0.0}, {"coin_signal": float("inf")}, {"longest": 13}, {"longest": 33},
     {"coin_low": 0}, {"coin_low": 2}, {"coin_high": 4}],
)  # fmt: skip
def test_what_is_out_of_range_is_refused(options):
    with pytest.raises(ValueError, match=r"ahead|end_visible|coin_|longest"):
        ChangedCoinRun(2, seed=0, **options)
