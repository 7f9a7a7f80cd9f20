"""Whether a page gives a prediction away before the reader has made it, and opens afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from browsing import BRING_NEAR, Visit

# What a page tells whoever reads, hears or unfolds it, or sees its card, without the prediction.
TOLD = """(selector) => {
  const own = document.querySelector(selector);
  own.style.display = "none";
  const all = (wanted) => [...document.querySelectorAll(wanted)];
  const shown = (wanted) => all(wanted).filter((element) => element.checkVisibility());
  const cards = all("meta[content]").map(({ content }) => content);
  const named = shown("[alt], [aria-label], [title]");
  const names = named.flatMap(({ alt, ariaLabel, title }) => [alt, ariaLabel, title]);
  const folded = shown("details:not([open])").map(({ textContent }) => textContent);
  const text = [document.title, ...cards, document.body.innerText, ...names, ...folded];
  own.style.removeProperty("display");
  return text.filter((each) => typeof each === "string").join("\\n");
}"""
# Explorers, charts and pictures of episodes after a prediction that one sees all the same.
SEEN_BEHIND = """(selector) => {
  const own = document.querySelector(selector);
  const follows = (element) => !own.contains(element)
    && own.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
  return [...document.querySelectorAll(".misgen-explorer, .misgen-plot, .bd-article canvas")]
    .filter((element) => follows(element) && element.checkVisibility())
    .map((element) => element.id || element.outerHTML.slice(0, 120));
}"""
# Explorers before a prediction, which a reader may have moved by then.
SEEN_BEFORE = """(selector) => {
  const own = document.querySelector(selector);
  const precedes = (element) =>
    own.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING;
  return [...document.querySelectorAll(".misgen-explorer")]
    .filter((element) => precedes(element) && element.checkVisibility()).map(({ id }) => `#${id}`);
}"""
OUTCOME = """(selector) => JSON.parse(document.querySelector(`${selector} script.misgen-state`)
  .textContent).table.outcome.map(([, text]) => text).join("")"""
SHOWN_EXPLORERS = """() => [...document.querySelectorAll(".misgen-explorer")]
  .filter((element) => element.checkVisibility()).map(({ id }) => `#${id}`).join(", ")"""
STILL_COVERED = """() => [...document.querySelectorAll(".bd-article [class*=misgen-after-]")]
  .filter((element) => !element.checkVisibility())
  .map(({ outerHTML }) => outerHTML.slice(0, 120))"""


def choose(page: Any, explorer: str) -> None:
    """Makes a prediction by keyboard alone, of whatever kind it is."""
    view = page.locator(f"{explorer} .misgen-view")
    kind = page.get_attribute(explorer, "data-module").rpartition("/")[2]
    if kind == "predict":
        view.locator(".mg-task .mg-primary").press("Enter")
        view.locator(".mg-guess").first.press("Enter")
        return
    if kind == "sketch":
        field = view.locator("[role=slider]")
        for _ in range(32):
            field.press("ArrowRight")
    else:
        view.get_by_role("radio").first.press("Space")
    view.get_by_role("button", name="Lock it in").press("Enter")


def found_in(text: str, patterns: list[str]) -> list[str]:
    """The words of a text that match, with those around them."""
    found = (re.search(f".{{0,60}}({pattern}).{{0,60}}", text) for pattern in patterns)
    return [match[0] for match in found if match]


def bring_near(page: Any) -> None:
    page.evaluate(BRING_NEAR, [page.evaluate(SHOWN_EXPLORERS), "mounted"])


def assert_not_told(page: Any, explorer: str, patterns: list[str]) -> None:
    """Nothing behind a prediction is seen, and nothing around it tells what came out."""
    bring_near(page)
    assert not (seen := page.evaluate(SEEN_BEHIND, explorer)), seen
    assert not (told := found_in(page.evaluate(TOLD, explorer), patterns)), told
    assert page.evaluate(OUTCOME, explorer) not in page.inner_text(explorer)


def assert_not_told_when_moved(page: Any, explorer: str, patterns: list[str]) -> None:
    """Nor does an explorer before a prediction tell it, whatever its controls are set to."""
    for before in page.evaluate(SEEN_BEFORE, explorer):
        text = "\n".join(texts_when_moved(page, before))
        assert not (told := found_in(text, patterns)), (before, told)


def texts_when_moved(page: Any, explorer: str) -> Iterator[str]:
    """The texts of an explorer with each control at its ends, and each choice chosen."""
    for slider in page.locator(f"{explorer} input[type=range]:visible:enabled").all():
        for key in ("End", "Home"):
            slider.press(key)
            yield page.inner_text(explorer)
    for choice in page.locator(f"{explorer} select:visible:enabled").all():
        for option in choice.locator("option:enabled").all():
            choice.select_option(option.evaluate("option => option.value"))
            yield page.inner_text(explorer)
    for switch in page.locator(f"{explorer} input:is([type=checkbox], [type=radio]):visible").all():
        switch.press("Space")
        yield page.inner_text(explorer)


def assert_kept(page: Any, explorer: str) -> None:
    """The prediction is locked, and what came out stands beside it."""
    outcome = page.locator(f"{explorer} .mg-outcome")
    outcome.wait_for()
    assert page.evaluate(OUTCOME, explorer) in outcome.inner_text()
    assert outcome.get_by_role("button", name="Forget my guess").is_visible()


def assert_nothing_is_given_away(
    visited: Visit, marks: Sequence[tuple[str, str]], gives_away: Mapping[str, list[str]]
) -> None:
    """Makes one prediction of a page after the other, and looks before and after, and once more.

    Args:
        visited: The page, with nothing kept, and less motion, so that replays are at their end.
        marks: Key and name of each prediction on it, in order.
        gives_away: Patterns of the words that would, by the name of the prediction.
    """
    page = visited.page
    for key, name in marks:
        assert_not_told(page, f"#explorer-{key}", gives_away[name])
        assert_not_told_when_moved(page, f"#explorer-{key}", gives_away[name])
        choose(page, f"#explorer-{key}")
        assert_kept(page, f"#explorer-{key}")
    for _ in ("at once", "on the next visit"):
        assert not (covered := page.evaluate(STILL_COVERED)), covered
        visited.scroll_through()
        for key, name in marks:
            assert_kept(page, f"#explorer-{key}")
            assert found_in(page.inner_text("body"), gives_away[name]), "No words give it away."
        page.reload()
