import inspect

import numpy as np
import pytest

import misgen
from misgen.topics.dogs import behaviour
from misgen.topics.dogs.behaviour import behave
from misgen.topics.dogs.channel import CHANNELS
from misgen.topics.dogs.env import Dogs
from misgen.topics.dogs.policy import DogPolicy
from misgen.topics.dogs.reinforce import Reinforcer, reinforce

CHANGED = [name for name in CHANNELS if name != "as it is"]


@pytest.fixture(scope="module")
def dog() -> DogPolicy:
    return reinforce(distinguishing=0.1, seeds=[3]).dog(seed=3)


@pytest.mark.parametrize("channel", CHANGED)
def test_after_training_the_reward_may_be_permuted_negated_or_deleted(dog, channel):
    usual, changed = behave(dog, seed=0), behave(dog, channel=channel, seed=0)
    assert changed.digest == usual.digest
    np.testing.assert_array_equal(changed.actions, usual.actions)
    assert not np.array_equal(changed.reward, usual.reward)


@pytest.mark.parametrize("channel", CHANGED)
def test_while_a_dog_still_learns_the_same_changes_change_its_behaviour(dog, channel):
    # The control: without it, the test above would pass even if rewards did nothing at all.
    usual, changed = (
        behave(dog, channel=name, learn=Reinforcer(dog).learn, seed=0)
        for name in ("as it is", channel)
    )
    assert changed.digest != usual.digest
    assert (changed.actions != usual.actions).any()


def test_learning_without_rewards_is_not_learning(dog):
    learning = behave(dog, channel="deleted", learn=Reinforcer(dog).learn, seed=0)
    assert learning.digest == behave(dog, seed=0).digest


def test_the_same_holds_for_an_agent_of_coinrun():
    agent = misgen.published("CoinRun", distinguishing=0.0, seed=0)
    digests = {
        behave(agent, "CoinRun", channel=name, num_envs=20, steps=60, seed=0).digest
        for name in CHANNELS
    }
    assert len(digests) == 1


class _ShowsTheReward(Dogs):
    """An environment that betrays the last reward in what the dog sees, as a biscuit would be."""

    paid = 0.0

    def reset(self, mask=None):
        obs = super().reset(mask)
        obs[:, 1] += self.paid
        return obs

    def step(self, actions):
        step = super().step(actions)
        self.paid = step.reward.mean()
        return step


class _PaysNothing(_ShowsTheReward):
    def step(self, actions):
        step = super().step(actions)
        self.paid = 0.0
        return step


def test_a_reward_that_is_part_of_the_observation_would_be_found(dog, monkeypatch):
    digests = set()
    for env in (_ShowsTheReward, _PaysNothing):
        monkeypatch.setattr(behaviour, "make", lambda _, n, env=env, **options: env(n, **options))
        digests.add(behave(dog, seed=0).digest)
    assert len(digests) == 2


def test_what_arrives_is_what_the_channel_says(dog):
    usual, negated, permuted, deleted = (
        behave(dog, channel=name, seed=0).reward
        for name in ("as it is", "negated", "permuted", "deleted")
    )
    np.testing.assert_array_equal(negated, -usual)
    np.testing.assert_array_equal(np.sort(permuted, axis=1), np.sort(usual, axis=1))
    assert np.isnan(deleted).all()
    assert 0 < usual.mean() < 1


def test_the_policy_is_asked_with_observations_and_random_numbers_alone(dog):
    calls = []

    class Spy:
        def act(self, *given):
            calls.append(given)
            return dog.act(*given)

    behave(Spy(), steps=5, num_envs=7, seed=0)
    assert [len(given) for given in calls] == [2] * 5
    assert all(obs.shape == (7, 2) for obs, _ in calls)
    assert "reward" not in inspect.signature(misgen.Policy.act).parameters


def test_another_seed_gives_another_behaviour(dog):
    assert behave(dog, seed=0).digest != behave(dog, seed=1).digest


def test_an_unknown_channel_is_refused(dog):
    with pytest.raises(ValueError, match="channel must be one of as it is, permuted"):
        behave(dog, channel="doubled", seed=0)
    with pytest.raises(ValueError, match="steps"):
        behave(dog, steps=0, seed=0)
