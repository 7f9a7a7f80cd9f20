"""What the table of contents says: parts, chapters and their companions."""

from __future__ import annotations

from pathlib import Path

import pytest

TOC = """\
format: jb-book
root: intro
parts:
- caption: Chapters
  chapters:
  - file: a
    sections:
    - file: b
    - file: c
  - file: d
- chapters:
  - file: terms
"""


@pytest.fixture
def toc(tmp_path) -> Path:
    file = tmp_path / "_toc.yml"
    file.write_text(TOC)
    return file


def test_companions_are_the_sections_below_a_page(tools, toc):
    assert tools("contents").companions(toc) == {"a": ["b", "c"], "d": [], "terms": []}


def test_a_part_has_its_companions_behind_their_chapters(tools, toc):
    assert tools("contents").parts_in(toc) == [
        ("", ["intro"]),
        ("Chapters", ["a", "b", "c", "d"]),
        ("", ["terms"]),
    ]


def test_the_pages_of_the_parts_are_those_of_the_book_in_its_order(tools, toc, root):
    contents = tools("contents")
    for file in (toc, root / "_toc.yml"):
        pages = [page for _, part in contents.parts_in(file) for page in part]
        assert pages == contents.page_names(file)
