from __future__ import annotations

import numpy as np
import pytest

from misgen import Policy, make, record
from misgen.core.measure import OUTCOMES, run_episodes
from misgen.core.replay import Replay, from_arrays, to_arrays

UNTRAINED = Policy.random(obs_size=310, num_actions=6, hidden=8, seed=0)


@pytest.fixture(scope="module")
def recorded() -> list[Replay]:
    return record(UNTRAINED, make("CoinRun", 60, distinguishing=0.5, seed=3), seed=0)


def _place(replay: Replay, name: str) -> np.ndarray:
    """Where an actor is at every step, `(steps + 1, 2)`."""
    actor = replay.actors.tolist().index(replay.sprites.index(name))
    return replay.positions[:, actor].astype(int)


def test_a_replay_for_each_environment_in_their_order(recorded):
    env = make("CoinRun", 60, distinguishing=0.5, seed=3)
    env.reset()
    assert [replay.level for replay in recorded] == list(range(60))
    for i, replay in enumerate(recorded):
        np.testing.assert_array_equal(replay.cells, env.frame(i).cells)
        start = np.column_stack([replay.actors, replay.positions[0]])
        np.testing.assert_array_equal(start, env.frame(i).actors)


def test_a_replay_ends_with_the_step_that_decided_its_episode(recorded):
    seen = set()
    for replay in recorded:
        agent, last_column = _place(replay, "agent"), replay.cells.shape[1] - 2
        coin = _place(replay, "coin")[0]
        at_coin, at_end = (agent == coin).all(axis=1), agent[:, 0] >= last_column
        seen.add(replay.outcome)
        assert not at_coin[:-1].any()
        if replay.outcome == "goal":
            assert at_coin[-1]
        if replay.outcome == "proxy":
            assert at_end[-1]
            assert not at_end[:-1].any()
        if replay.outcome == "died":
            before = replay.cells[agent[:-1, 1], agent[:-1, 0]]
            deadly = [replay.sprites.index(s) for s in ("lava", "saw")]
            assert not np.isin(before, deadly).any()
        assert 1 <= replay.steps <= 50
    assert {"goal", "died", "timed_out"} <= seen


def test_a_replay_that_timed_out_has_fifty_steps_and_others_have_fewer_on_average(recorded):
    steps = {o: [r.steps for r in recorded if r.outcome == o] for o in OUTCOMES}
    assert set(steps["timed_out"]) == {50}
    assert np.mean(steps["died"]) < 50
    assert np.mean(steps["goal"]) < 50


def test_the_agent_moves_at_most_one_tile_a_step_in_each_direction(recorded):
    for replay in recorded:
        assert np.abs(np.diff(_place(replay, "agent"), axis=0)).max() <= 1


def test_recording_changes_nothing_about_the_episodes():
    env = make("CoinRun", 60, distinguishing=0.5, seed=3)
    plain, _ = run_episodes(UNTRAINED, env, np.random.default_rng([0, 2]))
    watched = record(UNTRAINED, make("CoinRun", 60, distinguishing=0.5, seed=3), seed=0)
    assert [OUTCOMES[outcome] for outcome in plain] == [replay.outcome for replay in watched]


def test_an_erased_coin_is_recorded_as_erased():
    env = make("CoinRun", 2, distinguishing=1.0, coin_visible=False, seed=0)
    replay = record(UNTRAINED, env, seed=0, erased=True)[0]
    assert replay.erased
    assert "coin_erased" in [replay.sprites[code] for code in replay.actors]


def test_replays_that_are_packed_and_unpacked_are_the_same(recorded):
    packed = to_arrays(recorded)
    assert all(array.dtype in (np.uint8, np.bool_) for array in packed.values())
    _assert_same(from_arrays(packed, recorded[0].sprites), recorded)


def test_replays_without_a_monster_and_with_one_are_packed_together(recorded):
    assert {len(replay.actors) for replay in recorded} == {2, 3}
    one = [next(r for r in recorded if len(r.actors) == 2)]
    _assert_same(from_arrays(to_arrays(one), one[0].sprites), one)


def _assert_same(first: list[Replay], second: list[Replay]) -> None:
    for one, other in zip(first, second, strict=True):
        for name in ("cells", "actors", "positions"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        for name in ("outcome", "level", "erased", "sprites", "steps"):
            assert getattr(one, name) == getattr(other, name)


def test_a_replay_is_shown_as_one_line(recorded):
    for replay in recorded:
        words = f"level {replay.level}, {replay.steps} steps, {replay.outcome}"
        assert repr(replay) == f"<Replay: {words}>"


@pytest.mark.parametrize("env", ["CoinRun", None, 4])
def test_what_is_no_environment_is_one_sentence(env):
    with pytest.raises(ValueError, match=r"^env must be a BatchedEnv, such as misgen\.make\("):
        record(UNTRAINED, env, seed=1)


def test_the_level_of_a_replay_is_a_number_of_python():
    env = make("CoinRun", 2, seed=0)
    (replay,) = record(UNTRAINED, env, np.int64(0), levels=np.array([1]))
    assert (replay.level, type(replay.level)) == (1, int)


@pytest.mark.parametrize("levels", [0, 2.5, np.nan, False])
def test_a_number_of_levels_is_no_list_of_them(levels):
    with pytest.raises(ValueError, match=r"^levels must be a list of the levels, such as \[0, 1\]"):
        record(UNTRAINED, make("CoinRun", 2, seed=0), seed=1, levels=levels)
