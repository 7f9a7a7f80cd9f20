"""The page of cases: all of them, class by class, with their sources cited."""

from __future__ import annotations

import re

from misgen.topics.taxonomy.cases import KINDS, cases
from misgen.topics.taxonomy.report import cases_page, entry


def test_the_page_has_each_case_once_under_its_class():
    parts = re.split(r"^## (.+)$", cases_page(), flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert list(sections) == [kind.name for kind in KINDS]
    for kind in KINDS:
        titles = [case.title for case in cases() if case.kind == kind]
        assert re.findall(r"^### (.+)$", sections[kind.name], re.MULTILINE) == titles


def test_an_entry_tells_the_story_the_reason_and_the_sources():
    case = next(case for case in cases() if case.key == "solved")
    heading, story, reason = entry(case).split("\n\n")
    assert (heading, story) == (f"### {case.title}", case.story)
    assert reason == f"**Why.** {case.why} {{cite:p}}`cobbe2019,langosco2022`"


def test_the_page_says_how_many_there_are_and_what_the_classes_mean():
    page = cases_page()
    assert f"the {len(cases())} cases" in page
    assert all(kind.meaning in page for kind in KINDS)
