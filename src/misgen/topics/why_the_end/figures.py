"""The figures on what makes the end easier to learn than the coin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from misgen.explore.charts import Curve, Figure, curves, endpoints
from misgen.ledger.markdown import percent
from misgen.ledger.published import Results
from misgen.topics.why_the_end.hypotheses import HYPOTHESES
from misgen.topics.why_the_end.published import of_setting

Rates = NDArray[np.float64]


def one_change(trials: Results, hypothesis: str, distinguishing: float = 0.0) -> Figure:
    """Draws what the settings of one hypothesis come to.

    Args:
        trials: The published trials.
        hypothesis: One of `HYPOTHESES`.
        distinguishing: Share of distinguishing training levels, one of `SHARES`.

    Raises:
        ValueError: If there is no such hypothesis or share.
    """
    if hypothesis not in HYPOTHESES:
        raise ValueError(f"hypothesis must be one of {', '.join(HYPOTHESES)}, not {hypothesis!r}.")
    asked = HYPOTHESES[hypothesis]
    groups = [of_setting(trials, setting, distinguishing) for setting in asked.settings]
    ticks = [setting.label for setting in asked.settings]
    lines = _lines(groups)
    return curves(
        f"{asked.name}, at {percent(distinguishing)} distinguishing levels", asked.axis, ticks,
        lines, alt=endpoints(f"From one end of “{asked.axis}” to the other", ticks, lines),
    )  # fmt: skip


def _lines(groups: Sequence[Results]) -> list[Curve]:
    def rates(test: str, what: str) -> list[Rates]:
        return [group.rates(test, what) for group in groups]

    return [
        Curve.of("capability", "capability (coin or end)", rates("shifted", "capability")),
        Curve.of("proxy", "runs past the coin to the end", rates("shifted", "proxy")),
        Curve.of("goal", "takes the coin", rates("shifted", "goal")),
        Curve.of("ordinary", "on ordinary levels: the coin", rates("ordinary", "goal")),
        Curve.of("accidental", "accident (coin erased)", rates("erased", "goal")),
    ]
