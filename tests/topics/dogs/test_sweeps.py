import numpy as np
import pytest

from misgen.topics.dogs.reinforce import reinforce
from misgen.topics.dogs.selection import breed
from misgen.topics.dogs.sweeps import (
    CLARITIES,
    ROUNDS,
    SHARES,
    WAYS,
    sweep_clarities,
    sweep_shares,
    train_dogs,
)

FEW = 3


def test_a_sweep_has_both_trainings_at_every_share_from_the_first_seeds():
    sweep = sweep_shares(seeds=FEW)
    assert sweep.values == SHARES
    for way in WAYS:
        for share, training in zip(SHARES, sweep.trainings[way], strict=True):
            assert training.distinguishing == share
            assert training.seeds == (0, 1, 2)
            assert set(ROUNDS) <= set(training.rounds)


def test_a_sweep_over_clarities_has_cues_that_are_always_together():
    sweep = sweep_clarities(seeds=FEW)
    assert sweep.values == CLARITIES
    for way in WAYS:
        assert [t.lips_clarity for t in sweep.trainings[way]] == list(CLARITIES)
        assert {t.distinguishing for t in sweep.trainings[way]} == {0.0}


def test_training_uses_the_defaults_of_the_settings():
    bred, learned = (train_dogs(way, 0.1, seeds=FEW) for way in WAYS)
    np.testing.assert_array_equal(
        bred.weights, breed(distinguishing=0.1, seeds=range(FEW), keep=ROUNDS).weights
    )
    np.testing.assert_array_equal(
        learned.weights, reinforce(distinguishing=0.1, seeds=range(FEW)).weights
    )


def test_a_second_call_returns_the_same_training():
    assert train_dogs("REINFORCE", 0.1, seeds=FEW) is train_dogs("REINFORCE", 0.1, seeds=FEW)


def test_an_unknown_way_is_refused():
    with pytest.raises(ValueError, match="way must be one of breeding, REINFORCE"):
        train_dogs("biscuits", 0.0)
