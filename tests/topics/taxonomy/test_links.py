from __future__ import annotations

import re

import pytest

from misgen.topics.taxonomy.links import CHAPTERS, Link


def test_an_address_holds_the_state_as_the_pages_host_writes_it():
    state = {"feedback": 0.02, "random": False, "day": 300, "name": "a b"}
    assert Link("tree_gridworld", "recommender", state).address == (
        "tree_gridworld.html?recommender.feedback=0.02&recommender.random=false"
        "&recommender.day=300&recommender.name=a+b#explorer-recommender"
    )


def test_a_link_without_a_state_leads_to_the_explorer_as_it_opens():
    assert Link("coinrun", "duel").address == "coinrun.html#explorer-duel"


@pytest.mark.parametrize(("value", "text"), [(2.0, "2"), (0.1 + 0.2, "0.3"), (1e-06, "1e-06")])
def test_numbers_are_written_without_the_noise_of_binary_fractions(value, text):
    assert (
        Link("coinrun", "dial", {"x": value}).address == f"coinrun.html?dial.x={text}#explorer-dial"
    )


@pytest.mark.parametrize("given", [{}, {"key": "dial", "section": "quiz"}])
def test_a_link_leads_to_one_place(given):
    with pytest.raises(ValueError, match="either the key of an explorer or a section"):
        Link("coinrun", **given)


def test_a_section_has_no_state():
    with pytest.raises(ValueError, match="Only an explorer has a state"):
        Link("coinrun", section="quiz", state={"seed": 1})


def test_a_page_that_is_no_chapter_is_refused():
    with pytest.raises(ValueError, match="A page is one of distributions, rewards"):
        Link("dogs", "dogs")


def test_the_chapters_are_in_the_order_of_the_table_of_contents(root):
    contents = (root / "_toc.yml").read_text()
    places = [contents.find(f"chapters/{name}\n") for name in CHAPTERS]
    there = [place for place in places if place >= 0]
    assert len(there) >= 4
    assert there == sorted(there)


def test_the_chapters_have_the_numbers_of_the_table_of_contents_and_of_the_intro(root):
    listed = re.findall(r"- file: chapters/(\w+)$", (root / "_toc.yml").read_text(), re.M)
    numbers = {name: i for i, name in enumerate(listed, start=1)}
    rows = re.findall(r"\*\*(\d+)\. \[[^]]+\]\(chapters/(\w+)\.", (root / "intro.md").read_text())
    assert numbers == CHAPTERS
    assert {name: int(number) for number, name in rows} == CHAPTERS
