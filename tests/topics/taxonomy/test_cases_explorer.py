import re
from html import unescape

import numpy as np
import pytest

from misgen.explore.pack import unpack
from misgen.topics.taxonomy.cases import KINDS, cases, orders
from misgen.topics.taxonomy.cases_explorer import ORDERS, ROUND, Cases


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def test_every_case_travels_with_its_class_its_explanation_and_its_sources():
    table = Cases().table
    assert [entry["title"] for entry in table["cases"]] == [case.title for case in cases()]
    for entry, case in zip(table["cases"], cases(), strict=True):
        assert table["kinds"][entry["kind"]]["name"] == case.kind.name
        assert (entry["story"], entry["why"]) == (case.story, case.why)
        refused = dict(zip((kind.key for kind in KINDS), entry["whyNot"], strict=True))
        assert refused.pop(case.kind.key) == ""
        assert refused == case.why_not
        assert [s["label"] for s in entry["sources"]] == [r.label for r in case.references]


def test_the_orders_are_those_of_the_package():
    explorer = Cases(length=6)
    shuffles = unpack(explorer.table["layout"], explorer.data)["shuffles"]
    assert np.array_equal(shuffles, orders(cases(), ORDERS, first=6))
    assert explorer.table["rounds"] == [6, len(cases())]
    assert explorer.table["orders"] == list(range(ORDERS))


def test_the_state_holds_the_round_and_the_order_but_no_answer():
    assert Cases(order=7).state == {"round": ROUND, "order": 7}


def test_on_paper_the_stories_come_first_and_the_answers_wait_in_an_element_that_opens():
    before, after = Cases().numbers().split("<details>")
    for case in cases():
        assert case.story in plain(before)
        assert case.why not in plain(before)
        assert f"{case.title}: {case.kind.name.lower()}. {case.why}" in plain(after)
        assert all(reference.label in plain(after) for reference in case.references)


def test_on_paper_the_cases_are_shuffled_so_that_neighbours_give_nothing_away():
    stories, _ = Cases(order=3).numbers().split("<details>")
    titles = re.findall(r"<li><b>([^<]+)\.</b>", stories)[len(KINDS) :]
    shuffled = [cases()[i].title for i in orders(cases(), 4, first=ROUND)[3]]
    assert [unescape(title) for title in titles] == shuffled


def test_a_source_that_is_on_the_web_is_a_link_and_another_one_is_text():
    answers = Cases().numbers()
    assert '<a href="https://arxiv.org/abs/2105.14111">Langosco et al. (2022)</a>' in answers
    assert "<span>Randløv and Alstrøm (1998).</span>" in answers


def test_the_sentence_counts_the_cases_of_each_class():
    three = [case for case in cases() if case.key in ("boat", "coinrun", "noise")]
    one_more = [*three, cases()[-1]]
    assert Cases(one_more, length=4).sentence() == (
        "What went wrong here? 4 real cases to classify: specification gaming 1, goal "
        "misgeneralization 1, capability failure 1, cannot tell from the outside 1."
    )


@pytest.mark.parametrize("order", [-1, ORDERS])
def test_an_order_that_does_not_exist_is_refused(order):
    with pytest.raises(ValueError, match=f"an order from 0 to {ORDERS - 1}, not {order}"):
        Cases(order=order)
