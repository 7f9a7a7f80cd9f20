"""What is asked before the map and the panel on agents and devices, and what came out."""

from __future__ import annotations

from misgen.explore.base import text_of
from misgen.topics.taxonomy.agents import agents
from misgen.topics.taxonomy.book_map import ELSEWHERE, INCAPABLE
from misgen.topics.taxonomy.directedness_explorer import WALKERS, measured
from misgen.topics.taxonomy.predictions import ASKED_RIGHT, agent_or_device, missing_the_goal, skill


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


def test_what_came_out_of_the_device_are_the_nats_of_the_panel_at_its_end():
    corner = measured()["corner"][:, 0, :, -1].mean(axis=-1)
    agent, device = (corner[list(WALKERS).index(name)] for name in ("ambiguous", "device"))
    outcome = text_of(agent_or_device().outcome)
    assert f"by {agent:.2f} nats a decision" in outcome
    assert f"and by {device:.2f} nats for the device." in outcome


def test_the_corner_foretells_the_device_about_as_well_as_every_agent():
    for goal in ("corner", "corner_past"):
        nats = measured()[goal][:, 0, :, -1]
        gap = nats[list(WALKERS).index("device")] - nats[list(WALKERS).index("ambiguous")]
        assert 0 < gap.min() <= gap.max() < 0.04
