"""What a reader of the CoinRun page waits for once Python runs there, at a desk and on a phone.

    .venv/bin/python benchmarks/page_live.py     # six minutes; `make site chromium` first

The phone is a screen of 360 pixels and a main thread slowed to a quarter; workers keep their speed.
Both are visited in turns; all numbers are medians over the turns. Read the ratios. Then the phone
opens each page with a training of the reader's, and the most memory is taken while it runs.
"""

from __future__ import annotations

import argparse
import statistics
from typing import TYPE_CHECKING, Any

from page_start import (
    FOLDER,
    ROOT,
    browser,
    chromium,
    demand,
    proportional_megabytes,
    renderer_megabytes,
    served,
)
from tqdm import tqdm
from world import table

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HTML = ROOT / "_build" / "html"
PAGE = "chapters/coinrun_changes.html"
EXPLORERS = ("place", "learning")
"""What is used on it: a coin that is moved, and a training."""
MOVES = 10
LOOKING_S = 2
"""Before a reader moves the coin; then Python fetches the agents."""
TRAINING_S = 15
LONG_MS = 100
"""A task of the main thread that takes longer is felt."""
TRAIN = "[data-key=learning] button:text-is('Train'):enabled"
TRAININGS = {
    "coin_grid": "learning", "rewards": "learning", "coinrun_changes": "learning",
    "forest_changes": "growing", "assistant": "learning",
}  # fmt: skip
"""Where a reader trains: pages, and the keys of the explorers."""
GLANCES = 100
GLANCE_MS = 200
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
    if (said.textContent === "…") return; // the level has changed, and the agents are at work
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
# Resolves to the milliseconds until the button answers, and until Python has stopped and has given
# the agent to be kept, which it is asked for next.
PAUSE = """() => new Promise((resolve) => {
  const root = document.querySelector("[data-key=learning] .misgen-view");
  const button = root.querySelector(".mg-primary");
  const begin = performance.now();
  let said;
  button.click();
  const look = () => {
    if (button.textContent !== "Pause") said ??= performance.now() - begin;
    const isKept = /agent is kept|does not keep/.test(root.textContent);
    if (said !== undefined && isKept) resolve([said, performance.now() - begin]);
    else setTimeout(look, 1);
  };
  look();
})"""


def visit(running: Browser, address: str, home: str) -> Page:
    """Opens the page in one of the homes, with its explorers mounted and Python started."""
    context = running.new_context(**HOMES[home])
    context.add_init_script(browser.NOTHING_COVERED)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER[home]})
    page.goto(address)
    for key in EXPLORERS:
        page.locator(f"[data-key={key}]").scroll_into_view_if_needed()
        page.locator(f"[data-key={key}] .mg-live").wait_for(state="attached")
    page.locator("[data-key=place]").get_by_role("button", name="Run Python here").click()
    page.locator(TRAIN).wait_for(timeout=120_000)
    return page


def measure(page: Page) -> dict[str, float]:
    """Returns what the reader waits for, in milliseconds, by what it is; and megabytes."""
    page.wait_for_timeout(LOOKING_S * 1000)
    first, *moves = (page.evaluate(MOVE, "ArrowLeft") for _ in range(MOVES))
    page.evaluate(LISTEN)
    page.locator(TRAIN).click()
    page.wait_for_timeout(TRAINING_S * 1000)
    said, stopped = page.evaluate(PAUSE)
    tasks = page.evaluate("longTasks")
    return {
        "ten agents answer the first moved coin, ms": first,
        f"ten agents answer a moved coin, median of {len(moves)}, ms": statistics.median(moves),
        "the slowest of them, ms": max(moves),
        f"longest task in {TRAINING_S} s of training, ms": max(tasks, default=0.0),
        f"tasks over {LONG_MS} ms in it": sum(task > LONG_MS for task in tasks),
        "pausing the training, until the button answers, ms": said,
        "until Python has stopped and the agent is kept, ms": stopped,
        "memory of the page and its Python, MB": renderer_megabytes(),
    }


def measured(home: str) -> dict[str, float]:
    """Returns the same of a visit in one of the homes, by a browser of its own."""
    with served(HTML) as address, chromium() as running:
        return measure(visit(running, f"{address}/{PAGE}", home))


def most_memory(name: str, key: str) -> tuple[float, float]:
    """Returns the most megabytes of a training on the phone: resident, and its share of them."""
    with served(HTML) as address, chromium() as running:
        context = running.new_context(**HOMES["phone"])
        context.add_init_script(browser.NOTHING_COVERED)
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(f"{address}/chapters/{name}.html")
        explorer = page.locator(f"[data-key={key}]")
        explorer.scroll_into_view_if_needed()
        explorer.get_by_role("button", name="Run Python here").click()
        explorer.locator("button:text-is('Train'):enabled").click(timeout=120_000)
        glances = []
        for _ in range(GLANCES):
            page.wait_for_timeout(GLANCE_MS)
            glances.append((renderer_megabytes(), proportional_megabytes()))
    resident, proportional = zip(*glances, strict=True)
    return max(resident), max(proportional)


def memory_table() -> str:
    """Returns what each page takes at most while the reader trains there."""
    lines = []
    for name, key in tqdm(TRAININGS.items(), unit="page"):
        resident, proportional = most_memory(name, key)
        lines.append((name, f"{resident:.0f}", f"{proportional:.0f}"))
    return table(("most memory on the phone, MB", "resident", "its share"), lines)


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--turns", type=int, default=3)
    visits = [*HOMES] * parser.parse_args().turns
    demand((HTML / PAGE).is_file(), "There is no site to visit: run `make site` first.")
    python = HTML / "_static" / FOLDER
    demand(python.is_dir(), "This site has no live Python: run `make assets site` first.")
    told = [(home, measured(home)) for home in tqdm(visits, unit="visit")]
    lines = []
    for what in told[0][1]:
        desk, phone = (
            statistics.median(numbers[what] for of, numbers in told if of == home) for home in HOMES
        )
        ratio = f"{phone / desk:.2f}" if desk else ""
        lines.append((what, f"{desk:.0f}", f"{phone:.0f}", ratio))
    print(table(("", *HOMES, "ratio"), lines))
    print(f"\n{memory_table()}")


if __name__ == "__main__":
    main()
