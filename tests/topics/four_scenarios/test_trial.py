"""Trials on tiny settings; with hazards they are those of the CoinRun chapter."""

from __future__ import annotations

import json

import numpy as np
import pytest

from misgen.core.policy import Policy
from misgen.learn.trial import EPISODES, train_and_measure
from misgen.ledger.runs import Run
from misgen.topics.coinrun import evaluations
from misgen.topics.four_scenarios.experiment import EXPERIMENT, config_of
from misgen.topics.four_scenarios.published import trials_of
from misgen.topics.four_scenarios.recordings import LEVELS, SHOWN, levels, read_recordings
from misgen.topics.four_scenarios.trial import TESTS, measured, trained

FEW = 30  # episodes


def small(*, hazards: bool, share: float = 0.5):
    return config_of(share, 2, hazards=hazards, steps=4096)


def run_of(config) -> Run:
    agent = trained(config)
    result = measured(agent, config["seed"], FEW)
    return Run(EXPERIMENT.name, config, "code", result, agent.to_arrays(), {}, "here", 1.0)


@pytest.fixture(scope="module")
def safe() -> Run:
    return run_of(small(hazards=False))


def test_with_hazards_agent_and_counts_are_those_of_coinrun():
    config = small(hazards=True)
    of_coinrun, arrays = train_and_measure(
        "CoinRun", {**config, "options": {}}, {"ordinary": evaluations.TESTS["ordinary"]}
    )
    agent = trained(config)
    for ours, theirs in zip(agent.weights, Policy.from_arrays(arrays).weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert measured(agent, 2, EPISODES)["counts"]["ordinary"] == of_coinrun["counts"]["ordinary"]


def test_an_agent_trained_without_hazards_is_another(safe):
    other = trained(small(hazards=True))
    assert not np.array_equal(other.action_bias, safe.arrays["action_bias"])


def test_all_tests_are_counted_and_nobody_dies_without_hazards(safe):
    counts = safe.result["counts"]
    assert list(counts) == list(TESTS)
    assert {sum(of_test) for of_test in counts.values()} == {FEW}
    assert [counts[test][2] for test in ("safe", "shifted", "erased")] == [0, 0, 0]
    assert counts["ordinary"][2] > 0


def test_what_is_published_is_read_back(safe, tmp_path):
    EXPERIMENT.collect([safe, run_of(config_of(0.0, 2, hazards=True, steps=0))], tmp_path)
    first, second = trials_of(json.loads((tmp_path / "results.json").read_text())["runs"]).trials
    assert first.counts == safe.result["counts"]
    assert (first.distinguishing, first.seed, first.options) == (0.5, 2, {"hazards": False})
    assert second.steps == 0
    replays = read_recordings(tmp_path / "replays.npz")
    assert len(replays) == len(SHOWN) * 2 * LEVELS  # coin visible and erased; none of the untrained
    assert {key[:3] for key in replays} == {(False, 0.5, 2)}


def test_both_tests_are_recorded_on_the_same_levels(safe, tmp_path):
    EXPERIMENT.collect([safe], tmp_path)
    replays = read_recordings(tmp_path / "replays.npz")
    sprites = next(iter(replays.values())).sprites
    hazards = [sprites.index(name) for name in ("lava", "saw")]
    for level in levels():
        kinds = {(key.test, key.erased): r for key, r in replays.items() if key.level == level}
        assert {r.cells.shape for r in kinds.values()} == {kinds["goal", False].cells.shape}
        assert not np.isin(kinds["goal", False].cells, hazards).any()
        held = [r.cells == sprites.index("wall") for r in kinds.values()]
        assert all(np.array_equal(held[0], others) for others in held)
        assert kinds["goal", True].erased


def test_a_damaged_archive_is_told_in_one_sentence(tmp_path):
    (tmp_path / "replays.npz").write_bytes(b"no archive")
    with pytest.raises(ValueError, match="missing or damaged; restore it"):
        read_recordings(tmp_path / "replays.npz")
