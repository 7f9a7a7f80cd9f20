"""The classification game in a browser and without any chapter: by keyboard, touch and link."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import wait_until

from misgen.topics.taxonomy.cases import KINDS, Case, cases, orders
from misgen.topics.taxonomy.cases_explorer import ORDERS, ROUND, Cases

pytestmark = pytest.mark.site

PHONE = {"width": 360, "height": 740}
SHUFFLES = orders(cases(), ORDERS, first=ROUND)


def case(place: int, order: int = 0) -> Case:
    return cases()[SHUFFLES[order][place]]


def answer(place: int, order: int = 0) -> int:
    return KINDS.index(case(place, order).kind)


@pytest.fixture(scope="module")
def address(explorer_page: Callable[..., str]) -> str:
    return explorer_page(Cases())


def opened(visit: Callable, address: str, **options: object):
    visited = visit(address, **options)
    visited.scroll_through()
    return visited


def title(page) -> str:
    return page.inner_text(".misgen-view .mg-case .mg-casetitle")


def progress(page) -> str:
    return page.inner_text(".mg-progress")


def play(page, *answers: int) -> None:
    """Answers by number keys and goes on by Enter."""
    page.locator(".mg-case").focus()
    for one in answers:
        page.keyboard.press(str(one + 1))
        page.keyboard.press("Enter")


def play_round(page, wrong: set[int]) -> None:
    play(page, *((answer(i) + (i in wrong)) % len(KINDS) for i in range(ROUND)))


def tally(page) -> dict[str, str]:
    items = page.locator(".mg-tally li").all()
    return {item.locator("span").inner_text(): item.locator("b").inner_text() for item in items}


def test_the_first_case_is_told_without_its_class(visit, address):
    visited = opened(visit, address)
    page = visited.page
    assert title(page) == case(0).title
    assert page.inner_text(".mg-casestory") == case(0).story
    assert case(0).why not in page.inner_text(".misgen-view")
    assert page.locator(".mg-choice").count() == len(KINDS)
    assert visited.errors == visited.foreign == []


def test_a_right_answer_is_explained_with_its_sources_and_counted(visit, address):
    page = opened(visit, address).page
    page.locator(".mg-choice").nth(answer(0)).click()
    box = page.inner_text(".mg-verdictbox")
    assert box.startswith(f"Right: {case(0).kind.name.lower()}. {case(0).why}")
    assert case(0).references[0].label in box
    assert progress(page) == f"Case 1 of {ROUND}, 1 right so far"
    assert tally(page)[case(0).kind.name] == "1 of 1"
    assert "✓ the answer" in page.locator(".mg-choice").nth(answer(0)).inner_text()


@pytest.mark.parametrize("further", [1, 2, 3])
def test_a_wrong_answer_is_refused_for_what_it_is_and_marked_beside_the_right_one(
    visit, address, further
):
    page = opened(visit, address).page
    chosen = (answer(0) + further) % len(KINDS)
    page.locator(".mg-choice").nth(chosen).click()
    box = page.inner_text(".mg-verdictbox")
    told = f"Not “{KINDS[chosen].name.lower()}”, but “{case(0).kind.name.lower()}”."
    assert box.startswith(f"{told} {case(0).why_not[KINDS[chosen].key]}")
    assert case(0).why in box
    assert "✗ your answer" in page.locator(".mg-choice").nth(chosen).inner_text()
    assert "✓ the answer" in page.locator(".mg-choice").nth(answer(0)).inner_text()
    assert progress(page) == f"Case 1 of {ROUND}, 0 right so far"
    assert tally(page)[case(0).kind.name] == "0 of 1"


def test_an_answer_cannot_be_given_twice(visit, address):
    page = opened(visit, address).page
    page.locator(".mg-case").focus()
    page.keyboard.press(str(answer(0) + 1))
    page.keyboard.press(str((answer(0) + 1) % len(KINDS) + 1))
    assert progress(page) == f"Case 1 of {ROUND}, 1 right so far"
    assert [choice.is_enabled() for choice in page.locator(".mg-choice").all()] == [False] * 4


def test_the_keyboard_alone_plays_a_round_and_keeps_the_focus(visit, address):
    page = opened(visit, address).page
    play_round(page, wrong={1, 4})
    assert title(page) == f"{ROUND - 2} of {ROUND} right."
    assert page.evaluate("document.activeElement.textContent") == f"{ROUND - 2} of {ROUND} right."


def test_number_keys_mean_nothing_outside_the_game_and_in_its_list(visit, address):
    page = opened(visit, address).page
    right = str(answer(0) + 1)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press(right)
    page.get_by_role("combobox").press(right)
    page.locator(".mg-case").focus()
    for key in (f"Control+{right}", f"Alt+{right}", "5", "a"):
        page.keyboard.press(key)
    assert page.locator(".mg-verdictbox").is_hidden()
    page.keyboard.press(right)
    assert page.locator(".mg-verdictbox").is_visible()


def test_the_result_is_told_by_class_and_the_wrong_ones_are_reviewed(visit, address):
    page = opened(visit, address).page
    play_round(page, wrong={1, 4})
    reviewed = page.locator(".mg-case .mg-review > li").all_inner_texts()
    assert [text.split(".")[0] for text in reviewed] == [case(1).title, case(4).title]
    for text, place in zip(reviewed, (1, 4), strict=True):
        said = KINDS[(answer(place) + 1) % len(KINDS)]
        told = f"You said {said.name.lower()}; it is {case(place).kind.name.lower()}."
        assert f"{told} {case(place).why_not[said.key]}" in text
        assert case(place).why in text
    places = range(ROUND)
    for kind in KINDS:
        of_kind = [place for place in places if case(place).kind == kind]
        right = sum(place not in (1, 4) for place in of_kind)
        assert tally(page)[kind.name] == f"{right} of {len(of_kind)}"


def test_the_wrong_ones_are_played_again_and_alone(visit, address):
    page = opened(visit, address).page
    play_round(page, wrong={1, 4})
    page.get_by_role("button", name="Play these again").press("Enter")
    assert title(page) == case(1).title
    assert progress(page) == "Case 1 of 2, 0 right so far"
    play(page, answer(1), answer(4))
    assert title(page) == "2 of 2 right."


def test_a_round_without_a_mistake_offers_another_one(visit, address):
    page = opened(visit, address).page
    play_round(page, wrong=set())
    assert page.locator(".mg-case .mg-review").count() == 0
    page.get_by_role("button", name="Another round").press("Enter")
    assert title(page) == case(0, order=1).title


def test_a_new_shuffle_is_another_order_and_part_of_the_address(visit, address):
    page = opened(visit, address).page
    play(page, 0)
    page.get_by_role("button", name="New shuffle").press("Enter")
    wait_until(page, "location.search.includes('cases.order=1')")
    assert title(page) == case(0, order=1).title
    assert progress(page) == f"Case 1 of {ROUND}, 0 right so far"


def test_a_long_round_has_every_case_once(visit, address):
    page = opened(visit, f"{address}?cases.round={len(cases())}&cases.order=5").page
    seen = []
    for _ in cases():
        seen.append(title(page))
        play(page, 0)
    assert seen == [cases()[i].title for i in SHUFFLES[5]]


def test_a_link_restores_round_and_order(visit, address):
    page = opened(visit, address).page
    page.get_by_role("combobox").select_option(index=1)
    page.get_by_role("button", name="New shuffle").click()
    wait_until(page, "location.search.includes('cases.order=1')")
    again = opened(visit, page.url).page
    assert progress(again) == f"Case 1 of {len(cases())}, 0 right so far"
    assert title(again) == case(0, order=1).title


@pytest.mark.parametrize("query", ["cases.order=abc", "cases.order=", "cases.round=<b>"])
def test_nonsense_in_the_address_leaves_the_start(visit, address, query):
    visited = opened(visit, f"{address}?{query}")
    assert title(visited.page) == case(0).title
    assert visited.errors == []


def test_a_tap_answers_and_goes_on(visit, address):
    page = opened(visit, address, has_touch=True, viewport=PHONE).page
    page.locator(".mg-choice").nth(answer(0)).tap()
    page.get_by_role("button", name="Next case").tap()
    assert title(page) == case(1).title


def test_the_list_has_every_case_under_its_class(visit, address):
    page = opened(visit, address).page
    page.locator(".mg-all summary").press("Enter")
    page.wait_for_selector(".mg-all .mg-review")
    for i, kind in enumerate(KINDS):
        assert page.locator(".mg-all > .mg-casetitle").nth(i).inner_text() == kind.name
        listed = page.locator(".mg-all .mg-review").nth(i).locator("b").all_inner_texts()
        titles = [f"{one.title}." for one in cases() if one.kind == kind]
        assert [text.strip() for text in listed] == titles


def test_what_is_answered_is_announced(visit, address):
    page = opened(visit, address).page
    play(page)
    page.keyboard.press(str(answer(0) + 1))
    wait_until(page, "document.querySelector('[aria-live]').textContent")
    assert page.locator("[aria-live]").inner_text().startswith("Right: ")


def at_the_start(page) -> None:
    page.locator(".mg-all summary").press("Enter")


def after_a_mistake(page) -> None:
    page.locator(".mg-choice").nth((answer(0) + 1) % len(KINDS)).click()


def at_the_end(page) -> None:
    play_round(page, wrong={0, 3})


MOMENTS = [at_the_start, after_a_mistake, at_the_end]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_axe_finds_nothing_at_any_moment_and_in_the_still(
    visit, address, axe_of_explorers, theme, moment
):
    page = opened(visit, address, viewport={"width": 1200, "height": 900}).page
    moment(page)
    assert axe_of_explorers(page, theme) == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_it_fits_a_phone_at_any_moment(visit, address, moment):
    page = opened(visit, address, viewport=PHONE).page
    moment(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    wide = """elements => elements.filter((one) => one.getBoundingClientRect().right > innerWidth)
      .map((one) => one.outerHTML.slice(0, 120))"""
    assert page.eval_on_selector_all(".misgen-view *", wide) == []
    for choice in page.locator(".mg-choice").all():
        assert choice.bounding_box()["height"] >= 44


def test_on_paper_the_answers_are_printed_with_the_cases(visit, address):
    page = opened(visit, address).page
    page.emulate_media(media="print")
    still = page.locator(".misgen-still")
    assert still.is_visible()
    assert not page.locator(".misgen-view").is_visible()
