from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from misgen import Policy, evaluate, make, over_seeds, wilson
from misgen.core.intervals import Estimate, next_seed_interval, student_t
from misgen.core.measure import CONTROLS, OUTCOMES, count_outcomes, run_episodes
from misgen.core.registry import BatchedEnv, Events, Step

RATE = st.floats(0, 1)
RATES = st.lists(RATE, min_size=2, max_size=30)
SEVERAL = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# ------------------------------------------------------------------- intervals


def _holds(estimate: Estimate, value: float) -> bool:
    return estimate.low <= value <= estimate.high


@given(SEVERAL)
def test_the_wilson_interval_holds_the_share_and_lies_in_0_to_1(counts):
    estimate = wilson(*counts)
    assert estimate.mean == counts[0] / counts[1]
    assert 0 <= estimate.low <= estimate.mean <= estimate.high <= 1
    assert estimate.low < estimate.high


@given(SEVERAL)
def test_the_wilson_interval_is_that_of_scipy(counts):
    interval = stats.binomtest(*counts).proportion_ci(method="wilson")
    estimate = wilson(*counts)
    assert estimate.low == pytest.approx(interval.low, abs=1e-6)
    assert estimate.high == pytest.approx(interval.high, abs=1e-6)


@given(SEVERAL, st.integers(2, 10))
def test_the_wilson_interval_shrinks_with_more_episodes(counts, times):
    few, many = wilson(*counts), wilson(times * counts[0], times * counts[1])
    assert many.high - many.low < few.high - few.low


@given(RATES)
def test_the_interval_over_seeds_holds_the_mean_and_lies_in_0_to_1(rates):
    estimate = over_seeds(rates)
    assert estimate.mean == pytest.approx(np.mean(rates))
    assert 0 <= estimate.low <= estimate.mean <= estimate.high <= 1
    assert estimate.n == len(rates)


@given(st.lists(st.floats(0.4, 0.6), min_size=3, max_size=30), st.integers(2, 5))
def test_the_interval_over_seeds_shrinks_when_seeds_like_these_are_added(rates, times):
    few, many = over_seeds(rates), over_seeds(rates * times)
    assert many.high - many.low <= few.high - few.low + 1e-12


@given(RATES, st.randoms())
def test_the_order_of_the_seeds_does_not_matter(rates, random):
    shuffled = random.sample(rates, len(rates))
    assert over_seeds(shuffled).high == pytest.approx(over_seeds(rates).high)


@given(st.lists(st.floats(0.3, 0.7), min_size=2, max_size=30))
def test_the_interval_over_seeds_is_that_of_scipy_cut_to_0_and_1(rates):
    assume(np.std(rates) > 1e-9)  # scipy gives nan where all seeds are equal
    low, high = stats.t.interval(0.95, len(rates) - 1, np.mean(rates), stats.sem(rates))
    estimate = over_seeds(rates)
    assert estimate.low == pytest.approx(max(0.0, low), abs=1e-6)
    assert estimate.high == pytest.approx(min(1.0, high), abs=1e-6)


def test_seeds_that_all_agree_have_an_interval_of_one_point():
    assert over_seeds([0.25] * 5) == Estimate(0.25, 0.25, 0.25, 5)


@given(RATES)
def test_the_next_seed_is_less_certain_than_the_mean(rates):
    low, high = next_seed_interval(rates)
    estimate = over_seeds(rates)
    assert low <= estimate.low
    assert high >= estimate.high
    wider = next_seed_interval(rates, confidence=0.999)
    assert wider[0] <= low
    assert wider[1] >= high


@pytest.mark.parametrize("p", [0.01, 0.12, 0.5, 0.97])
def test_the_wilson_interval_covers_the_truth_in_about_95_percent_of_samples(p):
    # Of 4,000 samples; exact coverage at n = 2,000 lies between 94.0 and 96.2 % for these p.
    draws = np.random.default_rng(0).binomial(2000, p, 4000)
    estimates = [wilson(int(k), 2000) for k in draws]
    coverage = np.mean([_holds(e, p) for e in estimates])
    assert coverage == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("seeds", [2, 5, 10])
def test_the_interval_over_seeds_covers_the_mean_in_about_95_percent_of_samples(seeds):
    # Normal rates far from 0 and 1, where t-intervals are exact: 4,000 samples, 4 standard errors.
    samples = np.random.default_rng(1).normal(0.5, 0.03, (4000, seeds))
    estimates = [over_seeds(sample) for sample in samples]
    coverage = np.mean([_holds(e, 0.5) for e in estimates])
    assert coverage == pytest.approx(0.95, abs=0.014)


def test_the_interval_over_seeds_covers_a_rate_that_differs_between_seeds():
    # Each seed has a goal rate of its own (beta, mean 0.6) and is measured on 2,000 episodes:
    # an interval over the 20,000 episodes pooled would claim far too much.
    rng = np.random.default_rng(2)
    truth = rng.beta(60, 40, (2000, 10))
    counts = rng.binomial(2000, truth)
    over = np.mean([_holds(over_seeds(row / 2000), 0.6) for row in counts])
    pooled = np.mean([_holds(wilson(int(row.sum()), 20_000), 0.6) for row in counts])
    assert over == pytest.approx(0.95, abs=0.02)
    assert pooled < 0.5


def test_the_next_seed_falls_into_its_interval_as_often_as_promised():
    samples = np.random.default_rng(3).normal(0.5, 0.03, (4000, 10))
    bounds = [next_seed_interval(sample[:9].tolist(), confidence=0.9) for sample in samples]
    inside = [low <= x <= high for (low, high), x in zip(bounds, samples[:, 9], strict=True)]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.019)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 8, 9, 10, 19, 29, 99, 1000])
@pytest.mark.parametrize("probability", [0.5, 0.75, 0.9, 0.975, 0.995, 0.9995])
def test_student_t_is_that_of_scipy(probability, degrees):
    exact = stats.t.ppf(probability, degrees)
    assert student_t(probability, degrees) == pytest.approx(exact, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("rates", [[], [0.5], [[0.1, 0.2]], [0.5, 1.2], [-0.1, 0.5], [np.nan, 0.5]])
@pytest.mark.parametrize("interval", [over_seeds, next_seed_interval])
def test_an_interval_over_seeds_needs_two_rates_between_0_and_1(interval, rates):
    with pytest.raises(ValueError, match="at least two rates between 0 and 1"):
        interval(rates)


@pytest.mark.parametrize("counts", [(1, 0), (0, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match="impossible; check the counts"):
        wilson(*counts)


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

    def reset(self, mask=None):
        self.steps = 0
        return np.zeros((self.num_envs, 1), np.float32)

    def step(self, actions):
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
        ({"seed": -1}, "seed"),
        ({"name": "Moon"}, "There is no environment 'Moon'"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(arguments, word):
    with pytest.raises(ValueError, match=word) as caught:
        evaluate(WAIT, **{"name": "CoinRun", "seed": 0, **arguments})
    assert "\n" not in str(caught.value)


def test_an_agent_of_another_environment_is_refused():
    with pytest.raises(ValueError, match="expects 1 inputs, but the observation has 310"):
        evaluate(WAIT, "CoinRun", episodes=2, seed=0)


def test_an_estimate_and_a_report_read_as_percentages():
    report = evaluate(_always(0), "CoinRun", episodes=100, seed=0)
    assert str(report.timed_out) == "100 % [96, 100]"
    assert str(report).splitlines()[3] == "timed_out  100 % [96, 100]"
