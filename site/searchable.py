"""What the search finds: prose, and not what is written inside of pictures and tables.

An explorer and a chart come as HTML. Sphinx would strip the tags and join what is left, so that
the index had words such as `coins1` and every label of every axis.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

NOT_PROSE = re.compile(r"<(script|style|svg|table)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[^<>]+>")
OURS = "misgen-"


class PageHtml(nodes.General, nodes.Element):
    """HTML for the page; its text nodes are for the search alone."""


def page_html(html: str) -> PageHtml:
    """Returns a node that shows `html` and is found by its prose."""
    node = PageHtml(html=html)
    node += nodes.Text(prose_of(html))
    return node


def prose_of(html: str) -> str:
    """Returns the words of HTML without its pictures, tables and data.

    >>> prose_of('<p>It gets <b>54</b> coins.</p><svg><text>0 %</text></svg><p>Why?</p>')
    'It gets 54 coins. Why?'
    """
    return " ".join(TAG.sub(" ", NOT_PROSE.sub(" ", html)).split())


def hide_data_from_search(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Replaces the HTML of explorers and charts by nodes that the search reads as prose."""
    if app.builder.format != "html":
        return
    for raw in list(doctree.findall(nodes.raw)):
        if "html" in raw.get("format", "").split() and OURS in raw.astext():
            raw.replace_self(page_html(raw.astext()))


def _show(translator: nodes.NodeVisitor, node: PageHtml) -> None:
    translator.body.append(node["html"])
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Registers the node, and the event that makes it."""
    app.add_node(PageHtml, html=(_show, None))
    app.connect("doctree-resolved", hide_data_from_search, priority=600)
