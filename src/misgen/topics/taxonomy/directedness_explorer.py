"""The panel on agents and devices: how well either goal foretells the moves of four walkers."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band
from misgen.explore import Bars, Line, Lines, Panel
from misgen.explore.base import Sentence
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source, percent
from misgen.ledger.published import published
from misgen.topics.coin_grid.directedness import COIN, CORNER_GOAL, directedness_by_share
from misgen.topics.coin_grid.env import CELLS, NEXT_CELL, SIZE
from misgen.topics.coin_grid.experiment import SEEDS, SHIPPED_ENCODING
from misgen.topics.coin_grid.visits import action_probabilities

Array = NDArray[np.float64]

SHARES = tuple(round(0.05 * k, 2) for k in range(21))
"""Values of `distinguishing` at test."""
TRAINED = {"ambiguous": 0.0, "distinguishing": 0.25}
"""Walker -> share of distinguishing levels in its training."""
WALKERS = {
    "ambiguous": "trained at 0 %",
    "distinguishing": "trained at 25 %",
    "device": "device: up, then right",
    "random": "random walk",
}
GOALS = {"coin": (COIN, True), "corner": (CORNER_GOAL, True), "corner_past": (CORNER_GOAL, False)}
"""Name of a measure -> goal, and whether the coin ends a walk to it."""
MOST = float(np.log(len(NEXT_CELL)))
"""Nats of a walker whose every move is foretold with certainty."""
_CONTROLS = ("walker", "seen", "past")
_AT = ("distinguishing", *_CONTROLS)
_SENTENCE: Sentence = [
    ("", "The walker: {walker}. The coin lies elsewhere in {distinguishing} of the test levels. "
         "Whoever knows the walker's goal alone foretells its moves better than an even guess by "),
    ("goal", "{coin} nats"),
    ("", " a decision if this goal is the coin, and by "),
    ("proxy", "{corner} nats"),
    ("", " if it is the corner. In chances: the moves that it makes were then given "),
    ("goal", "{coin_chance}"),
    ("", " and "),
    ("proxy", "{corner_chance}"),
    ("", " (geometric mean), where an even guess gives 25 %."),
]  # fmt: skip


@lru_cache(maxsize=1)
def measured() -> dict[str, Array]:
    """Returns the nats of all walkers, `(walkers, seen, seeds, shares)`, by the names of `GOALS`.

    What has no training has the same values for each seed.
    """
    tables = [[[_table(w, seed, flipped) for seed in SEEDS] for flipped in (False, True)]
              for w in WALKERS]  # fmt: skip
    shares = np.array(SHARES)
    return {
        name: np.array([
            [[directedness_by_share(t, goal, shares, coin_ends=ends) for t in row] for row in seen]
            for seen in tables
        ])
        for name, (goal, ends) in GOALS.items()
    }  # fmt: skip


def _table(walker: str, seed: int, flipped: bool) -> Array:
    """Returns pi(action | coin, agent) of a walker."""
    if walker == "device":
        return up_then_right()
    if walker == "random":
        return np.full((CELLS, CELLS, len(NEXT_CELL)), 1 / len(NEXT_CELL))
    options = {"encoding": SHIPPED_ENCODING}
    agent = published("CoinGrid", distinguishing=TRAINED[walker], seed=seed, options=options)
    return action_probabilities(agent, SHIPPED_ENCODING, flipped=flipped)


def up_then_right() -> Array:
    """Returns a device that looks at nothing: up to the wall and then right, as a table."""
    goes = np.array([0 if cell < CELLS - SIZE else 3 for cell in range(CELLS)])
    return np.broadcast_to(np.eye(len(NEXT_CELL))[goes], (CELLS, CELLS, len(NEXT_CELL)))


def agents_and_devices() -> Panel:
    """Returns the panel, computed from the published agents."""
    # (walkers, seen, past, seeds, shares); the coin's nats are the same with and without `past`
    nats = measured()
    coin = np.stack([nats["coin"]] * 2, axis=2)
    corner = np.stack([nats["corner"], nats["corner_past"]], axis=2)
    return Panel(
        title="Which goal foretells what it does?",
        subtitle="In the room: two trained agents, a device, and chance. 0 is an even guess.",
        controls=_controls(),
        parts=[_bars(coin, corner), _lines(coin, corner)],
        readings=_readings({"coin": coin, "corner": corner}),
        sentences=[_SENTENCE],
        source=Source(
            f"{len(SEEDS)} published agents for each training; dots are agents, bands 95 % "
            "t-intervals. Visits and soft value iteration are exact, nothing is sampled. The "
            "measure: MacDermott et al. (2024), here per decision"
        ),
        key="directedness",
    )


def _controls() -> list[Control]:
    return [
        Control("distinguishing", "Test levels with the coin elsewhere", SHARES,
                tuple(map(percent, SHARES)), playable=True),
        Control("walker", "The walker of the chart", tuple(WALKERS), tuple(WALKERS.values()),
                kind="choice"),
        Control("seen", "What the agents see", ("as_in_training", "upside_down"),
                ("as in training", "upside down"), kind="choice"),
        Control("past", "To the corner, the coin may be passed", (False, True), kind="switch"),
    ]  # fmt: skip


def _bars(coin: Array, corner: Array) -> Bars:
    """Returns both goals of all walkers, `(shares, seen, past, bars)`, with a dot for each seed."""
    # (walkers, goals, seen, past, seeds, shares) -> (shares, seen, past, seeds, bars)
    both = np.stack([coin, corner], axis=1).transpose(5, 2, 3, 4, 0, 1)
    flat = both.reshape(*both.shape[:4], -1)
    return Bars(
        "All four walkers, in nats a decision",
        names=[f"{name}: {goal}" for name in WALKERS.values() for goal in ("coin", "corner")],
        colours=["goal", "proxy"] * len(WALKERS), values=flat.mean(axis=3), seeds=flat,
        range=(0.0, MOST), over=("distinguishing", "seen", "past"), format="fixed2",
    )  # fmt: skip


def _lines(coin: Array, corner: Array) -> Lines:
    return Lines(
        "The chosen walker, whatever the levels", x=SHARES,
        x_label="test levels with the coin elsewhere",
        x_ticks=[(x, percent(x)) for x in (0, 0.5, 1)], y_label="nats a decision",
        y_range=(0.0, MOST), y_ticks=[(y, f"{y:g}") for y in (0, 0.5, 1)],
        lines=[_line("the coin", "goal", coin), _line("the corner", "proxy", corner)],
        over=_CONTROLS, cursor="distinguishing", format="fixed2",
    )  # fmt: skip


def _line(label: str, colour: str, nats: Array) -> Line:
    return Line(label, colour, *band(np.moveaxis(nats, 3, 0)), seeds=nats)  # over seeds


def _readings(nats: dict[str, Array]) -> dict[str, Reading]:
    means = {name: np.moveaxis(each.mean(axis=3), -1, 0) for name, each in nats.items()}
    chances = {f"{name}_chance": np.exp(each) / len(NEXT_CELL) for name, each in means.items()}
    return {
        **{name: Reading(each, _AT, "fixed2") for name, each in means.items()},
        **{name: Reading(each, _AT, "percent") for name, each in chances.items()},
    }
