"""The board of four scenarios in Chromium: by keyboard, on a phone, in light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import Visit, wait_until

from misgen.explore.base import text_of
from misgen.topics.four_scenarios.explorers import CORNERS, board
from misgen.topics.four_scenarios.scenarios import SCENARIOS

pytestmark = pytest.mark.site
PHONE = {"width": 360, "height": 740}
PICTURES = "() => [...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())"


@pytest.fixture(scope="module")
def address(explorer_page: Callable[..., str]) -> str:
    return explorer_page(board())


def opened(visit: Callable[..., Visit], address: str, **options: object) -> Visit:
    visited = visit(address, reduced_motion="reduce", **options)
    visited.mount_explorers()
    visited.page.wait_for_selector(".mg-root canvas")
    return visited


def said(page) -> str:
    return page.inner_text(".mg-say").replace("\N{NO-BREAK SPACE}", " ")


def told(**choices: object) -> str:
    return text_of(board().say(**choices)).replace("\N{NO-BREAK SPACE}", " ")


def test_each_corner_has_a_picture_below_its_name(visit, address):
    visited = opened(visit, address)
    headings = visited.page.locator(".mg-heading").all_inner_texts()
    assert sorted(heading.split(":")[0] for heading in headings) == sorted(
        SCENARIOS[name].name for name in CORNERS
    )
    assert visited.page.locator("canvas").count() == len(CORNERS)
    assert visited.errors == visited.foreign == []


def test_what_is_asked_is_chosen_by_keyboard_and_changes_every_picture(visit, address):
    page = opened(visit, address).page
    assert said(page) == told()
    before = page.evaluate(PICTURES)
    page.get_by_label("What is asked").press("ArrowDown")
    assert said(page) == told(test="goal")
    after = page.evaluate(PICTURES)
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_the_coin_is_erased_by_keyboard(visit, address):
    page = opened(visit, f"{address}?four-scenarios.test=goal").page
    before = page.evaluate(PICTURES)
    page.get_by_role("switch").press("Space")
    assert said(page) == told(test="goal", coin=False)
    after = page.evaluate(PICTURES)
    assert all(one != other for one, other in zip(before, after, strict=True))
    wait_until(page, "location.search.includes('four-scenarios.coin=false')")


def test_the_page_is_no_wider_than_a_phone(visit, address):
    page = opened(visit, address, viewport=PHONE).page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for picture in page.locator("canvas").all():
        assert picture.bounding_box()["width"] <= PHONE["width"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_board_and_in_its_still(visit, address, axe_of_explorers, theme):
    assert axe_of_explorers(opened(visit, address).page, theme) == []
