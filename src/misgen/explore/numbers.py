"""Tables of numbers as HTML: what a picture shows, for readers who want it exactly."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Table = tuple[Sequence[str], Sequence[Sequence[str]]]
"""Column heads and rows of text; the first text of a row is its head."""


def table_html(table: Table, caption: str = "") -> str:
    """Returns a table; an empty head is a corner that heads nothing.

    >>> table_html((("", "goal"), [("seed 0", "0.5")]))[:70]
    '<table><thead><tr><td></td><th scope="col">goal</th></tr></thead><tbod'
    """
    heads, rows = table
    cells = (f'<th scope="col">{escape(text)}</th>' if text else "<td></td>" for text in heads)
    head, body = "".join(cells), "".join(map(_row_html, rows))
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row_html(row: Sequence[str]) -> str:
    first, *others = (escape(text) for text in row)  # the head of the row
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{t}</td>" for t in others)}</tr>'


def folded(*tables: str) -> str:
    """Returns tables in an element that opens on request, and in print."""
    summary = "<summary>The numbers</summary>"
    return f'<details class="misgen-numbers">{summary}{"".join(tables)}</details>'


def folded_table(table: Table) -> str:
    """Returns one table in an element that opens on request, and in print."""
    return folded(table_html(table))
