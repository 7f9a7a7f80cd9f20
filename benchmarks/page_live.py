"""What a reader of the CoinRun page waits for once Python runs there, at a desk and on a phone.

    .venv/bin/python benchmarks/page_live.py     # two minutes; `make site chromium` first

The phone is a screen of 360 pixels and a main thread slowed to a quarter; workers keep their speed.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from page_start import ROOT, opened, renderer_megabytes, served
from world import table

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MOVES = 10
TRAINING_S = 15
TRAIN = "[data-key=learning] button:text-is('Train'):enabled"
HOMES: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
}
SLOWER = {"desk": 1, "phone": 4}
# Moves the coin by one cell; resolves to the milliseconds until all agents have answered.
MOVE = """(key) => new Promise((resolve) => {
  const root = document.querySelector("[data-key=place] .misgen-view"); // not the still picture
  const [area, said] = [root.querySelector(".mg-player"), root.querySelector(".mg-say")];
  const press = (key) => area.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const watch = new MutationObserver(() => {
    watch.disconnect();
    resolve(performance.now() - begin);
  });
  area.focus();
  press(key);
  watch.observe(said, { childList: true });
  const begin = performance.now();
  press("Enter");
})"""
LISTEN = """() => {
  globalThis.longTasks = [];
  const note = (list) => longTasks.push(...list.getEntries().map(({ duration }) => duration));
  new PerformanceObserver(note).observe({ entryTypes: ["longtask"] });
}"""
PAUSE = """() => new Promise((resolve) => {
  const button = document.querySelector("[data-key=learning] .misgen-view .mg-primary");
  const begin = performance.now();
  button.click();
  const look = () => {
    if (button.textContent === "Pause") setTimeout(look, 1);
    else resolve(performance.now() - begin);
  };
  look();
})"""


def visit(browser: Browser, address: str, home: str) -> Page:
    """Opens the page in one of the homes, with its explorers mounted and Python started."""
    page = browser.new_context(**HOMES[home]).new_page()
    page.context.new_cdp_session(page).send(
        "Emulation.setCPUThrottlingRate", {"rate": SLOWER[home]}
    )
    page.goto(address)
    for key in ("place", "learning"):
        page.locator(f"[data-key={key}]").scroll_into_view_if_needed()
        page.locator(f"[data-key={key}] .mg-live").wait_for(state="attached")
    page.locator("[data-key=place]").get_by_role("button", name="Run Python here").click()
    page.locator(TRAIN).wait_for(timeout=120_000)
    return page


def measure(page: Page) -> dict[str, str]:
    """Returns what the reader waits for, by what it is."""
    moves = [page.evaluate(MOVE, "ArrowLeft") for _ in range(MOVES)]
    page.evaluate(LISTEN)
    page.locator(TRAIN).click()
    page.wait_for_timeout(TRAINING_S * 1000)
    pause = page.evaluate(PAUSE)
    tasks = page.evaluate("longTasks")
    return {
        f"ten agents answer a moved coin, median of {MOVES}": f"{statistics.median(moves):.0f} ms",
        "the slowest of them": f"{max(moves):.0f} ms",
        f"longest task in {TRAINING_S} s of training": f"{max(tasks, default=0):.0f} ms",
        "pausing the training": f"{pause:.0f} ms",
        "memory of the page and its Python": f"{renderer_megabytes():.0f} MB",
    }


def main() -> None:
    """Prints the table."""
    rows: dict[str, list[str]] = {}
    for home in HOMES:
        with served(ROOT / "_build" / "html") as address, opened() as browser:
            told = measure(visit(browser, f"{address}/chapters/coinrun.html", home))
        for what, value in told.items():
            rows.setdefault(what, []).append(value)
    print(table(("", *HOMES), [(what, *values) for what, values in rows.items()]))


if __name__ == "__main__":
    main()
