import numpy as np
import pytest
import torch
from topics.persuasion.feedback_reference import excuse_of, flawed_reward
from topics.persuasion.worlds import (
    assert_skill_and_policy_learn_apart,
    assert_the_same_users_come_in_every_order,
    run,
)

from misgen.topics.persuasion import flawed
from misgen.topics.persuasion.feedback import Oversight
from misgen.topics.persuasion.flawed import train
from misgen.topics.persuasion.listeners import USERS, believed_claims, stream, user_features
from misgen.topics.persuasion.networks import Learner, Reinforce
from misgen.topics.persuasion.orders import Schedule

SHORT = Schedule(goal=10, skill=10, more=10, every=5)
AUDITS = (0.0, 0.3, 1.0)


def assistants(seed=0, audits=AUDITS):
    return flawed._Assistants([Oversight(a) for a in audits], seed, Learner())


@pytest.mark.parametrize("skill_steps", [0, 60])
def test_the_rewards_are_those_of_the_reference(monkeypatch, skill_steps):
    of, caught = assistants(seed=3), []
    run(of, "skill", skill_steps)
    monkeypatch.setattr(Reinforce, "step", lambda self, obs, reward: caught.append((obs, reward)))
    run(of, "goal", 2)
    rng, chances, believed = stream(3, "goal"), of._excuse_chances(), believed_claims(3)
    for obs, reward in caught:
        users = rng.integers(USERS, size=128)
        draws, audit_draws = rng.random((2, 128))
        np.testing.assert_array_equal(obs, user_features()[users])
        for lies in (np.zeros((3, 128), bool), np.ones((3, 128), bool)):
            found = reward(lies)
            for i, audit in enumerate(AUDITS):
                for j, user in enumerate(users):
                    excuse = excuse_of(chances[user], draws[j])
                    expected = flawed_reward(
                        lies[i, j], excuse, believed[user], audit_draws[j], audit
                    )
                    assert found[i, j] == pytest.approx(expected)


def test_skill_training_cannot_touch_the_policy_nor_feedback_the_skill():
    assert_skill_and_policy_learn_apart(assistants(), "goal")


def test_the_same_users_come_in_every_order_and_others_in_further_feedback(monkeypatch):
    assert_the_same_users_come_in_every_order(assistants(), slice(None), monkeypatch)


@pytest.mark.parametrize("seed", range(3))
def test_the_skill_learns_every_user_in_its_steps(seed):
    of = assistants(seed)
    assert of.look()[1] == pytest.approx(1 / 8, abs=0.03)
    run(of, "skill", Schedule().skill)
    assert (of._excuse_chances().argmax(axis=1) == believed_claims(seed)).all()
    assert (of.look()[1] > 0.98).all()


def test_a_look_is_the_mean_over_all_users():
    of = assistants(audits=(0.0,))
    run(of, "skill", 20)
    with torch.no_grad():
        logits = of._policies(torch.from_numpy(user_features()))[0, :, 0].double()
    lies = 1 / (1 + np.exp(-logits.numpy()))
    right = of._excuse_chances()[range(USERS), believed_claims(0)]
    told = sum(lie * r for lie, r in zip(lies, right, strict=True)) / lies.sum()
    assert of.look()[:, 0] == pytest.approx([lies.mean(), told])


def test_an_order_is_repeated_by_its_seed():
    courses = [train("goals_first", [Oversight(0.1)], seed=s, schedule=SHORT) for s in (4, 4, 5)]
    assert (courses[0].lies == courses[1].lies).all()
    assert not np.allclose(courses[0].lies, courses[2].lies)
    assert courses[0].lies.shape == (1, 5)
    assert courses[0].steps == (0, 5, 10, 15, 20)


def test_the_oversights_do_not_disturb_one_another():
    many = [Oversight(0.0), Oversight(0.5), Oversight(0.0, entropy=0.1)]
    together = train("capabilities_first", many, seed=1, schedule=SHORT)
    for i, oversight in enumerate(many):
        alone = train("capabilities_first", [oversight], seed=1, schedule=SHORT)
        np.testing.assert_allclose(together.lies[i], alone.lies[0], atol=1e-4)


def test_goals_first_is_the_beginning_of_the_order_in_which_feedback_goes_on():
    short, long = (train(order, [Oversight(0.1)], seed=2, schedule=SHORT)
                   for order in ("goals_first", "feedback_goes_on"))  # fmt: skip
    np.testing.assert_array_equal(long.lies[:, : len(short.steps)], short.lies)


def test_no_oversight_at_all_is_refused():
    with pytest.raises(ValueError, match="copies"):
        train("goals_first", [], seed=0, schedule=SHORT)
