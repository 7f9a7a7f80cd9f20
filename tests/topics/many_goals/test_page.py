"""The painter in a browser and without any chapter: by keyboard, by touch, and from a link."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import wait_until

from misgen.topics.many_goals.explorers import Painter
from misgen.topics.many_goals.gallery import PRESETS

pytestmark = pytest.mark.site

PHONE = {"width": 360, "height": 740}
START = PRESETS["goal and pit"]


@pytest.fixture(scope="module")
def address(explorer_page: Callable[..., str]) -> str:
    return explorer_page(Painter())


def opened(visit: Callable, address: str, **options: object):
    visited = visit(address, **options)
    visited.scroll_through()
    return visited


def sentence(page) -> str:
    return page.inner_text(".mg-say")


def cell(page, number: int):
    return page.get_by_role("gridcell").nth(number)


def painted(page, word: str) -> None:
    wait_until(page, "word => location.search.includes(`painter.paint=${word}`)", arg=word)


def changed(cell: int, letter: str, word: str = START) -> str:
    return word[:cell] + letter + word[cell + 1 :]


def test_the_first_view_says_what_python_says(visit, address):
    visited = opened(visit, address)
    assert sentence(visited.page) == Painter().sentence()
    assert visited.page.get_by_role("gridcell").count() == 25
    assert visited.errors == visited.foreign == []


def test_the_room_is_one_stop_of_the_tab_key_and_arrows_move_inside(visit, address):
    page = opened(visit, address).page
    assert page.locator(".mg-room [tabindex='0']").count() == 1
    cell(page, 0).focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    focused = page.evaluate("document.activeElement.firstChild.textContent")
    assert focused.startswith("Row 2, column 1: reward 0, best up or right, value ")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.mg-room')") is None


def test_plus_and_minus_change_a_cell_up_to_the_last_level(visit, address):
    page = opened(visit, address).page
    cell(page, 0).focus()
    page.keyboard.press("-")
    painted(page, changed(0, "b"))
    page.keyboard.press("-")
    page.keyboard.press("-")
    painted(page, changed(0, "a"))
    page.keyboard.press("+")
    painted(page, changed(0, "b"))
    assert sentence(page) == Painter(paint=changed(0, "b")).sentence()


@pytest.mark.parametrize("key", ["Space", "Enter"])
def test_space_paints_with_the_brush_and_takes_it_back(visit, address, key):
    page = opened(visit, address).page
    cell(page, 0).focus()
    page.keyboard.press(key)
    painted(page, changed(0, "e"))
    page.keyboard.press(key)
    painted(page, START)


def test_a_tap_paints_with_the_chosen_brush(visit, address):
    page = opened(visit, address, has_touch=True, viewport=PHONE).page
    page.get_by_role("radio", name="−½").tap()
    cell(page, 20).tap()
    painted(page, changed(20, "b"))
    assert sentence(page) == Painter(paint=changed(20, "b")).sentence()


def test_a_preset_is_painted_and_a_hand_painted_room_is_none(visit, address):
    page = opened(visit, address).page
    chooser = page.get_by_role("combobox", name="Rewards")
    chooser.press("ArrowDown")
    painted(page, PRESETS["one goal"])
    cell(page, 0).focus()
    page.keyboard.press("+")
    assert chooser.evaluate("list => list.selectedOptions[0].label") == "painted by hand"


def test_starting_again_brings_the_first_room_back(visit, address):
    page = opened(visit, address).page
    again = page.get_by_role("button", name="Start again")
    assert again.is_disabled()
    cell(page, 0).focus()
    page.keyboard.press("+")
    again.press("Enter")
    painted(page, START)
    assert again.is_disabled()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "gridcell"


def test_the_wall_changes_moves_and_verdicts(visit, address):
    page = opened(visit, address).page
    page.get_by_role("switch").press("Space")
    assert sentence(page) == Painter(wall=True).sentence()
    assert page.locator(".mg-wallbar").count() == 4
    assert page.locator(".mg-is-other").count() == 5


def test_the_discount_changes_text_and_picture(visit, address):
    page = opened(visit, address).page
    before = page.locator(".mg-room").inner_html()
    page.get_by_role("slider").press("ArrowRight")
    wait_until(page, "location.search.includes('painter.discount=0.95')")
    assert page.locator(".mg-room").inner_html() != before
    assert "pays 0.95 ×" in page.inner_text(".misgen-view")
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "0.95"


def test_another_potential_is_another_picture_and_the_same_behaviour(visit, address):
    page = opened(visit, address).page
    shaped = page.locator("li.mg-rival").nth(2)
    before = shaped.inner_html()
    page.get_by_role("combobox", name="Potential").press("ArrowDown")
    wait_until(page, "location.search.includes('painter.potential=down')")
    assert shaped.inner_html() != before
    assert "the same moves" in shaped.inner_text()


def test_a_link_restores_everything(visit, address):
    word = "abcde" * 5
    query = f"painter.paint={word}&painter.discount=0.5&painter.potential=checks&painter.wall=true"
    page = opened(visit, f"{address}?{query}").page
    expected = Painter(paint=word, discount=0.5, potential="checks", wall=True)
    assert sentence(page) == expected.sentence()
    verdicts = page.locator(".misgen-view .mg-verdict").all_inner_texts()
    assert [text[0] for text in verdicts] == [
        "✓" if rival.explains else "✗" for rival in expected.rivals("a wall")
    ]


@pytest.mark.parametrize("word", ["", "ccc", "c" * 26, "c" * 24 + "z", "<b>" + "c" * 22])
def test_nonsense_in_the_address_leaves_the_start(visit, explorer_page, word):
    start = Painter(paint="e" * 25, discount=0.5, potential="centre")
    address = explorer_page(start)
    visited = opened(visit, f"{address}?painter.paint={word}&painter.potential=up")
    assert sentence(visited.page) == start.sentence()
    chosen = visited.page.get_by_role("combobox", name="Potential")
    assert chosen.evaluate("list => list.selectedOptions[0].label") == "rises to the centre"
    assert visited.errors == []


def test_what_is_painted_is_announced_with_its_cell(visit, address):
    page = opened(visit, address).page
    cell(page, 0).focus()
    page.keyboard.press("+")
    wait_until(page, "document.querySelector('[aria-live]').textContent")
    said = page.locator("[aria-live]").inner_text()
    assert said.startswith("Row 1, column 1: reward +½, best right, value 7.1. The arrows are")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_painter_and_in_its_still(visit, address, axe_of_explorers, theme):
    page = opened(visit, address, viewport={"width": 1200, "height": 900}).page
    assert axe_of_explorers(page, theme) == []


def test_it_fits_a_phone(visit, address, beyond_the_edge):
    page = opened(visit, address, viewport=PHONE).page
    assert beyond_the_edge(page) == []
    assert cell(page, 0).bounding_box()["width"] >= 44
