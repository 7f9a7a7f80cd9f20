"""How long a chapter takes to read, as the page says it."""

from __future__ import annotations

import re

import pytest
from browsing import ROOT, load_tool
from docutils import nodes

LINE = re.compile(
    r"(\d+) minutes? of text( · (\d+) interactive figures?)? · "
    r"the code runs in \d+ (second|minute)s?"
)


@pytest.fixture
def prose(tools):
    """The part of the extension that writes the line."""
    return tools("prose")


def test_only_running_text_is_counted(prose):
    section = nodes.section(
        "",
        nodes.title("", "Two words"),
        nodes.paragraph("", "", nodes.Text("three more words"), nodes.strong("", "four")),
        nodes.literal_block("", "import misgen as code"),
        nodes.raw("", "<p>an explorer</p>", format="html"),
        nodes.math_block("", "x = 1 + 1"),
    )
    assert prose.words_in(section) == 6


def test_a_quiz_is_no_interactive_figure(prose):
    modules = ("topics/a/quiz-of-coins", *(f"explore/js/{m}" for m in ("quiz", "predict", "dial")))
    html = "".join(f'<div class="misgen-explorer" id="e" data-module="{m}">' for m in modules)
    assert prose.figures_in(nodes.section("", nodes.raw("", html, format="html"))) == 2


def test_the_longest_duration_in_seconds_is_a_minute_and_a_half(prose):
    assert prose.effort(100, 0, 0.1) == "1 minute of text · the code runs in 1 second"
    assert prose.effort(100, 0, 90).endswith("the code runs in 90 seconds")
    assert prose.effort(100, 0, 91).endswith("the code runs in 2 minutes")


@pytest.mark.site
def test_each_chapter_and_no_other_page_says_how_long_it_takes(html, root, page_name):
    page = (html / page_name).read_text(encoding="utf-8")
    is_chapter = (root / page_name).with_suffix(".ipynb").is_file()
    assert page.count('class="misgen-effort"') == is_chapter
    if not is_chapter:
        return
    told = LINE.fullmatch(re.search(r'</h1>\s*<p class="misgen-effort">([^<]*)</p>', page)[1])
    assert least_minutes(page_name) <= int(told[1]) <= 60
    explorers = re.findall(r'<div class="misgen-explorer"[^>]*>', page)
    shown = [tag for tag in explorers if not re.search("explore/js/quiz|data-prediction", tag)]
    assert int(told[3] or 0) == len(shown)


def least_minutes(page_name: str) -> int:
    """A chapter is no leaflet; a companion goes into a single question of it."""
    chapters = load_tool("contents").companions(ROOT / "_toc.yml")
    return 5 if page_name.removesuffix(".html") in chapters else 3
