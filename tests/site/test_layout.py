"""How a page is laid out: what the first screen shows, how long it is, what stands by what."""

from __future__ import annotations

from typing import Any

import pytest
from browsing import ROOT, happens, load_tool

pytestmark = pytest.mark.site

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
LONGEST = 16_000  # pixels at 1280, with nothing unfolded
CHAPTERS_HELD = 3  # so many, with their companions; the others follow
IMPORTS_ON_SCREEN = """(bottom) => [...document.querySelectorAll(".cell_input pre")]
  .filter((code) => code.checkVisibility() && code.getBoundingClientRect().top + scrollY < bottom)
  .map((code) => code.innerText).filter((text) => /^(from|import) /m.test(text))"""
CUT_LINES = """() => [...document.querySelectorAll(".bd-article pre")]
  .filter((pre) => pre.checkVisibility() && pre.scrollWidth > pre.clientWidth + 1)
  .map((pre) => pre.innerText.slice(0, 120))"""


def held_pages() -> list[str]:
    """The intro, the first chapters and their companions, as `_toc.yml` has them."""
    companions = load_tool("contents").companions(ROOT / "_toc.yml")
    chapters = [page for page in companions if page.startswith("chapters/")][:CHAPTERS_HELD]
    names = ["intro", *(page for chapter in chapters for page in (chapter, *companions[chapter]))]
    return [f"{name}.html" for name in names]


def test_the_first_screen_shows_no_imports(at_desk):
    assert at_desk.page.evaluate(IMPORTS_ON_SCREEN, DESK["height"]) == []


@pytest.mark.parametrize("held", held_pages())
def test_a_page_can_be_read_to_its_end(visit, site, held):
    visited = visit(f"{site}/{held}", viewport=DESK)
    visited.scroll_through()
    assert visited.page.evaluate("document.documentElement.scrollHeight") <= LONGEST


def test_no_line_of_code_or_of_what_it_prints_is_cut(at_desk):
    assert at_desk.page.evaluate(CUT_LINES) == []


def test_no_line_is_cut_on_a_phone_either(on_phone):
    assert on_phone.page.evaluate(CUT_LINES) == []


def up_again(page: Any) -> Any:
    """Goes down a page and up a little, which is when the theme offers the way to the top."""
    page.wait_for_load_state("load")
    page.mouse.wheel(0, 3000)
    page.wait_for_function("scrollY > 1000")
    page.mouse.wheel(0, -400)
    return page.locator("#pst-back-to-top")


@pytest.mark.parametrize(("viewport", "is_offered"), [(DESK, True), (PHONE, False)])
def test_the_way_to_the_top_floats_over_no_text_of_a_phone(visit, site, viewport, is_offered):
    page = visit(f"{site}/chapters/coinrun.html", viewport=viewport).page
    button = up_again(page)
    appears = "id => document.getElementById(id).checkVisibility()"
    assert happens(page, appears, "pst-back-to-top", 5000) == is_offered
    assert button.is_visible() == is_offered
