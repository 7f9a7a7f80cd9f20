"""The two panels on auto-induced distributional shift in Chromium, without any chapter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import wait_until

from misgen.explore.base import text_of
from misgen.topics.induced_shift.explorers import hidden_incentives, recommender

pytestmark = pytest.mark.site

PHONE = {"width": 360, "height": 740}
MADE = {"recommender": recommender, "hidden-incentives": hidden_incentives}
each_panel = pytest.mark.parametrize("name", MADE)


@pytest.fixture(scope="module")
def panels():
    return {name: make() for name, make in MADE.items()}


@pytest.fixture(scope="module")
def addresses(explorer_page: Callable[..., str], panels):
    return {name: explorer_page(panel) for name, panel in panels.items()}


def opened(visit: Callable, address: str, **options: object):
    visited = visit(address, **options)
    visited.scroll_through()
    wait_until(visited.page, "document.querySelector('.mg-chart path')")
    return visited


@each_panel
def test_it_says_what_python_says_without_an_error_and_without_other_hosts(
    visit, addresses, panels, name
):
    visited = opened(visit, addresses[name])
    assert visited.page.inner_text(".mg-say") == panels[name].sentence()
    assert visited.errors == visited.foreign == []


@each_panel
def test_it_fits_a_phone(visit, addresses, name):
    page = opened(visit, addresses[name], viewport=PHONE).page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@each_panel
def test_every_slider_moved_by_one_step_changes_text_and_picture(visit, addresses, name):
    page = opened(visit, addresses[name]).page
    picture = "view => [...view.querySelectorAll('svg')].map((svg) => svg.outerHTML).join('|')"
    view = page.locator(".misgen-view")
    for slider in page.get_by_role("slider").all():
        before = view.inner_text(), view.evaluate(picture)
        slider.press("ArrowLeft")
        after = view.inner_text(), view.evaluate(picture)
        assert all(a != b for a, b in zip(before, after, strict=True))


def test_the_outer_loop_switched_on_reveals_the_incentive(visit, addresses, panels):
    page = opened(visit, addresses["hidden-incentives"]).page
    page.get_by_role("switch").first.press("Space")
    expected = text_of(panels["hidden-incentives"].say(outer=True))
    assert page.inner_text(".mg-say") == expected
    wait_until(page, "location.search.includes('hidden-incentives.outer=true')")


def test_the_favourites_of_day_1_are_named_once(visit, addresses):
    page = opened(visit, addresses["recommender"]).page
    assert page.locator(".misgen-view").get_by_text("favourite on day 1").count() == 1
    assert page.locator(".mg-cells .mg-outline").count() == 8
