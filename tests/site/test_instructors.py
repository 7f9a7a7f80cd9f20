"""The guide for instructors, and the frame that it gives, against the built site."""

from __future__ import annotations

import re
from html import unescape

import pytest
from book_links import problem_of
from browsing import happens, load_tool
from guide import ENTRIES, PAGE, frame_code, state_links

pytestmark = pytest.mark.site

LINKS = {link.address: link for link in state_links(PAGE)}
MAY_DIFFER = 2
"""Minutes by which the guide may lag behind the text of a page."""


@pytest.mark.parametrize("address_of", LINKS)
def test_each_link_leads_to_a_state_of_an_explorer_on_its_page(html, address_of):
    assert problem_of(LINKS[address_of]) is None


@pytest.mark.parametrize("title", ENTRIES)
def test_the_minutes_of_text_are_those_that_the_page_prints(html, title):
    name, minutes = re.search(r"\]\(\.\./(\w+)\.\w+\): (\d+) minutes", ENTRIES[title]).groups()
    page = (html / "chapters" / f"{name}.html").read_text(encoding="utf-8")
    printed = re.search(r'misgen-effort">(\d+) minutes? of text', page)
    if printed is None:
        assert "no code" in ENTRIES[title]
        return
    assert abs(int(printed[1]) - int(minutes)) <= MAY_DIFFER


# --------------------------------------------------------------------------- in a frame

STATE_SHOWN = """() => {
  const explorer = document.querySelector("#explorer-dial[data-mounted]");
  const box = explorer?.getBoundingClientRect();
  return box && box.top >= 0 && box.top < innerHeight / 2 && explorer.checkVisibility();
}"""


@pytest.fixture
def framed(tmp_path, site, visit):
    """A page of a course, from another origin, with the frame of the guide; nothing is kept yet."""
    served = load_tool("serve").served
    frame = frame_code().replace(load_tool("edition").address(), f"{site}/")
    (tmp_path / "course.html").write_text(f"<!doctype html><title>A course</title>{frame}")
    with served(tmp_path, headers={}) as course:
        assert course != site
        yield visit(f"{course}/course.html", covered=True)


def test_a_frame_shows_the_explorer_in_its_state_though_it_is_behind_a_prediction(framed):
    frame = framed.page.frames[1]
    assert happens(frame, STATE_SHOWN)
    asked = dict(re.findall(r"dial\.(\w+)=(\w+)", unescape(frame_code())))
    dial = frame.locator("#explorer-dial .misgen-view")
    assert dial.get_by_role("combobox", name="Seed").input_value() == asked["seed"]
    share = dial.locator("input[type=range]").last.get_attribute("aria-valuetext")
    assert share.startswith(f"{asked['distinguishing']} %")
    assert framed.errors == framed.foreign == []


BEFORE_THE_FIGURE = """document.addEventListener("readystatechange", () => {
  if (document.readyState === "interactive") {
    window.earlier = getComputedStyle(document.body).visibility;
  }
});"""


@pytest.mark.parametrize("anchor", ["explorer-dial", "no-such-figure"])
def test_a_figure_alone_is_never_seen_with_the_page_around_it(site, visit, anchor):
    """Not on a slow machine either, where the page would stand there until all of it is read."""
    page = visit(f"{site}/intro.html", covered=True).page
    page.add_init_script(BEFORE_THE_FIGURE)
    page.goto(f"{site}/chapters/coinrun.html?alone#{anchor}", wait_until="domcontentloaded")
    assert page.evaluate("window.earlier") == "hidden"
    assert page.evaluate("getComputedStyle(document.body).visibility") == "visible"
    # which is behind a prediction, and no mistyped address opens that
    shown = page.evaluate("document.getElementById('explorer-dial').checkVisibility()")
    assert shown == (anchor == "explorer-dial")


def test_a_slider_moves_in_a_frame(framed):
    frame = framed.page.frames[1]
    assert happens(frame, STATE_SHOWN)
    slider = frame.locator("#explorer-dial input[type=range]").last
    before = slider.input_value()
    slider.press("ArrowRight")
    assert slider.input_value() != before


def test_what_a_frame_keeps_is_listed_in_the_guide(framed):
    frame = framed.page.frames[1]
    assert happens(frame, STATE_SHOWN)
    frame.goto(frame.url.replace("alone&", ""))  # alone, a figure passes no prediction over
    assert happens(frame, STATE_SHOWN)
    kept = set(frame.evaluate("Object.keys(localStorage)"))
    assert "misgen.guess.coinrun.moved" in kept, "The link has passed the prediction over."
    listed = re.findall(r"^\| `([\w.]+)`(?:, `(\w+)`)?", PAGE, re.MULTILINE)
    starts = tuple(name for pair in listed for name in pair if name)
    assert [name for name in kept if not name.startswith(starts)] == []
