"""Each whole page by the tab key alone: everything is reached, seen, and left again."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.site

MOST_STOPS = 3000
MOST_ROUNDS = 3
# What a keyboard must reach: what is shown and can be used. Of a group of radio buttons the tab
# key reaches the chosen one, and the arrow keys the others.
MISSED = """() => {
  const folded = "[inert], details:not([open]) > :not(summary)";
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const selector = "a[href], button, input, select, textarea, summary, [tabindex]";
  return [...document.querySelectorAll(selector)]
    .filter((element) => element.tabIndex >= 0 && !element.matches(":disabled"))
    .filter((element) => shown(element) && !element.closest(folded))
    .filter((element) => element.type !== "radio" || element.checked)
    .filter((element) => !window.reached.has(element))
    .map((element) => element.outerHTML.slice(0, 160));
}"""
# Notes what had the focus, and whether a ring or a shadow around it, or around the field or the
# label that it is in, showed so.
WATCH = """() => {
  window.reached = new Map();
  const hasRing = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const isMarked = (element) => {
    const style = getComputedStyle(element);
    return hasRing(style) || style.boxShadow !== "none";
  };
  addEventListener("focusin", ({ target }) => {
    // a window that gets the focus back tells of the same element twice
    if (window.round.has(target) && target !== window.latest) window.isRound = true;
    window.round.add(target);
    window.latest = target;
    const around = [target, target.closest("label, form")].filter(Boolean);
    window.reached.set(target, around.some(isMarked));
  });
}"""
UNSEEN = """() => [...window.reached].filter(([, seen]) => !seen)
  .map(([element]) => element.outerHTML.slice(0, 160))"""


def tab_through(page) -> int:
    """Presses the tab key until the focus has come round; returns how often."""
    page.evaluate("scrollTo(0, 0); document.activeElement.blur()")
    page.evaluate("window.round = new Set(); window.isRound = false")
    for stops in range(1, MOST_STOPS):
        page.keyboard.press("Tab")
        if stops % 10 == 0 and page.evaluate("window.isRound"):
            return stops
    return MOST_STOPS


def test_the_tab_key_reaches_each_control_shows_where_it_is_and_comes_round(visit, site, page_name):
    visited = visit(f"{site}/{page_name}")
    visited.scroll_through()
    page = visited.page
    page.evaluate(WATCH)
    # the contents list unfolds the section that is read: by the end of a round it may be another
    for _ in range(MOST_ROUNDS):
        assert tab_through(page) < MOST_STOPS
        missed = page.evaluate(MISSED)
        if not missed:
            break
    assert missed == []
    assert page.evaluate(UNSEEN) == []


@pytest.mark.parametrize("of_each_kind", ["intro.html", "chapters/coinrun.html", "search.html"])
def test_the_skip_link_is_the_first_stop_and_goes_to_the_text(visit, site, of_each_kind):
    page = visit(f"{site}/{of_each_kind}").page
    page.wait_for_load_state("load")
    if of_each_kind == "search.html":  # there the field of the search has the focus at once
        page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "Skip to main content"
    assert link.is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**#main-content")
