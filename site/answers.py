"""Leaves the solutions out of the pages, for who assigns the book's exercises: `ANSWERS=no`.

Tasks, hints, what to expect and the checks stay. The notebooks, in Colab and behind the button for
downloads, have them all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

SWITCH = "MISGEN_ANSWERS"
"""The variable of the environment that says "no"."""
SETTINGS = ("", "yes", "no")

ANSWER = re.compile(r"<details>\s*<summary>(?:Solution\b|A model answer)[^<]*</summary>")
END = "</details>"


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


def setup(app: Sphinx) -> None:
    """Registers the event.

    Raises:
        ExtensionError: The switch says neither; a slip must not put solutions on a site without.
    """
    if (said := os.environ.get(SWITCH, "")) not in SETTINGS:
        raise ExtensionError(f"ANSWERS is yes or no, not {said!r}.")
    app.connect("doctree-read", leave_out)
