"""Measures pages of the built site with Lighthouse, offline: accessibility and best practices.

`make lighthouse` prints the scores. Lighthouse loads a page as a slow phone would, so that a page
takes some ten seconds.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browser import FLAGS, find_chromium
from serve import HTML, served

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
PAGES = ("intro.html", "chapters/rewards.html", "chapters/tree_gridworld.html")
"""A page of text, one of formulas, and the one with the most explorers."""
LOWEST: Mapping[str, int] = {"accessibility": 100, "best-practices": 95}


@dataclass(frozen=True)
class Report:
    """What Lighthouse says of a page."""

    scores: Mapping[str, int]
    """Of 100, by category."""
    failed: tuple[str, ...]
    """Names of the audits that cost points."""


def find_node() -> str | None:
    """Returns the path of Node: the machine's, or the one that the Makefile installs."""
    beside_python = Path(sys.executable).with_name("node")
    return shutil.which("node") or (str(beside_python) if beside_python.is_file() else None)


def report(address: str) -> Report:
    """Returns what Lighthouse says of the page at an address.

    Raises:
        OSError: If Node, Chromium or Lighthouse is missing, or Lighthouse fails.
    """
    node, chromium = find_node(), find_chromium()
    if node is None or chromium is None or not COMMAND.is_file():
        raise OSError("Lighthouse is missing: run `make lighthouse`, which installs it.")
    command = [node, str(COMMAND), address, f"--only-categories={','.join(LOWEST)}"]
    command += ["--output=json", "--quiet", "--no-enable-error-reporting"]
    command += [f"--chrome-flags=--headless=new {' '.join(FLAGS)}"]
    environment = {**os.environ, "CHROME_PATH": chromium}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"Lighthouse could not look at {address}: {done.stderr.strip()[-500:]}")
    return read(json.loads(done.stdout))


def read(answer: Mapping[str, dict[str, Any]]) -> Report:
    """Returns scores and failed audits of Lighthouse's own report.

    >>> audits = {"label": {"score": 0}, "alt": {"score": 1}, "manual": {"score": None}}
    >>> refs = [{"id": name, "weight": 1} for name in audits]
    >>> read({"audits": audits, "categories": {"accessibility": {"score": 0.5, "auditRefs": refs}}})
    Report(scores={'accessibility': 50}, failed=('label',))
    """
    categories, audits = answer["categories"], answer["audits"]
    scores = {name: round(100 * category["score"]) for name, category in categories.items()}
    counted = [
        ref["id"]
        for category in categories.values()
        for ref in category["auditRefs"]
        if ref["weight"]
    ]
    return Report(scores, tuple(name for name in counted if audits[name]["score"] not in (1, None)))


def main() -> int:
    """Prints the scores of `PAGES`; returns 1 if one is too low."""
    if not (HTML / "intro.html").is_file():
        print("lighthouse: there is no site yet: run `make site` first.", file=sys.stderr)
        return 1
    enough = True
    with served(HTML) as base:
        for page in PAGES:
            found = report(f"{base}/{page}")
            print(page, *(f"{name} {score}" for name, score in found.scores.items()), *found.failed)
            enough &= all(found.scores[name] >= lowest for name, lowest in LOWEST.items())
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
