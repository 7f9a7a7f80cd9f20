import numpy as np
import pytest

from misgen.core.policy import Policy
from misgen.core.registry import make
from misgen.core.settings import PPOSettings
from misgen.learn import sb3
from misgen.learn.moments import agents_after, updates_of

SMALL = PPOSettings(steps=500, num_envs=16, rollout_steps=8, batch_size=64, hidden=8)


def agents(updates, seed=3) -> list[Policy]:
    env = make("CoinRun", SMALL.num_envs, distinguishing=0.5, seed=seed)
    return agents_after(env, SMALL, seed, updates)


def same(first: Policy, second: Policy) -> bool:
    return all(map(np.array_equal, first.weights, second.weights))


@pytest.mark.parametrize("update", [0, 1, 4])
def test_an_agent_is_that_of_a_training_which_ends_there_to_the_last_bit(update):
    steps = update * SMALL.rollout_steps * SMALL.num_envs
    alone = sb3.train("CoinRun", distinguishing=0.5, seed=3, settings=SMALL, steps=steps)
    found = dict(zip([0, 1, 2, 4], agents([0, 1, 2, 4]), strict=True))
    assert same(found[update], alone)
    assert sum(same(of, alone) for of in found.values()) == 1


def test_looking_in_between_changes_nothing():
    assert same(agents([0, 1, 2, 3])[-1], agents([3])[0])


def test_the_global_random_states_stay_as_they_were():
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    agents([1])
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_a_training_has_as_many_updates_as_it_takes_to_reach_its_steps():
    assert updates_of(SMALL) == 4
    for steps, updates in ((0, 0), (1, 1), (128, 1), (129, 2)):
        assert updates_of(PPOSettings(steps=steps, num_envs=16, rollout_steps=8)) == updates


@pytest.mark.parametrize("updates", [[], [1, 1], [2, 1], [-1, 2], [0.5]])
def test_updates_that_do_not_increase_are_refused(updates):
    with pytest.raises(ValueError, match="updates"):
        agents(updates)


def test_a_seed_that_stable_baselines3_cannot_take_is_refused():
    with pytest.raises(ValueError, match="seed"):
        agents([0], seed=2**32)
