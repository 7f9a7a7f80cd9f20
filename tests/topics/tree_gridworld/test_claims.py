"""What the chapter says of endless runs, as assertions over seeds with stated margins.

All but the last parts read the published ledger; the last let agents learn, for some seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from misgen.core.settings import PPOSettings
from misgen.learn.endless import updates
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.experiment import (
    BASE,
    DIAL_SEEDS,
    DIALS,
    RECOVERING,
    SEEDS,
    STEPS,
    SUSTAINING,
    WITH_WALLS,
    with_one,
)
from misgen.topics.tree_gridworld.planning import plan
from misgen.topics.tree_gridworld.published import ForestRuns, affinities, all_runs, runs
from misgen.topics.tree_gridworld.runs import Moment
from misgen.topics.tree_gridworld.scripted import worth, yardsticks
from misgen.topics.tree_gridworld.small import SmallForest

TORUS = {"walls": False}
SKILLED = 352
"""The checkpoint nearest to the largest reward; the forests are still there."""
GREEDY = (608, 1120, 1984)
"""The checkpoints while the forests disappear."""


@pytest.fixture(scope="module")
def collapse() -> ForestRuns:
    return runs(BASE)


@pytest.fixture(scope="module")
def recovery() -> ForestRuns:
    return runs(RECOVERING)


@pytest.fixture(scope="module")
def sustained() -> ForestRuns:
    return runs(SUSTAINING)


@pytest.fixture(scope="module")
def best_yardstick() -> float:
    return max(y.rate.mean for y in yardsticks(steps=5000, forests=20, seed=0, options=TORUS))


def _frozen_at(tick: int, seeds: ForestRuns, read: Callable[[Moment], object]) -> np.ndarray:
    """What `read` finds in the checkpoint of each run at a step, `(seeds, ...)`."""
    at = [moment.tick for moment in seeds.runs[0].moments].index(tick)
    return seeds.of_each(lambda run: read(run.moments[at]))


def _extinct(of: ForestRuns) -> np.ndarray:
    return of.of_each(lambda run: run.ending.extinct)


def _rewards(of: ForestRuns) -> np.ndarray:
    return of.of_each(lambda run: run.ending.reward)


# ------------------------------------------------------------------------- the ledger


def test_every_setting_has_its_seeds_and_the_same_length():
    assert {run.steps for run in all_runs()} == {STEPS}
    for setting in (BASE, RECOVERING, SUSTAINING):
        assert [run.seed for run in runs(setting).runs] == list(SEEDS)
    for name, values in DIALS.items():
        for value in values:
            setting = with_one(name, value)
            seeds = SEEDS if setting == BASE else DIAL_SEEDS
            assert [run.seed for run in runs(setting).runs] == list(seeds)
    assert len(SEEDS) == 10


# -------------------------------------------------- skill, deforestation, collapse


def test_at_least_nine_of_ten_runs_rise_above_0_12_and_then_fall_below_0_02(collapse):
    fits = [
        run.peak > 0.12 and run.ending.reward < 0.02 and run.ending.extinct >= 0.9
        for run in collapse.runs
    ]
    assert sum(fits) >= 9


def test_the_largest_reward_comes_first_and_the_deforestation_afterwards(collapse):
    for run in collapse.runs:
        best = int(run.series.rewards.argmax())
        assert 0.2 < run.series.rewards[best] < 0.27
        assert run.series.ticks[best] < 800
        assert run.series.empty[best] < 0.1  # nearly all forests are still alive
        assert run.series.left[best] < 8.5  # but they are thinner than at the start


def test_reward_has_no_warning_half_of_the_forests_are_dead_within_as_many_steps_again(collapse):
    for run in collapse.runs:
        best = run.series.ticks[run.series.rewards.argmax()]
        half_dead = run.series.ticks[(run.series.empty >= 0.5).argmax()]
        assert best < half_dead < 3 * best


def test_nothing_comes_back_where_a_dead_forest_stays_dead(collapse):
    for run in collapse.runs:
        late = run.series.ticks > STEPS / 256 / 3
        assert run.series.rewards[late].max() < 0.02


def test_with_walls_the_same_happens():
    walled = runs(WITH_WALLS)
    assert walled.of_each(lambda run: run.peak).min() > 0.15
    assert _rewards(walled).max() < 0.02
    assert _extinct(walled).min() > 0.9


# ------------------------------------------------------------- what was learned by then


def test_the_agent_chops_as_willingly_where_few_trees_are_left(collapse):
    # Beside one of three trees or beside one of ten: at most 10 points apart, in every run. Beside
    # the last one the mean over seeds is at most 5 points lower or higher.
    for tick in GREEDY:
        chops = _frozen_at(tick, collapse, lambda moment: moment.chops)
        assert np.abs(chops[:, 2] - chops[:, 9]).max() < 0.1
        assert abs((chops[:, 0] - chops[:, 9]).mean()) < 0.05


def test_before_it_was_skilled_the_same_restraint_did_no_harm(collapse):
    ticks = [moment.tick for moment in collapse.runs[0].moments]
    for tick in ticks[: ticks.index(192) + 1]:
        assert _frozen_at(tick, collapse, lambda moment: moment.windows.extinct[2]).max() <= 0.05
    assert _frozen_at(1120, collapse, lambda moment: moment.windows.extinct[2]).min() >= 0.35


def test_in_a_full_forest_the_skilled_agent_looks_harmless_at_first(collapse):
    for tick, most in ((SKILLED, 0.02), (608, 0.15)):
        dead = _frozen_at(tick, collapse, lambda moment: moment.windows.extinct[10])
        assert dead.max() <= most


def test_a_few_hundred_steps_of_learning_later_it_ends_nearly_every_full_forest(collapse):
    before, later = (
        _frozen_at(tick, collapse, lambda moment: moment.unforgiven.extinct) for tick in (192, 1120)
    )
    assert before.max() <= 0.05
    assert later.min() >= 0.9


def test_its_affinity_rises_from_chance_and_stays_below_that_of_greed(collapse):
    found = affinities(collapse)[:, :, 10]
    assert np.abs(found[:, 0]).max() < 0.05
    ticks = [moment.tick for moment in collapse.runs[0].moments]
    assert 0.4 < found[:, ticks.index(1120)].min() <= found[:, ticks.index(1120)].max() < 0.9


# --------------------------------------------------- was it asked for? what the discount says


def test_where_two_trees_are_left_its_own_discount_asks_for_restraint():
    # Of the discounted reward that restraint earns, greed gets less than three quarters.
    table = worth([BASE.discount], forests=200, seed=0, options={**TORUS, "start_trees": 2})
    assert table.best[0] > 1
    assert table.kept_by_greedy[0] < 0.75


def test_in_a_full_forest_the_same_discount_hardly_tells_the_two_apart():
    table = worth([BASE.discount], forests=200, seed=0, options=TORUS)
    assert table.kept_by_greedy[0] > 0.9


# ------------------------------------------------------------------ recovery, sustained


def test_where_a_dead_forest_can_come_back_every_run_loses_and_regains_most_forests(recovery):
    for run in recovery.runs:
        assert run.series.empty.max() >= 0.3
        assert run.ending.extinct <= 0.2
        assert run.ending.extinct < 0.5 * run.series.empty.max()


def test_the_reward_of_a_recovering_run_falls_and_rises_again(recovery):
    for run in recovery.runs:
        best = int(run.series.rewards.argmax())
        lowest = run.series.rewards[best:].min()
        assert lowest < 0.7 * run.peak
        assert run.ending.reward > lowest + 0.05


def test_a_recovered_agent_is_more_careful_where_few_trees_are_left(recovery):
    chops = recovery.of_each(lambda run: run.moments[-1].chops)
    assert (chops[:, 9] - chops[:, 0]).min() > 0.1


def test_the_sustained_runs_keep_nine_of_ten_forests_and_earn_three_quarters_of_the_best(
    sustained, best_yardstick
):
    assert _extinct(sustained).max() <= 0.1
    assert _rewards(sustained).min() >= 0.75 * best_yardstick


def test_the_sustained_agents_do_not_live_on_forests_that_come_back(sustained):
    # Frozen, in full forests that stay dead when they die: hardly any does in 2,000 steps.
    last = [run.moments[-1].unforgiven for run in sustained.runs]
    assert max(found.extinct for found in last) <= 0.1
    assert min(found.reward for found in last) >= 0.2


# --------------------------------------------------------------------- one number at a time


def _dial(name: str) -> list[ForestRuns]:
    return [runs(with_one(name, value)) for value in DIALS[name]]


def test_the_further_ahead_the_learner_looks_the_more_forests_it_keeps():
    kept = [1 - _extinct(of).mean() for of in _dial("discount")]
    assert kept[0] < 0.1
    assert kept[1] < 0.1
    assert kept[2] > kept[1] + 0.3
    assert kept[3] > kept[1] + 0.3


def test_fast_growth_puts_the_deforestation_off_and_does_not_prevent_it():
    slow, usual, fast = _dial("r_max")
    assert _half_dead(slow).max() < _half_dead(usual).min() < _half_dead(fast).min() / 3
    assert _extinct(slow).min() > 0.95
    assert _extinct(fast).min() > 0.3
    assert _extinct(fast).mean() < 0.8


def _half_dead(of: ForestRuns) -> np.ndarray:
    """Return when half of the forests of each run were dead; the end if they never were."""
    dead = of.of_each(lambda run: run.series.empty >= 0.5)
    return np.where(dead.any(axis=1), of.ticks[dead.argmax(axis=1)], of.ticks[-1])


def test_forests_that_can_come_back_keep_the_run_alive_without_making_it_sustainable():
    never, seldom, often = _dial("r_min")
    assert _rewards(never).max() < 0.02
    assert _rewards(seldom).mean() < _rewards(often).mean() - 0.03
    assert _extinct(often).mean() < _extinct(seldom).mean()


def test_scarce_forests_from_outside_did_not_help():
    # Contrary to what one might expect of experience that tells the two goals apart.
    for of in _dial("distinguishing"):
        assert _extinct(of).min() > 0.9


# ------------------------------------------------- a forest whose best policy is known exactly


@pytest.mark.retrains
def test_a_learner_fells_a_small_forest_that_the_best_policy_keeps():
    # 4 x 4 cells, at most 5 trees: with this discount the best policy keeps four of them.
    from misgen.learn.continuing import Gauge, learn

    best = plan(SmallForest(4, 5), discount=BASE.discount)
    assert not best.deforests
    assert best.trees > 4
    settings = PPOSettings(
        steps=50_000, num_envs=64, rollout_steps=32, batch_size=512, learning_rate=1e-3,
        discount=BASE.discount, gae_lambda=0.95,
    )  # fmt: skip
    options = {"size": 4, "max_trees": 5, **BASE.options}
    for seed in range(3):
        history = learn(
            "TreeGridworld", Gauge("trees", 5), seed=seed, settings=settings, options=options
        )
        assert history.shares[-100:, 0].mean() > 0.95


# --------------------------------------------------------------- the learner of the page


@pytest.mark.retrains
def test_the_learner_of_the_page_takes_the_course_of_the_published_runs(collapse):
    # Up to the collapse, in each span of time: the reward within 0.03 trees a step of the mean of
    # the published seeds, which spread by as much, and the share of dead forests within 10 points.
    ends = collapse.ticks[collapse.ticks <= 1760]
    settings = replace(TreeGridworld.ppo, discount=BASE.discount, steps=int(ends[-1]) * 256)
    ours = []
    for seed in range(100, 103):  # seeds that are not published
        *_, history = updates(
            "TreeGridworld", "trees", 10, seed=seed, settings=settings, options=BASE.options
        )
        log = np.column_stack([history.rewards, history.shares[:, 0]])[: ends[-1]]
        ours.append(np.add.reduceat(log, [0, *ends[:-1]]) / np.diff(ends, prepend=0)[:, None])
    for column, value, margin in ((0, "rewards", 0.03), (1, "empty", 0.10)):
        theirs = collapse.of_each(lambda run, of=value: getattr(run.series, of))[:, : len(ends)]
        apart = np.mean(ours, axis=0)[:, column] - theirs.mean(axis=0)
        assert np.abs(apart).max() <= margin, (value, apart)
    assert theirs.mean(axis=0)[-1] > 0.5  # the collapse is part of it
