"""The map of the book in a browser: by keyboard, by pointer, from a link; and where it leads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import small_maps
from book_links import problem_of
from browsing import happens, resting_box, wait_until

from misgen.explore import Source
from misgen.explore.base import text_of
from misgen.topics.taxonomy.agents import agents
from misgen.topics.taxonomy.map_explorer import BookMap

pytestmark = pytest.mark.site

PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1200, "height": 900}
HAS_ROWS = "count => document.querySelectorAll('.mg-scroller tbody tr').length === count"
VISIBLE = ".mg-point:visible"


@pytest.fixture(scope="module")
def small() -> BookMap:
    return BookMap(small_maps.agents(), Source("Six agents."))


@pytest.fixture(scope="module")
def address(explorer_page: Callable[..., str], small: BookMap) -> str:
    return explorer_page(small)


@pytest.fixture(scope="module")
def whole() -> BookMap:
    return BookMap()


@pytest.fixture(scope="module")
def address_of_whole(explorer_page: Callable[..., str], whole: BookMap) -> str:
    return explorer_page(whole)


def opened(visit: Callable, address: str, **options: object):
    visited = visit(address, **{"viewport": WIDE, **options})
    visited.scroll_through()
    visited.page.wait_for_selector(".mg-frame", state="attached")
    return visited


def card(page) -> str:
    return page.locator(".mg-agentcard").inner_text()


def plane(page):
    return page.get_by_role("listbox", name="Agents on the plane")


def test_the_first_view_says_what_python_says(visit, address_of_whole, whole):
    visited = opened(visit, address_of_whole)
    assert visited.page.inner_text(".mg-say") == whole.sentence()
    assert visited.page.locator(VISIBLE).count() == len(agents())
    assert visited.errors == visited.foreign == []


@pytest.mark.parametrize(
    "choices",
    [{"world": "coinrun"}, {"distinguishing": "2"}, {"seed": "3", "world": "coin-grid"},
     {"seen": "flipped", "distinguishing": "100"}, {"seen": "flipped", "world": "tree-gridworld"}],
)  # fmt: skip
def test_a_link_leads_to_what_python_says_there(visit, address_of_whole, whole, choices):
    query = "&".join(f"book-map.{name}={value}" for name, value in choices.items())
    page = opened(visit, f"{address_of_whole}?{query}").page
    said = text_of(whole.say(**choices))
    assert page.inner_text(".mg-say") == said
    shown = page.locator(VISIBLE).count()
    assert said.startswith(f"{shown} agents are" if shown else "No agent")


def test_a_point_is_where_its_indices_are(visit, address):
    page = opened(visit, address).page
    places = page.locator(".mg-point").evaluate_all(
        "all => all.map((one) => one.getAttribute('transform').match(/-?[\\d.]+/g).map(Number))"
    )
    xs, ys = zip(*places, strict=True)
    capabilities = [agent.places["shifted"].capability for agent in small_maps.agents()]
    by_x = sorted(range(6), key=lambda i: xs[i])
    assert by_x == sorted(range(6), key=lambda i: capabilities[i])
    assert ys[2] < ys[1] < ys[4] < ys[0] < ys[5] < ys[3]  # 3: no goal index, under the axis


def test_the_plane_is_one_stop_and_arrows_go_from_agent_to_agent(visit, address):
    page = opened(visit, address).page
    plane(page).focus()
    assert "seed 0" in card(page)
    page.keyboard.press("ArrowRight")
    assert "seed 1" in card(page)
    assert "70 %" in card(page)
    active = plane(page).get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    assert "goal index 70 %" in page.locator(f"#{active}").get_attribute("aria-label")
    page.keyboard.press("End")
    assert "Tree Gridworld" in card(page)
    page.keyboard.press("ArrowDown")
    assert "Tree Gridworld" in card(page)
    page.keyboard.press("Home")
    assert "seed 0" in card(page)
    wait_until(page, "location.search.includes('book-map.agent=coinrun-dial-0-s0')")


def test_the_agent_is_linked_to_its_replay_or_to_its_place_in_the_book(visit, address):
    page = opened(visit, address).page
    link = page.locator(".mg-agentcard a")
    assert link.inner_text() == "Watch this agent"
    assert (
        link.get_attribute("href") == "coinrun.html?dial.distinguishing=0&dial.seed=0#explorer-dial"
    )
    plane(page).press("End")
    assert link.inner_text() == "Where its training is discussed"
    assert link.get_attribute("href") == "forest_changes.html#how-the-worlds-end"


def test_an_agent_that_did_what_was_asked_for_is_hollow_and_said_to_be_no_case(visit, address):
    page = opened(visit, address).page
    plane(page).press("End")
    assert "does what its discount asked for: no case" in card(page)
    filled = "all => all.map((one) => getComputedStyle(one).fill)"
    # the point, and the one in the legend
    assert page.locator(".mg-point-asked").evaluate_all(filled) == ["none", "none"]


def test_arrows_stay_among_the_agents_that_are_shown(visit, address):
    page = opened(visit, f"{address}?book-map.seed=3").page
    assert page.locator(VISIBLE).count() == 3
    assert "none" in card(page)
    plane(page).press("ArrowRight")
    assert "Tree Gridworld" in card(page)


def test_a_pointer_shows_an_agent_and_a_click_chooses_it(visit, address):
    page = opened(visit, address).page
    box = resting_box(page.locator(".mg-point").nth(4))
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    assert "Tree Gridworld" in card(page)
    page.mouse.move(5, 5)
    assert "CoinRun" in card(page)
    page.mouse.click(x, y)
    page.mouse.move(5, 5)
    assert "Tree Gridworld" in card(page)


def test_a_second_click_reaches_the_agent_beneath(visit, explorer_page):
    hidden = [
        *small_maps.agents()[:1],
        small_maps.coinrun(5, *small_maps.agents()[0].places.values()),
    ]
    page = opened(visit, explorer_page(BookMap(hidden, Source("Two agents.")))).page
    page.locator(".mg-point").first.click(force=True)
    assert "seed 5" in card(page)
    page.locator(".mg-point").first.click(force=True)
    assert "seed 0" in card(page)


def test_the_slider_changes_text_picture_and_address(visit, address):
    page = opened(visit, address).page
    before = page.inner_text(".mg-say"), page.locator(".mg-plane").inner_html()
    page.get_by_role("slider").press("ArrowRight")
    after = page.inner_text(".mg-say"), page.locator(".mg-plane").inner_html()
    assert all(a != b for a, b in zip(before, after, strict=True))
    wait_until(page, "location.search.includes('book-map.distinguishing=0')")


def test_the_control_moves_the_points(visit, address):
    page = opened(visit, address).page
    where = page.locator(".mg-point").first
    before = where.get_attribute("transform")
    page.get_by_role("combobox", name="What it sees").press("ArrowDown")
    assert where.get_attribute("transform") != before
    assert page.locator(VISIBLE).count() == 4
    assert "not flipped" in card(page)


def test_the_control_leaves_an_agent_that_was_not_measured_in_it(visit, address):
    visited = opened(visit, f"{address}?book-map.agent=tree-gridworld-0.97-s3")
    assert "Tree Gridworld" in card(visited.page)
    visited.page.get_by_role("combobox", name="What it sees").press("ArrowDown")
    assert "CoinRun" in card(visited.page)
    assert visited.page.locator(".mg-ring").is_visible()
    assert visited.errors == []


def test_the_numbers_are_a_table_of_the_agents_that_are_shown(visit, address):
    page = opened(visit, f"{address}?book-map.world=coinrun").page
    page.get_by_text("The numbers of these agents").click()
    rows = page.locator(".mg-scroller tbody tr")
    assert happens(page, HAS_ROWS, 4)  # it is filled when it is opened
    assert rows.nth(0).locator("td").all_inner_texts() == ["0", "98 %", "10 %", "watch"]
    assert rows.nth(3).locator("td").all_inner_texts()[2] == "none"
    page.get_by_role("combobox", name="Seed").select_option(label="1")
    assert happens(page, HAS_ROWS, 1)


def test_the_definitions_are_on_the_page(visit, address):
    page = opened(visit, address).page
    page.locator(".misgen-view summary", has_text="The two indices").click()
    assert (
        "The share of these forests that it lives off"
        in page.locator(".misgen-view dl").inner_text()
    )


def test_what_changed_is_announced(visit, address):
    page = opened(visit, address).page
    plane(page).press("ArrowRight")
    wait_until(page, "document.querySelector('[aria-live]').textContent")
    assert "seed 1. Capability index 96 %" in page.inner_text("[aria-live]")


@pytest.mark.parametrize("value", ["", "<b>", "1e999"])
def test_nonsense_in_the_address_leaves_all_agents(visit, address, value):
    names = ("world", "distinguishing", "seed", "seen", "agent")
    visited = opened(visit, f"{address}?" + "&".join(f"book-map.{n}={value}" for n in names))
    assert visited.page.locator(VISIBLE).count() == 6
    assert visited.errors == []


def test_a_filter_hides_points_and_draws_none_anew(visit, address_of_whole):
    page = opened(visit, address_of_whole).page
    page.evaluate(
        """() => {
          window.changes = 0;
          const count = (records) => { window.changes += records.length; };
          const points = document.querySelector(".mg-plane svg > g:nth-child(2)");
          new MutationObserver(count).observe(points, { childList: true, subtree: true });
        }"""
    )
    page.get_by_role("slider").press("ArrowRight")
    assert 0 < page.locator(VISIBLE).count() < len(agents())
    assert page.evaluate("window.changes") == 0


def test_it_fits_a_phone(visit, address_of_whole):
    page = opened(visit, address_of_whole, viewport=PHONE).page
    page.get_by_text("The numbers of these agents").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_map_and_in_its_still(visit, address, axe_of_explorers, theme):
    page = opened(visit, address).page
    page.get_by_text("The numbers of these agents").click()
    assert axe_of_explorers(page, theme) == []


# ------------------------------------------------------------------------ the built book


def test_each_link_of_an_agent_leads_to_a_place_of_the_book(html):
    links = {agent.link.address: agent.link for agent in agents()}
    problems = {problem for problem in map(problem_of, links.values()) if problem}
    assert problems == set()
