from __future__ import annotations

import re

import pytest
from browsing import load_tool

from misgen.topics.taxonomy.links import CHAPTERS, Link


def test_an_address_holds_the_state_as_the_pages_host_writes_it():
    state = {"feedback": 0.02, "random": False, "day": 300, "name": "a b"}
    assert Link("induced_shift", "recommender", state).address == (
        "induced_shift.html?recommender.feedback=0.02&recommender.random=false"
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
    with pytest.raises(ValueError, match="A page is one of distributions, coin_grid"):
        Link("dogs", "dogs")


def test_the_chapters_have_the_numbers_and_the_order_of_the_table_of_contents(root):
    pages = load_tool("contents").companions(root / "_toc.yml")
    chapters = {page: below for page, below in pages.items() if (root / f"{page}.ipynb").is_file()}
    numbers = [
        (page.removeprefix("chapters/"), number)
        for number, (chapter, below) in enumerate(chapters.items(), start=1)
        for page in (chapter, *below)
    ]
    assert list(CHAPTERS.items()) == numbers


def test_the_intro_lists_the_chapters_with_their_numbers_and_their_companions_below_them(root):
    text = (root / "intro.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:\*\*(\d+)\. )?\[[^]]+\]\(chapters/(\w+)\.", text, re.MULTILINE)
    numbers = list(CHAPTERS.values())
    # a companion has none in the table
    shown = [n if n not in numbers[:i] else None for i, n in enumerate(numbers)]
    assert [int(number) if number else None for number, _ in rows] == shown
    assert [name for _, name in rows] == list(CHAPTERS)
