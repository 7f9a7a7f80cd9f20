"""How a page is laid out: what the first screen shows, how long it is, what stands by what."""

from __future__ import annotations

from typing import Any

import pytest
from browsing import RESTING_MS, ROOT, load_tool

pytestmark = pytest.mark.site

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
TABLET = {"width": 900, "height": 800}
"""Where the theme offers a way to the top, which it does below 1,200 pixels."""
LONGEST = 16_000  # pixels at 1280, with nothing unfolded
IMPORTS_ON_SCREEN = """(bottom) => [...document.querySelectorAll(".cell_input pre")]
  .filter((code) => code.checkVisibility() && code.getBoundingClientRect().top + scrollY < bottom)
  .map((code) => code.innerText).filter((text) => /^(from|import) /m.test(text))"""
CUT_LINES = """() => [...document.querySelectorAll(".bd-article pre")]
  .filter((pre) => pre.checkVisibility() && pre.scrollWidth > pre.clientWidth + 1)
  .map((pre) => pre.innerText.slice(0, 120))"""

# Boxes of what is seen of an explorer: pictures, and what changes them; a replay's own bar is both.
# Where the markup tells which part a picture belongs to, and which parts a control draws anew, so
# do the boxes; else no part stands for all.
BOXES = """(explorer) => {
  const PICTURES = "canvas, svg:not(.mg-icon, .mg-key, .mg-mark), .mg-legend";
  const CONTROLS = ".mg-track input, .mg-pick select, .mg-switch, .mg-brushes";
  const boxes = (selector) => [...explorer.querySelectorAll(`.misgen-view :is(${selector})`)]
    .filter((element) => element.checkVisibility())
    .map((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      const { part, changes } = element.closest("[data-part], [data-changes]")?.dataset ?? {};
      const parts = part ? [part] : changes?.split(" ") ?? [];
      return { box: [top + scrollY, bottom + scrollY], parts };
    });
  return { key: explorer.dataset.key, pictures: boxes(PICTURES), controls: boxes(CONTROLS) };
}"""
FARTHEST = 620
"""Pixels on a phone between a control and the next picture that it changes, and between a part and
the next control that changes it: both fit on its screen."""


def held_pages() -> list[str]:
    """The intro, the chapters and their companions, as `_toc.yml` has them."""
    companions = load_tool("contents").companions(ROOT / "_toc.yml")
    chapters = [p for p in companions if p.startswith("chapters/") and "appendix" not in p]
    names = ["intro", *(page for chapter in chapters for page in (chapter, *companions[chapter]))]
    return [f"{name}.html" for name in names]


def test_the_first_screen_shows_no_imports(at_desk):
    assert at_desk.page.evaluate(IMPORTS_ON_SCREEN, DESK["height"]) == []


@pytest.mark.parametrize("held", held_pages())
def test_a_page_can_be_read_to_its_end(visit, site, held):
    visited = visit(f"{site}/{held}", viewport=DESK)
    visited.scroll_through()
    height = visited.page.evaluate("document.documentElement.scrollHeight")
    assert height <= LONGEST


def test_no_line_of_code_or_of_what_it_prints_is_cut(at_desk):
    assert at_desk.page.evaluate(CUT_LINES) == []


def test_no_line_is_cut_on_a_phone_either(on_phone):
    assert on_phone.page.evaluate(CUT_LINES) == []


NEXT_FRAME = "() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))"


def up_again(page: Any) -> Any:
    """Goes down a page and up a little, which is when the theme offers the way to the top."""
    page.wait_for_load_state("load")
    page.evaluate("scrollTo({ top: 3000, behavior: 'instant' })")
    page.evaluate(NEXT_FRAME)  # else both are one scroll to the theme
    page.evaluate("scrollBy({ top: -400, behavior: 'instant' })")
    return page.locator("#pst-back-to-top")


@pytest.mark.parametrize(("viewport", "is_offered"), [(TABLET, True), (PHONE, False)])
def test_the_way_to_the_top_floats_over_no_text_of_a_phone(visit, site, viewport, is_offered):
    visited = visit(f"{site}/chapters/coinrun.html", viewport=viewport)
    visited.scroll_through()  # else what grows on the way scrolls the page down again
    page = visited.page
    button = up_again(page)
    if is_offered:
        button.wait_for()
    else:
        page.wait_for_timeout(2000)  # it would have come by then
        assert button.is_hidden()


Box = tuple[float, float]
"""Top and bottom, in pixels."""
Seen = dict[str, Any]
"""A picture or a control: its "box", and the "parts" that it belongs to or changes, or none."""


def gap(one: Box, other: Box) -> float:
    """How far apart two boxes are, one above the other; 0 if they stand side by side."""
    return max(0.0, max(one[0], other[0]) - min(one[1], other[1]))


def far_controls(page: Any) -> dict[str, float]:
    """How far from a picture the farthest control is, of the explorers where that is too far."""
    all_boxes = page.evaluate(f"[...document.querySelectorAll('.misgen-explorer')].map({BOXES})")
    return {
        boxes["key"]: farthest
        for boxes in all_boxes
        if boxes["pictures"] and (farthest := farthest_control(boxes)) > FARTHEST
    }


def test_on_a_phone_a_control_stands_by_a_picture(visit, site, page_name):
    visited = visit(f"{site}/{page_name}", viewport=PHONE)
    visited.mount_explorers()
    for _ in range(100):  # what has just been mounted is laid out once more at its own width
        if not (far := far_controls(visited.page)):
            break
        visited.page.wait_for_timeout(RESTING_MS)
    assert far == {}


def farthest_control(boxes: dict[str, Any]) -> float:
    """How far a control is from the next picture that it changes, or such a part from it."""
    pictures, controls = boxes["pictures"], boxes["controls"]
    telling = [control for control in controls if control["parts"]]
    of_parts: dict[str, list[float]] = {}  # a chart and its legend are one
    for picture in pictures:
        for part in picture["parts"]:
            of_parts.setdefault(part, []).append(to_nearest(picture, telling))
    gaps = [to_nearest(control, pictures) for control in controls]
    return max(gaps + [min(of_part) for of_part in of_parts.values()], default=0.0)


def belong(one: Seen, other: Seen) -> bool:
    """Whether one changes the other, as far as the markup tells."""
    return not (one["parts"] and other["parts"]) or bool({*one["parts"]} & {*other["parts"]})


def to_nearest(one: Seen, others: list[Seen]) -> float:
    """How far one is from the nearest that it belongs to; 0 if there is none."""
    gaps = (gap(one["box"], other["box"]) for other in others if belong(one, other))
    return min(gaps, default=0.0)


def seen(*boxes: Box, parts: str = "") -> list[Seen]:
    return [{"box": box, "parts": parts.split()} for box in boxes]


def test_a_gap_is_measured_from_edge_to_edge():
    controls = seen((120, 160), (50, 80), (600, 640))
    assert farthest_control({"pictures": seen((0, 100), (900, 950)), "controls": controls}) == 260


@pytest.mark.parametrize(("changes", "farthest"), [("0", 700), ("1", 100), ("0 1", 700), ("", 100)])
def test_a_gap_is_measured_to_what_a_control_changes_and_back(changes, farthest):
    pictures = seen((0, 100), parts="0") + seen((600, 700), parts="1")
    boxes = {"pictures": pictures, "controls": seen((800, 840), parts=changes)}
    assert farthest_control(boxes) == farthest


def test_picture_slider_and_rates_of_the_dial_are_seen_at_once(visit, site):
    page = visit(f"{site}/chapters/coinrun.html", viewport=DESK).page
    dial = page.locator("#explorer-dial")
    dial.scroll_into_view_if_needed()
    page.wait_for_selector("#explorer-dial .misgen-view .mg-chart path", state="attached")
    boxes = page.evaluate(BOXES, dial.element_handle())
    assert len(boxes["pictures"]) >= 3  # the level, the chart, the rates
    tops, bottoms = zip(
        *(each["box"] for each in boxes["pictures"] + boxes["controls"]), strict=True
    )
    header = page.locator(".bd-header-article").bounding_box()["height"]
    assert max(bottoms) - min(tops) <= DESK["height"] - header
