"""What the last page says in numbers, against the ledgers and the first page."""

from __future__ import annotations

import re

import pytest
from test_prose import OUTLOOK, ROOT, markdown_of, without_code

import misgen
from misgen.ledger.published import Results
from misgen.topics.coin_grid.experiment import SETTINGS, STEPS
from misgen.topics.tree_gridworld.experiment import with_one
from misgen.topics.tree_gridworld.published import runs

PAGE = " ".join(markdown_of(OUTLOOK).split())


def told(sentence: str) -> bool:
    return sentence in without_code(PAGE)


def goal(results: Results) -> float:
    return results.estimate("shifted", "goal").mean


def test_the_page_types_no_rate_by_hand():
    assert re.findall(r"\d+(?:\.\d+)?\s?%", without_code(PAGE)) == []


def test_one_level_in_a_hundred_did_about_half_of_it_in_coinrun():
    assert told("In CoinRun one in a hundred brought about half of what one in two brings")
    ledger = misgen.results("CoinRun")
    none, few, half = (goal(ledger.where(share)) for share in (0.0, 0.01, 0.5))
    assert 0.45 < (few - none) / (half - none) < 0.6


def test_agents_that_see_two_numbers_needed_between_one_level_in_twenty_and_one_in_ten():
    assert told("agents that see places as two numbers needed between one in twenty and one in ten")
    options = {"encoding": "coordinates"}
    of = {
        share: goal(misgen.results("CoinGrid").where(share, steps=STEPS, options=options))
        for share in SETTINGS
    }
    assert of[0.05] < of[0.0] + 0.05
    assert of[0.1] > 0.9


def test_one_scarce_forest_in_two_did_nothing():
    assert told("And in the forest one in two did nothing")
    for share in (0.0, 0.5):
        assert (
            min(run.ending.extinct for run in runs(with_one("distinguishing", share)).runs) > 0.95
        )


@pytest.mark.parametrize("number", ["86 of 100 pairs"])
def test_what_is_told_of_the_study_is_what_the_first_page_tells(number):
    assert told(f"in {number}")
    assert number in " ".join(markdown_of(ROOT / "intro.md").split())


def test_there_are_ten_questions_and_each_leads_to_a_chapter():
    page = markdown_of(OUTLOOK)
    questions = re.split(r"^\d+\. ", page.split("## Ten questions")[1], flags=re.MULTILINE)[1:]
    assert len(questions) == 10
    assert all(re.search(r"\]\(\w+\.ipynb\)", question) for question in questions)


def test_the_opening_case_is_answered_with_every_chapter():
    answer = markdown_of(OUTLOOK).split("## Ten questions")[0]
    chapters = re.findall(r"^- \*\*\[[\w ]+\]\((\w+)\.ipynb\)", answer, flags=re.MULTILINE)
    assert chapters == [
        "distributions", "rewards", "coinrun", "tree_gridworld", "assistant", "taxonomy"
    ]  # fmt: skip
