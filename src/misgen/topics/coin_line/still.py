"""The still form of the coin line's explorer: the map at the start, and when each probe flips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from misgen.core.sprites import SPRITES
from misgen.explore.base import Sentence, caption_html, figure_html, html_of
from misgen.explore.draw import svg_sprite
from misgen.explore.panel_parts import Cells
from misgen.explore.panel_svg import text
from misgen.explore.panel_svg_cells import cells_svg, kind_fill
from misgen.explore.study import Source
from misgen.topics.coin_line.env import probe
from misgen.topics.coin_line.words import KINDS, NEITHER

Kinds = NDArray[np.uint8]
Floats = NDArray[np.float64]


def still_html(
    head: tuple[str, str],
    chosen: Sequence[str],
    kinds: Kinds,
    sentence: Sentence,
    flips: str,
    source: Source,
) -> str:
    """Return the still form.

    Args:
        head: Title and subtitle.
        chosen: What each control is set to, in words.
        kinds: Kind of each decision, `(coins, places)`.
        sentence: What is said of them.
        flips: The table of `flips_html`.
        source: Where the numbers come from.
    """
    title, subtitle = head
    legend = "".join(_legend_item(of) for of in KINDS if of[0] != NEITHER)
    return figure_html(
        f'<p class="mg-title">{escape(title)}</p><p class="mg-sub">{escape(subtitle)}</p>',
        map_svg(kinds),
        f'<ul class="mg-still-legend">{legend}</ul>',
        f'<p class="mg-sub">{escape("; ".join(chosen))}.</p>',
        f"<p>{html_of(sentence)}</p>",
        flips,
        caption=caption_html(source),
    )


def map_svg(kinds: Kinds) -> str:
    """Draw the map of decisions; the coin's places run upwards."""
    length = len(kinds) - 1
    place, coin = probe(length)
    names = [str(number) for number in range(length + 1)]
    cells = Cells(
        "Map of decisions", values=kinds[::-1], kinds=KINDS, row_labels=names[::-1],
        column_labels=names, row_title="coin at place", column_title="agent at place",
        marks=[(length - coin, place, "the probe")],
    )  # fmt: skip
    return cells_svg(cells, {}, description(kinds))


def description(kinds: Kinds) -> str:
    """Say what the map shows, for readers who do not see it."""
    counts = np.bincount(kinds.ravel(), minlength=len(KINDS)).tolist()
    told = [f"{n} {name}" for (name, _, _), n in zip(KINDS[1:], counts[1:], strict=True) if n]
    return f"Map of {kinds.size - counts[0]} decisions: {'; '.join(told)}."


def _legend_item(of_kind: tuple[str, str, str]) -> str:
    name, ink, glyph = of_kind
    sprite = glyph in SPRITES
    picture = (
        f'<g transform="scale(16)">{svg_sprite(glyph)}</g>'
        if sprite
        else text(8, 12, glyph, "middle", "ink")
    )
    box = f'<rect width="16" height="16" rx="2" style="fill:{kind_fill(ink, glyph)}"/>'
    key = (
        f'<svg class="mg-key mg-square" viewBox="0 0 16 16" aria-hidden="true">{box}{picture}</svg>'
    )
    return f"<li>{key} {escape(name)}</li>"


def flips_html(shares: Sequence[str], flips: Mapping[str, Floats], most: int) -> str:
    """Return when the probe flips as a table that opens on request, and in print.

    Args:
        shares: Shares of moved coins, in words.
        flips: Flip steps for each of them by encoding; nan: none.
        most: The last step of training.
    """
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("moved coins", *flips))
    rows = "".join(
        f'<tr><th scope="row">{share}</th>'
        + "".join(f"<td>{_flip_text(column[i], most)}</td>" for column in flips.values())
        + "</tr>"
        for i, share in enumerate(shares)
    )
    return (
        '<details class="mg-numbers"><summary>Step after which the policy first prefers left at '
        f"the probe</summary><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        "</details>"
    )


def _flip_text(step: float, most: int) -> str:
    return f"not within {most:,}" if np.isnan(step) else f"{step:,.0f}"
