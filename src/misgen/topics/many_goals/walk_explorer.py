"""The first picture of the chapter: an agent that can only be watched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misgen.explore import Cells, Panel
from misgen.explore.base import Sentence
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source
from misgen.topics.many_goals.gallery import SEEKS
from misgen.topics.many_goals.gridworld import (
    CELLS,
    SIZE,
    cell_text,
    mixed,
    named_room,
    optimal_actions,
    walk,
)

STARTS = {
    "lower left": 20, "upper left": 0, "left": 10, "middle": 12, "bottom": 22, "lower right": 24,
}  # fmt: skip
"""Where a walk begins: name -> cell."""
STEPS = 9
"""Steps of a walk; the last of them is spent in the corner, wherever it began."""
SEED = 0
_CORNER = int(SEEKS.argmax())
_KINDS = (("", "haze", ""), ("where it was", "second-soft", ""), ("the agent", "haze", "agent"))
_SENTENCES: list[Sentence] = [
    [("", "After {time} of {steps} steps it is in "), ("first", "{cell}"), ("", ".")],
    [
        ("", "After {time} of {steps} steps it is in the "),
        ("first", "upper right corner"),
        ("", ", and there it stays. Nothing in the room says why."),
    ],
]


def walks() -> NDArray[np.int64]:
    """Returns the cells of each walk, `(starts, STEPS + 1)`.

    In each step the agent takes one of its best moves; all of them are equally likely.
    """
    room = named_room("open room")
    policy = mixed(optimal_actions(room, SEEKS, 0.9))
    rng = np.random.default_rng(SEED)
    return np.stack([walk(room, policy, start, STEPS, rng) for start in STARTS.values()])


def watched() -> Panel:
    """Returns the panel: where the agent starts, and its steps."""
    cells = walks()
    times = range(STEPS + 1)
    over = ("start", "time")
    return Panel(
        title="It walks. What is it after?",
        subtitle="A room of 5 × 5 cells. Choose where the agent starts, and let it go.",
        controls=[
            Control("start", "It starts", tuple(STARTS), tuple(STARTS), kind="choice"),
            Control("time", "Steps", (*times,), tuple(map(str, times)), playable=True),
        ],
        parts=[Cells("The room", values=_pictures(cells), over=over, kinds=_KINDS, max_cell=38)],
        readings={
            "steps": Reading(STEPS, ()),
            "cell": Reading([[cell_text(cell) for cell in each] for each in cells], over),
        },
        sentences=_SENTENCES,
        which=(cells == _CORNER, over),
        source=Source(
            "Computed when the page was made. Where several moves are as good, one is drawn by "
            f"lot (seed {SEED})."
        ),
        key="watched",
    )


def _pictures(walked: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Returns an index of `_KINDS` for each cell, `(starts, STEPS + 1, SIZE, SIZE)`."""
    codes = np.zeros((*walked.shape, CELLS), np.uint8)  # (start, time, cell)
    for picture, path in zip(codes, walked, strict=True):
        for time, cell in enumerate(path):
            picture[time, path[:time]] = 1
            picture[time, cell] = 2
    return codes.reshape(*walked.shape, SIZE, SIZE)
