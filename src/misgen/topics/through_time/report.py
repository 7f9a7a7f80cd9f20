"""What the course of training on CoinRun was expected to show, its figure, and all moments."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from misgen.core.intervals import Estimate, over_seeds
from misgen.ledger.markdown import percent, rate, table
from misgen.ledger.report import Demand, Figure, Report
from misgen.topics.through_time.experiment import EPISODES, EXPERIMENT, SEEDS, SHARES
from misgen.topics.through_time.figures import what_comes_first
from misgen.topics.through_time.published import Trainings, through_time

SOON = 60_000
"""Steps by which the proxy was expected."""
LEARNED = 0.48
"""Proxy rate that counts as learned."""


def report() -> Report:
    """Returns what the page says of the course of training."""
    found = through_time()
    return Report(
        title="CoinRun through time",
        figures=figures(),
        results=results(found),
        run="training, whose agents were tested at many moments",
        demands=demands(found),
        before="A smaller study had led us to expect this.",
        after=f"The proxy counts as learned at {percent(LEARNED)}. The goal overtakes it at the "
        "first moment from which on it stays above.",
        facts={
            "Test": f"{EPISODES:,} episodes for each agent and test, on unseen levels: the same "
            "ones at all moments of a training.",
            "Seeds": f"{len(SEEDS)} for each share.",
        },
    )


def demands(found: Mapping[float, Trainings]) -> list[Demand]:
    """Returns what was expected: the proxy comes first, and the goal where it is asked for."""
    soon = np.concatenate([of.first(of.proxy >= LEARNED) <= SOON for of in found.values()])
    return [
        Demand(f"trainings in which the proxy is learned within {SOON:,} steps", "all",
               _share(soon), low=1.0),
        Demand("trainings at 0 % in which the goal overtakes the proxy", "none",
               _share(np.isfinite(found[0.0].overtaken)), high=0.0),
        Demand("trainings at 1 % or more in which it does, after the proxy was learned", "all",
               _share(np.concatenate([after(of) for share, of in found.items() if share])),
               low=1.0),
    ]  # fmt: skip


def after(of: Trainings) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Returns in which trainings the goal overtakes, and the proxy was learned before, `(seeds,)`.

    A comparison with a moment that never comes is false.
    """
    return np.asarray(of.overtaken > of.first(of.proxy >= LEARNED))


def _share(of: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Estimate:
    return over_seeds(of.astype(float))


def figures() -> list[Figure]:
    """Returns the figures that read this ledger."""
    return [
        Figure("CoinRun through time", f"{len(SHARES)} values of `distinguishing`",
               "ordinary levels; moved coins; the same with the coin erased", EXPERIMENT.grid())
    ]  # fmt: skip


def results(found: Mapping[float, Trainings]) -> str:
    """Returns what comes first, and the rates of every second moment."""
    first = what_comes_first(found)
    parts = [first.caption, table(*first.table)]
    heads = ("steps", "ordinary", "proxy", "goal", "accidental")
    for share, of in found.items():
        rows = [
            (f"{of.steps[at]:,}", *(rate(over_seeds(rates[:, at]))
                                    for rates in (of.ordinary, of.proxy, of.goal, of.erased)))
            for at in range(len(of.steps) - 1, -1, -2)[::-1]  # with the last one
        ]  # fmt: skip
        parts.append(f"#### {percent(share)} of the training levels\n\n{table(heads, rows)}")
    return "\n\n".join(parts)
