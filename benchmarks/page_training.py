"""How long an agent takes to 95 % in the page, beside the same learner in a native interpreter.

    .venv/bin/python benchmarks/page_training.py     # four minutes; `make chromium assets` first

Both train CoinRun with NumPy's learner from the same seeds, in turns: read the ratio. Floating
point differs, so that a seed is another run in the page; what counts is the time a step takes.
Then the page trains from each seed as long as the published agents were trained, and tests these
agents as the ledger tests its own: their rates should be those of the ledger.
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

from misgen import PPOSettings, results
from misgen.core.intervals import Estimate, over_seeds
from misgen.core.measure import OUTCOMES
from misgen.learn.trial import EPISODES, TEST_SEED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.sync_api import Page

CELL = """import json, time
import misgen
begin = time.perf_counter()
agent = misgen.train("CoinRun", seed={seed}, until={until})
print(json.dumps([time.perf_counter() - begin, agent.notes["steps"]]))"""
WHOLE = """import json
import misgen
from misgen.core.measure import count_outcomes
agent = misgen.train("CoinRun", seed={seed})
print(json.dumps(count_outcomes(
    agent, "CoinRun", distinguishing=1.0, episodes={episodes}, seed={test_seed}).tolist()))"""
RATES = {"goal": ("goal",), "proxy": ("proxy",), "capability": ("goal", "proxy")}
"""What is compared with the ledger: of which outcomes it is the share, on distinguishing levels."""
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
    seconds, steps = printed(page, CELL.format(seed=seed, until=GOOD_ENOUGH))
    return seconds, int(steps)


def printed(page: Page, cell: str) -> list[float]:
    """Returns the list that a cell prints in the page."""
    numbers: list[float] = json.loads(page.evaluate(RUN, cell).splitlines()[-1])  # below a bar
    return numbers


def rates_in_page(page: Page, seed: int) -> dict[str, float]:
    """Returns the rates of an agent that the page trains to the end, tested as in the ledger."""
    cell = WHOLE.format(seed=seed, episodes=EPISODES, test_seed=TEST_SEED + seed)
    shares = dict(zip(OUTCOMES, printed(page, cell), strict=True))
    return {
        what: sum(shares[outcome] for outcome in parts) / EPISODES for what, parts in RATES.items()
    }


def beside_the_ledger(rates: Sequence[Mapping[str, float]]) -> str:
    """Returns the table of the rates in the page and in the ledger."""
    lines = []
    for what in RATES:
        seeds, published = [each[what] for each in rates], results("CoinRun").where(0.0)
        ours, ledger = over_seeds(seeds), published.estimate("shifted", what)
        spanned = published.rates("shifted", what)
        inside = sum(spanned.min() <= rate <= spanned.max() for rate in seeds)
        meet = ours.low <= ledger.high and ledger.low <= ours.high
        mean = "inside" if ledger.low <= ours.mean <= ledger.high else "outside"
        lines.append((what, points(ours), points(ledger), mean, "meet" if meet else "lie apart",
                      f"{inside} of {len(seeds)}"))  # fmt: skip
    heads = ("rate, %", "page", "ledger", "mean", "intervals", "within the ledger's seeds")
    return table(heads, lines)


def points(estimate: Estimate) -> str:
    """Returns a mean and its interval in points, to a tenth."""
    mean, low, high = (f"{100 * each:.1f}" for each in (estimate.mean, estimate.low, estimate.high))
    return f"{mean} [{low}, {high}]"


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
    lines, ratios, reached, rates = [], [], 0, []
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
        for seed in tqdm(seeds, unit="seed"):
            rates.append(rates_in_page(page, seed))
    heads = ("seed", "page, s", "1,000 steps", "native, s", "1,000 steps", "ratio", "a step")
    print(table(heads, lines))
    print(f"\nA step in the page takes {statistics.median(ratios):.2f} times as long (median);")
    print(f"{reached} of {len(seeds)} agents there reached {GOOD_ENOUGH:.0%}.\n")
    print(beside_the_ledger(rates))


if __name__ == "__main__":
    main()
