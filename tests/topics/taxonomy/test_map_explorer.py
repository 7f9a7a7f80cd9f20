from __future__ import annotations

import re

import numpy as np
import pytest
import small_maps

from misgen.explore import Source
from misgen.explore.base import text_of
from misgen.explore.pack import unpack
from misgen.topics.taxonomy.book_map import WORLDS
from misgen.topics.taxonomy.map_explorer import BookMap

SOURCE = Source("Six agents.")


@pytest.fixture
def book_map() -> BookMap:
    return BookMap(small_maps.agents(), SOURCE)


def arrays(book_map: BookMap) -> dict:
    return unpack(book_map.table["layout"], book_map.data)


def test_what_is_packed_leads_back_to_every_agent(book_map):
    read, table = arrays(book_map), book_map.table
    for i, agent in enumerate(small_maps.agents()):
        training = table["trainings"][read["training"][i]]
        seed = table["controls"]["seed"]["values"][read["seed"][i] + 1]
        assert f"{training['slug']}-s{seed}" == agent.id
        assert table["worlds"][training["world"]]["id"] == agent.world
        assert table["links"][i] == [int(agent.replay), agent.link.address]


def test_places_are_packed_to_a_thousandth_and_missing_ones_stay_missing(book_map):
    read = arrays(book_map)
    for seen in ("shifted", "flipped"):
        for i, agent in enumerate(small_maps.agents()):
            place = agent.places.get(seen)
            expected = (place.capability, place.goal) if place else (np.nan, np.nan)
            packed = (read[f"capability.{seen}"][i], read[f"goal.{seen}"][i])
            assert packed == pytest.approx(expected, abs=1e-3, nan_ok=True)


def test_agents_that_did_what_was_asked_for_are_told_apart(book_map):
    assert arrays(book_map)["asked"].tolist() == [0, 0, 0, 0, 0, 1]
    assert [each["name"] for each in book_map.table["scenarios"]][-1] == "asked"


def test_an_untrained_agent_fits_no_share_of_training(book_map):
    assert arrays(book_map)["distinguishing"].tolist() == [0, 0, 255, 1, 0, 0]
    assert book_map.table["controls"]["distinguishing"]["values"] == ["all", "0", "2"]


@pytest.mark.parametrize(
    ("choices", "count"),
    [({}, 6), ({"world": "coinrun"}, 4), ({"distinguishing": "0"}, 4), ({"seed": "0"}, 2),
     ({"world": "tree-gridworld", "seed": "1"}, 0), ({"distinguishing": "2", "seed": "3"}, 1)],
)  # fmt: skip
def test_choices_narrow_the_agents(book_map, choices, count):
    assert len(book_map.chosen(**choices)) == count


def test_the_sentence_counts_each_scenario(book_map):
    assert book_map.sentence() == (
        "6 agents are on the map. Capable, mostly with the intended goal: 1. Capable, mostly with "
        "another goal: 2. Not capable: 2. Did what was asked for: 1."
    )


def test_an_agent_without_the_control_is_not_counted_in_it(book_map):
    assert text_of(book_map.say(seen="flipped")).endswith(
        "another goal: 0. Not capable: 4. Did what was asked for: 0."
    )
    said = text_of(book_map.say(seen="flipped", world="tree-gridworld"))
    assert said.startswith("No agent fits these choices.")


def test_one_agent_is_told_in_the_singular(book_map):
    assert text_of(book_map.say(distinguishing="2")).startswith("1 agent is on the map. ")


def test_the_indices_are_defined_for_each_world_below_the_picture(book_map):
    definitions, _ = book_map.numbers().split("</details>", 1)
    assert "Capability index: The share of levels with a moved coin" in definitions
    assert re.findall(r"<b>(.+?)\.</b>", definitions) == ["CoinRun", "Tree Gridworld"]


def test_the_table_has_means_and_intervals_over_seeds(book_map):
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(\d)</td><td>(.*?)</td><td>(.*?)</td>',
                      book_map.numbers())  # fmt: skip
    assert rows[0][1:] == ("2", "97 % [84, 100]", "40 % [0, 100]")
    assert rows[2][1:] == ("1", "0 %", "none")


def test_worlds_are_in_the_order_of_the_book_and_have_different_marks():
    assert [world.chapter for world in WORLDS.values()] == [1, 3, 4, 5]
    assert len({world.mark for world in WORLDS.values()}) == len(WORLDS)


def test_no_agents_are_refused():
    with pytest.raises(ValueError, match="at least one agent"):
        BookMap([], SOURCE)


def test_two_agents_of_one_name_are_refused():
    with pytest.raises(ValueError, match="Two agents are called 'coinrun-dial-0-s0'"):
        BookMap([*small_maps.agents(), small_maps.agents()[0]], SOURCE)
