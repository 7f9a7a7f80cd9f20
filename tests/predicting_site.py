"""A book of two pages with predictions, built as the whole book is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import small_panels
import small_predictions
from browsing import ROOT, load_tool

from misgen.explore.charts import FIRST, Curve, curves

PAGE = """# The maze

Somebody walks in it.

{before}

## Choose

Choose first.

{guess}

They turn left in the end.

$$a = b^2$$

{panel}

### Why they turn

| hand | share |
| --- | --- |
| left | all |

## The chart

{chart}

## Draw

{sketch}

And at last they stop.

## A door

There is one.
"""
LAST = "# The last page\n\n```{explorer} Guesses\n```\n"
RAW = "`````{{raw}} html\n{}\n`````"


def figure() -> str:
    """Returns a chart as HTML, as a cell of a chapter gives it."""
    curve = Curve("left", FIRST, "circle", [small_predictions.SEEDS[:, i] for i in range(4)])
    return curves("They turn", "Walls", ["0", "1", "2", "3"], [curve], "A curve rises").html()


def write(folder: Path) -> None:
    """Writes the sources into an empty folder."""
    parts = {
        "before": small_panels.panel(key="before").html(),
        "guess": small_predictions.guess().html(),
        "panel": small_panels.panel(key="behind").html(),
        "chart": figure(),
        "sketch": small_predictions.sketch().html(),
    }
    page = PAGE.format(**{name: RAW.format(html) for name, html in parts.items()})
    (folder / "maze.md").write_text(page, encoding="utf-8")
    (folder / "last.md").write_text(LAST, encoding="utf-8")
    toc = "format: jb-book\nroot: maze\nchapters:\n  - file: last\n"
    (folder / "_toc.yml").write_text(toc, encoding="utf-8")
    shutil.copy(ROOT / "_config.yml", folder)
    (folder / "site").symlink_to(ROOT / "site")
    (folder / "references.bib").touch()


def build(folder: Path) -> None:
    """Builds the book whose sources are in a folder, strictly and with its stills."""
    tool = load_tool("build")
    tool.ROOT, tool.BUILD = folder, folder / "_build"
    tool.SITE_STAMP = tool.BUILD / ".site-hash"
    tool.BUILD.mkdir()
    tool.build_pages()


def built(folder: Path) -> Path:
    """Builds the book in an empty folder; returns the folder of its site.

    It is built by a process of its own, as one process has one Playwright only.
    """
    write(folder)
    done = subprocess.run(
        [sys.executable, __file__, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / "_build" / "html"


if __name__ == "__main__":
    sys.path.append(str(ROOT / "site"))  # at the end: the scripts import each other
    build(Path(sys.argv[1]))
