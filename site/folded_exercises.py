"""Folds each exercise below its title, so that a page can be read past it.

It opens without JavaScript, and is open on paper.
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
        if TITLE.match(section[0].astext()) and any(map(_is_cell, section)):
            section.insert(1, nodes.raw("", OPEN, format="html"))
            section.append(nodes.raw("", CLOSE, format="html"))


def _is_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def setup(app: Sphinx) -> None:
    """Registers the event."""
    app.connect("doctree-read", fold)
