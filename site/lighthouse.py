"""Measures pages of the built site with Lighthouse, offline: accessibility and best practices.

`make lighthouse` prints the scores. Lighthouse loads a page as a slow phone would, so that a page
takes some ten seconds.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from browser import FLAGS, find_chromium
from contents import ROOT, page_names
from nodejs import find_node
from serve import HTML, served

COMMAND = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
MOST_OF = ("misgen-explorer", "math")
"""Classes of which one page is measured, that has the most of it."""
LOWEST: Mapping[str, int] = {"accessibility": 100, "best-practices": 95}  # of 100


class Report(NamedTuple):
    """What Lighthouse says of a page: scores of 100 by category, and audits that cost points."""

    scores: Mapping[str, int]
    failed: Sequence[str]


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
    command += ["--disable-full-page-screenshot"]  # which no score needs
    command += [f"--chrome-flags=--headless=new {' '.join(FLAGS)}"]
    environment = {**os.environ, "CHROME_PATH": chromium}
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        # the last 500 characters say why
        raise OSError(f"Lighthouse could not look at {address}: {done.stderr.strip()[-500:]}")
    return read(json.loads(done.stdout))


def read(answer: Mapping[str, dict[str, Any]]) -> Report:
    """Returns scores and failed audits of Lighthouse's own report.

    >>> audits = {"label": {"score": 0}, "alt": {"score": 1}, "manual": {"score": None}}
    >>> refs = [{"id": name, "weight": 1} for name in audits]
    >>> read({"audits": audits, "categories": {"accessibility": {"score": 0.5, "auditRefs": refs}}})
    Report(scores={'accessibility': 50}, failed=['label'])
    """
    categories, audits = answer["categories"], answer["audits"]
    # Lighthouse's own are from 0 to 1
    scores = {name: round(100 * category["score"]) for name, category in categories.items()}
    refs = [ref for category in categories.values() for ref in category["auditRefs"]]
    counted = [ref["id"] for ref in refs if ref["weight"]]  # others cost no points
    # None: it did not apply
    return Report(scores, [name for name in counted if audits[name]["score"] not in (1, None)])


def pages(html: Path) -> list[str]:
    """Returns the pages of a built site that are measured: the first, and those of `MOST_OF`."""
    names = [f"{name}.html" for name in page_names(ROOT / "_toc.yml")]
    texts = {name: (html / name).read_text(encoding="utf-8") for name in names}
    chosen = [names[0]]
    for kind in MOST_OF:
        others = [name for name in names if name not in chosen]
        chosen.append(max(others, key=lambda n: len(re.findall(rf'class="{kind}\b', texts[n]))))
    return chosen


def main() -> int:
    """Prints the scores of `pages`; returns 1 if one is too low."""
    if not (HTML / "intro.html").is_file():
        print("lighthouse: there is no site yet: run `make site` first.", file=sys.stderr)
        return 1
    enough = True
    with served(HTML) as base:
        for page in pages(HTML):
            measured = report(f"{base}/{page}")
            scores = [f"{name} {score}" for name, score in measured.scores.items()]
            print(page, *scores, *measured.failed)
            # goes on, so that all scores are printed
            enough &= all(measured.scores[name] >= lowest for name, lowest in LOWEST.items())
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
