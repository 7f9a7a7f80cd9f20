"""Every explorer of every page by keyboard: sliders, buttons, and the link to a state."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from browsing import Visit, happens, opened_in, wait_until

pytestmark = pytest.mark.site

VIEW = ".misgen-view"
# The position in a replay is no choice, as a link never leads past a guess; nor is its speed.
CHOICES = ":is(input[type=range]:not(.mg-position), select:not(.mg-speed select))"
POSITIONS = "input[type=range].mg-position"
SETTLED_MS = 1500
# Its head is on the screen, below the bar at the top.
IN_VIEW = """selector => {
  const { top } = document.querySelector(selector).getBoundingClientRect();
  return top >= 0 && top < innerHeight / 2;
}"""
# What starts and stops Python has tests of its own: test_live, with a Python that can be fetched.
BUTTONS = "button:not(.mg-live button)"
LINKED = "view => tools.linked(view)"
# What the tests ask a page again and again. What was seen before stays there: pictures are long,
# and each question from here to the browser and back costs milliseconds.
TOOLS = """() => {
  // Digits of a running clock would do for "changed", so the slider tests look at text and picture.
  const drawn = (canvas) => canvas.toDataURL();
  const picture = (view) => [...view.querySelectorAll("canvas, svg")]
    .map((each) => each instanceof HTMLCanvasElement ? drawn(each) : each.outerHTML).join("|");
  const state = (view) =>
    [view.innerHTML, ...[...view.querySelectorAll("canvas")].map(drawn)].join();
  // Whether a slider has pictures to choose from: steps of a replay, or recordings in the table,
  // some for each of its values. Until Python runs, one that only sets what it is asked has none.
  const hasPictures = (slider) => {
    const explorer = slider.closest(".misgen-explorer");
    if (!explorer.dataset.live || slider.matches(".mg-position")) return true;
    const { table } = JSON.parse(explorer.querySelector("script.misgen-state").textContent);
    return table.layout.some(({ shape: [rows] }) => rows % (Number(slider.max) + 1) === 0);
  };
  const isUsable = (element) => !element.matches(":disabled")
    && element.checkVisibility({ visibilityProperty: true }) && element.offsetHeight > 0;
  /** What an address says of an explorer. */
  const choicesIn = (address, { key }) => JSON.stringify(
    [...new URL(address).searchParams].filter(([name]) => name.startsWith(`${key}.`)).sort());
  const linked = (view) => {
    const links = [...view.querySelectorAll("a")];
    const link = links.find((each) => each.textContent === "link to this state");
    return link && choicesIn(link.href, view.closest(".misgen-explorer").dataset);
  };
  let seen;
  globalThis.tools = {
    /** For each element that matches, in its order: whether a reader can use it, and its name. */
    found: (view, selector) => [...view.querySelectorAll(selector)]
      .map((each) => [isUsable(each), each.innerText || each.ariaLabel || ""]),
    /** Notes what a slider may change; returns whether it is at its end. */
    noteFor: (view, slider) => {
      seen = { text: view.innerText, picture: hasPictures(slider) ? picture(view) : null };
      return Number(slider.value) >= Number(slider.max);
    },
    hasMoved: (view) => view.innerText !== seen.text
      && (seen.picture === null || picture(view) !== seen.picture),
    noteState: (view) => { seen = state(view); },
    isOther: (view) => state(view) !== seen,
    /** The choices in the link to the state of an explorer. */
    linked,
    /** Whether the address of the page has them too. */
    isWritten: (id) => {
      const explorer = document.getElementById(id);
      const view = explorer.querySelector(".misgen-view");
      return linked(view) === choicesIn(location.href, explorer.dataset);
    },
  };
}"""


def with_tools(visit: Visit, selector: str = ".misgen-explorer") -> Visit:
    """Brings the explorers that match into a page, with what is asked of them."""
    visit.bring_near(selector, "mounted")
    visit.page.evaluate(TOOLS)
    return visit


def usable(view, selector: str) -> dict[int, str]:
    """The names of what a reader can use, by its place among all that match."""
    found = view.evaluate("(view, selector) => tools.found(view, selector)", selector)
    return {place: name for place, (is_usable, name) in enumerate(found) if is_usable}


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
        is_at_end = view.evaluate("(view, slider) => tools.noteFor(view, slider)",
                                  slider.element_handle())  # fmt: skip
        slider.press("ArrowLeft" if is_at_end else "ArrowRight")
        if not happens(self.visit.page, "view => tools.hasMoved(view)", view.element_handle()):
            self.unmoved.append(slider.evaluate("slider => slider.outerHTML"))

    def choose(self, view, control) -> bool:
        before = view.evaluate(LINKED)
        if control.evaluate("control => control.tagName") == "SELECT":
            control.press("ArrowDown")
        else:
            self.slide(view, control)
        return view.evaluate(LINKED) != before


@pytest.fixture(scope="session")
def moved(browser, site, page_name):
    moved = Moved(with_tools(opened_in(browser, f"{site}/{page_name}")))
    page = moved.visit.page
    written = []
    for key in explorer_keys(page):
        view = page.locator(f"#{key} {VIEW}")
        controls = view.locator(CHOICES)
        can_be = usable(view, CHOICES)
        kept = [place in can_be and moved.choose(view, controls.nth(place))
                for place in range(controls.count())]  # fmt: skip
        moved.kept += kept
        written += [key] * any(kept)
        if can_be and not any(kept):
            moved.forgotten.append(view.inner_text())
    for key in written:  # the host does so a moment later
        wait_until(page, "key => tools.isWritten(key)", arg=key)
    moved.address = page.url
    for key in explorer_keys(page):  # last, as a position is no choice
        view = page.locator(f"#{key} {VIEW}")
        for place in usable(view, POSITIONS):
            moved.slide(view, view.locator(POSITIONS).nth(place))
    yield moved
    moved.visit.page.context.close()


def test_each_slider_moved_by_keyboard_changes_the_text_and_the_picture(moved):
    assert moved.unmoved == []


def test_each_slider_has_a_name_and_says_its_value_in_words(at_desk):
    told = at_desk.page.eval_on_selector_all(
        f"{VIEW} input[type=range]",
        """sliders => sliders.map((slider) => [
          slider.ariaLabel || [...slider.labels].map((label) => label.innerText).join(),
          slider.getAttribute("aria-valuetext")])""",
    )
    assert [each for each in told if not (each[0].strip() and each[1])] == []


def test_each_button_works_by_the_enter_key(visit, site, page_name):
    # With less motion nothing runs, so that whatever changes does so because of the button.
    visited = visit(f"{site}/{page_name}", reduced_motion="reduce")
    page = visited.page
    for key in explorer_keys(page):
        with_tools(visited, f"#{key}")
        view = page.locator(f"#{key} {VIEW}")
        names = usable(view, BUTTONS)
        # The last one first: to restart moves a replay from its end, to step from its start.
        for place in reversed(names):
            if usable(view, BUTTONS) != names:  # an answer took the others away
                page.evaluate("localStorage.clear(); sessionStorage.clear()")
                page.goto(f"{site}/{page_name}")
                with_tools(visited, f"#{key}")
            assert works(view, view.locator(BUTTONS).nth(place)), (key, names[place])
    assert visited.errors == []


def works(view, button) -> bool:
    """Whether a button that is pressed changes what is seen; a chosen one may stay chosen."""
    was_chosen = button.get_attribute("aria-pressed") == "true"
    view.evaluate("view => tools.noteState(view)")
    button.press("Enter")
    stays_chosen = was_chosen and button.get_attribute("aria-pressed") == "true"
    return stays_chosen or happens(view.page, "view => tools.isOther(view)", view.element_handle())


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
        page.wait_for_load_state("load")
        page.evaluate("globalThis.MathJax?.startup?.promise.then(() => true)")
        page.wait_for_timeout(SETTLED_MS)
        assert page.evaluate(IN_VIEW, selector)


def test_a_live_region_tells_a_screen_reader_what_changed(at_desk):
    for view in at_desk.page.locator(VIEW).all():
        assert view.locator("[aria-live], output, [role=status]").count() > 0
