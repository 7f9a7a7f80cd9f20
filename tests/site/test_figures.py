"""No figure shows more than a reader can tell apart: at most eight rows or series at once."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytestmark = pytest.mark.site

MOST = 8
# What a figure of more rows begins to say; it is to be cut, or to get a filter.
TOO_FULL: dict[str, list[str]] = {}
PLOT = re.compile(
    r'<div class="misgen-plot"[^>]* aria-label="([^"]*)".*?'
    r'<script type="application/json" class="misgen-plot-data">(.*?)</script>',
    re.DOTALL,
)
EXPLORER = re.compile(
    r'<div class="misgen-explorer" id="explorer-([\w-]+)".*?class="misgen-state">(.*?)</script>',
    re.DOTALL,
)


class Drawn(NamedTuple):
    """A chart, and how many rows or series it shows at once."""

    name: str
    count: int


def charts(html: str) -> list[Drawn]:
    return [
        Drawn(unescape(alt), rows_and_series(json.loads(spec))) for alt, spec in PLOT.findall(html)
    ]


def rows_and_series(spec: dict[str, Any]) -> int:
    has_legend = spec["layout"].get("showlegend") is not False
    shown = [t for t in spec["data"] if has_legend and t.get("showlegend") is not False]
    named = "yaxis" if has_legend else ("xaxis", "yaxis")  # without a legend, its columns count
    axes = [axis for name, axis in spec["layout"].items() if name.startswith(named)]
    rows = sum(len(axis.get("ticktext", ())) for axis in axes)
    return max(rows, len({trace.get("name", i) for i, trace in enumerate(shown)}))


def panels(html: str) -> list[Drawn]:
    states = ((key, json.loads(state)["table"]) for key, state in EXPLORER.findall(html))
    return [
        Drawn(f"{key}: {part['label']}", len(part.get("lines", part.get("rows", ()))))
        for key, table in states
        for part in parts_of(table)
    ]


def parts_of(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in table.get("parts", ()) if isinstance(part, dict) and "label" in part]


def test_a_figure_or_a_chart_of_an_explorer_has_at_most_eight_rows_or_series(html, page_name):
    page = (html / page_name).read_text(encoding="utf-8")
    full = [drawn.name for drawn in charts(page) + panels(page) if drawn.count > MOST]
    known = TOO_FULL.get(page_name, [])
    assert [name for name in full if not name.startswith(tuple(known))] == []
    # an exception that is none any more is to be struck off
    assert [begin for begin in known if not any(name.startswith(begin) for name in full)] == []


def test_a_figure_of_too_many_rows_would_be_found():
    spec = {"data": [{"name": "a"}, {"name": "a", "showlegend": False}, {}], "layout": {}}
    assert rows_and_series(spec) == 2
    spec["layout"] = {"yaxis": {"ticktext": ["x"] * 8}, "yaxis2": {"ticktext": ["x"]}}
    assert rows_and_series(spec) == 9
    spec["layout"] = {"showlegend": False, "xaxis": {"ticktext": ["x"] * 10}}
    assert rows_and_series(spec) == 10
    parts = [{"label": "Rates", "lines": [{}] * 9}, {"label": "B", "rows": [{}]}]
    state = json.dumps({"table": {"parts": parts}})
    page = (
        f'<div class="misgen-explorer" id="explorer-dial"><i class="misgen-state">{state}</script>'
    )
    assert panels(page) == [("dial: Rates", 9), ("dial: B", 1)]


def test_each_exception_is_a_page_of_the_book(html: Path):
    assert all((html / name).is_file() for name in TOO_FULL)
