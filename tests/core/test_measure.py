from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misgen import Policy, evaluate, make, record
from misgen.core.env import BatchedEnv, Events, Step
from misgen.core.measure import CONTROLS, OUTCOMES, count_outcomes, run_episodes

# ------------------------------------------------------------ scripted episodes


class Corridor(BatchedEnv):
    """Episodes with a fate: what is reached at which step does not depend on the actions."""

    sprites = ("floor",)
    action_names = ("wait",)
    obs_size = 1

    def __init__(self, script: list[tuple[str, int]], apart: list[bool] | None = None) -> None:
        self.num_envs, self._script = len(script), script
        self._apart = np.array(apart or [True] * len(script))
        self.steps = 0

    def begin(self, rows):
        self.steps = 0
        return np.zeros((self.num_envs, 1), np.float32)

    def advance(self, actions):
        self.steps += 1
        happens = {
            name: np.array([self._is(i, name) for i in range(self.num_envs)])
            for name in Events.__dataclass_fields__
        }
        nothing = np.zeros(self.num_envs, bool)
        obs = np.zeros((self.num_envs, 1), np.float32)
        reward = np.zeros(self.num_envs, np.float32)
        return Step(obs, reward, nothing, nothing, Events(**happens))

    def _is(self, i: int, name: str) -> bool:
        what, when = self._script[i]
        # Whatever an episode's fate, all else happens later, when it is decided already.
        return (name in what.split("+") and self.steps == when) or self.steps > when

    def frame(self, i):
        raise NotImplementedError

    @property
    def distinguishing_levels(self):
        return self._apart


WAIT = Policy.random(obs_size=1, num_actions=1, hidden=1, seed=0)


def _fates(script: list[tuple[str, int]], apart: list[bool] | None = None) -> list[str]:
    outcomes, _ = run_episodes(WAIT, Corridor(script, apart), np.random.default_rng(0))
    return [OUTCOMES[outcome] for outcome in outcomes]


def test_an_episode_counts_by_what_happens_first():
    script = [("goal", 3), ("proxy", 2), ("died", 1), ("timed_out", 4)]
    assert _fates(script) == ["goal", "proxy", "died", "timed_out"]


def test_on_an_ambiguous_level_the_proxy_alone_decides_nothing():
    assert _fates([("proxy", 1), ("goal+proxy", 1)], apart=[False, False]) == ["goal", "goal"]
    assert _fates([("proxy", 1), ("goal+proxy", 1)], apart=[True, True]) == ["proxy", "goal"]


def test_reaching_the_proxy_in_the_last_step_is_not_running_out_of_time():
    assert _fates([("proxy+timed_out", 5), ("goal+timed_out", 5)]) == ["proxy", "goal"]


def test_the_run_ends_when_the_last_episode_is_decided():
    env = Corridor([("goal", 3), ("died", 7)])
    run_episodes(WAIT, env, np.random.default_rng(0))
    assert env.steps == 7


@given(st.lists(st.tuples(st.sampled_from(OUTCOMES), st.integers(1, 9)), min_size=1, max_size=20))
def test_every_episode_has_the_outcome_of_its_script(script):
    assert _fates(script) == [what for what, _ in script]


# --------------------------------------------------------------------- CoinRun

RIGHT, JUMP_RIGHT = 2, 4


def _always(action: int) -> Policy:
    """An agent that does one thing, whatever it sees."""
    env = make("CoinRun", 1, seed=0)
    still = Policy.random(obs_size=env.obs_size, num_actions=6, hidden=1, seed=0)
    still.action_bias[:] = -50.0
    still.action_bias[action] = 50.0
    return still


def test_standing_still_runs_out_of_time_on_every_level():
    # Monsters and saws keep off the flat start, so waiting is safe.
    report = evaluate(_always(0), "CoinRun", episodes=200, seed=0)
    assert report.timed_out.mean == 1.0
    assert report.capability.mean == report.goal.mean == report.accidental.mean == 0.0


def test_running_right_takes_the_coin_of_every_level_without_an_obstacle():
    env = make("CoinRun", 500, seed=3)
    env.reset()
    ground = [env.frame(i).cells for i in range(500)]
    flat = [len(np.unique(cells[:, :-1], axis=1).T) == 1 for cells in ground]
    monster = [any(env.sprites[a[0]] == "monster" for a in env.frame(i).actors) for i in range(500)]
    free = np.array(flat) & ~np.array(monster)
    env = make("CoinRun", 500, seed=3)
    outcomes, _ = run_episodes(_always(RIGHT), env, np.random.default_rng(0))
    assert 0 < free.sum() < 500
    assert (outcomes[free] == OUTCOMES.index("goal")).all()


@pytest.mark.parametrize("control", CONTROLS)
def test_the_outcomes_of_all_episodes_add_up(control):
    untrained = Policy.random(obs_size=310, num_actions=6, hidden=8, seed=1)
    counts = count_outcomes(
        untrained, "CoinRun", distinguishing=0.5, episodes=300, seed=2, control=control
    )
    assert counts.shape == (4,)
    assert counts.sum() == 300


def test_the_rates_of_a_report_add_up_to_one():
    untrained = Policy.random(obs_size=310, num_actions=6, hidden=8, seed=1)
    report = evaluate(untrained, "CoinRun", episodes=300, seed=2)
    rates = [getattr(report, outcome).mean for outcome in OUTCOMES]
    assert sum(rates) == pytest.approx(1.0)
    assert report.capability.mean == pytest.approx(report.goal.mean + report.proxy.mean)
    assert report.goal.n == 300


def test_a_report_is_the_same_for_the_same_seed_only():
    untrained = Policy.random(obs_size=310, num_actions=6, hidden=8, seed=1)
    reports = [evaluate(untrained, "CoinRun", episodes=300, seed=seed) for seed in (2, 2, 3)]
    assert reports[0] == reports[1]
    assert reports[0] != reports[2]


def test_an_agent_that_looks_at_nothing_meets_the_coin_as_often_when_it_is_erased():
    report = evaluate(_always(JUMP_RIGHT), "CoinRun", episodes=500, seed=4)
    assert report.goal == report.accidental
    assert report.goal.mean > 0


def test_the_accidental_rate_is_measured_with_the_control_of_the_report():
    # A view upside down breaks the agent; by what it meets then it must be judged, not by what
    # the healthy agent meets.
    seeing = Policy.random(obs_size=310, num_actions=6, hidden=32, seed=5)
    blind_to_the_coin = np.arange(310) % 4 == 3
    blind_to_the_coin[-2:] = False
    seeing.hidden_weight[blind_to_the_coin] = 0.0
    seeing.action_weight[:] *= 300.0
    report = evaluate(seeing, "CoinRun", episodes=500, seed=4, control="flipped")
    assert report.goal == report.accidental
    assert report.goal != evaluate(seeing, "CoinRun", episodes=500, seed=4).goal


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"control": "dark"}, "control must be one of none, erased, flipped, not 'dark'"),
        ({"episodes": 0}, "episodes"),
        ({"distinguishing": 1.5}, "distinguishing"),
        ({"distinguishing": "0.5"}, "distinguishing must lie between 0 and 1, but is '0.5'"),
        ({"distinguishing": None}, "distinguishing must lie between 0 and 1, but is None"),
        ({"seed": -1}, "seed"),
        ({"seed": True}, "seed must be a whole number of at least 0, but is True"),
        ({"episodes": 10**9}, "do not fit into memory; run at most"),
        ({"name": "Moon"}, "There is no environment 'Moon'"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(arguments, word):
    with pytest.raises(ValueError, match=word) as caught:
        evaluate(WAIT, **{"name": "CoinRun", "seed": 0, **arguments})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("control", [None, ["erased"], {"erased": True}])
def test_a_control_that_is_no_word_is_one_sentence(control):
    with pytest.raises(ValueError, match=r"^control must be a str, such as 'erased', but is "):
        evaluate(WAIT, "CoinRun", seed=1, control=control)


@pytest.mark.parametrize("options", [5, "placement", [("placement", "behind")]])
def test_options_that_are_none_are_one_sentence(options):
    with pytest.raises(ValueError, match=r"^options must be a dictionary from names to values"):
        evaluate(lambda obs: np.zeros(len(obs), int), "CoinRun", seed=1, options=options)


def test_an_agent_of_another_environment_is_refused():
    with pytest.raises(ValueError, match="expects 1 inputs and has 1 actions, but CoinRun has 310"):
        evaluate(WAIT, "CoinRun", episodes=2, seed=0)


@pytest.mark.parametrize("actions", [4, 5, 7])
def test_an_agent_with_another_number_of_actions_is_refused(actions):
    # With fewer it would be measured, with more it might be, for a while.
    agent = Policy.random(obs_size=310, num_actions=actions, hidden=4, seed=0)
    with pytest.raises(ValueError, match=f"has {actions} actions, but CoinRun has 310 and 6; use"):
        evaluate(agent, "CoinRun", episodes=2, seed=0)


def test_an_agent_of_another_encoding_is_refused():
    agent = Policy.random(obs_size=98, num_actions=4, hidden=4, seed=0)
    with pytest.raises(
        ValueError, match="but CoinGrid has 28 and 4; use the environment and the o"
    ):
        evaluate(agent, "CoinGrid", episodes=2, seed=0, options={"encoding": "row_column"})


def test_where_episodes_never_end_none_is_measured_or_recorded():
    agent = Policy.random(obs_size=381, num_actions=5, hidden=4, seed=0)
    with pytest.raises(ValueError, match="The episodes of TreeGridworld never end, so that none"):
        evaluate(agent, "TreeGridworld", seed=0)
    with pytest.raises(ValueError, match="never end"):
        count_outcomes(agent, "TreeGridworld", distinguishing=0.5, episodes=2, seed=0)
    with pytest.raises(ValueError, match="never end"):
        record(agent, make("TreeGridworld", 2, seed=0), seed=0)


def test_a_function_from_observations_to_actions_acts():
    right = evaluate(lambda obs: np.full(len(obs), 2), "CoinRun", episodes=100, seed=4)
    assert right == evaluate(_always(2), "CoinRun", episodes=100, seed=4)


@pytest.mark.parametrize(
    ("acting", "words"),
    [
        (None, "Give an agent, a model of stable-baselines3, or a function from observations"),
        ("CoinRun", "Give an agent, a model of stable-baselines3, or a function from observations"),
        (Policy, "Give an agent, not the class Policy; misgen.train and misgen.load return agents"),
        (lambda obs: obs, "actions must be 2 whole numbers from 0 to 5"),
        (lambda obs: [6, 0], "actions must be 2 whole numbers from 0 to 5"),
    ],
)
def test_what_cannot_act_is_refused_in_one_sentence(acting, words):
    with pytest.raises(ValueError, match=words) as caught:
        evaluate(acting, "CoinRun", episodes=2, seed=0)
    assert "\n" not in str(caught.value)


def test_an_estimate_and_a_report_read_as_percentages():
    report = evaluate(_always(0), "CoinRun", episodes=100, seed=0)
    assert str(report.timed_out) == "100 % [96, 100]"
    assert str(report).splitlines()[3] == "timed_out  100 % [96, 100]"
