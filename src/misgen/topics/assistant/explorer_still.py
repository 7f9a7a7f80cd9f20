"""The still form of the assistant's explorer: its answers before and in the pandemic."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from misgen.explore.base import caption_html, figure_html, html_of
from misgen.explore.panel_formats import all_intervals, all_written, written
from misgen.explore.panel_parts import Bars
from misgen.explore.panel_svg import WIDTH, fill, num, svg, text
from misgen.explore.study import Source, percent
from misgen.topics.assistant.explorer_rates import MEASURES
from misgen.topics.assistant.explorer_week import Look
from misgen.topics.assistant.explorer_weights import Setting
from misgen.topics.assistant.weeks import PLACES
from misgen.topics.assistant.words import DAY_NAMES, PLACE_LABELS, ink_of

_ROW, _TOP, _THICK = 40, 44, 13
_COLUMNS = {"knows": 120, "books": 285}
_BAR = 100  # pixels of a probability of 1


def still_html(
    head: tuple[str, str],
    weeks: Sequence[tuple[str, Look]],
    settings: Sequence[Setting],
    rates: Bars,
    source: Source,
) -> str:
    """Returns the still form.

    Args:
        head: Title and subtitle.
        weeks: Heading of each week that is shown, and the answers to it.
        settings: The fine-tunings.
        rates: What was measured of them in the pandemic.
        source: Where the numbers come from.
    """
    title, subtitle = head
    shown = "".join(
        f'<div><p class="mg-heading">{escape(name)}</p>{answers_svg(name, week)}'
        f"<p>{html_of(week.sentence)}</p></div>"
        for name, week in weeks
    )
    return figure_html(
        f'<p class="mg-title">{escape(title)}</p><p class="mg-sub">{escape(subtitle)}</p>',
        f'<div class="mg-still-parts">{shown}</div>',
        rates_html(settings, rates),
        caption=caption_html(source),
    )


def answers_svg(name: str, week: Look) -> str:
    """Draws what the first assistant answers: two probabilities for each listed place."""
    heads = [text(_COLUMNS["knows"], 14, "it knows you prefer", ink="ink"),
             text(_COLUMNS["books"], 14, f"it books for {_day(week)}", ink="ink")]  # fmt: skip
    rows = [shape for i, place in enumerate(week.listed.tolist()) for shape in _row(week, i, place)]
    return svg(WIDTH, _TOP + _ROW * len(week.listed), _description(name, week), [*heads, *rows])


def _day(week: Look) -> str:
    return [*DAY_NAMES.values()][int(week.day[0].argmax())]


def _row(week: Look, i: int, place: int) -> list[str]:
    top = _TOP + i * _ROW
    shapes = [text(0, top + 4, PLACE_LABELS[PLACES[place]], ink="ink")]
    if place == week.preferred:
        shapes.append(text(0, top + 18, "★ you prefer this"))
    for name, x in _COLUMNS.items():
        chance = float(getattr(week, name)[0, place])
        shapes += [
            _bar(x, top - 7, _BAR, "line"),
            _bar(x, top - 7, _BAR * chance, ink_of(place, week.preferred)),
            text(x + _BAR + 6, top + 4, written(chance, "percent"), ink="ink"),
        ]
    return shapes


def _bar(x: float, y: float, width: float, ink: str) -> str:
    return (
        f'<rect x="{num(x)}" y="{num(y)}" width="{num(width)}" height="{_THICK}" rx="3" '
        f"{fill(ink)}/>"
    )


def _description(name: str, week: Look) -> str:
    """Says what the picture shows, for readers who do not see it."""
    said = [
        f"{PLACE_LABELS[PLACES[place]]}{' (you prefer this)' if place == week.preferred else ''}: "
        f"knows {written(float(week.knows[0, place]), 'percent')}, "
        f"books {written(float(week.books[0, place]), 'percent')}"
        for place in week.listed.tolist()
    ]
    return f"{name}. {'; '.join(said)}. It books {_day(week)}."


def rates_html(settings: Sequence[Setting], rates: Bars) -> str:
    """Returns the measured rates as a table that opens on request, and in print."""
    heads = ["distinguishing weeks", "causes", *(label for label, _ in MEASURES.values())]
    values, low, high = (np.asarray(array) for array in (rates.values, rates.low, rates.high))
    cells = np.char.add(np.char.add(all_written(values, "percent"), " ("),
                        np.char.add(all_intervals(low, high, "percent"), ")"))  # fmt: skip
    rows = "".join(
        f'<tr><th scope="row">{percent(share)}</th><td>{causes if share else "–"}</td>'
        + "".join(f"<td>{cell}</td>" for cell in row)
        + "</tr>"
        for (share, causes), row in zip(settings, cells.tolist(), strict=True)
    )
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    return (
        f'<details class="mg-numbers"><summary>{escape(rates.label)}</summary><table><thead><tr>'
        f"{head}</tr></thead><tbody>{rows}</tbody></table></details>"
    )
