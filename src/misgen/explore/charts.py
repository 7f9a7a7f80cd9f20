"""Charts and pictures of the chapters: each shows every seed, an interval, and its numbers.

A chart is a plotly figure. Plotly's own output is blank on a Jupyter Book page, so that while
the book is built (`MISGEN_BOOK=1`) a chart becomes HTML for the page's one copy of plotly.js.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.colours import PALETTE
from misgen.core.extras import require
from misgen.core.intervals import Estimate, over_seeds
from misgen.explore.looks import LOOKS
from misgen.explore.numbers import Table, folded_table, table_html

if TYPE_CHECKING:
    import plotly.graph_objects as go

# here, as plotly itself is imported only where a chart is made
require("book", "A chart", "plotly")

_NAMES = ("goal", "proxy", "capability", "dead", "first", "second", "mute", "ink")
GOAL, PROXY, CAPABILITY, DEAD, FIRST, SECOND, MUTE, INK = (PALETTE[name][0] for name in _NAMES)
"""Colours of the palette on light ground; on the page the theme's own take their place. `FIRST`
and `SECOND` are for series that are neither goal, proxy nor capability."""
_SYMBOLS = {"triangle": "triangle-up"}  # where plotly's name of a mark is another
_PAGE_COLOURS = {PALETTE[name][0]: f"var(--mg-{name})" for name in _NAMES}


@dataclass(frozen=True)
class Figure:
    """A chart, what it shows in words, and its numbers."""

    chart: go.Figure
    alt: str
    """What a reader who cannot see the chart should know."""
    table: Table

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if os.environ.get("MISGEN_BOOK") == "1":
            return {"text/html": self.html(), "text/plain": self.alt}
        # Plotly knows what Colab, Jupyter and VS Code each can show.
        return self.chart._repr_mimebundle_(**kwargs)

    def html(self) -> str:
        """Returns the chart for the page; `site/static/plots.js` draws it."""
        spec = self.chart.to_json()
        for colour, name in _PAGE_COLOURS.items():
            # the page's theme then chooses the ground
            spec = spec.replace(f'"{colour}"', f'"{name}"')
        parts = json.loads(spec)
        parts["layout"].pop("template", None)  # plotly's own theme: long, and not the book's
        text = json.dumps({"data": parts["data"], "layout": parts["layout"]}, separators=(",", ":"))
        # the same chart, the same address
        name = "fig-" + hashlib.sha256(text.encode()).hexdigest()[:8]
        height = self.chart.layout.height
        return (
            f'<div class="misgen-plot" id="{name}" role="group" style="min-height:{height}px" '
            f'aria-label="{escape(self.alt, quote=True)}"></div>'
            '<script type="application/json" class="misgen-plot-data">'
            f"{text.replace('<', chr(92) + 'u003c')}</script>{folded_table(self.table)}"
        )


@dataclass(frozen=True)
class Picture:
    """A drawing with its numbers."""

    svg: str
    """SVG with a label of its own."""
    caption: str
    table: Table

    def _repr_html_(self) -> str:
        return (
            f'<figure class="misgen-picture">{self.svg}<figcaption>{escape(self.caption)}'
            f"</figcaption></figure>{folded_table(self.table)}"
        )


@dataclass(frozen=True)
class Numbers:
    """A small table of measured numbers."""

    table: Table
    caption: str
    """What the numbers are, with their unit and interval."""

    def _repr_html_(self) -> str:
        caption = f"<p>{escape(self.caption)}</p>"
        return f'<div class="misgen-numbers">{caption}{table_html(self.table)}</div>'

    def __str__(self) -> str:
        heads, rows = self.table
        return "\n".join([self.caption, *(" | ".join(row) for row in [heads, *rows])])


# ------------------------------------------------------------------------- curves


@dataclass(frozen=True)
class Curve:
    """One rate over the values of an axis."""

    label: str
    colour: str
    symbol: str
    rates: Sequence[NDArray[np.float64]]
    """Rates of all seeds at each value."""
    dash: str = "solid"

    @classmethod
    def of(cls, measure: str, label: str, rates: Sequence[NDArray[np.float64]]) -> Curve:
        """Returns a curve with the look of a measure, one of `LOOKS`."""
        look = LOOKS[measure]
        symbol = _SYMBOLS.get(look.mark, look.mark)
        return cls(label, PALETTE[look.colour][0], symbol, rates, "dot" if look.dash else "solid")

    @property
    def estimates(self) -> list[Estimate]:
        """Mean and interval at each value."""
        return [over_seeds(rates) for rates in self.rates]


def curves(
    title: str, x_title: str, ticks: Sequence[str], lines: Sequence[Curve], alt: str
) -> Figure:
    """Draws rates over an axis of named values: every seed, the mean, and the interval.

    Args:
        title: What the chart shows, as a sentence.
        x_title: Name of the axis.
        ticks: Names of its values, evenly spaced.
        lines: The rates; each has one entry for each tick.
        alt: See `Figure`.
    """
    import plotly.graph_objects as go

    chart = go.Figure()
    for k, line in enumerate(lines):
        shift = 0.07 * (k - (len(lines) - 1) / 2)  # side by side, so that intervals do not overlap
        x = np.arange(len(ticks)) + shift  # (tick,)
        chart.add_trace(_dots(line, x))
        chart.add_trace(_mean_line(line, x))
    chart.update_layout(**layout_of(title, x_title, ticks))
    heads = (x_title, *(line.label for line in lines))
    rows = [(tick, *(str(line.estimates[i]) for line in lines)) for i, tick in enumerate(ticks)]
    return Figure(chart, alt, (heads, rows))


def _dots(line: Curve, x: NDArray[np.floating[Any]]) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=np.repeat(x, [len(rates) for rates in line.rates]).tolist(),  # one for each seed
        y=np.concatenate(list(line.rates)).tolist(), mode="markers", name=line.label,
        showlegend=False, hovertemplate="%{y:.0%}<extra>one seed</extra>",
        marker={"color": line.colour, "size": 5, "opacity": 0.35, "symbol": line.symbol},
    )  # fmt: skip


def _mean_line(line: Curve, x: NDArray[np.floating[Any]]) -> Any:
    import plotly.graph_objects as go

    e = line.estimates
    return go.Scatter(
        x=x.tolist(), y=[v.mean for v in e], mode="lines+markers", name=line.label,
        line={"color": line.colour, "width": 2, "dash": line.dash},
        marker={"color": line.colour, "size": 8, "symbol": line.symbol},
        error_y={
            # lengths, not ends
            "type": "data", "symmetric": False, "array": [v.high - v.mean for v in e],
            "arrayminus": [v.mean - v.low for v in e], "color": line.colour, "thickness": 1.5,
            "width": 3,
        },
        text=[str(v) for v in e], hovertemplate="%{text}<extra>" + line.label + "</extra>",
    )  # fmt: skip


def layout_of(title: str, x_title: str, ticks: Sequence[str]) -> dict[str, Any]:
    """Returns the layout of a chart of rates over named values; see `curves`."""
    return {
        "title": {"text": title, "x": 0, "xref": "paper", "font": {"size": 15}},
        "height": 440,  # pixels
        "margin": {"l": 56, "r": 16, "t": 56, "b": 110},  # pixels; below is room for the legend
        "xaxis": {
            "title": {"text": x_title}, "tickmode": "array",
            "tickvals": list(range(len(ticks))), "ticktext": list(ticks),
        },
        # dots at 0 and 1 are seen whole
        "yaxis": {"range": [-0.03, 1.03], "tickformat": ".0%", "title": {"text": "of test levels"}},
        "legend": {"orientation": "h", "y": -0.24, "yanchor": "top", "x": 0},
        "hovermode": "closest",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "paper_bgcolor": "rgba(0,0,0,0)",
    }  # fmt: skip


def endpoints(begin: str, ticks: Sequence[str], lines: Sequence[Curve]) -> str:
    """Says for each line where it begins and ends, as alt text; `begin` opens the sentence."""
    changes = [
        f"{line.label}: {line.estimates[0]} at {ticks[0]}, {line.estimates[-1]} at {ticks[-1]}"
        for line in lines
    ]
    return f"{begin}, the rates change. " + "; ".join(changes) + "."
