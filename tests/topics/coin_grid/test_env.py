import hashlib

import numpy as np
import pytest
from topics.coin_grid.coin_grid_reference import CORNER, ReferenceLevel, State, upside_down, written

from misgen.topics.coin_grid.env import ENCODINGS, SIZE, CoinGrid, cell_codes, place

COIN, AGENT = 0, 1  # the order of the actors in a frame


def _places(env: CoinGrid, actor: int) -> list[tuple[int, int]]:
    return [env.frame(i).actors[actor][1:] for i in range(env.num_envs)]


def _cells(obs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The cells of agent and coin, as the encoding "cell" tells them."""
    return obs[:, :49].argmax(axis=1), obs[:, 49:].argmax(axis=1)


def _references(env: CoinGrid) -> list[ReferenceLevel]:
    starts, coins = _places(env, AGENT), _places(env, COIN)
    return [ReferenceLevel(start, coin) for start, coin in zip(starts, coins, strict=True)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_batch_steps_like_the_slow_reference(encoding):
    env = CoinGrid(200, distinguishing=0.5, encoding=encoding, seed=11)
    obs = env.reset()
    slow = _references(env)
    states = [level.start() for level in slow]
    rng = np.random.default_rng(0)
    ends = []
    for _ in range(30):
        _agree_on_what_is_seen(obs, slow, states, encoding)
        actions = rng.integers(0, 4, 200)
        step = env.step(actions)
        obs, places = step.obs, _places(env, AGENT)
        for i, state in enumerate(states):
            if state.outcome == "running":
                states[i] = slow[i].step(state, int(actions[i]))
                _agree_on_what_happened(step, i, states[i], places[i])
                ends += [states[i].outcome] if states[i].outcome != "running" else []
    assert len(ends) == 200
    assert {"goal", "timed_out"} == set(ends)


def _agree_on_what_is_seen(obs, slow, states, encoding):
    for row, level, state in zip(obs, slow, states, strict=True):
        if state.outcome == "running":
            seen = written(state.agent, encoding) + written(level.coin, encoding)
            assert row.tolist() == pytest.approx(seen)


def _agree_on_what_happened(step, i, state: State, place):
    assert place == state.agent
    assert bool(step.terminated[i]) == (state.outcome == "goal")
    assert bool(step.truncated[i]) == (state.outcome == "timed_out")
    assert bool(step.events.timed_out[i]) == (state.outcome == "timed_out")
    assert bool(step.events.goal[i]) == (state.outcome == "goal")
    assert step.reward[i] == float(state.outcome == "goal")
    assert bool(step.events.proxy[i]) == (state.agent == CORNER)
    assert not step.events.died[i]


def test_a_seed_gives_the_same_trajectory_on_every_platform():
    env = CoinGrid(64, distinguishing=0.3, seed=2026)
    digest = hashlib.sha256(env.reset().tobytes())
    for row in np.random.default_rng(1).integers(0, 4, (300, 64)):
        step = env.step(row)
        done = step.terminated | step.truncated
        if done.any():
            step.obs[done] = env.reset(done)
        digest.update(step.obs.tobytes() + step.reward.tobytes() + done.tobytes())
    assert digest.hexdigest()[:16] == "4781a149b7f2912b"


def test_distinguishing_is_the_share_of_levels_whose_coin_is_apart():
    for share in (0.0, 0.1, 1.0):
        env = CoinGrid(4000, distinguishing=share, seed=3)
        env.reset()
        apart = np.array([place != CORNER for place in _places(env, COIN)])
        np.testing.assert_array_equal(env.distinguishing_levels, apart)
        assert apart.mean() == pytest.approx(share, abs=0.02)


def test_displaced_coins_and_starts_are_uniform_over_the_cells_that_they_may_take():
    starts, coins = _cells(CoinGrid(48_000, distinguishing=1.0, seed=5).reset())
    for cells in (starts, coins):
        counts = np.bincount(cells, minlength=49)
        assert counts[48] == 0
        assert np.abs(counts[:48] / 1000 - 1).max() < 0.15  # 5 standard deviations
    assert (starts != coins).all()
    assert len(np.unique(49 * starts + coins)) == 48 * 47


def test_agents_of_ordinary_levels_start_anywhere_but_in_the_corner():
    starts, _ = _cells(CoinGrid(20_000, seed=5).reset())
    assert np.unique(starts).tolist() == list(range(48))


def test_the_marker_is_where_the_coin_could_have_been():
    apart, ordinary = CoinGrid(500, distinguishing=1.0, seed=7), CoinGrid(500, seed=7)
    ordinary.reset()
    _, displaced = _cells(apart.reset())
    met = np.zeros(2)
    for actions in np.random.default_rng(0).integers(0, 4, (40, 500)):
        for k, (env, marker) in enumerate(((apart, 48), (ordinary, displaced))):
            step = env.step(actions)
            np.testing.assert_array_equal(step.events.marker, _cells(step.obs)[0] == marker)
            met[k] += step.events.marker.sum()
    assert met.min() > 100


def test_the_kth_level_of_a_seed_is_the_same_for_every_num_envs():
    one_by_one, many = (CoinGrid(n, distinguishing=0.5, seed=8) for n in (1, 100))
    many.reset()
    for i in range(100):
        one_by_one.reset()
        assert one_by_one.frame(0).actors == many.frame(i).actors


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_tells_all_cells_apart(encoding):
    codes = cell_codes(encoding)
    assert len(np.unique(codes, axis=0)) == SIZE * SIZE
    for cell in range(SIZE * SIZE):
        assert codes[cell].tolist() == pytest.approx(written(place(cell), encoding))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_erased_coin_is_not_seen_but_can_be_taken(encoding):
    seen, erased = (
        CoinGrid(300, distinguishing=1.0, encoding=encoding, coin_visible=v, seed=5)
        for v in (True, False)
    )
    with_coin, without = seen.reset(), erased.reset()
    half = seen.obs_size // 2
    np.testing.assert_array_equal(with_coin[:, :half], without[:, :half])
    assert with_coin[:, half:].any()
    assert not without[:, half:].any()
    taken = 0
    for actions in np.random.default_rng(0).integers(0, 4, (30, 300)):
        goal = erased.step(actions).events.goal
        np.testing.assert_array_equal(goal, seen.step(actions).events.goal)
        taken += goal.sum()
    assert taken > 100
    assert erased.sprites[erased.frame(0).actors[COIN][0]] == "coin_erased"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_flipped_view_is_the_view_upside_down(encoding):
    env = CoinGrid(50, distinguishing=1.0, encoding=encoding, flipped=True, seed=5)
    obs = env.reset()
    for i, (agent, coin) in enumerate(zip(_places(env, AGENT), _places(env, COIN), strict=True)):
        seen = [v for cell in (agent, coin) for v in written(upside_down(cell), encoding)]
        assert obs[i].tolist() == pytest.approx(seen)


def test_a_flipped_view_moves_the_agent_as_before():
    plain, flipped = (CoinGrid(50, flipped=f, seed=5) for f in (False, True))
    plain.reset()
    flipped.reset()
    for action in (0, 3, 1, 2):
        plain.step(np.full(50, action))
        flipped.step(np.full(50, action))
        assert _places(plain, AGENT) == _places(flipped, AGENT)


def test_view_from_is_what_the_agent_would_see_there():
    env = CoinGrid(9, distinguishing=0.5, seed=9)
    obs = env.reset()
    np.testing.assert_array_equal(env.view_from(*_cells(obs)), obs)


def test_the_corner_is_marked_in_the_picture():
    env = CoinGrid(1, seed=0)
    env.reset()
    cells = env.frame(0).cells
    assert env.sprites[cells[6, 6]] == "corner"
    assert (np.delete(cells.ravel(), 48) == env.sprites.index("floor")).all()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"distinguishing": 1.2}, "distinguishing"),
        ({"distinguishing": float("nan")}, "distinguishing"),
        ({"seed": -1}, "seed"),
        ({"encoding": "pixels"}, "encoding"),
        ({"num_envs": 0}, "num_envs"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(options, word):
    with pytest.raises(ValueError, match=word) as caught:
        CoinGrid(**{"num_envs": 2, "seed": 0, **options})
    assert str(caught.value).count("\n") == 0
