import numpy as np
import pytest

from misgen.topics.dogs.channel import as_it_is, deleted, negated, permuted
from misgen.topics.dogs.selection import SelectionSettings, breed, choose_parents, copies

SHORT = SelectionSettings(generations=12)


def _bred(settings=SHORT, distinguishing=0.1, seeds=range(4), **options):
    return breed(distinguishing=distinguishing, seeds=seeds, settings=settings, **options)


def test_the_dogs_with_the_highest_scores_are_chosen():
    scores = np.random.default_rng(0).permutation(20).astype(float)
    chosen = choose_parents(scores, np.zeros(20), 5)
    assert scores[chosen].tolist() == [19, 18, 17, 16, 15]


def test_ties_are_decided_by_the_random_numbers_alone():
    ties = np.array([0.4, 0.1, 0.9, 0.2])
    assert choose_parents(np.ones(4), ties, 3).tolist() == [1, 3, 0]


@pytest.mark.parametrize("increasing", [np.exp, np.sqrt, lambda s: 10 * s - 3, np.cbrt, np.log1p])
def test_any_increasing_function_of_the_score_chooses_the_same_dogs(increasing):
    rng = np.random.default_rng(0)
    scores, ties = rng.integers(0, 11, (50, 100)).astype(float), rng.random((50, 100))
    chosen = choose_parents(scores, ties, 20)
    np.testing.assert_array_equal(choose_parents(increasing(scores), ties, 20), chosen)
    assert (choose_parents(-scores, ties, 20) != chosen).any()  # a decreasing one does not


def test_every_parent_has_the_same_number_of_copies():
    weights = np.arange(20.0).reshape(1, 10, 2)
    children = copies(weights, np.array([[7, 2]]))
    assert children[0, :, 0].tolist() == [14.0, 4.0] * 5


def test_a_run_is_the_same_alone_and_beside_others():
    together, alone = _bred(seeds=[3, 8, 5]), _bred(seeds=[8])
    np.testing.assert_array_equal(together.weights[:, 1], alone.weights[:, 0])


def test_the_record_has_the_asked_generations():
    whole, some = _bred(), _bred(keep=[0, 5, 12])
    assert whole.rounds == tuple(range(13))
    assert some.rounds == (0, 5, 12)
    np.testing.assert_array_equal(some.weights, whole.weights[[0, 5, 12]])
    assert some.weights.shape == (3, 4, 100, 2)


def test_the_first_generation_is_symmetric_and_as_wide_as_stated():
    first = _bred(seeds=range(50), keep=[0]).weights
    assert first.mean() == pytest.approx(0, abs=0.03)
    assert first.std() == pytest.approx(1, abs=0.03)
    assert abs(np.corrcoef(first.reshape(-1, 2).T)[0, 1]) < 0.03


def test_breeding_makes_dogs_obey():
    training = _bred(distinguishing=0.0)
    assert training.voice_rates("as trained", 0).mean() == pytest.approx(0.5, abs=0.1)
    assert training.voice_rates("as trained").min() > 0.9


def test_the_score_never_enters_a_policy():
    # Every dog of a generation is a copy of a dog of the one before: without mutation no weight
    # is ever made that was not there at the start, whatever the rewards were.
    training = _bred(SelectionSettings(generations=5, mutation=0.0))
    for run in range(4):
        first = {tuple(dog) for dog in training.weights[0, run].tolist()}
        for generation in training.weights[:, run]:
            assert {tuple(dog) for dog in generation.tolist()} <= first


def test_only_the_order_of_the_scores_reaches_the_next_generation():
    usual = _bred()
    larger = _bred(channel=lambda reward, _: 10 * reward - 3)
    np.testing.assert_array_equal(usual.weights, larger.weights)


def test_which_command_was_rewarded_does_not_matter_only_the_total():
    np.testing.assert_array_equal(_bred().weights, _bred(channel=permuted).weights)


def test_the_score_does_matter():
    assert _bred(channel=negated).voice_rates("as trained").max() < 0.1
    assert _bred(channel=deleted).voice_rates("as trained").min() < 0.8


def test_without_mutation_the_dogs_become_copies_of_one():
    training = breed(
        distinguishing=0.1, seeds=range(4), settings=SelectionSettings(mutation=0.0), keep=[100]
    )
    assert np.ptp(training.weights, axis=2).max() == 0


def test_clearer_lips_reach_the_dogs():
    usual, clear = _bred(), _bred(lips_clarity=2.0)
    np.testing.assert_array_equal(usual.weights[0], clear.weights[0])
    assert (usual.weights[-1] != clear.weights[-1]).any()
    assert clear.lips_clarity == 2.0


def test_the_channel_is_by_default_the_reward_itself():
    np.testing.assert_array_equal(_bred().weights, _bred(channel=as_it_is).weights)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"generations": 0}, "generations"),
        ({"dogs": 0}, "dogs"),
        ({"commands": 0}, "commands"),
        ({"kept": 0.001}, "kept"),
        ({"kept": 1.5}, "kept"),
        ({"mutation": -0.1}, "mutation"),
        ({"first_spread": -1.0}, "first_spread"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, word):
    with pytest.raises(ValueError, match=word):
        SelectionSettings(**settings)
