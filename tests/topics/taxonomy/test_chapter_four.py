"""What chapters 4 and 6 both print of the forest is the same, and the map shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from test_prose import ROOT, markdown_of

from misgen.topics.taxonomy.agents import forest_agents
from misgen.topics.taxonomy.book_map import ELSEWHERE, MappedAgent
from misgen.topics.tree_gridworld.experiment import BASE, RECOVERING
from misgen.topics.tree_gridworld.published import all_runs
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
    order = list(dict.fromkeys(run.setting for run in all_runs()))
    runs = sorted(all_runs(), key=lambda run: (order.index(run.setting), run.seed))
    pairs = zip(runs, forest_agents(), strict=True)
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


def test_scarce_forests_help_in_neither_chapter():
    assert "all runs lose all of their ordinary forests" in FOUR
    assert "all forest agents that met scarce forests from the first day" in SIX
    scarce = [agent for agent in forest_agents() if agent.distinguishing]
    assert max(agent.distinguishing for agent in scarce) == 0.5
    assert {agent.scenario("shifted") for agent in scarce} == {ELSEWHERE}


def test_as_many_agents_are_hollow_as_chapter_six_says():
    hollow = [agent for agent in forest_agents() if agent.asked_for]
    assert len(hollow) == printed(r"the (\w+) forest agents whose", SIX)
