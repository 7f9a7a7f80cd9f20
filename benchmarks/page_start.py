"""How long Python in the page takes to start, cold and warm, and what it costs.

    .venv/bin/python benchmarks/page_start.py     # half a minute; `make chromium assets` first

A page starts and ends Python in turns with a native interpreter that imports the same modules;
the numbers are medians over the turns. Read the ratios. Cold is a fresh browser; warm is the next
visit, when the browser has kept the files.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "site"))

import browser  # noqa: E402 - of `site/`
import live_python  # noqa: E402
from live_python import FOLDER, SOURCES  # noqa: E402
from serve import served  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext

NATIVE = "import misgen, misgen.live.page, misgen.topics.coinrun.env"
START = """async (address) => {
  const { Python } = await import(address);
  globalThis.python = new Python(() => {});
  const begin = performance.now();
  await globalThis.python.start();
  const milliseconds = performance.now() - begin;
  return [milliseconds, await globalThis.python.keep()];
}"""


def demand(is_there: bool, sentence: str) -> None:
    """Ends the benchmark with a sentence if something is not there."""
    if not is_there:
        sys.exit(sentence)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Runs Chromium while the block runs."""
    demand(bool(browser.find_chromium()), "There is no Chromium: run `make chromium` first.")
    with browser.opened() as running:
        yield running


@contextmanager
def live_site() -> Iterator[tuple[str, str, int]]:
    """Serves an empty page and live Python: its address, that of the script, bytes on the wire."""
    with tempfile.TemporaryDirectory() as name:
        site = Path(name)
        try:
            live_python.fill(site / "_static" / FOLDER)
        except live_python.LivePythonError as error:
            sys.exit(str(error))
        (edition,) = (site / "_static" / FOLDER).iterdir()
        (site / "index.html").write_text(
            '<!doctype html><title>Python</title><link rel="icon" href="data:,">', encoding="utf-8"
        )
        shutil.copyfile(SOURCES / live_python.SERVICE_WORKER, site / live_python.SERVICE_WORKER)
        wire = json.loads((edition / live_python.LISTING).read_text(encoding="utf-8"))["wire"]
        with served(site) as address:
            yield f"{address}/", f"/_static/{FOLDER}/{edition.name}/python.js", wire


def native() -> float:
    """Returns the seconds in which a native interpreter starts and imports the same."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", NATIVE], check=True)
    return time.perf_counter() - begin


def start(context: BrowserContext, address: str, script: str) -> float:
    """Returns the seconds from a reader's click until Python answers."""
    page = context.new_page()
    page.goto(address)
    milliseconds, note = page.evaluate(START, script)
    assert note == "", note
    return milliseconds / 1000


def renderer_megabytes() -> float:
    """Returns the resident memory of the largest renderer of the browser."""
    return largest_renderer().memory_info().rss / 1e6


def proportional_megabytes() -> float:
    """Returns the same, but of what it shares with other processes, as code, only its share."""
    return float(largest_renderer().memory_full_info().pss) / 1e6


def largest_renderer() -> psutil.Process:
    """Returns the renderer of the browser with the most resident memory."""
    processes = psutil.Process().children(recursive=True)
    renderers = [each for each in processes if "--type=renderer" in " ".join(each.cmdline())]
    return max(renderers, key=lambda each: each.memory_info().rss)


def measure(running: Browser, address: str, script: str) -> tuple[float, float, float, float]:
    """Returns seconds: native, cold, warm; and the megabytes of the renderer."""
    with running.new_context() as context:
        seconds = native()
        cold = start(context, address, script)
        megabytes = renderer_megabytes()
        context.pages[0].close()
        return seconds, cold, start(context, address, script), megabytes


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--turns", type=int, default=3)
    turns = parser.parse_args().turns
    with chromium() as running, live_site() as (address, script, wire):
        rows = [measure(running, address, script) for _ in tqdm(range(turns), unit="turn")]
    seconds, cold, warm, megabytes = (
        statistics.median(column) for column in zip(*rows, strict=True)
    )
    print(f"over the wire, compressed      {wire / 1e6:6.1f} MB")
    print(f"native import                  {seconds:6.2f} s")
    for what, value in (("cold start", cold), ("warm start", warm)):
        print(f"{what:<30} {value:6.2f} s, {value / seconds:.1f} times the native import")
    print(f"renderer, resident             {megabytes:6.0f} MB")


if __name__ == "__main__":
    main()
