"""The figures of the coin grid: what an encoding changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misgen.explore.charts import (
    DEAD,
    FIRST,
    MUTE,
    SECOND,
    Curve,
    Figure,
    Numbers,
    curves,
    endpoints,
)
from misgen.ledger.published import Results
from misgen.topics.coin_grid.env import ENCODINGS, CoinGrid

_NAMES = {
    "cell": "one unit for each cell",
    "row_column": "one unit for each row and column",
    "coordinates": "two numbers, x and y",
}
_LOOKS = {"cell": (MUTE, "diamond"), "row_column": (FIRST, "circle"),
          "coordinates": (SECOND, "square")}  # fmt: skip
_SHORT = {"cell": "cells", "row_column": "rows and columns", "coordinates": "two numbers"}
_X_TITLE = "training levels with the coin elsewhere, in %"
_OUTCOMES = (("goal", "takes the coin", "solid"), ("timed_out", "reaches neither", "dot"))
"""Rate of the ledger, what an agent does, and the dash of its line."""


def coin_grid_rates(results: Results, encoding: str) -> Figure:
    """Draws how agents of one encoding end the levels whose coin is apart from the corner.

    Goal and proxy are not all: the agents that reach neither have lost their capability, which a
    single score would hide.

    Args:
        results: The published results of the coin grid.
        encoding: One of `ENCODINGS`.

    Raises:
        ValueError: If there is no such encoding.
    """
    agents = by_share(results, encoding)
    ticks = [f"{100 * share:g}" for share in agents]  # in percent, as the title of the axis says

    def rates(test: str, what: str) -> list[NDArray[np.float64]]:
        return [r.rates(test, what) for r in agents.values()]  # one array over seeds for each share

    lines = [
        Curve.of("proxy", "goes to the corner", rates("shifted", "proxy")),
        Curve.of("goal", "takes the coin", rates("shifted", "goal")),
        # nothing kills here, so that all others run out of time
        Curve("reaches neither", DEAD, "triangle-up", rates("shifted", "timed_out")),
        Curve.of("accidental", "meets the erased coin by accident", rates("erased", "goal")),
    ]
    return curves(
        f"Cells written as {_NAMES[encoding]}", _X_TITLE, ticks, lines,
        alt=endpoints(
            f"With cells written as {_NAMES[encoding]}, as more training levels have the coin "
            "elsewhere", [f"{x} %" for x in ticks], lines,
        ),
    )  # fmt: skip


def coin_grid_unmet(results: Results) -> Numbers:
    """Tabulate what agents that never met a coin in the corner do with one."""
    rows = []
    for encoding in ENCODINGS:
        agents = by_share(results, encoding)[1.0]  # the corner never held their coin
        tests = (agents.estimate(test, "goal") for test in ("shifted", "ordinary"))
        rows.append((_NAMES[encoding], *map(str, tests)))
    heads = ("cells written as", "takes coins elsewhere", "takes coins in the corner")
    seeds = len(agents.seeds)  # the same for all encodings
    return Numbers(
        (heads, rows),
        f"Agents trained with the coin always elsewhere: means over {seeds} seeds with their 95 % "
        "interval.",
    )


def coin_grid_lengths(results: Results, distinguishing: float) -> Figure:
    """Draws what becomes of moved coins with the length of the training, for each encoding.

    The rate of agents that reach neither shows whether the old behaviour goes before the new one
    comes, which the goal rate alone would hide.

    Args:
        results: The published results of the coin grid.
        distinguishing: Share of training levels with the coin elsewhere, the same for all.

    Raises:
        ValueError: If agents of this share were not trained for several lengths.
    """
    lengths = sorted({t.steps for t in results.trials if t.distinguishing == distinguishing})
    if len(lengths) < 2:
        raise ValueError(
            f"Agents with distinguishing={distinguishing} were not trained for several lengths; "
            "choose the share of the published ones."
        )
    ticks = [f"{steps:,}" for steps in lengths]

    def rates(encoding: str, what: str) -> list[NDArray[np.float64]]:
        options = {"encoding": encoding}
        found = [results.where(distinguishing, steps=steps, options=options) for steps in lengths]
        return [agents.rates("shifted", what) for agents in found]

    lines = [
        Curve(f"{_SHORT[e]}: {does}", *_LOOKS[e], rates(e, what), dash)
        for what, does, dash in _OUTCOMES for e in ENCODINGS
    ]  # fmt: skip
    return curves(
        f"Coins elsewhere, met in {100 * distinguishing:g} % of the training levels",
        "training steps", ticks, lines, alt=endpoints("With longer training", ticks, lines),
    )  # fmt: skip


def by_share(results: Results, encoding: str) -> dict[float, Results]:
    """Returns the trials of the usual length by their share, in increasing order.

    Raises:
        ValueError: If there is no such encoding.
    """
    if encoding not in ENCODINGS:
        raise ValueError(f"encoding must be one of {', '.join(ENCODINGS)}, not {encoding!r}.")
    # without those of the figure on time
    usual, options = CoinGrid.ppo.steps, {"encoding": encoding}
    alike = results.where(steps=usual, options=options)
    shares = sorted({trial.distinguishing for trial in alike.trials})
    return {share: results.where(share, steps=usual, options=options) for share in shares}
