"""The coin line in a browser and without any chapter: by keyboard, by a click, and from a link."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import wait_until

from misgen.explore.base import text_of
from misgen.topics.coin_line.explorers import CoinLineExplorer

pytestmark = pytest.mark.site

PHONE = {"width": 360, "height": 740}
PICTURES = "view => [...view.querySelectorAll('svg')].map((svg) => svg.outerHTML).join('|')"
STATES = "?coin-line.distinguishing={}&coin-line.steps={}&coin-line.encoding={}&coin-line.length={}"


@pytest.fixture(scope="module")
def explorer() -> CoinLineExplorer:
    return CoinLineExplorer()


@pytest.fixture(scope="module")
def address(explorer_page: Callable[..., str], explorer: CoinLineExplorer) -> str:
    return explorer_page(explorer)


def opened(visit: Callable, address: str, **options: object):
    visited = visit(address, **options)
    visited.scroll_through()
    return visited


def sentence(page) -> str:
    return page.inner_text(".mg-say")


def test_the_first_view_says_what_python_says(visit, address, explorer):
    visited = opened(visit, address)
    assert sentence(visited.page) == explorer.sentence()
    assert visited.page.locator(".mg-cells .mg-letter").count() == 72
    assert visited.errors == visited.foreign == []


@pytest.mark.parametrize(
    "state", [(2, 160, "position_and_coin", 8), (0, 1000, "table", 12), (10, 10000, "one_hot", 6)]
)
def test_a_link_leads_to_what_python_says_there(visit, address, explorer, state):
    page = opened(visit, address + STATES.format(*state)).page
    names = ("distinguishing", "steps", "encoding", "length")
    assert sentence(page) == text_of(explorer.say(**dict(zip(names, state, strict=True))))
    assert page.locator(".mg-scores .mg-own td").all_inner_texts()[0] == "100 %"


def test_each_slider_moved_by_keyboard_changes_the_text_and_the_pictures(visit, address):
    page = opened(visit, address).page
    view = page.locator(".misgen-view")
    for slider in page.get_by_role("slider").all():
        text, pictures = sentence(page), view.evaluate(PICTURES)
        slider.press("ArrowRight")
        assert sentence(page) != text
        assert view.evaluate(PICTURES) != pictures
        assert slider.get_attribute("aria-valuetext")


def test_another_length_draws_another_map(visit, address):
    page = opened(visit, address).page
    page.get_by_label("Length of the line").select_option("12")
    assert page.locator(".mg-cells .mg-letter").count() == 13 * 12
    assert "54 %" in page.inner_text(".mg-scores")


def test_a_click_on_the_chart_goes_to_its_step(visit, address):
    page = opened(visit, address).page
    chart = page.locator(".mg-chart")
    box = chart.bounding_box()
    chart.click(position={"x": box["width"] - 22, "y": 60})
    wait_until(page, "() => document.querySelector('.mg-say').innerText.startsWith"
                           "('After 10,000 updates ')")  # fmt: skip
    chart.click(position={"x": 20, "y": 60})
    wait_until(page, "() => document.querySelector('.mg-say').innerText.startsWith"
                           "('After 0 updates ')")  # fmt: skip


def test_play_runs_through_the_steps_until_it_is_paused(visit, address):
    page = opened(visit, f"{address}?coin-line.steps=0").page
    before = sentence(page)
    page.get_by_role("button", name="Play").click()
    wait_until(page, "before => document.querySelector('.mg-say').innerText !== before",
                           arg=before)  # fmt: skip
    page.get_by_role("button", name="Pause").click()
    stopped = sentence(page)
    assert stopped != before
    page.wait_for_timeout(600)
    assert sentence(page) == stopped


def test_where_less_motion_is_wanted_a_press_is_one_step(visit, address):
    page = opened(visit, address, reduced_motion="reduce").page
    page.get_by_role("button", name="Next").click()
    page.wait_for_timeout(600)
    assert sentence(page).startswith("After 1,250 updates ")


def test_it_fits_a_phone(visit, address):
    page = opened(visit, address + STATES.format(1, 400, "one_hot", 12), viewport=PHONE).page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for picture in page.locator(".misgen-view svg.mg-cells, .misgen-view svg.mg-chart").all():
        assert picture.bounding_box()["width"] <= PHONE["width"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_explorer_and_in_its_still(
    visit, address, axe_of_explorers, theme
):
    page = opened(visit, address + STATES.format(10, 1000, "one_hot", 8)).page
    assert axe_of_explorers(page, theme) == []
