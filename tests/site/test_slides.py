"""The slides in a browser: each deck shows the figures of its chapter, and nothing around them."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import HTML, ROOT, Visit, happens, load_tool

pytestmark = pytest.mark.site

DECKS = sorted(path.stem for path in (ROOT / "slides").glob("*.md"))
CHAPTERS = [deck for deck in DECKS if deck != "index"]
READY = "window.Reveal?.isReady()"
# A guess among them: what is asked on a slide is still to be asked.
SHOWN = """figure => {
  const explorer = document.getElementById(figure);
  return explorer?.dataset.mounted && explorer.checkVisibility();
}"""
OTHERS = """figure => [...document.querySelectorAll("header, nav, h1, h2, footer, .misgen-view")]
  .filter((part) => part.id !== figure && !part.closest(`#${figure}`) && part.checkVisibility())
  .map((part) => part.outerHTML.slice(0, 80))"""
# One below the other, and without the figures, which are pages with tests of their own.
ALL_AT_ONCE = """() => {
  const style = new CSSStyleSheet();
  style.replaceSync(`.reveal .slides, .reveal .slides section {
    position: static !important; display: block !important; visibility: visible !important;
    height: auto !important; opacity: 1 !important; transform: none !important;
  }`);
  document.adoptedStyleSheets = [style];
  for (const frame of document.querySelectorAll("iframe")) frame.remove();
  for (const slide of document.querySelectorAll(".slides section")) {
    slide.hidden = false;
    slide.removeAttribute("aria-hidden");
  }
}"""
HEIGHT = "document.documentElement.scrollHeight <= innerHeight"
BREADTH = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def opened(visit: Callable[..., Visit], site: str) -> Callable[..., Visit]:
    def open_deck(deck: str, slide: int = 0, **options: Any) -> Visit:
        visited = visit(f"{site}/slides/{deck}.html#/{slide}", covered=True, **options)
        assert happens(visited.page, READY)
        return visited

    return open_deck


def figures_of(deck: str) -> list[tuple[int, str]]:
    """Returns on which slides of a deck figures are, and which."""
    html = (HTML / "slides" / f"{deck}.html").read_text(encoding="utf-8")
    slides = html.split("<section >\n<section >")[1:]
    found = [(i, re.search(r'data-src="[^"]*#([\w-]+)"', slide)) for i, slide in enumerate(slides)]
    return [(i, match[1]) for i, match in found if match]


def test_each_chapter_has_a_deck_and_the_guide_leads_to_it():
    guide = (ROOT / "chapters" / "appendix" / "instructors.md").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r'href="\.\./\.\./slides/(\w+)\.html"', guide))) == CHAPTERS
    assert len(CHAPTERS) == 6


def test_each_slide_has_notes_for_the_speaker():
    for deck in CHAPTERS:
        html = (HTML / "slides" / f"{deck}.html").read_text(encoding="utf-8")
        slides = html.split("<section >\n<section >")[1:]
        assert len(slides) > 7
        assert all('<aside class="notes">' in slide for slide in slides), deck


@pytest.mark.parametrize("deck", CHAPTERS)
def test_each_figure_of_a_deck_works_and_stands_alone(opened, deck):
    visited = opened(deck)
    figures = figures_of(deck)
    assert len(figures) >= 3
    for slide, figure in figures:
        visited.page.evaluate("slide => Reveal.slide(slide)", slide)
        frame = visited.page.wait_for_selector(f"section.present iframe[src$='#{figure}']")
        inside = frame.content_frame()
        assert happens(inside, SHOWN, figure), figure
        assert inside.evaluate(OTHERS, figure) == []
        assert inside.evaluate(BREADTH) <= 0
        if "whole" in (frame.get_attribute("class") or ""):
            assert happens(inside, HEIGHT, None, 30_000), f"{figure} is taller than its slide"
    assert visited.errors == visited.foreign == []


def test_a_slider_on_a_slide_moves_and_the_arrow_keys_turn_the_slides(opened):
    visited = opened("coinrun", dict(map(reversed, figures_of("coinrun")))["explorer-dial"])
    page = visited.page
    frame = page.wait_for_selector("section.present iframe[src]").content_frame()
    slider = frame.locator("#explorer-dial .misgen-view input[type=range]").last
    before = slider.get_attribute("aria-valuetext")
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") != before
    page.locator(".reveal .controls .navigate-right").click()
    here = page.evaluate("Reveal.getIndices().h")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == here + 1


def test_the_notes_open_in_a_window_of_their_own(opened):
    visited = opened("coinrun", 2)
    with visited.page.context.expect_page() as window:
        visited.page.keyboard.press("s")
    said = "() => document.body.innerText.includes('The reward is right.')"
    assert happens(window.value, said)
    assert visited.errors == visited.foreign == []


def test_the_policy_allows_the_script_of_that_window_and_no_other():
    package = Path(importlib.util.find_spec("sphinx_revealjs").origin).parent
    view = (package / "_static/revealjs/plugin/notes/speaker-view.html").read_text("utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", view, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" == load_tool("policy").SPEAKER_VIEW


@pytest.mark.parametrize(
    ("deck", "theme"), [*((deck, "light") for deck in DECKS), ("rewards", "dark")]
)
def test_axe_finds_nothing_on_slides(opened, axe, deck, theme):
    page = opened(deck, color_scheme=theme).page
    page.evaluate(ALL_AT_ONCE)
    assert page.locator(".slides > section > section").last.is_visible()
    assert axe(page) == []


def test_a_figure_alone_covers_nothing_and_passes_no_prediction_over(visit, site):
    visited = visit(f"{site}/chapters/coinrun.html?alone#explorer-dial", covered=True)
    assert happens(visited.page, SHOWN, "explorer-dial")
    kept = "Object.keys(localStorage).filter((name) => name.startsWith('misgen.guess.'))"
    assert visited.page.evaluate(kept) == []
    assert visited.errors == []


def test_an_address_without_a_figure_shows_the_page(visit, site):
    page = visit(f"{site}/chapters/coinrun.html?alone#explorer-gone").page
    assert page.locator(".bd-article h1").is_visible()
