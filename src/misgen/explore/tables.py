"""Parts of the tables that several explorers share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.sprites import (
    BACKDROP_ROWS,
    BEYOND,
    LIFT,
    LIFTED,
    OUTCOME_COLOURS,
    POSES,
    SPINNING,
)
from misgen.explore.draw import canvas_sprites
from misgen.explore.pack import pack_replays
from misgen.explore.study import Source, Study, Words, interval, percent
from misgen.explore.transcripts import story

if TYPE_CHECKING:
    from misgen.core.replay import Replay

LAST_STEP = -1
"""The step at which a replay is shown first: its last, with the whole trail."""

_MIN_ROWS, _SKY_ROWS = 8, 2

MARKS = {"goal": "circle", "proxy": "square", "died": "triangle", "accidental": "diamond"}
"""Shape of a measure's dots, so that colour is never the only difference."""
COLOURS = {"goal": "goal", "proxy": "proxy"}
"""Colour of a measure; all others are quiet."""


def replay_table(replays: Sequence[Replay]) -> dict[str, Any]:
    """Return what the page needs to draw replays, beside the arrays of `pack_replays`."""
    stories = [story(replay) for replay in replays]
    distinct = list(dict.fromkeys(stories))
    codes = replays[0].sprites
    return {
        "codes": list(codes),
        "sprites": canvas_sprites(codes),
        "poses": list(POSES),
        "spinning": list(SPINNING),
        "lifted": list(LIFTED),
        "lift": LIFT,
        "beyond": {name: fill for name, fill in BEYOND.items() if name in codes},
        "outcomes": list(OUTCOME_COLOURS),
        "trails": OUTCOME_COLOURS,
        "stories": distinct,
        "columns": max(replay.cells.shape[1] for replay in replays),
        "rows": max(map(_rows_in_use, replays)),
        "backdropRows": BACKDROP_ROWS,
    }


def _rows_in_use(replay: Replay) -> int:
    """Return how many rows a picture needs: all that is there, and some sky above it."""
    open_columns = replay.cells[:, ~np.all(replay.cells == replay.cells[0], axis=0)]
    occupied = np.flatnonzero(np.any(open_columns != replay.sprites.index("sky"), axis=1))
    top = max(int(replay.positions[:, :, 1].max()), int(occupied[-1]) if len(occupied) else 0)
    return min(len(replay.cells), max(_MIN_ROWS, top + 1 + _SKY_ROWS))


def replay_arrays(replays: Sequence[Replay]) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of replays, with `erased`, and `story`: the row of `stories`."""
    stories = [story(replay) for replay in replays]
    rows = {text: row for row, text in enumerate(dict.fromkeys(stories))}
    story_of = np.array([rows[text] for text in stories], np.uint16)
    erased = np.array([replay.erased for replay in replays], np.uint8)
    return {**pack_replays(replays), "story": story_of, "erased": erased}


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
            "colour": COLOURS.get(name, "dead"),
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
