"""How long an agent takes to 95 % in the page, beside the same learner in a native interpreter.

    .venv/bin/python benchmarks/page_training.py     # two minutes; `make chromium assets` first

Both train CoinRun with NumPy's learner from the same seeds, in turns: read the ratio. Floating
point differs, so that a seed is another run in the page; what counts is the time a step takes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from typing import TYPE_CHECKING

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy starts its threads

from page_start import chromium, live_site
from tqdm import tqdm
from training import GOOD_ENOUGH, by_numpy
from world import table

from misgen import PPOSettings

if TYPE_CHECKING:
    from playwright.sync_api import Page

CELL = """import json, time
import misgen
begin = time.perf_counter()
agent = misgen.train("CoinRun", seed={seed}, until={until})
print(json.dumps([time.perf_counter() - begin, agent.notes["steps"]]))"""
START = """async (script) => {
  const { Python } = await import(script);
  globalThis.python = new Python(() => {});
  await python.start();
}"""
RUN = """(cell) => new Promise((resolve, reject) => {
  let printed = "";
  const ask = { live: "ask", id: "1", name: "run", arguments: { cells: [cell], seconds: 600 } };
  python.send({ key: "cell", topic: "cells" }, ask, [], ({ live, value }) => {
    if (live === "progress") printed += value.text;
    else if (live === "answer" && !value.error) resolve(printed);
    else if (live === "answer" || live === "error") reject(new Error(value.error ?? value));
  });
})"""


def in_page(page: Page, seed: int) -> tuple[float, int]:
    """Returns seconds and steps of a training in the page."""
    told = page.evaluate(RUN, CELL.format(seed=seed, until=GOOD_ENOUGH))
    seconds, steps = json.loads(told.splitlines()[-1])  # a bar may stand above
    return seconds, steps


def in_native(seed: int) -> tuple[float, int]:
    """Returns the same of one here."""
    begin = time.perf_counter()
    agent = by_numpy(seed)
    return time.perf_counter() - begin, agent.notes["steps"]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    seeds = range(parser.parse_args().seeds)
    lines, ratios, reached = [], [], 0
    with chromium() as browser, live_site() as (address, script, _):
        page = browser.new_page()
        page.goto(address)
        page.evaluate(START, script)
        for seed in tqdm(seeds, unit="seed"):
            (here, steps), (there, native_steps) = in_page(page, seed), in_native(seed)
            ratios.append(here / steps / (there / native_steps))
            reached += steps < PPOSettings().steps
            lines.append((f"{seed}", f"{here:.1f}", f"{steps / 1000:.0f}", f"{there:.1f}",
                          f"{native_steps / 1000:.0f}", f"{here / there:.2f}",
                          f"{ratios[-1]:.2f}"))  # fmt: skip
    heads = ("seed", "page, s", "1,000 steps", "native, s", "1,000 steps", "ratio", "a step")
    print(table(heads, lines))
    print(f"\nA step in the page takes {statistics.median(ratios):.2f} times as long (median);")
    print(f"{reached} of {len(seeds)} agents there reached {GOOD_ENOUGH:.0%}.")


if __name__ == "__main__":
    main()
