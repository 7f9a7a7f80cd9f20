"""Leaves the solutions out of the pages, for who assigns the book's exercises: `ANSWERS=no`.

Tasks, hints, what to expect and the checks stay. The notebooks behind the button for downloads are
without them as well; in Colab they are those of the repository, which have them all.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from misgen.core.atomic import write_text

SWITCH = "MISGEN_ANSWERS"
"""The variable of the environment that says "no"."""
SETTINGS = ("", "yes", "no")

ANSWER = re.compile(r"<details>\s*<summary>(?:Solution\b|A model answer)[^<]*</summary>")
END = "</details>"
FOLD = re.compile(rf"{ANSWER.pattern}.*?{END}\n*", re.DOTALL)


def leave_out(_app: Sphinx, doctree: nodes.document) -> None:
    """Removes the folds with solutions from a page, if the switch says so."""
    if os.environ.get(SWITCH) != "no":
        return
    for begin in [raw for raw in doctree.findall(nodes.raw) if ANSWER.search(raw.astext())]:
        for node in list(_fold(begin)):
            node.parent.remove(node)


def _fold(begin: nodes.raw) -> Iterator[nodes.Node]:
    """Yields the blocks of a fold, with the ones that open and close it."""
    yield begin
    parent = begin.parent
    for node in parent.children[parent.index(begin) + 1 :]:
        yield node
        if isinstance(node, nodes.raw) and END in node.astext():
            return


def leave_out_of_notebooks(app: Sphinx, exception: Exception | None) -> None:
    """Removes the same folds from the notebooks that the built pages offer."""
    if exception or os.environ.get(SWITCH) != "no":
        return
    for path in Path(app.outdir, "_sources").rglob("*.ipynb"):
        write_text(path, without_answers(path.read_text(encoding="utf-8")))


def without_answers(notebook: str) -> str:
    """Returns a notebook's text without the folds with solutions, each of which is in one cell."""
    content: dict[str, Any] = json.loads(notebook)
    for cell in content["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = FOLD.sub("", "".join(cell["source"])).splitlines(keepends=True)
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"  # as Jupyter writes it


def setup(app: Sphinx) -> None:
    """Registers the events.

    Raises:
        ExtensionError: The switch says neither; a slip must not put solutions on a site without.
    """
    if (said := os.environ.get(SWITCH, "")) not in SETTINGS:
        raise ExtensionError(f"ANSWERS is yes or no, not {said!r}.")
    app.connect("doctree-read", leave_out)
    app.connect("build-finished", leave_out_of_notebooks)
