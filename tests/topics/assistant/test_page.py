"""The assistant in a browser and without any chapter: by keyboard, by touch, and from a link."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import random_assistants
from browsing import wait_until

from misgen.explore.base import text_of
from misgen.topics.assistant.explorers import AssistantExplorer, answer
from misgen.topics.assistant.words import preferred_place, whole_week

pytestmark = pytest.mark.site

PHONE = {"width": 360, "height": 740}
VIEW = ".misgen-view"
PICTURES = "view => [...view.querySelectorAll('svg')].map((svg) => svg.outerHTML).join('|')"
ANSWERS = f"{VIEW} .mg-answers"


@pytest.fixture(scope="module")
def explorer() -> AssistantExplorer:
    return random_assistants.explorer()


@pytest.fixture(scope="module")
def address(explorer_page: Callable[..., str], explorer: AssistantExplorer) -> str:
    return explorer_page(explorer)


def opened(visit: Callable, address: str, **options: object):
    visited = visit(address, **options)
    visited.scroll_through()
    return visited


def sentence(page) -> str:
    return page.inner_text(".mg-say")


def said(explorer: AssistantExplorer, **choices: object) -> str:
    return text_of(explorer.say(**choices))


def chosen(page, text: str) -> None:
    """Waits until the address has the text: the host writes it a moment later."""
    wait_until(page, "text => location.search.includes(text)", arg=text)


def query(**choices: object) -> str:
    return "?" + "&".join(f"assistant.{name}={value}" for name, value in choices.items())


def test_the_first_view_says_what_python_says(visit, address, explorer):
    visited = opened(visit, address)
    assert sentence(visited.page) == explorer.sentence()
    assert visited.errors == visited.foreign == []


def test_the_pandemic_changes_text_and_pictures_by_keyboard(visit, address, explorer):
    page = opened(visit, address).page
    before = page.inner_html(ANSWERS)
    page.get_by_role("combobox", name="What happens").press("End")  # the last one
    assert sentence(page) == said(explorer, situation="pandemic")
    assert page.inner_html(ANSWERS) != before
    chosen(page, "assistant.situation=pandemic")


def test_the_slider_changes_text_and_pictures_by_keyboard(visit, address, explorer):
    page = opened(visit, address).page
    slider, view = page.get_by_role("slider"), page.locator(VIEW)
    before = view.evaluate(PICTURES)
    slider.press("ArrowRight")
    assert sentence(page) == said(explorer, distinguishing=0.3)
    assert view.evaluate(PICTURES) != before
    assert slider.get_attribute("aria-valuetext") == "0.3 %"


def test_the_number_of_causes_waits_for_distinguishing_weeks(visit, address, explorer):
    page = opened(visit, address).page
    two = page.get_by_role("group", name="Number of different causes").get_by_label("2")
    assert two.is_disabled()
    assert "the number of causes has no effect" in page.inner_text(VIEW)
    page.get_by_role("slider").press("End")
    assert "In these weeks every seed met:" in page.inner_text(VIEW)
    bars = page.locator(f"{VIEW} .mg-rows").inner_html()
    two.press("Space")
    assert sentence(page) == said(explorer, distinguishing=10.0, causes=2)
    assert page.locator(f"{VIEW} .mg-rows").inner_html() != bars
    chosen(page, "assistant.causes=2")


@pytest.mark.parametrize(
    ("label", "value", "choice"),
    [
        ("You are", "a gamer", {"taste": "gamer"}),
        ("Caution", "carefree", {"caution": "carefree"}),
        ("What happens", "you are ill", {"situation": "ill"}),
        ("You say", "“at home, please”", {"wish": "says_home"}),
        ("You are both free on", "Friday", {"day": "fri"}),
    ],
)
def test_every_list_composes_the_week(visit, address, explorer, label, value, choice):
    page = opened(visit, address).page
    before = page.inner_html(ANSWERS)
    page.get_by_role("combobox", name=label, exact=True).select_option(label=value)
    assert sentence(page) == said(explorer, **choice)
    assert page.inner_html(ANSWERS) != before


def test_another_seed_is_looked_at(visit, address, explorer):
    page = opened(visit, address).page
    before = page.inner_html(ANSWERS)
    page.get_by_role("group", name="The assistants of 2 seeds").get_by_role("radio").nth(1).check()
    assert sentence(page) == said(explorer, seed="1")
    assert page.inner_html(ANSWERS) != before
    assert "What it answers (seed 1)" in page.inner_text(VIEW)


def test_right_and_wrong_are_not_told_by_colour_alone(visit, address, explorer):
    page = opened(visit, address).page
    shelves = random_assistants.shelves()
    week = whole_week(explorer.state)
    known, booked, _ = answer(shelves[0].assistant(0.0), week)
    right = [place == preferred_place(week) for place in (known, booked)]
    heads = page.locator(f"{ANSWERS} thead b.mg-head-known, {ANSWERS} thead b.mg-head-booked")
    for head, is_right in zip(heads.all(), right, strict=True):
        assert head.inner_text().lstrip().startswith("✓" if is_right else "✗")
        assert ("right:" if is_right else "wrong:") in head.text_content()
    stars = [chip for chip in page.locator(f"{ANSWERS} .mg-chip").all() if chip.is_visible()]
    assert [star.text_content() for star in stars] == ["★ you prefer this"]
    assert stars[0].locator("xpath=ancestor::tr[contains(@class, 'mg-preferred')]").count() == 1


def test_a_link_leads_to_what_python_says_there(visit, address, explorer):
    choices = {
        "taste": "sporty", "caution": "carefree", "wish": "says_restaurant",
        "situation": "pandemic", "day": "mon", "distinguishing": 0.3, "causes": 2, "seed": "1",
    }  # fmt: skip
    assert set(choices) == set(explorer.state)
    visited = opened(visit, address + query(**choices))
    assert sentence(visited.page) == said(explorer, **choices)
    assert visited.errors == []


def test_nonsense_in_the_address_leaves_the_start(visit, address, explorer):
    wrong = query(taste="<b>", seed=9, day="sun", situation="maybe")
    visited = opened(visit, address + wrong)
    assert sentence(visited.page) == explorer.sentence()
    assert visited.errors == []


def test_what_changed_is_announced(visit, address, explorer):
    page = opened(visit, address).page
    assert page.locator("[aria-live]").inner_text() == ""
    page.get_by_role("combobox", name="Caution").press("End")
    wait_until(page, "document.querySelector('[aria-live]').textContent")
    assert page.locator("[aria-live]").inner_text() == said(explorer, caution="carefree")


def test_two_of_them_do_not_share_their_radio_buttons(visit, explorer_page):
    page = opened(
        visit, explorer_page(random_assistants.explorer(), random_assistants.explorer(key="second"))
    ).page
    lists = page.get_by_role("group", name="The assistants of 2 seeds")
    lists.nth(1).get_by_role("radio").nth(1).check()
    assert lists.nth(0).get_by_role("radio").nth(0).is_checked()


def test_it_fits_a_phone(visit, address):
    page = opened(visit, address, viewport=PHONE).page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    wide = """elements => elements.filter((one) => one.getBoundingClientRect().right > innerWidth)
      .map((one) => one.outerHTML.slice(0, 120))"""
    assert page.eval_on_selector_all(f"{VIEW} *", wide) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "choices", [{}, {"situation": "pandemic", "distinguishing": 10, "seed": 1}]
)
def test_axe_finds_nothing_in_the_explorer_and_in_its_still(
    visit, address, axe_of_explorers, theme, choices
):
    assert axe_of_explorers(opened(visit, address + query(**choices)).page, theme) == []
