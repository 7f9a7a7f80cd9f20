"""How long a chapter takes: a line below its title, measured when the book is built."""

from __future__ import annotations

import re

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from searchable import PageHtml
from sphinx.application import Sphinx

WORDS_PER_MINUTE = 220
NOT_READ = (nodes.literal_block, nodes.math_block, nodes.comment, nodes.raw, PageHtml)
NOT_A_FIGURE = {"quiz", "predict"}
MODULE = re.compile(r'class="misgen-explorer"[^>]* data-module="[\w/]*?([\w-]+)"')


def words_in(node: nodes.Node) -> int:
    """Counts the words of running text below `node`, without code, formulas and HTML."""
    if isinstance(node, NOT_READ):
        return 0
    if isinstance(node, nodes.Text):
        return len(node.astext().split())
    return sum(map(words_in, node.children))


def figures_in(doctree: nodes.document) -> int:
    """Counts the explorers of a page; a quiz is none."""
    html = "".join(raw.astext() for raw in doctree.findall(nodes.raw))
    return sum(module not in NOT_A_FIGURE for module in MODULE.findall(html))


def duration(seconds: float) -> str:
    """Returns a duration as a reader would say it.

    >>> duration(0.3), duration(16.4), duration(89.6), duration(150)
    ('1 second', '16 seconds', '90 seconds', '3 minutes')
    """
    if seconds <= 90:
        return _counted(max(1, round(seconds)), "second")
    return _counted(int(seconds / 60 + 0.5), "minute")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def line(words: int, figures: int, seconds: float) -> str:
    """Returns the line below a chapter's title.

    >>> line(5_500, 1, 16.4)
    '25 minutes of text · 1 interactive figure · the code runs in 16 seconds'
    """
    reading = _counted(max(1, round(words / WORDS_PER_MINUTE)), "minute")
    parts = [f"{reading} of text"]
    if figures:
        parts.append(_counted(figures, "interactive figure"))
    parts.append(f"the code runs in {duration(seconds)}")
    return " · ".join(parts)


def say_how_long(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Puts the line below the title of a page whose code was executed."""
    execution = NbMetadataCollector.get_exec_data(app.env, docname)
    title = next(doctree.findall(nodes.title), None)
    if app.builder.format != "html" or not execution or not execution["runtime"] or title is None:
        return
    text = line(words_in(doctree), figures_in(doctree), execution["runtime"])
    title.parent.insert(1, PageHtml(html=f'<p class="misgen-effort">{text}</p>\n'))


def setup(app: Sphinx) -> None:
    """Registers the event, before the explorers' HTML is hidden from the search."""
    app.connect("doctree-resolved", say_how_long, priority=550)
