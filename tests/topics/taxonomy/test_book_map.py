from __future__ import annotations

import json
import math
import re
import subprocess
import sys

from misgen.ledger.published import results
from misgen.topics.taxonomy.book_map import SEEN, WORLDS
from misgen.topics.taxonomy.published import agents
from misgen.topics.tree_gridworld.published import all_runs


def of_world(world: str) -> list:
    return [agent for agent in agents() if agent.world == world]


def anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def sections(root, page: str) -> set[str]:
    cells = json.loads((root / "chapters" / f"{page}.ipynb").read_text())["cells"]
    texts = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    return {anchor(h) for text in texts for h in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def test_every_agent_of_the_ledgers_is_on_the_map_once():
    assert len(of_world("coinrun")) == len(results("CoinRun").trials)
    assert len(of_world("coin-grid")) == len(results("CoinGrid").trials)
    assert len(of_world("tree-gridworld")) == len(all_runs())
    assert len({agent.id for agent in agents()}) == len(agents())


def test_indices_are_shares_and_a_missing_goal_index_means_no_capability():
    for agent in agents():
        for place in agent.places.values():
            assert 0 <= place.capability <= 1
            assert 0 <= place.goal <= 1 or (math.isnan(place.goal) and place.capability == 0)


def test_only_worlds_with_a_flipped_control_have_a_flipped_place():
    flipped = {agent.world for agent in agents() if "flipped" in agent.places}
    assert flipped == {"coin-grid", "coinrun"}
    assert all("shifted" in agent.places and set(agent.places) <= set(SEEN) for agent in agents())


def test_worlds_are_in_the_order_of_the_book_and_have_different_marks():
    assert [world.chapter for world in WORLDS.values()] == [1, 3, 4, 5]
    assert len({world.mark for world in WORLDS.values()}) == len(WORLDS)


def test_names_in_addresses_need_no_quoting():
    assert all(re.fullmatch(r"[a-z0-9.-]+", agent.id) for agent in agents())


def test_each_section_that_a_link_leads_to_is_a_heading_of_its_chapter(root):
    found = {(a.link.page, a.link.section) for a in agents() if a.link.section}
    assert found
    for page, section in found:
        assert section in sections(root, page), section


def test_a_replay_is_always_the_state_of_an_explorer():
    assert all(agent.link.state for agent in agents() if agent.replay)


def test_the_map_is_read_with_numpy_alone():
    code = (
        "import json, sys; from misgen.topics.taxonomy import book_experiments, published; "
        "published.agents(); print(json.dumps([name.split('.')[0] for name in sys.modules]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"torch", "gymnasium", "plotly", "anywidget", "stable_baselines3", "scipy", "tqdm"}
    assert heavy.isdisjoint(json.loads(run.stdout))
