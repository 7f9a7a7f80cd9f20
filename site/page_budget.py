"""Measures every page of the built site in Chromium and prints it beside its budget.

`make budget` runs it. Bytes are what goes over the wire, compressed, before and after a reader
has scrolled to the end. Times are of this machine and of localhost: a benchmark, not a test.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from browser import FLAGS, find_chromium
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from serve import HTML, served

MAX_BYTES = 1_500_000
MAX_FIRST_ANSWER_MS = 1000
MAX_PICTURE_MS = 50
NOT_PAGES = {"index.html", "genindex.html", "search.html"}

SCROLL_TO_END = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += 400) {
    scrollTo(0, y);
    await new Promise((next) => setTimeout(next, 60));
  }
}"""

# Resolves to [ms since navigation, ms since the key] at the frame that shows another picture.
WATCH_PICTURE = """(slider) => {
  const view = slider.closest(".misgen-view");
  const picture = () => [...view.querySelectorAll("canvas, svg")]
    .map((item) => (item.toDataURL ? item.toDataURL() : item.outerHTML)).join();
  const before = picture();
  let pressed;
  slider.addEventListener("keydown", () => { pressed = performance.now(); }, { once: true });
  window.answered = new Promise((resolve) => {
    const look = (frame) => {
      if (pressed === undefined || picture() === before) return requestAnimationFrame(look);
      resolve([frame, Math.max(0, frame - pressed)]);
    };
    requestAnimationFrame(look);
  });
}"""


@dataclass(frozen=True)
class Measured:
    """What one page costs its reader; times are None on a page without a slider."""

    name: str
    first_bytes: int
    all_bytes: int
    first_answer_ms: float | None
    picture_ms: float | None


def page_names(folder: Path) -> list[str]:
    """Returns the pages of the book below `folder`."""
    files = [file.relative_to(folder) for file in folder.rglob("*.html")]
    pages = [file for file in files if file.parts[0] != "_static" and file.name not in NOT_PAGES]
    return sorted(page.as_posix() for page in pages)


def count_bytes(page: Page) -> Callable[[], int]:
    """Counts the encoded bytes of all answers to `page` from now on."""
    lengths: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: lengths.append(event["encodedDataLength"]))
    return lambda: round(sum(lengths))


def wire_bytes(browser: Browser, address: str) -> tuple[int, int]:
    """Returns the compressed bytes of a fresh visit: at load, and after scrolling to the end."""
    with browser.new_context() as context:
        page = context.new_page()
        count = count_bytes(page)
        page.goto(address, wait_until="networkidle")
        first = count()
        page.evaluate(SCROLL_TO_END)
        page.wait_for_load_state("networkidle")
        return first, count()


def first_slider(page: Page) -> Locator | None:
    """Brings one explorer after the other near, until one has a slider; returns the slider."""
    for explorer in page.locator(".misgen-explorer").all():
        explorer.scroll_into_view_if_needed()
        page.wait_for_function("one => one.dataset.mounted", arg=explorer.element_handle())
        slider = explorer.locator(".misgen-view input[type=range]:visible:enabled")
        if slider.count():
            return slider.first
    return None


def slider_times(browser: Browser, address: str) -> tuple[float, float] | tuple[None, None]:
    """Returns when the first slider answered after navigation, and how long its picture took."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address, wait_until="commit")
        page.wait_for_load_state("domcontentloaded")
        slider = first_slider(page)
        if slider is None:
            return None, None
        slider.evaluate(WATCH_PICTURE)
        at_end = slider.evaluate("input => Number(input.value) >= Number(input.max)")
        slider.press("ArrowLeft" if at_end else "ArrowRight")
        since_navigation, since_key = page.evaluate("window.answered")
        return since_navigation, since_key


def measure(browser: Browser, base: str, name: str) -> Measured:
    """Measures one page."""
    address = f"{base}/{name}"
    return Measured(name, *wire_bytes(browser, address), *slider_times(browser, address))


def verdict(value: float | None, budget: float, unit: str) -> str:
    """Returns a value with its unit, marked where it is over its budget.

    >>> verdict(31.4, 50, "ms"), verdict(80, 50, "ms"), verdict(None, 50, "ms")
    ('31 ms', '80 ms (!)', '-')
    """
    if value is None:
        return "-"
    return f"{value:.0f} {unit}{'' if value <= budget else ' (!)'}"


def row(page: Measured) -> tuple[str, ...]:
    """Returns the table's row of a page."""
    return (
        page.name,
        verdict(page.first_bytes / 1000, MAX_BYTES / 1000, "kB"),
        verdict(page.all_bytes / 1000, MAX_BYTES / 1000, "kB"),
        verdict(page.first_answer_ms, MAX_FIRST_ANSWER_MS, "ms"),
        verdict(page.picture_ms, MAX_PICTURE_MS, "ms"),
    )


def table(pages: list[Measured]) -> str:
    """Returns the measured pages as a text table; `(!)` marks what is over its budget."""
    head = ("page", "at load", "whole page", "first slider answer", "slider to picture")
    budget = ("budget", "", f"{MAX_BYTES // 1000} kB", "1000 ms", "50 ms")
    rows = [head, budget, *map(row, pages)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        for cells in rows
    )


def main() -> int:
    """Prints the table; returns the exit code."""
    chromium = find_chromium()
    if chromium is None or not (HTML / "intro.html").is_file():
        print("budget: run `make site` and `make chromium` first.", file=sys.stderr)
        return 1
    with served(HTML) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        print(table([measure(browser, base, name) for name in page_names(HTML)]))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
