import inspect

import numpy as np
import pytest

from misgen import evaluate
from misgen.topics.dogs.policy import (
    BOTH,
    LIPS,
    NEITHER,
    SITUATIONS,
    VOICE,
    DogPolicy,
    follow_rates,
    followed,
)

DOG = DogPolicy(np.array([2.0, 1.0]))
CUES = np.array([[1, 1], [-1, -1], [1, -1], [-1, 1], [1, 0], [0, 1]], np.float32)


def test_the_probability_to_sit_is_logistic_in_the_two_cues():
    for (voice, lips), sits in zip(CUES, DOG.sit_probability(CUES), strict=True):
        assert sits == pytest.approx(1 / (1 + np.exp(-(2 * voice + lips))))


def test_large_weights_do_not_overflow():
    with np.errstate(over="raise"):
        sits = DogPolicy(np.array([1e4, 0.0])).sit_probability(CUES[:2])
    assert sits.tolist() == [1.0, 0.0]


def test_a_dog_sits_as_often_as_its_probability_says():
    obs = np.repeat(CUES, 20_000, axis=0)
    sat = DOG.act(obs, np.random.default_rng(0)).reshape(len(CUES), -1).mean(axis=1)
    np.testing.assert_allclose(sat, DOG.sit_probability(CUES), atol=0.015)


def test_many_dogs_act_like_each_alone():
    weights = np.random.default_rng(0).normal(size=(3, 4, 2))
    obs = np.random.default_rng(1).choice([-1.0, 1.0], (3, 4, 6, 2)).astype(np.float32)
    together = DogPolicy(weights).sit_probability(obs)
    for i in np.ndindex(3, 4):
        np.testing.assert_array_equal(DogPolicy(weights[i]).sit_probability(obs[i]), together[i])


def test_no_reward_is_among_what_a_dog_is_given():
    assert list(inspect.signature(DOG.act).parameters) == ["obs", "rng"]
    assert list(inspect.signature(DOG.sit_probability).parameters) == ["obs"]


@pytest.mark.parametrize("shape", [(2,), (5, 3), (1, 5, 2)])
def test_observations_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match="Give these dogs"):
        DOG.sit_probability(np.zeros(shape, np.float32))


def test_where_the_cues_disagree_only_the_difference_of_the_weights_counts():
    voice, lips = follow_rates(DOG, "apart")
    assert voice == pytest.approx(1 / (1 + np.exp(-1)))
    assert voice + lips == pytest.approx(1)
    shifted = DogPolicy(DOG.weights + 7.0)
    assert follow_rates(shifted, "apart")[0] == pytest.approx(voice)


def test_a_cue_that_is_not_there_has_no_rate():
    assert np.isnan(follow_rates(DOG, "back turned")[1])
    assert np.isnan(follow_rates(DOG, "lips alone")[0])


@pytest.mark.parametrize(
    ("situation", "distinguishing", "control"),
    [
        ("as trained", 0.0, "none"),
        ("apart", 1.0, "none"),
        ("back turned", 1.0, "back_turned"),
        ("lips alone", 1.0, "erased"),
    ],
)
def test_the_exact_rates_are_those_that_the_environment_shows(situation, distinguishing, control):
    report = evaluate(
        DOG, "Dogs", distinguishing=distinguishing, episodes=20_000, seed=0, control=control
    )
    voice, lips = follow_rates(DOG, situation)
    measured = report.goal.mean if not np.isnan(voice) else report.proxy.mean
    exact = voice if not np.isnan(voice) else lips
    assert measured == pytest.approx(exact, abs=0.015)


def test_clearer_lips_weigh_more():
    assert follow_rates(DOG, "apart", lips_clarity=2.0)[0] == pytest.approx(0.5)
    assert (
        follow_rates(DOG, "back turned", lips_clarity=2.0)[0] == follow_rates(DOG, "back turned")[0]
    )


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ((6.0, 1.0), (BOTH, VOICE, VOICE, NEITHER)),
        ((1.0, 6.0), (BOTH, LIPS, NEITHER, LIPS)),
        ((6.0, 6.0), (BOTH, NEITHER, VOICE, LIPS)),
        ((1.0, 0.5), (NEITHER, NEITHER, NEITHER, NEITHER)),
        ((6.0, -6.0), (NEITHER, VOICE, VOICE, NEITHER)),
    ],
)
def test_what_a_dog_follows_in_each_situation(weights, expected):
    dog = DogPolicy(np.array(weights))
    assert tuple(int(followed(dog, situation)) for situation in SITUATIONS) == expected


def test_an_unknown_situation_is_refused():
    with pytest.raises(ValueError, match="situation must be one of as trained"):
        follow_rates(DOG, "asleep")
