"""The prose of a page: how long it takes to read, and what of it the search finds.

An explorer and a chart come as HTML. Sphinx would strip the tags and join what is left, so that
the index had words such as `coins1` and every label of every axis.
"""

from __future__ import annotations

import re

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx


class PageHtml(nodes.General, nodes.Element):
    """HTML for the page; its text nodes are for the search alone."""


WORDS_PER_MINUTE = 220
NOT_READ = (nodes.literal_block, nodes.math_block, nodes.comment, nodes.raw, PageHtml)
NOT_A_FIGURE = {"quiz", "guess", "guesses", "predict", "sketch"}  # questions, and their list
MODULE = re.compile(r'class="misgen-explorer"[^>]* data-module="[\w/]*?([\w-]+)"')
# tables of numbers, too: their labels would drown the words
NOT_PROSE = re.compile(r"<(script|style|svg|table)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[^<>]+>")


def words_in(node: nodes.Node) -> int:
    """Returns the number of words of running text below `node`, without code, formulas and HTML."""
    if isinstance(node, NOT_READ):
        return 0
    if isinstance(node, nodes.Text):
        return len(node.astext().split())
    return sum(map(words_in, node.children))


def figures_in(doctree: nodes.document) -> int:
    """Returns the number of explorers of a page; a quiz is none."""
    html = "".join(raw.astext() for raw in doctree.findall(nodes.raw))
    return sum(module not in NOT_A_FIGURE for module in MODULE.findall(html))


def effort(words: int, figures: int, seconds: float) -> str:
    """Returns the line below a chapter's title.

    >>> effort(5_500, 1, 16.4)
    '25 minutes of text · 1 interactive figure · the code runs in 16 seconds'
    >>> effort(100, 0, 91)
    '1 minute of text · the code runs in 2 minutes'
    """
    # minutes only where they are two or more
    time = (seconds, "second") if seconds <= 90 else (seconds / 60, "minute")
    parts = [f"{_counted(words / WORDS_PER_MINUTE, 'minute')} of text"]
    if figures:
        parts.append(_counted(figures, "interactive figure"))
    return " · ".join([*parts, f"the code runs in {_counted(*time)}"])


def _counted(amount: float, noun: str) -> str:
    number = max(1, int(amount + 0.5))  # half up; never 0 minutes
    return f"{number} {noun}{'' if number == 1 else 's'}"


def say_how_long(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Puts the line below the title of a page whose code was executed."""
    execution = NbMetadataCollector.get_exec_data(app.env, docname)
    title = next(doctree.findall(nodes.title), None)
    if app.builder.format != "html" or not execution or not execution["runtime"] or title is None:
        return
    text = effort(words_in(doctree), figures_in(doctree), execution["runtime"])
    # 1: right after the title
    title.parent.insert(1, PageHtml(html=f'<p class="misgen-effort">{text}</p>\n'))


def page_html(html: str) -> PageHtml:
    """Returns a node that shows `html` and is found by its prose.

    >>> page_html('<p>It <b>chops</b> trees.</p><svg><text>0 %</text></svg><p>Why?</p>').astext()
    'It chops trees. Why?'
    """
    node = PageHtml(html=html)
    node += nodes.Text(" ".join(TAG.sub(" ", NOT_PROSE.sub(" ", html)).split()))
    return node


def hide_data_from_search(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Replaces the HTML of explorers and charts by nodes that the search reads as prose."""
    if app.builder.format != "html":
        return
    for raw in list(doctree.findall(nodes.raw)):  # a list, as the tree changes
        if "html" in raw.get("format", "").split() and "misgen-" in raw.astext():
            raw.replace_self(page_html(raw.astext()))


def _show(translator: nodes.NodeVisitor, node: PageHtml) -> None:
    translator.body.append(node["html"])
    raise nodes.SkipNode  # its text nodes are not shown


def setup(app: Sphinx) -> None:
    """Registers the node, and the events: figures are counted before their HTML is hidden."""
    app.add_node(PageHtml, html=(_show, None))
    app.connect("doctree-resolved", say_how_long, priority=550)
    app.connect("doctree-resolved", hide_data_from_search, priority=600)
