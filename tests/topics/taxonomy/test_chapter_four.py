"""What chapters 4 and 6 both print of the forest is the same, and the map shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from test_prose import ROOT, markdown_of

from misgen.topics.taxonomy.agents import forest_agents, mapped_runs
from misgen.topics.taxonomy.book_map import CAPABLE, ELSEWHERE, MappedAgent
from misgen.topics.tree_gridworld.experiment import BASE, FILMED_SEEDS, RECOVERING, with_one
from misgen.topics.tree_gridworld.published import frozen_agents, runs
from misgen.topics.tree_gridworld.rates import FELLING, measured
from misgen.topics.tree_gridworld.runs import Setting

FOUR, SIX = (
    " ".join(markdown_of(ROOT / f"chapters/{name}.ipynb").split())
    for name in ("tree_gridworld", "taxonomy")
)
WORDS = {"nine": 9, "ten": 10, "twelve": 12}


def printed(pattern: str, page: str) -> int:
    """The number that a page prints in a sentence."""
    (number,) = re.findall(pattern, page)
    return WORDS.get(number) or int(number)


def of_setting(setting: Setting) -> Iterator[MappedAgent]:
    """The agents on the map of one setting of chapter 4."""
    pairs = zip(mapped_runs(), forest_agents(), strict=True)
    return (agent for run, agent in pairs if run.setting == setting)


def test_both_print_one_share_for_greed_in_the_world_that_collapses_and_it_is_not_hollow():
    four = printed(r"With a discount of 0\.97 greed from a full forest earns (\d+) %", FOUR)
    six = printed(r"there greed earns (\d+) % from a full forest", SIX)
    assert four == six < printed(r"In their worlds greed earns at least (\d+) %", SIX)
    collapsed = list(of_setting(BASE))
    assert len(collapsed) == 10
    assert {agent.scenario("shifted") for agent in collapsed} == {ELSEWHERE}


def test_the_map_shows_the_agents_of_which_chapter_four_says_that_they_end_nine_forests_in_ten():
    ended = printed(r"The agent of step 608 ends (\w+) full forests in ten", FOUR)
    kept = np.mean([agent.places["shifted"].goal for agent in of_setting(RECOVERING)])
    assert round(10 * (1 - kept)) == ended


@pytest.mark.parametrize("seed", FILMED_SEEDS)
def test_both_print_one_capability_goal_and_proxy_of_the_agents_of_step_608(seed):
    at = [moment.tick for moment in runs(RECOVERING).runs[seed].moments].index(FELLING)
    # as the table of chapter 4 measures it
    rates = measured(frozen_agents(RECOVERING, seed)[at], "none", setting=RECOVERING, seed=seed)
    (agent,) = (each for each in of_setting(RECOVERING) if each.seed == seed)
    place = agent.places["shifted"]
    assert place.capability == pytest.approx(rates.capability, abs=1e-4)
    assert place.capability * place.goal == pytest.approx(rates.goal, abs=1e-4)
    assert place.capability * (1 - place.goal) == pytest.approx(rates.proxy, abs=1e-4)


def test_the_discount_that_chapter_four_gives_as_a_solution_is_capable_on_the_map():
    assert '"discount": 0.995' in FOUR
    patient = list(of_setting(with_one("discount", 0.995)))
    assert {agent.scenario("shifted") for agent in patient} == {CAPABLE}
    assert "No forest agent is here: each one ends its forests or lives off them" in SIX
    assert {agent.places["shifted"].capability for agent in forest_agents()} == {1.0}


def test_scarce_forests_help_in_neither_chapter():
    assert "all runs lose all of their ordinary forests" in FOUR
    assert "all forest agents that met scarce forests from the first day" in SIX
    scarce = [agent for agent in forest_agents() if agent.distinguishing]
    assert max(agent.distinguishing for agent in scarce) == 0.5
    assert {agent.scenario("shifted") for agent in scarce} == {ELSEWHERE}


def test_as_many_agents_are_hollow_as_chapter_six_says():
    hollow = [agent for agent in forest_agents() if agent.asked_for]
    assert len(hollow) == printed(r"the (\w+) forest agents whose", SIX)
