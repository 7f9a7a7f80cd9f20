"""The moving picture of the chapter: one agent that misses the coin in two ways, on one level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from misgen.core.registry import make
from misgen.core.replay import Replay, record
from misgen.explore import Control, Panel, Replays
from misgen.explore.study import Source
from misgen.ledger.published import published
from misgen.ledger.recording import REPLAY_SEED

WAYS: Mapping[str, Mapping[str, Any]] = {
    "The coin has moved": {},
    "The coin has moved, and the agent sees all upside down": {"flipped": True},
}
"""Heading -> options of the levels, which are the same but for what the agent sees."""
SHOWN = 4
"""Levels to choose from."""
_POOL = 100  # levels, of which the first that fit are shown
_BADGES = {"proxy": "runs past it to the end", "died": "dies", "timed_out": "runs out of time"}


def two_misses() -> Panel:
    """Returns the panel: on each level the agent misses the coin, in one way and in another."""
    both = _missed()
    labels = tuple(str(replay.level) for replay in both[0])
    return Panel(
        title="Neither takes the coin. Is it the same failure?",
        subtitle="The same agent on the same level, in step.",
        controls=[
            Control("level", "Level", tuple(map(int, labels)), labels, kind="choice",
                    next="Another level"),
        ],
        parts=[
            Replays(heading, replays=replays, over=("level",), badges=_BADGES, named=("level",))
            for heading, replays in zip(WAYS, both, strict=True)
        ],
        sentences=[[("", "The reward of both is 0. One number does not say which of them can still "
                         "do something.")]],
        source=Source(
            f"One published agent, trained with the coin always at the end. The first {SHOWN} of "
            f"{_POOL} new levels on which it runs past the coin, and loses its way upside down."
        ),
        key="two-misses",
    )  # fmt: skip


def _missed() -> tuple[list[Replay], list[Replay]]:
    """Returns episodes of both ways, on levels that fit."""
    agent = published("CoinRun", distinguishing=0.0, seed=0)
    moved, flipped = (
        record(
            agent, make("CoinRun", _POOL, seed=REPLAY_SEED, distinguishing=1.0, **options), seed=0
        )
        for options in WAYS.values()
    )
    fit = [
        i
        for i, (one, other) in enumerate(zip(moved, flipped, strict=True))
        if one.outcome == "proxy" and other.outcome in ("died", "timed_out")
    ][:SHOWN]
    return [moved[i] for i in fit], [flipped[i] for i in fit]
