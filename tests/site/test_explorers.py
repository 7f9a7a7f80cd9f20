"""Every explorer of every page by keyboard: sliders, buttons, and the link to a state."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import happens

pytestmark = pytest.mark.site

VIEW = ".misgen-view"
# The position in a replay is no choice: a link never leads past a guess.
CHOICES = ":is(input[type=range]:not(.mg-position), select)"
SETTLED_MS = 1500
# Its head is on the screen, below the bar at the top.
IN_VIEW = """selector => {
  const { top } = document.querySelector(selector).getBoundingClientRect();
  return top >= 0 && top < innerHeight / 2;
}"""
WRITTEN_WITHIN_MS = 500  # the host writes the address 250 ms after the last change
# What a reader sees of an explorer. Digits of a running clock would do for "changed", so the
# slider tests look at text and picture apart.
TEXT = "view => view.innerText"
PICTURE = """view => [...view.querySelectorAll("canvas, svg")]
  .map((picture) => picture instanceof HTMLCanvasElement ? picture.toDataURL() : picture.outerHTML)
  .join("|")"""
STATE = """view => view.innerHTML + [...view.querySelectorAll("canvas")]
  .map((canvas) => canvas.toDataURL()).join("|")"""
CHANGED = "([view, before]) => ({see}) (view) !== before"


def opened(visit: Callable, site: str, page_name: str, **options: object):
    visited = visit(f"{site}/{page_name}", **options)
    visited.scroll_through()
    return visited.page


def wait_for_change(page, view, see: str, before: str) -> None:
    page.wait_for_function(
        CHANGED.format(see=see), arg=[view.element_handle(), before], timeout=3000
    )


def press_towards_the_middle(page, slider) -> None:
    slider.focus()
    at_end = slider.evaluate("input => Number(input.value) >= Number(input.max)")
    page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")


def usable(view, selector: str) -> list:
    items = view.locator(selector).all()
    return [item for item in items if item.is_visible() and item.is_enabled()]


def test_each_slider_moved_by_keyboard_changes_the_text_and_the_picture(visit, site, page_name):
    page = opened(visit, site, page_name)
    for view in page.locator(VIEW).all():
        for slider in usable(view, "input[type=range]"):
            text, picture = view.evaluate(TEXT), view.evaluate(PICTURE)
            press_towards_the_middle(page, slider)
            wait_for_change(page, view, TEXT, text)
            wait_for_change(page, view, PICTURE, picture)


def test_each_slider_has_a_name_and_says_its_value_in_words(at_desk):
    for slider in at_desk.page.locator(f"{VIEW} input[type=range]").all():
        name = slider.evaluate("i => i.ariaLabel || [...i.labels].map((l) => l.innerText).join()")
        assert name.strip()
        assert slider.get_attribute("aria-valuetext")


def buttons_of(page, key: str) -> list:
    return usable(page.locator(f"#{key} {VIEW}"), "button")


def explorer_keys(page) -> list[str]:
    return page.eval_on_selector_all(".misgen-explorer", "all => all.map((one) => one.id)")


def opened_at(visit: Callable, site: str, page_name: str, key: str):
    """A fresh page on which one explorer alone is sure to be there: a chapter has many."""
    page = visit(f"{site}/{page_name}").page
    explorer = page.locator(f"#{key}")
    explorer.scroll_into_view_if_needed()
    page.wait_for_function("one => one.dataset.mounted", arg=explorer.element_handle())
    return page


def test_each_button_works_by_the_enter_key(visit, site, page_name):
    page = opened(visit, site, page_name)
    buttons = {key: len(buttons_of(page, key)) for key in explorer_keys(page)}
    for key, count in buttons.items():
        for index in range(count):
            page = opened_at(visit, site, page_name, key)
            view = page.locator(f"#{key} {VIEW}")
            before = view.evaluate(STATE)
            buttons_of(page, key)[index].focus()
            page.keyboard.press("Enter")
            wait_for_change(page, view, STATE, before)
            page.context.close()


def values(page) -> list[str]:
    return page.eval_on_selector_all(f"{VIEW} {CHOICES}", "all => all.map((one) => one.value)")


def change(page, control) -> bool:
    """Changes a control by keyboard; returns whether its choice is part of the address."""
    before = page.url
    if control.evaluate("control => control.tagName") == "SELECT":
        control.press("ArrowDown")
    else:
        press_towards_the_middle(page, control)
    return happens(page, "before => location.href !== before", before, WRITTEN_WITHIN_MS)


def test_the_address_restores_what_the_reader_chose(visit, site, page_name):
    page = opened(visit, site, page_name)
    kept = []
    for view in page.locator(VIEW).all():
        controls = usable(view, CHOICES)
        kept_here = [change(page, control) for control in controls]
        assert any(kept_here) or not controls
        kept += kept_here
    chosen = [value for value, is_kept in zip(values(page), kept, strict=True) if is_kept]
    again = visit(page.url)
    again.scroll_through()
    restored = [value for value, is_kept in zip(values(again.page), kept, strict=True) if is_kept]
    assert restored == chosen
    assert again.errors == []


def states(page) -> dict[str, list[str]]:
    """The names of the choices of each explorer, by its id; a quiz has none."""
    return page.eval_on_selector_all(
        ".misgen-explorer",
        """all => Object.fromEntries(all.map((one) => [one.id,
          Object.keys(JSON.parse(one.querySelector("script.misgen-state").textContent).state)
            .map((name) => `${one.dataset.key}.${name}=`)]))""",
    )


def links_to_states(page) -> list[str]:
    """The addresses that the explorers of a page give for their states, in their order."""
    links = []
    for key, choices in states(page).items():
        link = page.locator(f"#{key} {VIEW} a", has_text="link to this state")
        assert link.count() == bool(choices)
        if choices:
            links.append(link.get_attribute("href"))
            assert links[-1].endswith(f"#{key}")
            assert [name for name in choices if name not in links[-1]] == []
    return links


def test_each_explorer_with_a_state_has_a_link_that_brings_it_into_view(
    at_desk, visit, site, page_name
):
    links = links_to_states(at_desk.page)
    assert all(link.startswith(f"{site}/{page_name}?") for link in links)
    for link in links[-1:]:  # above the last one the most is laid out late
        selector = f"#{link.split('#')[1]}"
        page = visit(link).page
        page.wait_for_selector(f"{selector}[data-mounted]")
        page.wait_for_function(IN_VIEW, arg=selector)
        page.wait_for_timeout(SETTLED_MS)
        assert page.evaluate(IN_VIEW, selector)


def test_a_live_region_tells_a_screen_reader_what_changed(at_desk):
    for view in at_desk.page.locator(VIEW).all():
        assert view.locator("[aria-live], output, [role=status]").count() > 0
