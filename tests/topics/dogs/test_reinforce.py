import numpy as np
import pytest

from misgen.topics.dogs.channel import as_it_is, deleted, negated, permuted
from misgen.topics.dogs.policy import DogPolicy
from misgen.topics.dogs.reinforce import Reinforcer, ReinforceSettings, mean_step, reinforce


def _trained(distinguishing=0.1, seeds=range(30), **options):
    return reinforce(distinguishing=distinguishing, seeds=seeds, **options)


def _log_probability(weights, obs, actions):
    sits = DogPolicy(weights).sit_probability(obs)
    return np.log(np.where(actions == 1, sits, 1 - sits)).sum()


def test_one_step_goes_along_the_gradient_of_the_log_probability():
    weights, obs = np.array([0.4, -0.7]), np.array([[1, -1]], np.float32)
    for action in (0, 1):
        actions = np.array([action])
        learner = Reinforcer(DogPolicy(weights), ReinforceSettings(learning_rate=0.5))
        moved = learner.learn(obs, actions, np.array([2.0], np.float32)).weights - weights
        by_hand = [
            (_log_probability(weights + e, obs, actions)
             - _log_probability(weights - e, obs, actions)) / 2e-5
            for e in 1e-5 * np.eye(2)
        ]  # fmt: skip
        np.testing.assert_allclose(moved, 0.5 * 2.0 * np.array(by_hand), atol=1e-7)


def test_the_mean_step_is_the_mean_of_many_steps():
    weights, share = np.array([0.8, -0.5]), 0.25
    many, rng = (200_000, np.random.default_rng(0))
    voice = rng.choice([1, -1], many)
    obs = np.stack([voice, np.where(rng.random(many) < share, -voice, voice)], 1)
    actions = DogPolicy(weights).act(obs.astype(np.float32), rng)
    reward = ((actions == 1) == (voice == 1)).astype(np.float32)
    learner = Reinforcer(DogPolicy(weights), ReinforceSettings(learning_rate=1 / many))
    moved = learner.learn(obs.astype(np.float32), actions, reward).weights - weights
    np.testing.assert_allclose(mean_step(DogPolicy(weights), share), moved, atol=0.005)


def test_the_mean_steps_of_many_dogs_are_those_of_each():
    weights = np.random.default_rng(0).standard_normal((3, 4, 2))
    steps = mean_step(DogPolicy(weights), 0.1)
    assert steps.shape == weights.shape
    np.testing.assert_array_equal(steps[2, 1], mean_step(DogPolicy(weights[2, 1]), 0.1))


def test_the_reward_is_a_factor_of_the_step():
    usual = _trained(distinguishing=0.3)
    tenfold = _trained(distinguishing=0.3, channel=lambda reward, _: 10 * reward)
    first, larger = (t.weights[1] - t.weights[0] for t in (usual, tenfold))
    np.testing.assert_allclose(larger, 10 * first)
    assert np.abs(usual.weights[-1] - tenfold.weights[-1]).max() > 1


def test_the_baseline_follows_the_rewards_and_is_taken_off():
    settings = ReinforceSettings(learning_rate=1e-9, baseline_memory=0.75)
    learner, obs = Reinforcer(DogPolicy(np.zeros(2)), settings), np.ones((4, 2), np.float32)
    baselines = []
    for _ in range(3):
        before = learner.policy.weights
        learner.learn(obs, np.ones(4, np.int64), np.ones(4, np.float32))
        # A step of four commands, each of half the length of the cue times what surprised.
        surprise = (learner.policy.weights - before)[0] / (4 * 0.5 * 1e-9)
        baselines.append(round(1 - surprise, 3))
    assert baselines == [0.0, 0.25, 0.438]


def test_a_missing_reward_changes_nothing():
    training = _trained(channel=deleted)
    np.testing.assert_array_equal(training.weights[0], training.weights[-1])


def test_a_partly_missing_reward_counts_where_it_is():
    obs, actions = np.array([[1, 1], [1, -1]], np.float32), np.array([1, 1])
    some = Reinforcer(DogPolicy(np.zeros(2))).learn(obs, actions, np.array([1.0, np.nan]))
    first = Reinforcer(DogPolicy(np.zeros(2))).learn(obs[:1], actions[:1], np.array([1.0]))
    np.testing.assert_array_equal(some.weights, first.weights)


def test_many_dogs_learn_like_each_alone():
    rng = np.random.default_rng(0)
    weights, obs = rng.normal(size=(3, 2)), rng.choice([-1.0, 1.0], (3, 6, 2)).astype(np.float32)
    actions, reward = rng.integers(0, 2, (3, 6)), rng.random((3, 6)).astype(np.float32)
    together = Reinforcer(DogPolicy(weights))
    alone = [Reinforcer(DogPolicy(w)) for w in weights]
    for _ in range(3):
        together.learn(obs, actions, reward)
        for i, one in enumerate(alone):
            one.learn(obs[i], actions[i], reward[i])
    expected = [one.policy.weights for one in alone]
    np.testing.assert_allclose(together.policy.weights, expected, rtol=1e-12)


def test_a_run_is_the_same_alone_and_beside_others():
    together, alone = _trained(seeds=[3, 8, 5]), _trained(seeds=[8])
    np.testing.assert_array_equal(together.weights[:, 1], alone.weights[:, 0])


def test_a_dog_learns_to_obey_and_with_negated_rewards_to_disobey():
    assert _trained(0.0).voice_rates("as trained").min() > 0.95
    assert _trained(0.0, channel=negated).voice_rates("as trained").max() < 0.05


def test_credit_for_the_wrong_command_slows_it_down():
    usual, shuffled = (_trained(0.0, channel=channel) for channel in (as_it_is, permuted))
    until = [np.nan_to_num(t.rounds_until(0.95), nan=101) for t in (usual, shuffled)]
    assert np.median(until[1]) > 4 * np.median(until[0])


def test_a_dog_that_never_varies_never_learns():
    # Its action is certain, and so the gradient of its log-probability is zero.
    certain = DogPolicy(np.array([-500.0, -500.0]))  # always the wrong word
    learner, obs = Reinforcer(certain), np.array([[1, 1], [-1, -1]], np.float32)
    for _ in range(20):
        actions = learner.policy.act(obs, np.random.default_rng(0))
        learner.learn(obs, actions, np.zeros(2, np.float32) - 1)
    np.testing.assert_array_equal(learner.policy.weights, certain.weights)


def test_the_record_has_the_asked_updates():
    assert _trained(keep=[0, 50]).weights.shape == (2, 30, 1, 2)
    assert _trained().rounds == tuple(range(101))


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"updates": 0}, "updates"),
        ({"commands": 0}, "commands"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"baseline_memory": 1.0}, "baseline_memory"),
        ({"first_spread": -1.0}, "first_spread"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, word):
    with pytest.raises(ValueError, match=word):
        ReinforceSettings(**settings)
