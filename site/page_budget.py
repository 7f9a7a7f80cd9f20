"""Measures every page of the built site in Chromium and prints it beside its budget.

`make budget` runs it. Bytes are what goes over the wire, compressed, before and after a reader
has scrolled to the end. Times are of this machine and of localhost: a benchmark, not a test, and of
an explorer's answer to its reader, which Lighthouse does not know.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from browser import NOTHING_COVERED, find_chromium, opened
from contents import ROOT, page_names
from playwright.sync_api import Browser, Locator, Page
from serve import HTML, served

from misgen.ledger.markdown import table

MAX_BYTES = 1_500_000  # compressed
COLUMNS = {  # the budget of each, and its unit
    "at load": (MAX_BYTES // 1000, "kB"),
    "whole page": (MAX_BYTES // 1000, "kB"),
    "first slider answer": (1000, "ms"),
    "slider to picture": (50, "ms"),
}

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


def count_bytes(page: Page) -> Callable[[], int]:
    """Counts the encoded bytes of all answers to `page` from now on."""
    lengths: list[int] = []
    # Chromium's own protocol tells the bytes on the wire
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: lengths.append(event["encodedDataLength"]))
    return lambda: round(sum(lengths))  # so far


def wire_bytes(browser: Browser, address: str) -> tuple[int, int]:
    """Returns the compressed bytes of a fresh visit: at load, and after scrolling to the end."""
    with browser.new_context() as context:
        context.add_init_script(NOTHING_COVERED)
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
        # no condition in JavaScript, which the policy of the pages forbids to evaluate
        explorer.and_(page.locator("[data-mounted]")).wait_for()
        slider = explorer.locator(".misgen-view input[type=range]:visible:enabled")
        if slider.count():
            return slider.first
    return None


def slider_times(browser: Browser, address: str) -> tuple[float, float] | tuple[None, None]:
    """Returns when the first slider answered after navigation, and how long its picture took."""
    with browser.new_context() as context:
        context.add_init_script(NOTHING_COVERED)
        page = context.new_page()
        page.goto(address, wait_until="commit")  # the clock runs from here
        page.wait_for_load_state("domcontentloaded")
        slider = first_slider(page)
        if slider is None:
            return None, None
        slider.evaluate(WATCH_PICTURE)
        # to the right it could not move
        at_end = slider.evaluate("input => Number(input.value) >= Number(input.max)")
        slider.press("ArrowLeft" if at_end else "ArrowRight")
        since_navigation, since_key = page.evaluate("window.answered")
        return since_navigation, since_key


def measure(browser: Browser, address: str) -> tuple[float | None, ...]:
    """Returns what one page costs its reader, as in `COLUMNS`; None on a page without a slider."""
    kilobytes = (number / 1000 for number in wire_bytes(browser, address))  # kB, not KiB
    return *kilobytes, *slider_times(browser, address)


def row(page: str, measured: tuple[float | None, ...]) -> tuple[str, ...]:
    """Returns the table's row of a page, marked where it is over a budget.

    >>> row("intro", (100, 2000, 31.4, None))
    ('intro', '100 kB', '2000 kB (!)', '31 ms', '-')
    """
    cells = [
        "-" if value is None else f"{value:.0f} {unit}{'' if value <= budget else ' (!)'}"
        for value, (budget, unit) in zip(measured, COLUMNS.values(), strict=True)
    ]
    return page, *cells


def main() -> int:
    """Prints the table; returns the exit code."""
    if find_chromium() is None or not (HTML / "intro.html").is_file():
        print("budget: run `make site` and `make chromium` first.", file=sys.stderr)
        return 1
    rows = [row("budget", tuple(budget for budget, _ in COLUMNS.values()))]  # on top, to compare
    with served(HTML) as base, opened() as browser:
        for name in page_names(ROOT / "_toc.yml"):
            rows.append(row(name, measure(browser, f"{base}/{name}.html")))
    print(table(["page", *COLUMNS], rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
