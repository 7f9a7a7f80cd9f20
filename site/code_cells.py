"""Marks the code cells of a page, and those that a page can run: `static/code_cells.js` does so.

What a cell needs is found in its code and in that of the cells above it (`misgen.live.prelude`),
not listed by hand. Cells that need what no page has, such as torch, charts and explorers, stay as
they are: what they show is on the page, and a link below their code opens the chapter in Colab.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import live_modules
from contents import ROOT, page_names
from docutils import nodes
from sphinx.application import Sphinx

from misgen.live.prelude import missing, needed

ELSEWHERE = "misgen-elsewhere"
"""Class of the line that says where a cell can run that the page cannot."""
SHOWN, RUNS = "misgen-code", "misgen-runs"
"""Classes of the cells that show their code, and of those that a page can run."""
HIDDEN = {"remove-cell", "remove-input"}
"""Tags of cells whose code is not on the page."""
FOLDED = "hide-input"


class Cell(NamedTuple):
    """A code cell whose code is on the page."""

    number: int
    """Among all cells of the notebook, from 0."""
    id: str
    """The same in every edition."""
    source: str
    code: ast.Module
    """What must run for it: what it needs of the cells above, and itself."""
    runs: bool
    """Whether a page can run it."""
    elsewhere: bool
    """Whether it could be run in another place only."""
    folded: bool
    """Whether its code is seen once a reader opens it; then it runs there as any other one."""


@cache
def cells_of(notebook: Path) -> list[Cell]:
    """Returns the cells of a notebook whose code is on the page."""
    found: list[Cell] = []
    for number, cell in enumerate(json.loads(notebook.read_text(encoding="utf-8"))["cells"]):
        tags = set(cell["metadata"].get("tags", ()))
        if cell["cell_type"] != "code" or tags & HIDDEN:
            continue
        source = "".join(cell["source"])
        sources = [*(above.source for above in found), source]
        parts = needed(sources)
        code = ast.Module([statement for part in parts for statement in part.body], [])
        does = _does_something(parts[-1])
        runs = does and not missing(parts) and not live_modules.lacks(code)
        folded = FOLDED in tags
        found.append(Cell(number, cell["id"], source, code, runs, does and not runs, folded))
    return found


def _does_something(code: ast.Module) -> bool:
    return not all(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in code.body)


def chapters() -> Iterator[Path]:
    """Yields the notebooks of the book."""
    for name in page_names(ROOT / "_toc.yml"):
        if (notebook := ROOT / f"{name}.ipynb").is_file():
            yield notebook


def modules() -> list[str]:
    """Returns the modules of ours that the cells need which a page can run."""
    running = [cell for chapter in chapters() for cell in cells_of(chapter) if cell.runs]
    return sorted({module for cell in running for module in live_modules.used_by(cell.code)})


def mark_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Gives the cells of a page their classes, and an id that stays the same in all editions."""
    notebook = Path(app.env.doc2path(app.env.docname))
    if notebook.suffix != ".ipynb":
        return
    shown = {cell.number: cell for cell in cells_of(notebook)}
    for node in doctree.findall(nodes.container):
        if node.get("nb_element") == "cell_code" and (cell := shown.get(node["cell_index"])):
            node["ids"].append(f"cell-{cell.id}")
            node["classes"] += [SHOWN, RUNS] if cell.runs else [SHOWN]
            if cell.elsewhere:
                line = _to_colab(app.config.html_theme_options, notebook)
                # below the code; where that is folded, the line is folded with it
                (node[0] if cell.folded else node).insert(1, line)


def _to_colab(options: Mapping[str, Any], notebook: Path) -> nodes.paragraph:
    """Returns the line with the link; it leads where the button on top of the page does."""
    colab = options["launch_buttons"]["colab_url"].rstrip("/")
    repository = options["repository_url"].rstrip("/").removeprefix("https://github.com/")
    path = notebook.relative_to(ROOT) if notebook.is_relative_to(ROOT) else notebook.name
    address = f"{colab}/github/{repository}/blob/{options['repository_branch']}/{path}"
    link = nodes.reference("", "Open in Colab", refuri=address, internal=False)
    return nodes.paragraph("", "", link, classes=[ELSEWHERE])


def setup(app: Sphinx) -> None:
    """Registers the event."""
    app.connect("doctree-read", mark_cells)
