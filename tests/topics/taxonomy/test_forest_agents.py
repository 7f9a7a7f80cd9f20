from __future__ import annotations

import numpy as np
import pytest

from misgen.topics.taxonomy.forest_agents import (
    STORIES,
    chopping,
    forest_agents,
    place_of,
)
from misgen.topics.tree_gridworld.dials import STORIES as SHOWN
from misgen.topics.tree_gridworld.experiment import BASE, SUSTAINING
from misgen.topics.tree_gridworld.published import affinities, all_runs, runs


def test_the_capability_index_is_the_affinity_in_full_forests_cut_to_shares():
    group = runs(BASE)
    places = [place_of(run) for run in group.runs]
    expected = np.clip(affinities(group)[:, -1, -1], 0, 1)
    assert [place.capability for place in places] == pytest.approx(expected)


def test_the_goal_index_is_the_share_of_forests_that_live_where_none_comes_back():
    for run in runs(SUSTAINING).runs:
        assert place_of(run).goal == 1 - run.moments[-1].unforgiven.extinct


def test_greedy_chopping_is_faster_than_chance_in_every_setting():
    for setting in dict.fromkeys(run.setting for run in all_runs()):
        chance, greed = chopping(setting)
        assert greed > 2 * chance > 0


def test_the_stories_are_those_of_the_explorer():
    assert {name: setting for name, _, setting in SHOWN} == STORIES


def test_filmed_runs_lead_to_the_end_of_their_film():
    filmed = [agent for agent in forest_agents() if agent.replay]
    assert len(filmed) == 9
    assert {agent.link.key for agent in filmed} == {"forest"}
    assert {agent.link.state["time"] for agent in filmed} == {len(runs(BASE).ticks) - 1}


def test_runs_of_a_dial_lead_to_its_value():
    of_dial = {a.link.key: a for a in forest_agents() if a.link.key.startswith("forest-")}
    assert set(of_dial) == {
        "forest-discount", "forest-r-max", "forest-r-min", "forest-distinguishing"
    }  # fmt: skip
    scarce = of_dial["forest-distinguishing"]
    assert scarce.link.state == {"distinguishing": scarce.distinguishing}


def test_collapsed_runs_serve_the_intended_goal_less_than_sustained_ones():
    goals = {
        setting: np.mean([place_of(run).goal for run in runs(setting).runs])
        for setting in (BASE, SUSTAINING)
    }
    assert goals[SUSTAINING] > goals[BASE] + 0.3
