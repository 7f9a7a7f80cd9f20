import numpy as np
import pytest
import torch

from misgen.topics.persuasion.networks import Learner, Networks, Reinforce

OBS = np.eye(4, dtype=np.float32)[[0, 1, 2, 3, 0, 1]]


def networks(copies=1, outputs=1, seed=0):
    return Networks(4, 8, outputs, copies=copies, rng=np.random.default_rng(seed))


def chances(of):
    with torch.no_grad():
        return torch.sigmoid(of(torch.from_numpy(OBS))[..., 0]).numpy()


def learned(reward, *, copies=1, entropy=(0.0,), steps=1, seed=1):
    of = networks(copies)
    before = chances(of)
    learning = Reinforce(of, list(entropy), Learner(width=8), np.random.default_rng(seed))
    for _ in range(steps):
        learning.step(OBS, reward)
    return before, chances(of)


def second_pays(second):
    return np.where(second, 1.0, -1.0)


def test_a_network_is_one_hidden_layer_of_rectified_units():
    of = networks(copies=2, outputs=3)
    hidden, bias, out, out_bias = (w.detach().numpy() for w in of.weights)
    for copy in range(2):
        units = np.maximum(OBS @ hidden[copy] + bias[copy], 0)
        expected = units @ out[copy] + out_bias[copy]
        found = of(torch.from_numpy(OBS)).detach().numpy()[copy]
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_copies_start_alike_and_the_seed_decides_how():
    of = networks(copies=3)
    assert (chances(of) == chances(of)[0]).all()
    assert not np.allclose(chances(networks(seed=1)), chances(networks(seed=0)))


def test_a_copy_learns_beside_others_as_it_does_alone():
    signs = np.array([[1.0], [-1.0], [0.5]])
    _, together = learned(
        lambda a: signs * second_pays(a), copies=3, entropy=[0.0, 0.01, 0.1], steps=20
    )
    for i, entropy in enumerate([0.0, 0.01, 0.1]):
        _, alone = learned(
            lambda a, sign=signs[i]: sign * second_pays(a), entropy=[entropy], steps=20
        )
        np.testing.assert_allclose(together[i], alone[0], atol=1e-4)


def test_what_is_rewarded_becomes_likelier():
    before, after = learned(second_pays, steps=30)
    assert (after > before).all()
    before, after = learned(lambda a: -second_pays(a), steps=30)
    assert (after < before).all()


def test_rewards_that_are_all_alike_teach_nothing():
    before, after = learned(lambda a: np.full(a.shape, 0.5), steps=5)
    np.testing.assert_array_equal(before, after)


def test_the_entropy_pulls_towards_a_half():
    before, after = learned(lambda a: np.zeros(a.shape), entropy=[0.1], steps=50)
    assert np.abs(after - 0.5).max() < np.abs(before - 0.5).max() / 3


def test_the_gradient_is_that_of_reinforce_with_a_baseline():
    # The first weights of Adam move by its step size, in the direction of the gradient's sign; so
    # the output bias tells the sign of the sum of surprise x (action - chance) over the episodes.
    for seed in range(20):
        of = networks()
        start = chances(of)[0]
        acted = np.random.default_rng(seed).random(len(OBS)) < start
        rewards = np.where(acted, np.arange(6), -1.0)
        expected = ((rewards - rewards.mean()) * (acted - start)).sum()
        Reinforce(of, [0.0], Learner(width=8), np.random.default_rng(seed)).step(
            OBS, lambda a, rewards=rewards: rewards[None]
        )
        moved = of.weights[3].item()
        assert np.sign(moved) == np.sign(expected)


def test_the_baseline_is_the_first_mean_and_then_follows_slowly():
    of = networks()
    learning = Reinforce(of, [0.0], Learner(width=8), np.random.default_rng(0))
    means = [torch.tensor([value]) for value in (1.0, 0.0, 0.0)]
    found = [learning._expected(mean).item() for mean in means]
    assert found == pytest.approx([1.0, 1.0, 0.9])


@pytest.mark.parametrize(
    "settings", [{"width": 0}, {"episodes": 0}, {"policy_rate": 0.0}, {"skill_rate": -1.0},
                 {"baseline_memory": 1.0}],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        Learner(**settings)


def test_no_copy_at_all_is_refused():
    with pytest.raises(ValueError, match="copies"):
        networks(copies=0)
