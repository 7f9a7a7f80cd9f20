"""The trees of alignment in a browser: by keyboard, by touch, from a link; and where they lead."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from book_links import problem_of
from browsing import wait_until

from misgen.explore.base import text_of
from misgen.topics.taxonomy.book_experiments import EXPERIMENTS, experiment_named
from misgen.topics.taxonomy.explorers import Taxonomy, say
from misgen.topics.taxonomy.trees import TREES

pytestmark = pytest.mark.site

PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1200, "height": 900}
LINKS = {link.address: link for each in EXPERIMENTS for link in each.links.values()}
each_link = pytest.mark.parametrize(
    "address_of", LINKS, ids=[f"{link.page}-{link.key}" for link in LINKS.values()]
)


@pytest.fixture(scope="module")
def address(explorer_page: Callable[..., str]) -> str:
    return explorer_page(Taxonomy())


def opened(visit: Callable, address: str, **options: object):
    visited = visit(address, **{"viewport": WIDE, **options})
    visited.scroll_through()
    visited.page.wait_for_selector(".mg-node")
    return visited


def item(page, name: str):
    return page.get_by_role("treeitem", name=name)


def focused(page) -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-label')").split(":")[0]


def meaning(page) -> str:
    return page.locator(".mg-meaning .mg-heading").first.inner_text()


def test_the_first_view_says_what_python_says(visit, address):
    visited = opened(visit, address)
    assert visited.page.inner_text(".mg-say") == Taxonomy().sentence()
    assert visited.page.get_by_role("treeitem").count() == 6
    assert visited.errors == visited.foreign == []


def test_the_tree_is_one_stop_of_the_tab_key(visit, address):
    page = opened(visit, address).page
    assert page.locator(".mg-node[tabindex='0']").count() == 1
    page.locator(".mg-node[tabindex='0']").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[role=tree]')") is None


def test_arrow_keys_move_along_the_tree(visit, address):
    page = opened(visit, address).page
    item(page, "objective robustness").focus()
    steps = [
        ("ArrowUp", "intent alignment"), ("ArrowRight", "capability robustness"),
        ("ArrowRight", "capability robustness"), ("ArrowUp", "impact alignment"),
        ("ArrowUp", "impact alignment"), ("ArrowDown", "intent alignment"),
        ("End", "capability robustness"), ("Home", "impact alignment"),
    ]  # fmt: skip
    for key, name in steps:
        page.keyboard.press(key)
        assert focused(page) == name
        assert meaning(page) == name
    wait_until(page, "location.search.includes('taxonomy.node=impact')")


def test_on_a_phone_the_tree_is_an_outline_that_is_walked_row_by_row(visit, address):
    page = opened(visit, address, viewport=PHONE).page
    item(page, "impact alignment").click()
    names = ["intent alignment", "outer alignment", "objective robustness", "inner alignment",
             "capability robustness"]  # fmt: skip
    for name in names:
        page.keyboard.press("ArrowDown")
        assert focused(page) == name
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "impact alignment"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "intent alignment"


def test_a_node_says_its_level_and_what_the_experiment_says_of_it(visit, address):
    page = opened(visit, address).page
    node = page.locator(".mg-node-fails")
    assert node.get_attribute("aria-level") == "3"
    assert node.get_attribute("aria-label") == "objective robustness: fails"
    assert page.locator(".mg-node-unsupported").count() == 2
    tree = page.get_by_role("tree").get_attribute("aria-label")
    assert "Intent alignment and capability robustness together imply impact alignment." in tree


def test_an_experiment_lights_up_its_node_and_marks_the_path(visit, address):
    page = opened(visit, address).page
    chooser = page.get_by_role("combobox", name="Experiment")
    before = page.locator(".mg-alignment").inner_html()
    chooser.select_option(label="3  CoinRun, seen upside down")
    of = experiment_named("coinrun-flipped")
    assert page.inner_text(".mg-say") == text_of(say(of, TREES["objective"]))
    assert page.inner_text(".mg-doubt").startswith("Caution: An agent without its skill")
    lit = page.locator(".mg-node-fails").get_attribute("aria-label")
    assert lit == "capability robustness: fails"
    assert page.locator(".mg-alignment").inner_html() != before
    wait_until(page, "location.search.includes('taxonomy.experiment=coinrun-flipped')")


def test_the_next_experiment_is_one_press_away(visit, address):
    page = opened(visit, address).page
    page.get_by_role("button", name="Next experiment").press("Enter")
    assert page.inner_text(".mg-say").startswith("CoinRun, seen upside down.")


@pytest.mark.parametrize("tree", TREES)
@pytest.mark.parametrize("name", ["forest", "hidden-incentives", "training-order"])
def test_a_link_leads_to_what_python_says_there(visit, address, tree, name):
    query = f"?taxonomy.tree={tree}&taxonomy.experiment={name}&taxonomy.node=outer"
    page = opened(visit, address + query).page
    assert page.inner_text(".mg-say") == text_of(say(experiment_named(name), TREES[tree]))
    assert meaning(page) == "outer alignment"


def test_a_node_that_the_other_tree_does_not_have_gives_way_to_the_root(visit, address):
    page = opened(visit, f"{address}?taxonomy.tree=training&taxonomy.node=capability").page
    assert meaning(page) == "alignment"
    assert page.locator(".mg-node[tabindex='0']").count() == 1


def test_another_tree_keeps_the_node_where_it_has_it(visit, address):
    page = opened(visit, address).page
    page.get_by_role("combobox", name="Tree").press("ArrowDown")
    assert meaning(page) == "objective robustness"
    assert item(page, "robustness").count() == 3


@pytest.mark.parametrize("value", ["", "<b>", "42"])
def test_nonsense_in_the_address_leaves_a_tree(visit, address, value):
    query = "&".join(f"taxonomy.{name}={value}" for name in ("tree", "experiment", "node"))
    visited = opened(visit, f"{address}?{query}")
    assert visited.page.get_by_role("treeitem").count() == 6
    assert visited.errors == []


def test_what_changed_is_announced(visit, address):
    page = opened(visit, address).page
    item(page, "outer alignment").click()
    wait_until(page, "document.querySelector('[aria-live]').textContent")
    assert page.inner_text("[aria-live]").startswith("outer alignment. Every model that is perfect")


def test_it_fits_a_phone_and_is_readable_there(visit, address):
    page = opened(visit, address, viewport=PHONE, has_touch=True).page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    size = "text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a"
    assert page.locator(".mg-nodename").first.evaluate(size) >= 12
    item(page, "capability robustness").tap()
    assert meaning(page) == "capability robustness"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_trees_and_in_their_still(visit, address, axe_of_explorers, theme):
    assert axe_of_explorers(opened(visit, address).page, theme) == []


# ------------------------------------------------------------------------ the built book


@each_link
def test_each_link_of_an_experiment_leads_to_a_state_of_an_explorer_of_the_book(html, address_of):
    assert problem_of(LINKS[address_of]) is None


@each_link
def test_the_explorer_of_a_link_accepts_the_state(visit, site, address_of):
    visited = visit(f"{site}/chapters/{address_of}")
    explorer = visited.page.locator(f"#explorer-{LINKS[address_of].key}")
    explorer.scroll_into_view_if_needed()
    wait_until(visited.page, "one => one.dataset.mounted", arg=explorer.element_handle())
    # an explorer corrects what it does not have, and gives a link to what it shows
    link = explorer.locator(".misgen-view a", has_text="link to this state").get_attribute("href")
    asked, kept = (parse_qs(urlsplit(address).query) for address in (address_of, link))
    assert {name: kept.get(name) for name in asked} == asked
    assert visited.errors == []
