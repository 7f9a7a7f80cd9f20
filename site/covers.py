"""Covers what a prediction would give away, until the reader has answered it.

Everything that follows a prediction on its page is put behind it here: the blocks beside it, and
the sections after it, also in the table of contents of the page. `first.js` covers them in the
reader's browser. On paper, without JavaScript and in the search all is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import NamedTuple

from docutils import nodes
from prose import PageHtml
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

UNTIL = "The rest of this page opens when you have chosen."
BEHIND = "misgen-after-"
"""How the class of what is behind a prediction begins; its key follows."""

_PREDICTION = re.compile(r'data-key="([a-z0-9-]+)"[^>]* data-prediction="([\w.-]+)"')


class Mark(NamedTuple):
    """A prediction on a page."""

    key: str
    """That of its explorer."""
    name: str
    """The one under which its answer is kept."""

    @property
    def behind(self) -> str:
        """Class of what is behind it."""
        return f"{BEHIND}{self.key}"


class Behind(nodes.General, nodes.Element):
    """Blocks that stand behind a prediction."""


def marks_in(html: str) -> list[Mark]:
    """Returns the predictions in HTML, in their order.

    >>> marks_in('<div data-module="m" data-key="guess-a" data-prediction="maze.a">')
    [Mark(key='guess-a', name='maze.a')]
    """
    return [Mark(*found) for found in _PREDICTION.findall(html)]


def head(body: str) -> str:
    """Returns what tells `first.js` of the predictions of a page, from its HTML."""
    pairs = " ".join(f"{mark.key}={mark.name}" for mark in marks_in(body))
    return f'<meta name="misgen-predictions" content="{escape(pairs)}">' if pairs else ""


def put_behind(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Puts everything that follows a prediction behind it, also in the contents of the page."""
    if app.builder.format != "html":
        return
    for raw in list(doctree.findall(nodes.raw)):  # a list, as the tree changes
        for mark in marks_in(raw.astext()):
            cover_after(raw, mark)
    _mark_contents(app.env.tocs[docname], doctree)


def cover_after(prediction: nodes.Node, mark: Mark) -> None:
    """Puts behind a prediction what follows its block, the cell, in all sections around it."""
    node = prediction
    while not isinstance(node.parent, nodes.section | nodes.document | Behind):
        node = node.parent
    until = f'<p class="misgen-until misgen-until-{mark.key}">{UNTIL}</p>'
    node.parent.insert(node.parent.index(node) + 1, note := PageHtml(html=until))
    node = note
    while parent := node.parent:
        followers = parent.children[parent.index(node) + 1 :]
        del parent[parent.index(node) + 1 :]
        parent += list(_behind(followers, mark))
        node = parent


def _behind(followers: Iterable[nodes.Node], mark: Mark) -> Iterator[nodes.Node]:
    """Yields blocks together in one that has the class, and then the sections, which get it."""
    for is_section, group in groupby(followers, lambda node: isinstance(node, nodes.section)):
        if not is_section:
            yield Behind("", *group, classes=[mark.behind])
            continue
        for section in group:
            section["classes"].append(mark.behind)
            yield section


def _mark_contents(contents: nodes.Element, doctree: nodes.document) -> None:
    """Gives the entry of each section in the contents of a page the classes of the section."""
    classes = {f"#{s['ids'][0]}": s["classes"] for s in doctree.findall(nodes.section)}
    for entry in contents.findall(nodes.list_item):
        link = next(entry.findall(nodes.reference))
        behind = [c for c in classes.get(link["anchorname"], ()) if c.startswith(BEHIND)]
        entry["classes"] = behind  # Sphinx keeps the contents from one build to the next


def _open(translator: HTML5Translator, node: Behind) -> None:
    translator.body.append(translator.starttag(node, "div"))


def _close(translator: HTML5Translator, _node: Behind) -> None:
    translator.body.append("</div>\n")


def setup(app: Sphinx) -> None:
    """Registers the node, and the event: before the HTML of explorers is hidden from the search."""
    app.add_node(Behind, html=(_open, _close))
    app.connect("doctree-resolved", put_behind, priority=560)
