"""The figure of CoinRun through time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from misgen.core.intervals import over_seeds
from misgen.explore.charts import (
    GOAL,
    MUTE,
    PROXY,
    SECOND,
    Curve,
    Figure,
    Numbers,
    curves,
    endpoints,
)
from misgen.topics.through_time.published import Floats, Trainings


def course(trainings: Trainings) -> Figure:
    """Draws capability, proxy and goal at all moments of the trainings at one share."""
    ticks = [f"{steps / 1000:.0f}" for steps in trainings.steps]
    lines = [
        Curve("takes the coin at the end of ordinary levels", SECOND, "triangle-up",
              list(trainings.capability.T)),
        Curve("runs past a moved coin to the end", PROXY, "square", list(trainings.proxy.T)),
        Curve("gets a moved coin", GOAL, "circle", list(trainings.goal.T)),
        Curve("meets the erased coin by accident", MUTE, "diamond", list(trainings.erased.T),
              "dot"),
    ]  # fmt: skip
    share = f"{100 * trainings.distinguishing:g} %"
    return curves(
        f"The course of training, coin and end apart in {share} of the levels",
        "thousands of training steps (closer together early on)", ticks, lines,
        alt=endpoints(f"With {share} of such levels, in the course of training",
                      [f"{tick},000 steps" for tick in ticks], lines),
    )  # fmt: skip


def what_comes_first(all_trainings: Mapping[float, Trainings]) -> Numbers:
    """Tabulates when the proxy leads, by how much at most, and when the goal overtakes it."""
    heads = (
        "coin and end apart in",
        "proxy ahead",
        "its largest lead",
        "goal overtakes",
        "seeds",
        "highest rate of accidents",
    )
    rows = [
        (f"{100 * share:g} %", span(of.first(of.lead > 0)), str(over_seeds(of.lead.max(axis=1))),
         span(of.overtaken), f"{np.isfinite(of.overtaken).sum()} of {len(of.goal)}",
         str(over_seeds(of.erased.max(axis=1))))
        for share, of in all_trainings.items()
    ]  # fmt: skip
    return Numbers(
        (heads, rows),
        "The first moment of each seed, from the earliest to the latest, in thousands of steps; "
        "the agents were looked at at a few moments only, so that each may have come somewhat "
        "earlier. The goal overtakes when it is above the proxy and stays there; the seeds are "
        "those in which it does. Lead and accidents: the mean over seeds with its 95 % t-interval.",
    )


def span(steps: Floats) -> str:
    """Writes the earliest and the latest of some moments, without those that never come.

    >>> span(np.array([245_760.0, np.nan, 360_448.0])), span(np.array([np.nan]))
    ('246 to 360', 'never')
    """
    came = steps[np.isfinite(steps)] / 1000
    return f"{came.min():.0f} to {came.max():.0f}" if came.size else "never"
