"""Parts of the tables that several explorers share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.explore.study import Source, Study, Words, interval, percent

MARKS = {"goal": "circle", "proxy": "square", "died": "triangle", "accidental": "diamond"}
"""Shape of a measure's dots, so that colour is never the only difference."""
COLOURS = {"goal": "goal", "proxy": "proxy", "died": "dead"}
"""Colour of a measure; all others are quiet."""


def settings_table(study: Study) -> dict[str, Any]:
    """Return the slider's values: in percent as numbers for the address, and as labels."""
    return {
        "label": study.words.setting,
        "values": [round(100 * x, 3) for x in study.settings],
        "labels": [percent(x) for x in study.settings],
    }


def measures_table(study: Study) -> list[dict[str, str]]:
    """Return label, colour and shape of each measure."""
    return [
        {
            "name": name,
            "label": study.words.measures[name],
            "colour": COLOURS.get(name, "mute"),
            "mark": MARKS.get(name, "triangle"),
        }
        for name in study.measures
    ]


def estimates_array(study: Study) -> NDArray[np.float64]:
    """Return mean, low and high of every estimate, `(settings, measures, 3)`."""
    return np.array([[(e.mean, e.low, e.high) for e in row] for row in study.estimates], float)


def readouts(study: Study) -> list[list[str]]:
    """Return the interval of every estimate in words, `settings` rows of `measures` texts."""
    return [[interval(e) for e in row] for row in study.estimates]


def source_table(source: Source) -> dict[str, str]:
    """Return the caption's parts."""
    return {"text": source.text, "reproduce": source.reproduce, "colab": source.colab}


def badges(words: Words) -> dict[str, str]:
    """Return what is written over the picture when a replay has ended, for each outcome."""
    return {
        "goal": words.goal,
        "proxy": words.proxy,
        "died": words.died,
        "timed_out": words.timed_out,
        "accidental": words.accidental,
    }


def nearest(values: Sequence[int], wanted: int | None, default: int) -> int:
    """Return the value closest to the wanted one, or the default if none is wanted.

    >>> nearest((2, 5, 9), 6, 2), nearest((2, 5), None, 2)
    (5, 2)
    """
    return default if wanted is None else min(values, key=lambda value: abs(value - wanted))
