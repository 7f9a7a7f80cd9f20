"""Every page of the built site, as a reader's browser sees it with no network but the site."""

from __future__ import annotations

import pytest
from browsing import happens

pytestmark = pytest.mark.site

WIDE_ELEMENTS = """() => [...document.querySelectorAll("main *")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  .filter((element) => !element.closest(".MathJax, [aria-hidden=true]"))
  .slice(0, 5).map((element) => element.outerHTML.slice(0, 120))"""


def test_axe_finds_nothing_in_light(at_desk, axe):
    assert at_desk.page.get_attribute("html", "data-theme") == "light"
    assert axe(at_desk.page) == []


@pytest.fixture
def in_the_dark(at_desk):
    at_desk.page.emulate_media(reduced_motion="reduce")  # no colour is on its way to another
    at_desk.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    yield at_desk.page
    at_desk.page.evaluate("document.documentElement.dataset.theme = 'light'")
    at_desk.page.emulate_media(reduced_motion="no-preference")


def test_every_text_is_legible_in_dark(in_the_dark, axe):
    # the themes differ in their colours only, so nothing else is looked at a second time
    assert axe(in_the_dark, rule="color-contrast") == []


def test_who_prefers_the_dark_gets_it(visit, site):
    page = visit(f"{site}/intro.html", color_scheme="dark").page
    assert page.get_attribute("html", "data-theme") == "dark"


def test_there_is_no_console_error_and_no_missing_file(at_desk):
    assert at_desk.errors == []


def test_no_request_leaves_the_site(at_desk):
    assert at_desk.foreign == []


def test_a_request_to_another_host_is_noticed_and_fails(visit):
    visited = visit("about:blank")  # the pages' own policy would forbid it before
    visited.page.set_content('<img src="https://example.com/pixel.png">')
    visited.page.wait_for_load_state("networkidle")
    assert visited.foreign == ["https://example.com/pixel.png"]
    assert any("ERR_NAME_NOT_RESOLVED" in error for error in visited.errors)


def test_a_page_is_light_enough(at_desk, tools):
    assert 0 < at_desk.count_bytes() <= tools("page_budget").MAX_BYTES


def settled(page, script: str, arg: object = None) -> list[str]:
    """What a script still finds when the layout has come to rest: nothing, if all is well.

    An explorer that has just been mounted is laid out once more at its own width.
    """
    rests = happens(page, f"arg => ({script})(arg).length === 0", arg)
    return [] if rests else page.evaluate(script, arg)


def test_a_phone_needs_no_sideways_scrolling(on_phone):
    page, width = on_phone.page, on_phone.page.viewport_size["width"]
    too_wide = "width => document.documentElement.scrollWidth > width ? [document.title] : []"
    assert settled(page, too_wide, width) == [], page.evaluate(WIDE_ELEMENTS)


def test_an_explorer_fits_a_phone(on_phone):
    page, width = on_phone.page, on_phone.page.viewport_size["width"]
    cut_off = """width => [...document.querySelectorAll(".misgen-view *")]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .filter((element) => !element.closest(".mg-sr, [class*=scroll]"))
      .map((element) => element.outerHTML.slice(0, 120))"""
    assert settled(page, cut_off, width) == []


def test_no_two_elements_share_an_id(at_desk):
    ids = at_desk.page.eval_on_selector_all(
        "[id]", "elements => elements.map((element) => element.id)"
    )
    assert sorted(ids) == sorted(set(ids))


PICTURES = "svg:not([aria-hidden=true]), img:not(.only-dark)"  # in the light theme


def test_each_still_has_a_sentence_and_alt_text_without_scripts(visit, site, page_name):
    page = visit(f"{site}/{page_name}", java_script_enabled=False).page
    stills = page.locator(".misgen-explorer > .misgen-still").all()
    assert len(stills) == page.locator(".misgen-explorer").count()
    for still in stills:
        assert len(still.inner_text().split()) >= 5
        for picture in still.locator(PICTURES).all():
            assert picture.bounding_box()["height"] > 50
            assert (picture.get_attribute("aria-label") or picture.get_attribute("alt")).strip()


@pytest.fixture
def on_paper(at_desk):
    at_desk.page.emulate_media(media="print")
    yield at_desk.page
    at_desk.page.emulate_media(media="screen")


def test_on_paper_each_explorer_is_its_still_with_a_picture_if_it_draws_one(on_paper):
    for explorer in on_paper.locator(".misgen-explorer").all():
        still = explorer.locator(".misgen-still")
        assert still.is_visible()
        assert not explorer.locator(".misgen-view").is_visible()
        if explorer.locator("canvas").count():
            assert still.locator(PICTURES).first.is_visible()


def test_each_chart_has_a_description_and_its_numbers(at_desk):
    for chart in at_desk.page.locator(".misgen-plot").all():
        assert len(chart.get_attribute("aria-label").split()) >= 5
        assert chart.locator("xpath=following-sibling::details[1]//td").count() > 0


@pytest.mark.parametrize("of_each_kind", ["intro.html", "chapters/coinrun.html", "search.html"])
def test_the_theme_button_changes_the_theme_by_keyboard(visit, site, of_each_kind):
    page = visit(f"{site}/{of_each_kind}", color_scheme="light").page
    page.wait_for_load_state("load")
    page.locator(".theme-switch-button:visible").first.focus()
    themes = {page.get_attribute("html", "data-theme")}
    for _ in range(3):
        page.keyboard.press("Enter")
        themes.add(page.get_attribute("html", "data-theme"))
    assert themes == {"light", "dark"}
