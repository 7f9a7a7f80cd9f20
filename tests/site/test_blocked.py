"""Pages where something is missing or forbidden: never blank, never silent, no uncaught error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from browsing import wait_until

pytestmark = pytest.mark.site

STANDS_STILL = """() => {
  const shown = (element) => element?.getBoundingClientRect().height > 0;
  const explorers = [...document.querySelectorAll(".misgen-explorer")];
  const blank = explorers.filter((each) => !shown(each.querySelector(".misgen-still")));
  const silent = explorers.filter((each) => !shown(each.querySelector(".misgen-failed")));
  const charts = [...document.querySelectorAll(".misgen-plot")];
  const empty = charts.filter((each) => !shown(each.querySelector("img")));
  return [...blank, ...silent, ...empty].map((each) => each.id);
}"""
NO_STORAGE = """Object.defineProperty(window, "{name}", {{
  configurable: true, get() {{ throw new DOMException("blocked", "SecurityError"); }} }});"""
FULL_STORAGE = """Storage.prototype.setItem = () => {
  throw new DOMException("full", "QuotaExceededError"); };"""
NULL_STORAGE = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { configurable: true, value: null });"""
NO_CLIPBOARD = """Object.defineProperty(navigator, "clipboard", { value: {
  writeText: () => Promise.reject(new DOMException("no", "NotAllowedError")) } });"""


@dataclass
class Opened:
    """A page or a frame, and the errors that nobody caught."""

    page: Any
    uncaught: list[str] = field(default_factory=list)


@pytest.fixture
def open_with(visit: Callable) -> Callable[..., Opened]:
    """Opens an address; before, a script runs, and requests are lost or answered otherwise."""

    def open_page(address: str, *lost: str, script: str = "", **answers: Any) -> Opened:
        opened = Opened(visit("about:blank").page)
        opened.page.on("pageerror", lambda error: opened.uncaught.append(str(error)))
        opened.page.add_init_script(script)
        for pattern in lost:
            opened.page.route(
                pattern, lambda route: route.fulfill(**answers) if answers else route.abort()
            )
        opened.page.goto(address)
        return opened

    return open_page


def scroll(page: Any) -> None:
    for element in page.locator(".misgen-explorer, .misgen-plot").all():
        element.scroll_into_view_if_needed()


def test_without_plotly_and_the_explorers_shared_module_all_of_a_page_stands_still_and_says_so(
    open_with, site, html, page_name
):
    text = (html / page_name).read_text(encoding="utf-8")
    if "misgen-explorer" not in text and "misgen-plot" not in text:
        return  # nothing on it moves
    opened = open_with(f"{site}/{page_name}", "**/plotly-basic.min.js", "**/explore/js/shared.js")
    scroll(opened.page)
    wait_until(opened.page, f"() => ({STANDS_STILL})().length === 0")
    assert opened.uncaught == []


@pytest.mark.parametrize("module", ["host.js", "near.js"])
def test_without_the_host_the_explorers_say_what_to_do(open_with, site, module):
    opened = open_with(f"{site}/intro.html", f"**/{module}*")
    opened.page.wait_for_selector(".misgen-failed")
    assert opened.page.evaluate(STANDS_STILL) == []
    assert "reload the page" in opened.page.locator(".misgen-failed").first.inner_text()
    assert opened.uncaught == []


@pytest.mark.parametrize("lost", ["**/plots.js", "**/mathjax/**", "**/bootstrap.js", "**/*.css*"])
def test_whatever_else_is_lost_explorers_move_and_charts_are_there(open_with, site, lost):
    opened = open_with(f"{site}/chapters/taxonomy.html", lost)
    opened.page.locator(".misgen-explorer").first.scroll_into_view_if_needed()
    opened.page.wait_for_selector(".misgen-explorer[data-mounted]")
    charts = opened.page.locator(".misgen-plot").all()
    assert all(chart.bounding_box()["height"] > 100 for chart in charts)
    assert opened.uncaught == []


def test_a_plotly_that_came_broken_is_asked_for_again(open_with, site):
    opened = open_with(f"{site}/chapters/coinrun.html", "**/plotly-basic.min.js", body="<html>")
    page = opened.page
    page.locator(".misgen-plot").first.scroll_into_view_if_needed()
    page.wait_for_selector(".misgen-plot[data-failed] > img")
    page.unroute("**/plotly-basic.min.js")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector(".misgen-plot[data-drawn]:not([data-failed])")


def test_a_chart_that_cannot_be_drawn_keeps_its_still(open_with, site):
    broken = "globalThis.Plotly = { react() { throw new Error('broken'); }, purge() {} };"
    address = f"{site}/chapters/coinrun.html"
    opened = open_with(address, "**/plotly-basic.min.js", body=broken)
    opened.page.locator(".misgen-plot").first.scroll_into_view_if_needed()
    opened.page.wait_for_selector(".misgen-plot[data-failed] > img")
    assert opened.uncaught == []


def test_a_table_that_was_cut_off_leaves_the_still_and_a_sentence(open_with, site, html):
    text = (html / "intro.html").read_text(encoding="utf-8")
    cut = text.replace('class="misgen-state">{', 'class="misgen-state">{"table": [', 1)
    opened = open_with(
        f"{site}/intro.html", "**/intro.html", body=cut, content_type="text/html; charset=utf-8"
    )
    opened.page.wait_for_selector(".misgen-failed")
    assert opened.page.locator(".misgen-still").first.is_visible()
    assert opened.uncaught == []


def test_a_page_from_a_file_shows_its_stills_and_says_what_to_do(open_with, html):
    opened = open_with((html / "intro.html").as_uri())
    assert opened.page.evaluate(STANDS_STILL) == []
    words = opened.page.locator(".misgen-failed").first.inner_text()
    assert "opened as a file" in words
    assert "make serve" in words
    assert opened.uncaught == []


@pytest.fixture
def framed(open_with, site) -> Callable[..., Opened]:
    """Opens a page in a sandboxed frame, as a course may; files that match `shared` allow it."""

    def open_in_frame(name: str, *shared: str) -> Opened:
        opened = open_with("about:blank")
        course = f'<iframe sandbox="allow-scripts" width="900" height="700" src="{site}/{name}">'
        opened.page.route(
            "**/course.html", lambda route: route.fulfill(body=course, content_type="text/html")
        )
        for pattern in shared:
            opened.page.route(pattern, _share)
        opened.page.goto(f"{site}/course.html", wait_until="load")
        return Opened(opened.page.frames[1], opened.uncaught)

    return open_in_frame


def _share(route: Any) -> None:
    answer = route.fetch()
    allowed = {**answer.headers, "access-control-allow-origin": "*"}
    route.fulfill(response=answer, headers=allowed)


def test_in_a_sandboxed_frame_a_page_says_why_it_stands_still_and_where_it_moves(framed, site):
    opened = framed("intro.html")
    opened.page.wait_for_selector(".misgen-failed")
    assert opened.page.evaluate(STANDS_STILL) == []
    note = opened.page.locator(".misgen-failed").first
    assert "frame" in note.inner_text()
    assert note.locator("a").get_attribute("href") == f"{site}/intro.html"
    assert opened.uncaught == []


def test_in_a_sandboxed_frame_a_page_works_where_its_host_shares_its_files(framed):
    opened = framed("intro.html", "**/_static/**")
    opened.page.locator(".misgen-explorer").first.scroll_into_view_if_needed()
    opened.page.wait_for_selector(".misgen-explorer[data-mounted]")
    slider = opened.page.locator(".misgen-explorer input[type=range]").first
    before = slider.input_value()
    slider.press("ArrowLeft")
    assert slider.input_value() != before
    assert opened.uncaught == []


@pytest.mark.parametrize(
    "script",
    [
        NO_STORAGE.format(name="localStorage"),
        NO_STORAGE.format(name="localStorage") + NO_STORAGE.format(name="sessionStorage"),
        FULL_STORAGE,
        NULL_STORAGE,
    ],
    ids=["blocked", "both-blocked", "full", "switched-off"],
)
def test_without_storage_the_theme_still_changes_and_searches_still_find(open_with, site, script):
    opened = open_with(f"{site}/search.html?q=coin", script=script)
    page = opened.page
    page.wait_for_selector("ul.search > li")
    before = page.get_attribute("html", "data-mode")
    page.locator(".theme-switch-button:visible").first.press("Enter")
    assert page.get_attribute("html", "data-mode") != before
    assert opened.uncaught == []


def test_where_copying_is_refused_the_link_shows_its_address(open_with, site):
    opened = open_with(f"{site}/intro.html", script=NO_CLIPBOARD)
    link = opened.page.locator(".mg-source a", has_text="link to this state").first
    link.click()
    opened.page.wait_for_selector(".mg-source a:text('intro.html')")
    assert opened.uncaught == []
