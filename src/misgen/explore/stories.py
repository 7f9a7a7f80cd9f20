"""Replays in words, derived from the recorded positions: for screen readers, and for print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from misgen.core.replay import Replay

_HAZARDS = {"lava": "jumps the lava", "saw": "jumps the saw", "wall": "climbs over the wall",
            "crate": "climbs over the crate"}  # fmt: skip
_DEATHS = {"lava": "falls into the lava", "saw": "runs into the saw"}
_TIMES = {1: "", 2: " twice", 3: " three times", 4: " four times"}


def agent_of(replay: Replay) -> int:
    """Returns which actor is the agent.

    Raises:
        ValueError: If there is none.
    """
    agent = _find(replay, "agent")
    if agent is None:
        raise ValueError("This replay has no agent; record one with an actor named 'agent'.")
    return agent


def _find(replay: Replay, *names: str) -> int | None:
    codes = [replay.sprites[code] for code in replay.actors]
    return next((codes.index(name) for name in names if name in codes), None)


def _tops(replay: Replay) -> list[str]:
    """Returns the name of the obstacle in each column, or an empty name."""
    columns = ([replay.sprites[code] for code in column] for column in replay.cells.T)  # [x][y]
    return [next((name for name in _HAZARDS if name in column), "") for column in columns]


def _obstacle_events(replay: Replay) -> Iterator[tuple[int, str]]:
    """Yields (step, phrase) when the agent has just left an obstacle behind."""
    # (step,), columns
    xs = replay.positions[:, agent_of(replay), 0].astype(int)
    for name, run in groupby(enumerate(_tops(replay)), key=lambda column: column[1]):
        columns = [x for x, _ in run]
        # steps from on or before it to behind it
        passed = np.flatnonzero((xs[:-1] <= columns[-1]) & (xs[1:] > columns[-1]))
        if name and len(passed):
            # only the first time
            yield int(passed[0]), _HAZARDS[name] + _plural(replay, name, columns)


def _plural(replay: Replay, name: str, columns: Sequence[int]) -> str:
    cells = replay.cells[:, columns] == replay.sprites.index(name)
    # other obstacles are one, however wide
    return "s" if name == "crate" and np.count_nonzero(cells) > 1 else ""


def _crossings(replay: Replay, other: int) -> NDArray[np.int64]:
    """Returns the steps in which the agent passes another actor from left to right or back."""
    # (step,), below 0: left of it, which 8 bits could not hold
    gap = replay.positions[:, agent_of(replay), 0].astype(int) - replay.positions[:, other, 0]
    side = np.sign(gap)
    known = np.flatnonzero(side)  # without the steps in the same column
    changes = np.flatnonzero(np.diff(side[known]) != 0)
    return known[changes + 1]  # the first step on the new side


def _monster_events(replay: Replay) -> Iterator[tuple[int, str]]:
    monster = _find(replay, "monster")
    if monster is not None:
        yield from ((int(step), "jumps the monster") for step in _crossings(replay, monster))


def _coin_events(replay: Replay) -> Iterator[tuple[int, str]]:
    coin = _find(replay, "coin", "coin_erased")
    if coin is None:
        return
    for step in _crossings(replay, coin):
        below = replay.positions[step, agent_of(replay), 1] < replay.positions[step, coin, 1]
        yield int(step), f"{'runs under' if below else 'jumps over'} {_coin_name(replay)}"


def _coin_name(replay: Replay) -> str:
    return "the place of the erased coin" if replay.erased else "the coin"


def _death(replay: Replay) -> str:
    x, y = (int(v) for v in replay.positions[-1, agent_of(replay)])  # where it ended
    # it may leave the level
    cell = replay.sprites[replay.cells[y, x]] if x < replay.cells.shape[1] else ""
    if cell in _DEATHS:
        return _DEATHS[cell]
    return "meets the monster" if _find(replay, "monster") is not None else "dies"


def _ending(replay: Replay) -> str:
    steps = len(replay.positions) - 1
    doing = {
        "goal": f"{'touches' if replay.erased else 'takes'} {_coin_name(replay)}",
        "proxy": "stops at the end wall",
        "died": _death(replay),
        "timed_out": "gets stuck until the time runs out",
    }
    return f"{doing[replay.outcome]} after {steps} step{'' if steps == 1 else 's'}"


def _counted(phrases: Iterable[str]) -> list[str]:
    """Merges repeated phrases, keeping the order of their first appearance.

    >>> _counted(["jumps the lava", "runs", "jumps the lava"])
    ['jumps the lava twice', 'runs']
    """
    told = list(phrases)
    return [f"{p}{_TIMES.get(told.count(p), ' many times')}" for p in dict.fromkeys(told)]


def _listed(phrases: Sequence[str]) -> str:
    """Joins phrases with commas and a last "and".

    >>> _listed(["a", "b", "c"]), _listed(["a", "b"]), _listed(["a"])
    ('a, b, and c', 'a and b', 'a')
    """
    if len(phrases) < 3:
        return " and ".join(phrases)
    return f"{', '.join(phrases[:-1])}, and {phrases[-1]}"


_SURFACES = {"ground": "ground", "grass": "ground", "crate": "crate", "wall": "wall",
             "ledge": "ledge", "end": "wall"}  # fmt: skip


def whereabouts(replay: Replay) -> str:
    """Says where the coin lies before the agent starts, which does not tell what the agent does."""
    coin = _find(replay, "coin", "coin_erased")
    if coin is None:
        return "There is no coin."
    x, y = (int(v) for v in replay.positions[0, coin])
    below = [replay.sprites[code] for code in replay.cells[:y, x][::-1]]  # from the coin downwards
    # tiles between coin and surface
    height = next((i for i, name in enumerate(below) if name in _SURFACES), len(below))
    place = f"{height} tiles up in the air" if height else f"on the {_SURFACES[below[0]]}"
    return f"The coin is {place}, {x + 1} columns from the left of {replay.cells.shape[1] - 1}."


def story(replay: Replay) -> str:
    """Says what the agent does, without seed and level: "the agent jumps the lava and ..."."""
    events = [*_obstacle_events(replay), *_monster_events(replay), *_coin_events(replay)]
    told = [phrase for _, phrase in sorted(events)]  # by step
    return f"the agent {_listed([*_counted(told), _ending(replay)])}."
