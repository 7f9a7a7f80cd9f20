"""The table of CoinRun through time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from misgen.core.intervals import over_seeds
from misgen.explore.charts import Numbers
from misgen.ledger.markdown import percent
from misgen.topics.through_time.published import CAPABLE, Floats, Trainings


def what_comes_first(all_trainings: Mapping[float, Trainings]) -> Numbers:
    """Tabulates when capability, proxy and goal come, and by how much the proxy leads at most."""
    heads = (
        "distinguishing",
        "capable",
        "proxy ahead",
        "its largest lead",
        "goal overtakes",
        "seeds",
        "highest rate of accidents",
    )
    rows = [
        (f"{100 * share:g} %", span(of.capable), span(of.first(of.lead > 0)),
         str(over_seeds(of.lead.max(axis=1))), span(of.overtaken),
         f"{np.isfinite(of.overtaken).sum()} of {len(of.goal)}",
         str(over_seeds(of.erased.max(axis=1))))
        for share, of in all_trainings.items()
    ]  # fmt: skip
    return Numbers(
        (heads, rows),
        "The first moment of each seed, from the earliest to the latest, in thousands of steps. "
        f"Capable is who takes the coin in {percent(CAPABLE)} of ordinary levels. "
        "The agents were looked at at a few moments only, so that each may have come somewhat "
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
