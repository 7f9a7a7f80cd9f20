"""Which episodes are recorded, and how they are found again."""

from __future__ import annotations

import numpy as np
import pytest

import misgen
from misgen.ledger.recording import (
    REPLAY_KINDS,
    REPLAY_LEVELS,
    Recording,
    first_levels,
    read_replays,
    record_runs,
)
from misgen.ledger.runs import Run

ENCODINGS = {"cell": 98, "coordinates": 4}


def _agent_of(config) -> misgen.Policy:
    size = ENCODINGS[config["options"]["encoding"]]
    return misgen.Policy.random(obs_size=size, num_actions=4, hidden=4, seed=config["seed"])


def _run(share: float, seed: int, encoding: str) -> Run:
    options = {"encoding": encoding}
    config = {"distinguishing": share, "seed": seed, "steps": 9, "options": options}
    return Run(
        experiment="toy", config=config, code="0" * 16, result={},
        arrays=_agent_of(config).to_arrays(np.float16), versions={}, platform="none", seconds=1.0,
    )  # fmt: skip


RUNS = [_run(share, seed, e) for e in ENCODINGS for share in (0.0, 1.0) for seed in (0, 1)]
ALL = Recording(
    agents=lambda config: True, levels=(2, 5), play=lambda config: dict(config["options"])
)


@pytest.fixture(scope="module")
def arrays():
    return record_runs("CoinGrid", RUNS, ALL)


def read(arrays, kind="shifted", **options):
    return read_replays(arrays, misgen.make("CoinGrid", 1, seed=0).sprites, kind, options)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", REPLAY_KINDS)
def test_the_episodes_of_agents_are_found_by_the_options_of_their_training(arrays, encoding, kind):
    found = read(arrays, kind, encoding=encoding)
    assert set(found) == {(d, s, v) for d in (0.0, 1.0) for s in (0, 1) for v in ALL.levels}
    assert {replay.erased for replay in found.values()} == {kind == "erased"}


def test_an_episode_is_that_of_the_agent_and_its_encoding(arrays):
    env = misgen.make("CoinGrid", 64, distinguishing=1.0, seed=2_000_000, encoding="coordinates")
    (run,) = (r for r in RUNS if r.config == _run(1.0, 1, "coordinates").config)
    agent = misgen.Policy.random(obs_size=4, num_actions=4, hidden=4, seed=1)
    wanted = misgen.record(agent.rounded(), env, run.config["seed"], levels=[5])[0]
    found = read(arrays, encoding="coordinates")[1.0, 1, 5]
    np.testing.assert_array_equal(found.positions, wanted.positions)
    assert found.outcome == wanted.outcome


def test_episodes_of_options_that_were_not_recorded_are_not_found(arrays):
    assert read(arrays, encoding="row_column") == {}
    assert read(arrays) == {}


def test_without_options_none_are_asked_for_and_none_are_found():
    runs = [_run(0.0, 0, "cell")]
    del runs[0].config["options"]["encoding"]
    plain = record_runs("CoinGrid", runs, Recording(agents=lambda config: True, levels=(0,)))
    assert "options" not in plain
    assert set(read(plain)) == {(0.0, 0, 0)}
    assert read(plain, encoding="cell") == {}


def test_only_the_agents_that_are_wanted_are_recorded():
    first_seed = Recording(lambda config: config["seed"] == 0, (2,), ALL.play)
    found = read(record_runs("CoinGrid", RUNS, first_seed), encoding="cell")
    assert set(found) == {(0.0, 0, 2), (1.0, 0, 2)}


def test_a_kind_whose_control_the_environment_does_not_have_is_left_out(monkeypatch):
    monkeypatch.setattr(type(misgen.make("CoinGrid", 1, seed=0)), "controls", {"none": {}})
    arrays = record_runs("CoinGrid", RUNS[:1], ALL)
    assert read(arrays, "erased", encoding="cell") == {}
    assert len(read(arrays, "ordinary", encoding="cell")) == len(ALL.levels)


def test_to_record_nobody_is_refused():
    nobody = Recording(agents=lambda config: False, levels=(0,))
    with pytest.raises(ValueError, match=r"No agent of CoinGrid is to be recorded; publish it"):
        record_runs("CoinGrid", RUNS, nobody)


def test_the_first_levels_are_the_first_that_are_worth_showing():
    def is_long(frame) -> bool:
        return frame.cells.shape[1] >= 28

    env = misgen.make("CoinRun", 64, seed=2_000_000)
    env.reset()
    long = [i for i in range(64) if is_long(env.frame(i))]
    assert first_levels("CoinRun", is_long) == long[:REPLAY_LEVELS]
    assert long[0] > 0  # or the test would not tell them from the first ones


def test_no_level_worth_showing_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match=r"None of 64 levels of CoinRun is worth showing; ask"):
        first_levels("CoinRun", lambda frame: False)
