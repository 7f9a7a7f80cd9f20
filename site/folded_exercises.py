"""Folds each exercise below its task, so that a page can be read past it.

What is folded is the cell to work on, the hint, what to expect, and the solution. It opens without
JavaScript, and is open on paper.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

TITLE = re.compile(r"Exercise \d+: ")
OPEN = '<details class="misgen-exercise"><summary>Work on it</summary>'
CLOSE = "</details>"


def fold(_app: Sphinx, doctree: nodes.document) -> None:
    """Folds the sections of a page that are exercises with a code cell."""
    for section in doctree.findall(nodes.section):
        if TITLE.match(section[0].astext()) and (cell := _first_cell(section)):
            section.insert(cell, nodes.raw("", OPEN, format="html"))
            section.append(nodes.raw("", CLOSE, format="html"))


def _first_cell(section: nodes.section) -> int | None:
    found = (i for i, child in enumerate(section) if _is_cell(child))
    return next(found, None)


def _is_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def setup(app: Sphinx) -> None:
    """Registers the event."""
    app.connect("doctree-read", fold)
