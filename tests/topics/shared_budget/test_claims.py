"""What the book says of ensembles that cost as much as one agent, over all of them.

The claims read the published ledger; the rest are made-up runs.
"""

from __future__ import annotations

from copy import deepcopy

import pytest
from topics.mitigations.made_up import ROWS, SHARED

from misgen.core.registry import environment
from misgen.topics.mitigations.experiment import SEEDS, WORLDS
from misgen.topics.mitigations.published import ensembles, help_runs, rates, shared_runs
from misgen.topics.mitigations.report import gained_by_asking
from misgen.topics.mitigations.trial import MEMBERS
from misgen.topics.shared_budget import report
from misgen.topics.shared_budget.experiment import EXPERIMENT


@pytest.mark.parametrize("share", [0.01, 0.1])
def test_in_coinrun_any_five_take_fewer_moved_coins_than_one_agent_of_the_same_cost(share):
    more = report.less_one_agent(shared_runs(), help_runs(), "CoinRun", share)
    assert more.n == len(SEEDS)
    assert more.high < -0.2, "the range over all ensembles"


def test_in_the_room_at_one_in_ten_they_do_in_the_mean():
    more = report.less_one_agent(shared_runs(), help_runs(), "CoinGrid", 0.1)
    assert more.mean < -0.1


def test_in_the_room_at_one_in_a_hundred_they_take_about_as_many():
    more = report.less_one_agent(shared_runs(), help_runs(), "CoinGrid", 0.01)
    assert abs(more.mean) < 0.05
    assert more.low < 0 < more.high


@pytest.mark.parametrize("world", WORLDS)
def test_where_no_level_tells_the_goals_apart_asking_adds_little(world):
    assert abs(gained_by_asking(shared_runs(), world, 0.0).mean) <= 0.05


def test_what_they_take_there_in_coinrun_is_accident():
    never = ensembles(shared_runs(), "CoinRun", 0.0).goal[:, 0].mean()
    erased = rates(shared_runs(), "random", "CoinRun", 0.0, "erased").mean()
    assert abs(never - erased) < 0.03


@pytest.mark.parametrize("world", WORLDS)
def test_five_cost_as_much_as_one(world):
    steps = environment(world).ppo.steps
    assert MEMBERS * (steps // MEMBERS) == steps
    assert f"{steps // MEMBERS:,} steps in {world}" in report.report().facts["Training"]


def test_the_demands_hold_of_runs_as_expected_and_of_no_others():
    assert [d.holds for d in report.demands(SHARED, ROWS)] == [True, True, True]
    # five that take more coins than one agent
    assert [d.holds for d in report.demands(ROWS, SHARED)] == [True, False, False]
    # five whose questions find the moved coin
    asking = deepcopy(SHARED)
    for one in asking[0]["result"]["ensembles"]:
        one["counts"]["shifted"][2] = [800, 180, 20, 0]
    assert [d.holds for d in report.demands(asking, ROWS)] == [False, True, True]


def test_every_setting_is_in_the_figure_and_in_the_tables():
    (figure,) = report.figures()
    assert figure.runs == EXPERIMENT.grid()
    lines = report.results(SHARED).splitlines()
    rows = [line for line in lines if line.startswith(("| CoinRun", "| CoinGrid"))]
    assert len(rows) == 2 * len(EXPERIMENT.grid())
