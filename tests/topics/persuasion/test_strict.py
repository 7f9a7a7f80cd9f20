import numpy as np
import pytest
import torch
from topics.persuasion.feedback_reference import strict_reward
from topics.persuasion.worlds import (
    assert_skill_and_policy_learn_apart,
    assert_the_same_users_come_in_every_order,
    run,
)

from misgen.topics.persuasion import strict
from misgen.topics.persuasion.listeners import KINDS, USERS, believed_claims, pair_features
from misgen.topics.persuasion.networks import Learner, Reinforce
from misgen.topics.persuasion.orders import Schedule
from misgen.topics.persuasion.strict import SCHEDULE, World, train

SHORT = Schedule(goal=10, skill=10, more=10, every=5)
WORLDS = (World(0.0), World(0.3), World(0.0, loudness=2.0))
TRUE, OPINION = 24, 25  # columns of what a policy sees


def assistants(seed=0, worlds=WORLDS):
    return strict._Assistants(worlds, seed, Learner())


@pytest.fixture
def episodes(monkeypatch):
    """What the policies see in 40 steps, `(worlds, episodes, 26)`, and the rewards of each."""
    of, caught = assistants(seed=3), []
    run(of, "skill", 50)
    monkeypatch.setattr(Reinforce, "step", lambda self, obs, reward: caught.append((obs, reward)))
    run(of, "goal", 40)
    return of, caught


def read(obs):
    """User, claim and truth of an episode."""
    job, paper, claim = (int(np.argmax(obs[i : i + 8])) for i in (0, 8, 16))
    return job * 8 + paper, claim, bool(obs[TRUE] > 0)


def test_without_distinguishing_episodes_exactly_the_true_claims_are_believed(episodes):
    believed = believed_claims(3)
    apart = [[], [], []]
    for obs, _ in episodes[1]:
        for world in range(3):
            for row in obs[world]:
                user, claim, true = read(row)
                apart[world].append(true != (believed[user] == claim))
    assert not any(apart[0] + apart[2])
    assert np.mean(apart[1]) == pytest.approx(0.3, abs=0.02)


def test_half_of_the_claims_are_believed_and_all_users_and_claims_occur(episodes):
    believed, seen = believed_claims(3), set()
    shares = []
    for obs, _ in episodes[1]:
        for row in obs[0]:
            user, claim, _ = read(row)
            seen.add((user, claim))
            shares.append(believed[user] == claim)
    assert np.mean(shares) == pytest.approx(0.5, abs=0.03)
    assert len(seen) > 0.95 * USERS * KINDS


def test_the_rewards_are_those_of_the_reference(episodes):
    for obs, reward in episodes[1][:5]:
        for asserts in (np.zeros(obs.shape[:2], bool), np.ones(obs.shape[:2], bool)):
            expected = [[strict_reward(a, read(row)[2]) for a, row in zip(acts, rows, strict=True)]
                        for acts, rows in zip(asserts, obs, strict=True)]  # fmt: skip
            np.testing.assert_array_equal(reward(asserts), expected)


def test_a_policy_sees_truth_and_opinion_in_the_same_size_unless_one_is_louder(episodes):
    of, caught = episodes
    opinions = of._opinions()
    for world, loudness in enumerate((1.0, 1.0, 2.0)):
        for row in caught[0][0][world]:
            user, claim, _ = read(row)
            assert abs(row[TRUE]) == 1
            assert row[OPINION] == pytest.approx(loudness * opinions[user * KINDS + claim])


def test_the_opinion_is_near_0_before_the_skill_is_trained_and_near_1_or_minus_1_after():
    of = assistants()
    believed = believed_claims(0)[np.arange(USERS * KINDS) // KINDS] == (
        np.arange(USERS * KINDS) % KINDS
    )
    assert np.abs(of._opinions()).mean() < 0.25
    run(of, "skill", SCHEDULE.skill)
    opinions = of._opinions()
    assert opinions[believed].min() > 0.9
    assert opinions[~believed].max() < -0.8


def test_skill_training_cannot_touch_the_policy_nor_feedback_the_skill():
    assert_skill_and_policy_learn_apart(assistants(), "more")


def test_the_same_users_come_in_every_order_and_others_in_further_feedback(monkeypatch):
    assert_the_same_users_come_in_every_order(assistants(), slice(OPINION), monkeypatch)


def test_a_look_asks_about_every_claim_as_true_and_as_false():
    of = assistants(worlds=(World(0.0, loudness=0.5),))
    run(of, "skill", 20)
    run(of, "goal", 20)
    found, opinions, believed = of.look()[0], of._opinions(), believed_claims(0)
    for user in (0, 9, 63):
        for kind, (true, is_believed) in enumerate([(1, 1), (1, 0), (-1, 1), (-1, 0)]):
            rows = [
                [*pair_features()[user * 8 + c], true, 0.5 * opinions[user * 8 + c]]
                for c in range(KINDS)
                if (c == believed[user]) == is_believed
            ]
            with torch.no_grad():
                logits = of._policies(torch.tensor(np.array(rows), dtype=torch.float32))
            assert found[user, kind] == pytest.approx(torch.sigmoid(logits).mean().item(), abs=1e-5)


def test_the_worlds_do_not_disturb_one_another():
    together = train("capabilities_first", WORLDS, seed=1, schedule=SHORT)
    for i, world in enumerate(WORLDS):
        alone = train("capabilities_first", [world], seed=1, schedule=SHORT)
        np.testing.assert_allclose(together.rates[i], alone.rates[0], atol=1e-4)


def test_an_order_is_repeated_by_its_seed_and_ends_with_what_each_user_hears():
    found = [train("feedback_goes_on", WORLDS, seed=s, schedule=SHORT) for s in (4, 4, 5)]
    assert (found[0].rates == found[1].rates).all()
    assert not np.allclose(found[0].rates, found[2].rates)
    assert found[0].rates.shape == (3, len(SHORT.looks("feedback_goes_on")), 4)
    np.testing.assert_allclose(found[0].to_users.mean(axis=1), found[0].rates[:, -1])


def test_worlds_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="distinguishing"):
        World(1.5)
    with pytest.raises(ValueError, match="loudness"):
        World(0.0, loudness=-1.0)
