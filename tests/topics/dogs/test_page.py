"""The dog in the reader's hands, and a hundred of them, in a browser and without any chapter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import Visit, happens, wait_until

from misgen.explore.base import text_of
from misgen.topics.dogs.explorers import first_dog, hundred_dogs, train_by_hand
from misgen.topics.dogs.sweeps import sweep_shares

pytestmark = pytest.mark.site

PICTURES = "() => [...document.querySelectorAll('.misgen-view svg')].map((s) => s.outerHTML).join()"
HAS_CHANGED = f"before => ({PICTURES})() !== before"
AREA = ".mg-player"


@pytest.fixture(scope="module")
def hand(explorer_page: Callable[..., str]) -> str:
    return explorer_page(train_by_hand())


@pytest.fixture(scope="module")
def first(explorer_page: Callable[..., str]) -> str:
    return explorer_page(first_dog())


@pytest.fixture(scope="module")
def hundred():
    return hundred_dogs(sweep_shares(seeds=8))


@pytest.fixture(scope="module")
def plane(explorer_page: Callable[..., str], hundred) -> str:
    return explorer_page(hundred)


def opened(visit: Callable[..., Visit], address: str, **options: object) -> Visit:
    visited = visit(address, **options)
    visited.mount_explorers()
    return visited


def sentence(page) -> str:
    return page.inner_text(".mg-say")


def counted(page) -> str:
    return page.locator(".mg-story").first.inner_text()


# ------------------------------------------------------------------------- the first dog


def test_the_first_dog_is_trained_by_key_and_by_button_and_each_command_leaves_a_mark(visit, first):
    visited = opened(visit, first)
    page = visited.page
    assert sentence(page) == first_dog().sentence()
    page.focus(AREA)
    for key in ("g", " ", "ArrowUp", "ArrowRight"):
        before = page.evaluate(PICTURES)
        page.keyboard.press(key)
        assert happens(page, HAS_CHANGED, before), key
    page.get_by_role("button", name="Good dog").click()
    assert sentence(page).startswith("Commands: 5, praised: 3. Of the last 5 ")
    assert page.locator(".mg-lately circle").count() == 5
    page.get_by_role("button", name="100 more").click()
    assert page.locator(".mg-lately circle").count() == 20
    page.get_by_role("button", name="Another dog").click()
    assert sentence(page) == first_dog().sentence()
    assert visited.errors == visited.foreign == []


def test_the_first_dog_comes_to_obey(visit, first):
    page = opened(visit, f"{first}?first-dog.praise=t100").page
    assert page.locator(".mg-lately .mg-obeyed").count() >= 17
    assert page.locator(".mg-weights").count() == 0


# ------------------------------------------------------------------------ the dog in hand


def test_the_first_view_says_what_python_says(visit, hand):
    visited = opened(visit, hand)
    assert sentence(visited.page) == train_by_hand().sentence()
    assert counted(visited.page).startswith("Commands: 0 ")
    assert visited.errors == visited.foreign == []


def test_praise_moves_the_dog_by_key_and_by_button(visit, hand):
    visited = opened(visit, hand)
    page = visited.page
    page.focus(AREA)
    for key in ("g", " ", "ArrowUp", "ArrowRight"):
        before = page.evaluate(PICTURES)
        page.keyboard.press(key)
        assert happens(page, HAS_CHANGED, before), key
    page.get_by_role("button", name="Good dog").click()
    page.get_by_role("button", name="Say nothing").press("Space")  # of the button, not the area
    assert counted(page).startswith("Commands: 6 · praised: 3 ")
    wait_until(page, "location.search.includes('train-dog.praise=g1n1g1n1g1n1')")
    assert visited.errors == []


def test_the_page_does_not_scroll_under_the_keys(visit, hand):
    page = opened(visit, hand, viewport={"width": 800, "height": 300}).page
    page.locator(AREA).evaluate("area => area.focus({ preventScroll: true })")
    for key in (" ", "ArrowUp"):
        page.keyboard.press(key)
    assert page.evaluate("scrollY") == 0


def test_the_trainer_goes_on_from_there_and_all_starts_over(visit, hand):
    page = opened(visit, hand, reduced_motion="reduce").page
    start = sentence(page)
    page.get_by_role("button", name="Good dog").click()
    page.get_by_role("button", name="100 more").click()
    page.get_by_role("button", name="10 more").click()
    assert counted(page).startswith("Commands: 111 ")
    assert page.locator(".mg-ownpath").get_attribute("points").count(".") == 2 * 112
    assert sentence(page) != start
    page.get_by_role("button", name="Start over").press("Enter")
    assert sentence(page) == start
    assert page.evaluate("document.activeElement.matches('.mg-player')")  # not lost
    page.get_by_role("button", name="Another dog").click()
    assert sentence(page) != start
    wait_until(page, "location.search.includes('train-dog.seed=1')")


def test_the_way_of_a_hundred_steps_is_walked_and_then_ends(visit, hand):
    page = opened(visit, hand).page
    page.get_by_role("button", name="100 more").click()
    points = "document.querySelector('.mg-ownpath').getAttribute('points').split('.').length"
    assert happens(page, f"() => {points} > 2 * 101")


def test_after_the_last_command_no_more_is_asked(visit, hand):
    page = opened(visit, f"{hand}?train-dog.praise=t399").page
    page.focus(AREA)
    page.keyboard.press("g")
    assert counted(page).startswith("Commands: 400 ")
    assert page.get_by_role("button", name="Good dog").is_disabled()
    page.keyboard.press("g")
    assert counted(page).startswith("Commands: 400 ")


def test_another_share_of_commands_apart_starts_over(visit, hand):
    page = opened(visit, f"{hand}?train-dog.praise=g5").page
    before = page.evaluate(PICTURES)
    page.get_by_role("slider").press("ArrowRight")
    assert counted(page).startswith("Commands: 0 ")
    assert page.evaluate(PICTURES) != before


def test_a_link_with_nonsense_opens_the_untrained_dog(visit, hand):
    visited = opened(visit, f"{hand}?train-dog.praise=g9999&train-dog.seed=77")
    assert counted(visited.page).startswith("Commands: 0 ")
    assert visited.errors == []


# ------------------------------------------------------------------------ a hundred of them


def test_a_link_leads_to_what_python_says_there(visit, plane, hundred):
    for choice in ({"distinguishing": 10, "test": "lips", "time": 5, "seed": 3}, {"test": "back"}):
        query = "&".join(f"dogs.{name}={value}" for name, value in choice.items())
        visited = opened(visit, f"{plane}?{query}")
        assert sentence(visited.page) == text_of(hundred.say(**choice))
        assert visited.page.locator(".mg-dog").count() == 100
        assert visited.errors == visited.foreign == []


def test_an_address_of_the_first_edition_still_leads_there(visit, plane, hundred):
    page = opened(visit, f"{plane}?dogs.share=5").page
    assert sentence(page) == text_of(hundred.say(distinguishing=5))


def test_each_slider_moved_by_keyboard_changes_the_text_and_the_picture(visit, plane):
    page = opened(visit, plane).page
    for slider in page.get_by_role("slider").all():
        text, pictures = sentence(page), page.evaluate(PICTURES)
        is_at_end = slider.get_attribute("max") == slider.input_value()
        slider.press("ArrowLeft" if is_at_end else "ArrowRight")
        assert sentence(page) != text
        assert page.evaluate(PICTURES) != pictures


def test_play_moves_the_cloud_through_training(visit, plane):
    page = opened(visit, plane).page
    before = sentence(page)
    page.get_by_role("button", name="Play").click()
    shown = "before => document.querySelector('.mg-say').innerText !== before"
    assert happens(page, shown, before)


# ------------------------------------------------------------------------------------- both


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_explorers_and_in_their_stills(
    visit, first, hand, plane, axe_of_explorers, theme
):
    for address in (f"{first}?first-dog.praise=g3n2t9", f"{hand}?train-dog.praise=g3n2t30", plane):
        assert axe_of_explorers(opened(visit, address).page, theme) == []


def test_nothing_is_cut_off_on_a_phone(visit, first, hand, plane, beyond_the_edge):
    for address in (f"{first}?first-dog.praise=t30", f"{hand}?train-dog.praise=g3n2t30", plane):
        phone = opened(visit, address, viewport={"width": 320, "height": 700})
        assert beyond_the_edge(phone.page) == []
        for picture in phone.page.locator(".mg-weights, .mg-scene").all():
            assert picture.bounding_box()["width"] <= 320


def test_the_lips_keep_still_where_less_motion_is_wanted(visit, hand):
    name = "getComputedStyle(document.querySelector('.mg-mouth')).animationName"
    moves = [
        opened(visit, hand, reduced_motion=motion).page.evaluate(name)
        for motion in ("no-preference", "reduce")
    ]
    assert moves == ["mg-speak", "none"]
