import numpy as np
import pytest

from misgen.topics.dogs.policy import follow_rates
from misgen.topics.dogs.reinforce import ReinforceSettings, reinforce
from misgen.topics.dogs.training import Training

# Two kept rounds, three runs of two dogs.
WEIGHTS = np.array(
    [
        [[[0.0, 0.0], [0.0, 0.0]]] * 3,
        [[[5.0, 1.0], [6.0, 2.0]], [[1.0, 5.0], [1.0, 5.0]], [[5.0, 1.0], [1.0, 5.0]]],
    ]
)
TRAINING = Training(WEIGHTS, (0, 10), (4, 5, 6), commands=10, distinguishing=0.0)


def test_the_rate_of_a_run_is_the_mean_of_its_dogs():
    rates = TRAINING.voice_rates("apart")
    assert rates.shape == (3,)
    assert rates[2] == pytest.approx(0.5)
    assert rates[0] == pytest.approx(1 / (1 + np.exp(-4)))


def test_a_run_follows_the_voice_if_its_dogs_do_nine_times_in_ten():
    assert TRAINING.share_of_runs().mean == pytest.approx(1 / 3)
    assert TRAINING.share_of_runs().n == 3
    assert TRAINING.share_of_runs(after=0).mean == 0


def test_lips_have_rates_of_their_own():
    apart, alone = TRAINING.lips_rates("apart"), TRAINING.lips_rates()
    np.testing.assert_allclose(apart, 1 - TRAINING.voice_rates("apart"))
    assert alone[1] == pytest.approx(1 / (1 + np.exp(-5)))


def test_rounds_until_is_the_first_kept_round_that_reaches_a_rate():
    assert TRAINING.rounds_until(0.5).tolist() == [0.0, 0.0, 0.0]
    assert TRAINING.rounds_until(0.99).tolist() == [10.0, 10.0, 10.0]
    np.testing.assert_array_equal(TRAINING.rounds_until(0.9, "apart"), [10.0, np.nan, np.nan])


def test_one_dog_can_be_taken_out():
    dog = TRAINING.dog(seed=6, number=1)
    assert dog.weights.tolist() == [1.0, 5.0]
    assert follow_rates(dog, "apart")[0] < 0.1


def test_what_was_not_kept_or_trained_is_refused():
    with pytest.raises(ValueError, match="Round 7 was not kept"):
        TRAINING.dogs(after=7)
    with pytest.raises(ValueError, match="no run of seed 9"):
        TRAINING.dog(seed=9)


@pytest.mark.parametrize("keep", [[], [-1], [11], [0, 11]])
def test_rounds_to_keep_that_there_are_not_are_refused(keep):
    with pytest.raises(ValueError, match="Keep rounds from 0 to 10"):
        reinforce(distinguishing=0.0, seeds=[0], settings=ReinforceSettings(updates=10), keep=keep)
