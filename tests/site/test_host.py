"""The static host and the charts, on a page of two-line explorers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import wait_until

FIXTURES = Path(__file__).parent / "fixtures"

pytestmark = pytest.mark.site


@pytest.fixture(scope="session")
def host(tmp_path_factory, serve_folder, root) -> str:
    """The address of the fixture page, with the site's own host script."""
    folder = tmp_path_factory.mktemp("host")
    shutil.copytree(root / "site" / "static", folder / "_static")
    shutil.copytree(FIXTURES / "explore", folder / "_static" / "misgen" / "explore")
    plotly = folder / "_static" / "plotly" / "plotly-basic.min.js"
    plotly.parent.mkdir()
    shutil.copyfile(root / "node_modules/plotly.js-basic-dist-min/plotly-basic.min.js", plotly)
    shutil.copyfile(FIXTURES / "host.html", folder / "host.html")
    return f"{serve_folder(folder)}/host.html"


def opened(visit: Callable, address: str, **options: object):
    page = visit(address, **options).page
    page.wait_for_selector("#second[data-mounted=true]")
    page.wait_for_selector("#first[data-mounted=true]")
    return page


def test_an_explorer_is_drawn_from_its_table_its_bytes_and_its_state(visit, host):
    page = opened(visit, host)
    assert page.inner_text("#first .misgen-view p") == "first 1, byte 11"


def test_a_mounted_explorer_hides_its_still_on_the_screen_and_shows_it_on_paper(visit, host):
    page = opened(visit, host)
    assert not page.is_visible("#first .misgen-still")
    page.emulate_media(media="print")
    assert page.is_visible("#first .misgen-still figcaption")
    assert not page.is_visible("#first .misgen-view")


def test_an_explorer_far_below_is_not_mounted_before_the_reader_comes_near(visit, host):
    page = opened(visit, host)
    assert page.get_attribute("#far", "data-mounted") is None
    page.locator("#far").scroll_into_view_if_needed()
    page.wait_for_selector("#far[data-mounted=true]")


def test_the_address_sets_the_state_of_each_explorer_by_its_key(visit, host):
    page = opened(visit, f"{host}?first.setting=3&second.setting=0")
    assert page.inner_text("#first .misgen-view p") == "first 3, byte 13"
    assert page.inner_text("#second .misgen-view p") == "second 0, byte 10"


def test_the_address_of_an_earlier_edition_sets_what_is_called_otherwise_today(visit, host):
    page = opened(visit, f"{host}?first.dial=3")
    assert page.inner_text("#first .misgen-view p") == "first 3, byte 13"
    page.focus("#first input")
    page.keyboard.press("ArrowLeft")
    wait_until(page, "location.search.includes('first.setting=2')")
    assert "first.dial" not in page.url


@pytest.mark.parametrize("value", ["", "many", "NaN", "Infinity"])
def test_a_value_in_the_address_that_is_no_number_leaves_the_default(visit, host, value):
    page = opened(visit, f"{host}?first.setting={value}")
    assert page.inner_text("#first .misgen-view p") == "first 1, byte 11"


def test_a_change_is_written_to_the_address_and_to_the_permalink(visit, host):
    page = opened(visit, f"{host}?utm=x")
    page.focus("#first input")
    page.keyboard.press("ArrowRight")
    wait_until(page, "location.search.includes('first.setting=2')")
    assert "utm=x" in page.url
    assert "second.setting" not in page.url
    permalink = page.get_attribute("#first .permalink", "href")
    assert permalink.endswith("first.setting=2&first.level=a&first.erased=false#first")


REFUSES = """{
  const replace = history.replaceState.bind(history);
  globalThis.calls = 0;
  history.replaceState = (...change) => {
    if (++calls > %s && !globalThis.forgiven) throw new DOMException("too many", "SecurityError");
    replace(...change);
  };
}"""


@pytest.mark.parametrize(("allowed", "moves"), [(100, 110), (0, 2)])
def test_a_browser_that_refuses_changes_of_the_address_gets_the_last_one_in_the_end(
    visit, host, allowed, moves
):
    visited = visit("about:blank")
    page = visited.page
    page.add_init_script(REFUSES % allowed)
    page.clock.install()
    page.goto(host)
    page.clock.run_for(1000)
    page.wait_for_selector("#first[data-mounted=true]")
    page.focus("#first input")
    for move in range(moves):
        page.keyboard.press("ArrowRight" if move % 2 == 0 else "ArrowLeft")
        page.clock.run_for(300)
    page.keyboard.press("ArrowRight")
    page.clock.run_for(300)
    shown = page.input_value("#first input")
    assert f"first.setting={shown}" not in page.url  # refused
    page.evaluate("globalThis.forgiven = true")
    page.clock.run_for(10_000)
    wait_until(page, f"location.search.includes('first.setting={shown}')")
    assert [error for error in visited.errors if "third" not in error] == []


def test_a_frame_that_never_takes_an_address_is_not_asked_for_ever(visit, host):
    page = visit("about:blank").page
    page.add_init_script(REFUSES % 0)
    page.clock.install()
    page.goto(host)
    page.clock.run_for(1000)
    page.wait_for_selector("#first[data-mounted=true]")
    page.focus("#first input")
    page.keyboard.press("ArrowRight")
    page.clock.run_for(600_000)
    asked = page.evaluate("calls")
    page.clock.run_for(600_000)
    assert 1 < asked == page.evaluate("calls")


def test_setting_the_same_state_again_tells_nobody(visit, host):
    page = opened(visit, host)
    page.eval_on_selector("#first input", "input => input.dispatchEvent(new Event('input'))")
    assert page.get_attribute("#first .misgen-view", "data-shown") == "1"


def test_a_broken_explorer_keeps_its_still_and_says_so(visit, host):
    page = opened(visit, host)
    page.wait_for_selector("#third .misgen-failed")
    assert page.is_visible("#third .misgen-still")
    assert "could not start" in page.inner_text("#third .misgen-failed")


def line_colour(page) -> str:
    return page.eval_on_selector("#fig-line .js-line", "line => line.style.stroke")


def drawn_chart(visit: Callable, host: str, **options: object):
    page = visit(host, **options).page
    page.locator("#fig-line").scroll_into_view_if_needed()
    page.wait_for_selector("#fig-line[data-drawn]")
    return page


def test_a_chart_takes_its_colours_from_the_page_and_follows_its_theme(visit, host):
    page = drawn_chart(visit, host)
    assert line_colour(page) == "rgb(183, 121, 31)"
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_selector("#fig-line[data-drawn=dark]")
    assert line_colour(page) == "rgb(246, 199, 68)"


def test_a_chart_fits_a_phone(visit, host):
    page = drawn_chart(visit, host, viewport={"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("#fig-line .main-svg").first.bounding_box()["width"] <= 360


def test_a_long_title_takes_the_lines_that_it_needs(visit, host):
    page = drawn_chart(visit, host, viewport={"width": 360, "height": 700})
    title, plot = page.locator("#fig-line .gtitle"), page.locator("#fig-line .cartesianlayer")
    assert title.locator("tspan").count() >= 2
    box = title.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["y"] >= page.locator("#fig-line").bounding_box()["y"]
    assert box["y"] + box["height"] <= plot.bounding_box()["y"]


def test_a_chart_takes_no_keyboard_focus_and_its_name_is_its_description(visit, host):
    page = drawn_chart(visit, host)
    assert page.locator("#fig-line :is(a, button, [tabindex])").count() == 0
    assert page.get_attribute("#fig-line > *", "aria-hidden") == "true"
    assert page.get_attribute("#fig-line", "aria-label") == "A rising line"
