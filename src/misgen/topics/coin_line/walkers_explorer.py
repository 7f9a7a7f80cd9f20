"""The first picture of the chapter: two walkers that nobody can tell apart in training."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misgen.explore import Cells, Panel
from misgen.explore.base import Sentence
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source
from misgen.topics.coin_line.env import LENGTH
from misgen.topics.coin_line.scores import RULES, rule, walk

STARTS = (0, 2, 4, 6)
STEPS = LENGTH
"""Steps of the longest walk."""
_KINDS = (
    ("", "haze", ""),
    ("where it was", "second-soft", ""),
    ("the coin", "haze", "coin"),
    ("a walker", "haze", "agent"),
)
_WALKING, _ARRIVED = 0, 1  # numbers of the sentences
_SENTENCES: list[Sentence] = [
    [("", "After {time} steps both stand at place "), ("first", "{place}"), ("", ".")],
    [("", "After {time} steps "), ("first", "both have the coin"), ("", ".")],
]


def walks() -> NDArray[np.int64]:
    """Returns the places of both walkers in training, `(starts, STEPS + 1, walkers)`.

    One follows the rule "always right" and one "go to the coin"; the coin lies at the right end.
    """
    rules = [rule(name, LENGTH) for name in RULES]
    places = np.empty((len(STARTS), STEPS + 1, len(rules)), np.int64)
    for start, walker in np.ndindex(len(STARTS), len(rules)):
        path = walk(rules[walker], STARTS[start], LENGTH).places
        # who has arrived stays there
        places[start, :, walker] = np.pad(path, (0, STEPS + 1 - len(path)), mode="edge")
    return places


def walkers() -> Panel:
    """Returns the panel: where both start, and their steps."""
    places, over = walks(), ("start", "time")
    times = range(STEPS + 1)
    return Panel(
        title="Two walkers, both without a fault. Which would you take?",
        subtitle="Each walks a line of nine places. The coin lies where it has always been.",
        controls=[
            Control("start", "They start at place", STARTS, tuple(map(str, STARTS)), kind="choice"),
            Control("time", "Steps", (*times,), tuple(map(str, times)), playable=True),
        ],
        parts=[
            Cells(
                "The line, twice", values=_pictures(places), over=over, kinds=_KINDS, max_cell=38,
                row_labels=("one", "the other"),
                column_labels=tuple(map(str, range(LENGTH + 1))),
            )
        ],
        readings={"place": Reading(places[..., 0], over)},
        sentences=_SENTENCES,
        which=(np.where(places[..., 0] == LENGTH, _ARRIVED, _WALKING), over),
        source=Source("Two rules that were written by hand, followed step by step."),
        key="walkers",
    )  # fmt: skip


def _pictures(places: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Returns an index of `_KINDS` for each place, `(starts, STEPS + 1, walkers, LENGTH + 1)`."""
    codes = np.zeros((*places.shape, LENGTH + 1), np.uint8)  # (start, time, walker, place)
    codes[..., LENGTH] = 2
    for start, time, walker in np.ndindex(places.shape):
        path = places[start, : time + 1, walker]
        codes[start, time, walker, path] = 1
        codes[start, time, walker, path[-1]] = 3
    return codes
