"""The panel on what makes the end easier to learn: hypothesis, setting and share."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band
from misgen.explore import Line, Lines, Panel
from misgen.explore.base import Sentence
from misgen.explore.looks import LOOKS
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source
from misgen.ledger.published import Results
from misgen.topics.why_the_end.experiment import SEEDS, SHARES
from misgen.topics.why_the_end.hypotheses import HYPOTHESES, MOST_SETTINGS, Hypothesis
from misgen.topics.why_the_end.published import changed_runs, of_setting

Floats: TypeAlias = NDArray[np.float64]

_PLACES = tuple(range(1, MOST_SETTINGS + 1))
_NONE = "–"  # where a hypothesis has no more settings
_OVER = ("hypothesis", "distinguishing")
_AT = (*_OVER, "setting")
_RATES = {
    "ordinary": ("ordinary", "goal"),
    "capability": ("shifted", "capability"),
    "proxy": ("shifted", "proxy"),
    "goal": ("shifted", "goal"),
    "erased": ("erased", "goal"),
}
"""Name of a reading -> test and rate."""
_MEASURED: Sentence = [
    ("", "{axis}: {setting}{book}. With {distinguishing} distinguishing levels in training, "),
    ("second", "{ordinary} take the coin at the end of ordinary levels"),
    ("", "; where it has moved, "),
    ("capability", "{capability} reach the coin or the end"),
    ("", ": "),
    ("proxy", "{proxy} run past it to the end"),
    ("", " and "),
    ("goal", "{goal} take it"),
    ("", ", {erased} if it is erased."),
]
_NO_SETTING: Sentence = [
    ("", "{hypothesis}: there are {count} settings ({distinguishing}), and no number {place}.")
]


def one_change(trials: Results | None = None) -> Panel:
    """Returns the panel; by default of the published trials."""
    rates = _all_rates(changed_runs() if trials is None else trials)
    missing = np.array([[place > len(h.settings) for place in _PLACES] for h in _asked()])
    return Panel(
        title="What makes the end easier to learn than the coin?",
        subtitle="One thing is changed in training, and in the tests as well.",
        controls=_controls(),
        parts=[_chart(rates)],
        readings={
            **{name: Reading(rates[name].mean(axis=-2), _AT, "percent") for name in _RATES},
            **_words(),
        },
        sentences=[_MEASURED, _NO_SETTING],
        which=(missing.astype(int), ("hypothesis", "setting")),
        source=Source(
            f"{len(SEEDS)} seeds for each setting and share. Dots are single seeds, bands 95 % "
            "t-intervals over seeds.",
            reproduce="#reproduce",
        ),
        key="why-the-end",
    )  # fmt: skip


def _asked() -> list[Hypothesis]:
    return list(HYPOTHESES.values())


def _controls() -> list[Control]:
    return [
        Control("hypothesis", "What is changed", tuple(HYPOTHESES),
                tuple(h.name for h in _asked()), "choice"),
        Control("setting", "Setting", _PLACES, tuple(map(str, _PLACES)),
                labels_by=("hypothesis", tuple(_labels(h) for h in _asked()))),
        Control("distinguishing", "Distinguishing training levels", SHARES,
                tuple(f"{100 * share:g} %" for share in SHARES)),
    ]  # fmt: skip


def _labels(hypothesis: Hypothesis) -> tuple[str, ...]:
    """Returns what each place is called; the last ones are those of other hypotheses alone."""
    labels = [setting.label for setting in hypothesis.settings]
    return (*labels, *[_NONE] * (MOST_SETTINGS - len(labels)))


def _words() -> dict[str, Reading]:
    """Returns what the sentence says of each hypothesis and setting."""
    book = np.full((len(HYPOTHESES), MOST_SETTINGS), "", dtype=object)
    for row, hypothesis in enumerate(_asked()):
        for place, setting in enumerate(hypothesis.settings):
            book[row, place] = "" if setting.training else ", as in the book"
    axes = [h.axis[0].upper() + h.axis[1:] for h in _asked()]
    return {
        "axis": Reading(axes, ("hypothesis",)),
        "count": Reading([len(h.settings) for h in _asked()], ("hypothesis",), "int"),
        "place": Reading(_PLACES, ("setting",), "int"),
        "book": Reading(book.astype(str), ("hypothesis", "setting")),
    }


def _all_rates(trials: Results) -> dict[str, Floats]:
    """Returns rates by name, `(hypotheses, shares, seeds, places)`; NaN where no setting is."""
    shape = (len(HYPOTHESES), len(SHARES), len(SEEDS), MOST_SETTINGS)
    rates = {name: np.full(shape, np.nan) for name in _RATES}
    for row, hypothesis in enumerate(_asked()):
        for column, share in enumerate(SHARES):
            for place, setting in enumerate(hypothesis.settings):
                group = of_setting(trials, setting, share)
                for name, where in _RATES.items():
                    rates[name][row, column, :, place] = group.rates(*where)
    return rates


def _chart(rates: dict[str, Floats]) -> Lines:
    return Lines(
        "All settings of this change", x=_PLACES, x_label="setting",
        x_ticks=[(float(place), str(place)) for place in _PLACES], y_label="of test levels",
        y_range=(0.0, 1.0), y_ticks=[(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")],
        lines=[
            _line("on ordinary levels: the coin", "ordinary", rates["ordinary"]),
            _line("capability (coin or end)", "capability", rates["capability"]),
            _line("runs past a moved coin to the end", "proxy", rates["proxy"]),
            _line("takes a moved coin", "goal", rates["goal"]),
            _line("touches the erased coin", "accidental", rates["erased"]),
        ],
        over=_OVER, cursor="setting", format="percent",
    )  # fmt: skip


def _line(label: str, measure: str, rates: Floats) -> Line:
    mean, low, high = band(np.moveaxis(rates, -2, 0))  # over seeds; the chart cuts the interval
    colour, mark, dash = LOOKS[measure]
    return Line(label, colour, mean, low, high, seeds=rates, mark=mark, dash=dash)
