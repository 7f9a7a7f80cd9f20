"""What is asked before the map, and what came out."""

from __future__ import annotations

from misgen.explore.base import text_of
from misgen.topics.taxonomy.agents import agents
from misgen.topics.taxonomy.book_map import ELSEWHERE, INCAPABLE
from misgen.topics.taxonomy.predictions import ASKED_RIGHT, missing_the_goal, skill


def test_what_came_out_is_a_count_of_the_agents_on_the_map():
    trained = [each for each in agents() if each.distinguishing is not None]
    places = [each.places["shifted"] for each in trained if each.world in ASKED_RIGHT]
    broken = sum(place.capability < 0.5 for place in places)
    elsewhere = sum(place.capability >= 0.5 and place.goal < 0.5 for place in places)
    outcome = text_of(skill().outcome)
    assert f"Of {broken + elsewhere} such agents it finds {broken}." in outcome
    assert f"The other {elsewhere} have kept their skill" in outcome


def test_fewer_than_one_in_ten_have_broken_down():
    missing = missing_the_goal(agents())
    scenarios = [each.places["shifted"].scenario for each in missing]
    assert set(scenarios) == {ELSEWHERE, INCAPABLE}
    assert 0 < scenarios.count(INCAPABLE) < 0.1 * len(missing)
