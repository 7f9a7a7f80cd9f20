"""Every explorer of every page by keyboard: sliders, buttons, and the link to a state."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from browsing import Visit, happens, opened_in, wait_until

pytestmark = pytest.mark.site

VIEW = ".misgen-view"
# The position in a replay is no choice, as a link never leads past a guess; nor is its speed.
CHOICES = ":is(input[type=range]:not(.mg-position), select:not(.mg-speed select))"
SETTLED_MS = 1500
# Its head is on the screen, below the bar at the top.
IN_VIEW = """selector => {
  const { top } = document.querySelector(selector).getBoundingClientRect();
  return top >= 0 && top < innerHeight / 2;
}"""
WRITTEN_WITHIN_MS = 1500  # the host writes the address 250 ms after the last change
# What a reader sees of an explorer. Digits of a running clock would do for "changed", so the
# slider tests look at text and picture apart.
TEXT = "view => view.innerText"
PICTURE = """view => [...view.querySelectorAll("canvas, svg")]
  .map((picture) => picture instanceof HTMLCanvasElement ? picture.toDataURL() : picture.outerHTML)
  .join("|")"""
STATE = """view => view.innerHTML + [...view.querySelectorAll("canvas")]
  .map((canvas) => canvas.toDataURL()).join("|")"""
# What starts and stops Python has tests of its own: test_live, with a Python that can be fetched.
BUTTONS = "button:not(.mg-live button)"
# Whether a slider has pictures to choose from: steps of a replay, or recordings in the table, some
# for each of its values. Until Python runs, a slider that only sets what it will be asked has none.
HAS_PICTURES = """slider => {
  const explorer = slider.closest(".misgen-explorer");
  if (!explorer.dataset.live || slider.matches(".mg-position")) return true;
  const { table } = JSON.parse(explorer.querySelector("script.misgen-state").textContent);
  return table.layout.some(({ shape: [rows] }) => rows % (Number(slider.max) + 1) === 0);
}"""
CHANGED = "([view, before]) => ({see}) (view) !== before"


def changes(page, view, see: str, before: str, within_ms: float = 3000) -> bool:
    return happens(page, CHANGED.format(see=see), [view.element_handle(), before], within_ms)


def press_towards_the_middle(slider) -> None:
    at_end = slider.evaluate("input => Number(input.value) >= Number(input.max)")
    slider.press("ArrowLeft" if at_end else "ArrowRight")


def usable(view, selector: str) -> list:
    return [item for item in view.locator(selector).all() if is_usable(item)]


def is_usable(item) -> bool:
    return item.is_visible() and item.is_enabled()


@dataclass
class Moved:
    """A page on which each choice of each explorer was moved once by keyboard."""

    visit: Visit
    unmoved: list[str] = field(default_factory=list)
    """Sliders that left the text or, where they have pictures, the picture as it was."""
    kept: list[bool] = field(default_factory=list)
    """Whether the choice is part of the address; one that cannot be made now is not."""
    forgotten: list[str] = field(default_factory=list)
    """Explorers with choices of which none is."""
    address: str = ""
    """That of all choices."""

    def slide(self, view, slider) -> None:
        sees = [TEXT, PICTURE] if slider.evaluate(HAS_PICTURES) else [TEXT]
        seen = {see: view.evaluate(see) for see in sees}
        press_towards_the_middle(slider)
        if not all(changes(self.visit.page, view, see, before) for see, before in seen.items()):
            self.unmoved.append(slider.evaluate("slider => slider.outerHTML"))

    def choose(self, view, control) -> bool:
        before = self.visit.page.url
        if control.evaluate("control => control.tagName") == "SELECT":
            control.press("ArrowDown")
        else:
            self.slide(view, control)
        other = "before => location.href !== before"
        return happens(self.visit.page, other, before, WRITTEN_WITHIN_MS)


@pytest.fixture(scope="session")
def moved(browser, site, page_name):
    moved = Moved(opened_in(browser, f"{site}/{page_name}"))
    moved.visit.mount_explorers()
    views = moved.visit.page.locator(VIEW).all()
    for view in views:
        choices = [(control, is_usable(control)) for control in view.locator(CHOICES).all()]
        kept = [can_be and moved.choose(view, control) for control, can_be in choices]
        moved.kept += kept
        if any(can_be for _, can_be in choices) and not any(kept):
            moved.forgotten.append(view.inner_text())
    moved.address = moved.visit.page.url
    for view in views:  # last, as a position is no choice
        for position in usable(view, "input[type=range].mg-position"):
            moved.slide(view, position)
    yield moved
    moved.visit.page.context.close()


def test_each_slider_moved_by_keyboard_changes_the_text_and_the_picture(moved):
    assert moved.unmoved == []


def test_each_slider_has_a_name_and_says_its_value_in_words(at_desk):
    for slider in at_desk.page.locator(f"{VIEW} input[type=range]").all():
        name = slider.evaluate("i => i.ariaLabel || [...i.labels].map((l) => l.innerText).join()")
        assert name.strip()
        assert slider.get_attribute("aria-valuetext")


def names_of(buttons: list) -> list[str]:
    return [button.evaluate("button => button.innerText || button.ariaLabel") for button in buttons]


def test_each_button_works_by_the_enter_key(visit, site, page_name):
    # With less motion nothing runs, so that whatever changes does so because of the button.
    def opened() -> Visit:
        visits.append(visit(f"{site}/{page_name}", reduced_motion="reduce"))
        visits[-1].mount_explorers()
        return visits[-1]

    visits: list[Visit] = []
    page = opened().page
    for key in explorer_keys(page):
        view = page.locator(f"#{key} {VIEW}")
        names = names_of(usable(view, BUTTONS))
        # The last one first: to restart moves a replay from its end, to step from its start.
        for i in reversed(range(len(names))):
            if names_of(usable(view, BUTTONS)) != names:  # an answer took the others away
                page = opened().page
                view = page.locator(f"#{key} {VIEW}")
            assert works(view, usable(view, BUTTONS)[i]), (key, names[i])
    assert [visited.errors for visited in visits if visited.errors] == []


def works(view, button) -> bool:
    """Whether a button that is pressed changes what is seen; a chosen one may stay chosen."""
    was_chosen = button.get_attribute("aria-pressed") == "true"
    before = view.evaluate(STATE)
    button.press("Enter")
    stays_chosen = was_chosen and button.get_attribute("aria-pressed") == "true"
    return stays_chosen or changes(view.page, view, STATE, before)


def explorer_keys(page) -> list[str]:
    return page.eval_on_selector_all(".misgen-explorer", "all => all.map((one) => one.id)")


def values(page) -> list[str]:
    return page.eval_on_selector_all(f"{VIEW} {CHOICES}", "all => all.map((one) => one.value)")


def test_the_address_restores_what_the_reader_chose(moved, visit):
    assert moved.forgotten == []
    chosen, again = moved.visit.page, visit(moved.address)
    again.mount_explorers()
    pairs = zip(values(again.page), values(chosen), moved.kept, strict=True)
    assert [(found, wanted) for found, wanted, kept in pairs if kept and found != wanted] == []
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
        wait_until(page, IN_VIEW, arg=selector)
        page.wait_for_timeout(SETTLED_MS)
        assert page.evaluate(IN_VIEW, selector)


def test_a_live_region_tells_a_screen_reader_what_changed(at_desk):
    for view in at_desk.page.locator(VIEW).all():
        assert view.locator("[aria-live], output, [role=status]").count() > 0
