"""Many agents at once do what each does alone."""

import numpy as np
import pytest

from misgen import Policy
from misgen.core.population import Population


def agent(seed, hidden=8, obs_size=5):
    return Policy.random(obs_size=obs_size, num_actions=3, hidden=hidden, seed=seed)


def test_each_agent_of_a_population_acts_as_it_does_alone():
    agents = [agent(seed) for seed in range(7)]
    obs = np.random.default_rng(0).random((7, 5), np.float32)
    together = Population(agents).probabilities(obs)
    alone = [a.probabilities(obs[i : i + 1])[0] for i, a in enumerate(agents)]
    np.testing.assert_allclose(together, alone, atol=1e-6)
    assert len(Population(agents)) == 7


def test_actions_are_drawn_by_the_probabilities_of_each_agent():
    sure = np.array([[50.0, 0, 0], [0, 50.0, 0], [0, 0, 50.0]], np.float32)
    agents = [
        Policy(
            **{
                **{n: getattr(agent(0), n) for n in Policy.__dataclass_fields__},
                "action_bias": bias,
            }
        )
        for bias in sure
    ]
    obs = np.ones((3, 5), np.float32)
    assert Population(agents).act(obs, np.random.default_rng(0)).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "agents", [[], [agent(0), agent(1, hidden=9)], [agent(0), agent(1, obs_size=6)]]
)
def test_agents_that_cannot_act_together_are_refused(agents):
    with pytest.raises(ValueError, match="of the same environment and network"):
        Population(agents)


@pytest.mark.parametrize("shape", [(1, 5), (3, 5), (2, 4)])
def test_one_observation_for_each_agent_is_asked_for(shape):
    with pytest.raises(ValueError, match="Give 2 observations of 5 numbers"):
        Population([agent(0), agent(1)]).probabilities(np.zeros(shape, np.float32))
