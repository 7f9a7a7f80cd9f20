"""Recorded replays for the page: one table of what to draw, and the arrays of the recorder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.measure import OUTCOMES
from misgen.core.replay import NOBODY, Replay, to_arrays
from misgen.core.sprites import (
    BACKDROP_ROWS,
    BEYOND,
    LIFT,
    LIFTED,
    OUTCOME_COLOURS,
    POSES,
    SPINNING,
    SPRITES,
    variants,
)
from misgen.explore.stories import story
from misgen.explore.study import Words

LAST_STEP = -1
"""The step at which a replay is shown first: its last, with the whole trail."""

_MIN_ROWS, _SKY_ROWS = 8, 2  # tiles: lowest picture, and sky above the highest thing


def replay_table(replays: Sequence[Replay]) -> dict[str, Any]:
    """Returns what the page needs to draw replays, beside `replay_arrays`."""
    stories = [story(replay) for replay in replays]
    distinct = list(dict.fromkeys(stories))  # in order, as `story` of `replay_arrays` counts them
    codes = replays[0].sprites
    return {
        "codes": list(codes),
        "sprites": canvas_sprites(codes),
        "poses": list(POSES),
        "spinning": list(SPINNING),
        "lifted": list(LIFTED),
        "lift": LIFT,
        "beyond": {name: fill for name, fill in BEYOND.items() if name in codes},
        "nobody": NOBODY,
        "outcomes": list(OUTCOMES),
        "trails": OUTCOME_COLOURS,
        "stories": distinct,
        "columns": max(replay.cells.shape[1] for replay in replays),
        "rows": max(map(_rows_in_use, replays)),
        "backdropRows": BACKDROP_ROWS,
    }


def _rows_in_use(replay: Replay) -> int:
    """Returns how many rows a picture needs: all that is there, and some sky above it."""
    if "sky" not in replay.sprites:  # seen from above
        return len(replay.cells)
    # without columns of a single kind, such as a wall up to the top
    open_columns = replay.cells[:, ~np.all(replay.cells == replay.cells[0], axis=0)]
    # rows, from the bottom
    occupied = np.flatnonzero(np.any(open_columns != replay.sprites.index("sky"), axis=1))
    top = max(int(replay.positions[:, :, 1].max()), int(occupied[-1]) if len(occupied) else 0)
    return min(len(replay.cells), max(_MIN_ROWS, top + 1 + _SKY_ROWS))  # + 1: rows count from 0


def replay_arrays(replays: Sequence[Replay]) -> dict[str, NDArray[np.generic]]:
    """Returns replays as `to_arrays` writes them, with levels that several share stored once.

    Args:
        replays: Replays of one environment, whose levels have the same height.

    Returns:
        Those of `to_arrays` but for `level`; `cells` has one entry for each distinct level,
        `(levels, height, width)`, `terrain` the entry of each replay, and `story` its row in
        `stories` of `replay_table`.

    Raises:
        ValueError: The replays do not fit together.
    """
    _check_alike(replays)
    arrays = to_arrays(list(replays))
    # (level, y, x), (replay,)
    cells, terrain = np.unique(arrays["cells"], axis=0, return_inverse=True)
    stories = [story(replay) for replay in replays]
    rows = {text: row for row, text in enumerate(dict.fromkeys(stories))}
    return {
        "cells": cells,
        "terrain": terrain.ravel().astype(np.uint16),  # NumPy 2.0 alone gave it more axes
        **{name: arrays[name] for name in ("actors", "positions", "frames", "outcome")},
        "erased": arrays["erased"].astype(np.uint8),  # `pack` has no truth values
        "story": np.array([rows[text] for text in stories], np.uint16),
    }


def _check_alike(replays: Sequence[Replay]) -> None:
    if not replays:
        raise ValueError("Give at least one replay.")
    if len({replay.sprites for replay in replays}) > 1:
        raise ValueError("Give replays of one environment: their sprites differ.")
    if len({len(replay.cells) for replay in replays}) > 1:
        raise ValueError("Give replays whose levels have the same number of rows.")
    unknown = {replay.outcome for replay in replays} - set(OUTCOMES)
    if unknown:
        raise ValueError(f"An outcome is one of {', '.join(OUTCOMES)}, not {unknown.pop()!r}.")


def canvas_sprites(names: Iterable[str]) -> dict[str, list[list[list[str | float]]]]:
    """Returns the sprites and their poses as JSON for the interpreter in the page.

    Args:
        names: Names of sprites; the backdrop always comes with them.

    Returns:
        Name -> variants -> instructions.

    Raises:
        ValueError: If a sprite has no drawing.

    >>> canvas_sprites(["sky"])["sky"]
    [[]]
    """
    wanted = ["backdrop", *names]
    # before the poses: it may have some
    wanted += [BEYOND[name] for name in wanted if name in BEYOND]
    wanted += [f"{name}.{pose}" for name in wanted for pose in POSES if f"{name}.{pose}" in SPRITES]
    return {name: [[list(op) for op in drawing] for drawing in variants(name)] for name in wanted}


def badges(words: Words) -> dict[str, str]:
    """Returns what is written over the picture when a replay has ended, for each outcome."""
    return {name: getattr(words, name) for name in (*OUTCOMES, "accidental")}


def nearest(values: Sequence[float], wanted: float | None) -> int:
    """Returns the index of the value closest to the wanted one; the first if none is wanted.

    >>> nearest((2, 5, 9), 6), nearest((2, 5), None)
    (1, 0)
    """
    if wanted is None:
        return 0
    return min(range(len(values)), key=lambda i: abs(values[i] - wanted))
