import numpy as np
import pytest

from misgen.topics.dogs.reinforce import ReinforceSettings, reinforce
from misgen.topics.dogs.selection import SelectionSettings, breed
from misgen.topics.dogs.sweeps import (
    CLARITIES,
    KEPT,
    LEARNING_RATES,
    MUTATIONS,
    ROUNDS,
    SHARES,
    STRICT_SHARES,
    WAYS,
    strictness_rates,
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


def test_strictness_has_a_rate_for_each_setting_run_and_share():
    bred, learned = strictness_rates(seeds=FEW)
    assert bred.shape == (len(KEPT), len(MUTATIONS), FEW, len(STRICT_SHARES))
    assert learned.shape == (len(LEARNING_RATES), FEW, len(STRICT_SHARES))
    settings = SelectionSettings(kept=KEPT[2], mutation=MUTATIONS[1])
    again = breed(distinguishing=STRICT_SHARES[3], seeds=range(FEW), settings=settings)
    np.testing.assert_array_equal(bred[2, 1, :, 3], again.voice_rates())
    again = reinforce(
        distinguishing=STRICT_SHARES[1], seeds=range(FEW),
        settings=ReinforceSettings(learning_rate=LEARNING_RATES[2]),
    )  # fmt: skip
    np.testing.assert_array_equal(learned[2, :, 1], again.voice_rates())


def test_an_unknown_way_is_refused():
    with pytest.raises(ValueError, match="way must be one of breeding, REINFORCE"):
        train_dogs("biscuits", 0.0)
