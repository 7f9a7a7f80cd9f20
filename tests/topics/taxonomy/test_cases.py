"""The cases of the classification game: enough of each class, cited, and plainly told."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import test_prose as prose
from pybtex.database import Entry, parse_file

from misgen.topics.taxonomy.cases import KINDS, cases, orders, read_cases

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "site"))  # at the end: the scripts import each other

import citations  # noqa: E402

GIVEN_AWAY = re.compile(r"specification|gaming|misgeneral|capab|proxy|proxies|hack|shortcut", re.I)
ENTRIES = parse_file(str(ROOT / "references.bib")).entries

each_case = pytest.mark.parametrize("case", cases(), ids=lambda case: case.key)


def sentences(text: str) -> list[str]:
    return prose.sentences(text)


def address(entry: Entry) -> str:
    fields = entry.fields
    return (
        f"https://arxiv.org/abs/{fields['eprint']}" if "eprint" in fields else fields.get("url", "")
    )


# ------------------------------------------------------------------------------ the cases


def test_there_are_at_least_24_cases_and_at_least_4_of_each_class():
    counts = Counter(case.kind for case in cases())
    assert len(cases()) >= 24
    assert set(counts) == set(KINDS)
    assert min(counts.values()) >= 4


@each_case
def test_each_source_is_in_the_bibliography_under_the_same_name_and_address(case):
    for reference in case.references:
        entry = ENTRIES[reference.key]
        author, year = citations.label(entry).rsplit(", ", 1)
        assert reference.label == f"{author} ({year})"
        assert reference.url == address(entry)


@each_case
def test_a_story_is_two_to_four_sentences_and_does_not_name_its_class(case):
    assert 2 <= len(sentences(case.story)) <= 4
    assert not GIVEN_AWAY.search(f"{case.title} {case.story}")


@each_case
def test_no_sentence_is_too_long_and_the_words_are_plain(case):
    text = " ".join([case.story, case.why, *case.why_not.values()])
    filler = rf"\b(?:{'|'.join(map(re.escape, prose.FILLER))})\b"
    assert max(map(prose.word_count, sentences(text))) <= prose.LONGEST_SENTENCE
    assert not re.search(filler, text, re.I)
    assert not [word for word in prose.SPELLING if re.search(rf"\b(?:{word})\b", text, re.I)]


@each_case
def test_an_explanation_has_at_least_two_sentences_of_its_own(case):
    own = set(sentences(case.why)) - set(sentences(case.story))
    assert len(own) >= 2


@each_case
def test_each_other_class_is_refused_in_one_to_three_sentences(case):
    assert set(case.why_not) == {kind.key for kind in KINDS} - {case.kind.key}
    assert all(1 <= len(sentences(text)) <= 3 for text in case.why_not.values())


def test_no_explanation_is_told_twice():
    texts = [text for case in cases() for text in (case.why, *case.why_not.values())]
    told = Counter(sentence for text in texts for sentence in sentences(text))
    assert [sentence for sentence, count in told.items() if count > 1] == []


# ---------------------------------------------------------------------------- the reading

SOURCE = '[sources]\na2000 = { label = "A (2000)", url = "" }\n'
CASE = """[[case]]
id = "{id}"
title = "{title}"
kind = "{kind}"
story = "{story}"
why = "{why}"
not = {{ {others} }}
sources = {sources}
"""
GOOD = {
    "id": "one", "title": "One", "kind": "gaming", "story": "It ran.", "why": "It was asked to.",
    "others": 'misgeneralization = "No.", capability = "No.", unknown = "No."',
    "sources": '["a2000"]',
}  # fmt: skip


def test_a_case_is_read_with_its_class_and_its_sources():
    (case,) = read_cases(CASE.format(**GOOD) + SOURCE)
    assert (case.key, case.title, case.story, case.why) == (
        "one",
        "One",
        "It ran.",
        "It was asked to.",
    )
    assert case.kind == KINDS[0]
    assert case.why_not == dict.fromkeys(("misgeneralization", "capability", "unknown"), "No.")
    assert [reference.label for reference in case.references] == ["A (2000)"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"story": ""}, "Give the case 'one' a story"),
        ({"why": ""}, "Give the case 'one' a why"),
        ({"others": ""}, "Give the case 'one' a not"),
        ({"others": 'unknown = "No."'}, "why the case 'one' is not misgeneralization, capability"),
        ({"sources": "[]"}, "Give the case 'one' a sources"),
        ({"kind": "luck"}, "one of the kinds gaming, misgeneralization"),
        ({"sources": '["b2001"]'}, "Add the source 'b2001' of the case 'one'"),
    ],
)
def test_an_incomplete_case_is_refused_in_one_sentence(change, message):
    with pytest.raises(ValueError, match=message):
        read_cases(CASE.format(**GOOD | change) + SOURCE)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"title": "Two", "story": "It stood."}, "the same key, 'one'"),
        ({"id": "two", "story": "It stood."}, "the same title, 'One'"),
        ({"id": "two", "title": "Two"}, "the same story, 'It ran.'"),
    ],
)
def test_a_case_told_twice_is_refused(other, message):
    with pytest.raises(ValueError, match=message):
        read_cases(CASE.format(**GOOD) + CASE.format(**GOOD | other) + SOURCE)


def test_a_source_named_twice_or_never_is_refused():
    again = SOURCE.split("\n", 1)[1]
    with pytest.raises(ValueError, match="overwrite"):
        read_cases(CASE.format(**GOOD) + SOURCE + again)
    with pytest.raises(ValueError, match="No case has the source 'b2001'"):
        read_cases(CASE.format(**GOOD) + SOURCE + again.replace("a2000", "b2001"))


# --------------------------------------------------------------------------- the shuffles


def test_each_order_has_every_case_once_and_every_class_in_its_first_round():
    kinds = np.array([KINDS.index(case.kind) for case in cases()])
    for order in orders(cases(), 50, first=8):
        assert sorted(order) == list(range(len(cases())))
        assert set(kinds[order[:8]]) == {0, 1, 2, 3}


def test_an_order_depends_on_its_number_alone():
    five, three = orders(cases(), 5, first=8), orders(cases(), 3, first=8)
    assert np.array_equal(five[:3], three)
    assert len({tuple(order) for order in five.tolist()}) == 5


@pytest.mark.parametrize("first", [3, 1000])
def test_a_round_that_cannot_hold_every_class_is_refused(first):
    with pytest.raises(ValueError, match=f"4 to {len(cases())} cases long, not {first}"):
        orders(cases(), 1, first=first)
