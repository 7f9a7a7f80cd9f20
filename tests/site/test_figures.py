"""Figures: at most eight rows or series at once, and the same look for the same measure."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from misgen.explore.looks import LOOKS

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


# ------------------------------------------------------------------------------- looks


class Series(NamedTuple):
    """A line, a bar or a trace, and how it is drawn: what it does not have is None."""

    label: str
    colour: str
    mark: str | None = None
    dash: bool | None = None


def all_series(html: str) -> list[Series]:
    traces = [trace for _, spec in PLOT.findall(html) for trace in json.loads(spec)["data"]]
    found = [of_trace(trace) for trace in traces if "name" in trace and "line" in trace]
    for _, state in EXPLORER.findall(html):
        table = json.loads(state)["table"]
        rows = [row for part in parts_of(table) for row in part.get("rows", ())]
        lines = [line for part in [*parts_of(table), table] for line in part.get("lines", ())]
        found += [Series(row["name"], row["colour"]) for row in rows if "colour" in row]
        drawn = [line for line in lines if "colour" in line]  # others have a look of their own
        found += [Series(n["label"], n["colour"], n.get("mark"), n.get("dash")) for n in drawn]
    return found


def of_trace(trace: dict[str, Any]) -> Series:
    line, marker = trace["line"], trace.get("marker", {})
    colour = re.sub(r"var\(--mg-([\w-]+)\)", r"\1", str(line.get("color")))
    mark = str(marker.get("symbol", "")).removesuffix("-up").removesuffix("-open")
    return Series(trace["name"], colour, mark or None, line.get("dash", "solid") != "solid")


def strangers(html: str) -> list[Series]:
    """The series that do not look like what they measure."""
    return [series for series in all_series(html) if is_strange(series)]


def is_strange(series: Series) -> bool:
    if series.label.startswith("capability") != (series.colour == "capability"):
        return True
    for begin, look in (
        (r"on (new )?ordinary levels: the coin", LOOKS["ordinary"]),
        (r"takes (the|a moved) coin", LOOKS["goal"]),
    ):
        if re.match(begin, series.label):
            is_marked = series.mark in (None, look.mark)
            is_dashed = not look.dash or series.dash in (None, True)
            return series.colour != look.colour or not is_marked or not is_dashed
    return False


def test_a_measure_has_its_look_on_every_page(html, page_name):
    assert strangers((html / page_name).read_text(encoding="utf-8")) == []


def test_the_dial_is_among_what_is_looked_at(html):
    found = all_series((html / "chapters/coinrun.html").read_text(encoding="utf-8"))
    assert Series("capability (coin or end)", *LOOKS["capability"]) in found
    assert Series("on ordinary levels: the coin", *LOOKS["ordinary"]) in found


@pytest.mark.parametrize(
    "series",
    [
        Series("capability (either of them)", "first"),
        Series("goal", "capability"),
        Series("takes the coin", "goal", "triangle", False),
        Series("on ordinary levels: the coin", "first", "triangle", True),
    ],
)
def test_a_series_in_the_look_of_another_would_be_found(series):
    assert is_strange(series)
