"""What the chapters compute while the page is built, so that no ledger holds it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from contents import page_names
from page_text import PageError, title_of
from page_topics import constants

from misgen.ledger.markdown import table
from misgen.ledger.report import Live

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / "chapters"


def live_figures() -> list[Live]:
    """Returns the figures of all topics, in the order in which the book comes to the topics."""
    topics: list[Sequence[Live]] = sorted(constants("LIVE"), key=_place)
    return [entry for of_topic in topics for entry in of_topic]


def _place(of_topic: Sequence[Live]) -> tuple[int, int]:
    """Returns the page and the cell of the first figure of a topic."""
    first = of_topic[0]
    cells = _cells(_path(first.chapter))
    place = next((i for i, cell in enumerate(cells) if first.calls[0] in cell), len(cells))
    return page_names(ROOT / "_toc.yml").index(f"chapters/{first.chapter}"), place


def live_section(entries: Sequence[Live]) -> str:
    """Returns the table of what is computed on the page.

    Raises:
        PageError: If a chapter has no such cell, or nothing tells the seeds.
    """
    rows = [
        (f"[{title_of(path)}](../{path.name})", entry.figure, _calls(entry), _seeds(entry, path))
        for entry in entries
        for path in [_path(entry.chapter)]
    ]
    return "\n\n".join(
        [
            "## Computed on the page",
            "These figures are in no ledger. The notebook computes them when the book is built, "
            "or when you run it, and always from the same seeds.",
            table(["chapter", "figure", "cell of the notebook", "seeds"], rows),
        ]
    )


def _path(chapter: str) -> Path:
    path = CHAPTERS / f"{chapter}.ipynb"
    if not path.is_file():
        raise PageError(f"There is no chapter {path.name}: correct LIVE in the topic's report.py.")
    return path


def _calls(entry: Live) -> str:
    return ", ".join(f"`{call}...)`" for call in entry.calls)


def _cells(notebook: Path) -> list[str]:
    """Returns the code of a notebook, cell by cell."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def _seeds(entry: Live, notebook: Path) -> str:
    cells = _cells(notebook)
    found: set[int] = set()
    for call in entry.calls:
        of_call = [cell for cell in cells if call in cell]
        if not of_call:
            raise PageError(
                f"The chapter {entry.chapter} has no cell with {call!r}: correct "
                "LIVE in the topic's report.py."
            )
        found.update(seed for cell in of_call for seed in seeds_in(cell))
    told = [entry.seeds] * bool(entry.seeds) + [f"{seed:,}" for seed in sorted(found)]
    if not told:
        raise PageError(f"Nothing tells the seeds of {entry.figure!r}: say them there.")
    return ", ".join(told)


def seeds_in(cell: str) -> Iterator[int]:
    """Yields the seeds that the code of a cell gives as arguments.

    >>> list(seeds_in("a = train('CoinRun', seed=3)"))
    [3]
    """
    for node in ast.walk(ast.parse(cell)):
        if isinstance(node, ast.keyword) and node.arg == "seed":
            value = node.value.value if isinstance(node.value, ast.Constant) else None
            if isinstance(value, int):
                yield value
