"""What one change of CoinRun was expected to do, its figure, and all rates."""

from __future__ import annotations

import numpy as np

from misgen.core.intervals import Estimate, mean_difference
from misgen.ledger.markdown import percent, points, rate, table
from misgen.ledger.published import Results
from misgen.ledger.report import Demand, Figure, Report
from misgen.topics.why_the_end.experiment import EXPERIMENT, SEEDS, SHARES
from misgen.topics.why_the_end.hypotheses import BOOK, HYPOTHESES, Setting, all_settings
from misgen.topics.why_the_end.published import changed_runs, of_setting

NONE, FEW = SHARES
QUIET, LOUD = (HYPOTHESES["signal"].settings[at] for at in (0, -1))
_RATES = {
    "success on ordinary levels": ("ordinary", "goal"),
    "goal": ("shifted", "goal"),
    "proxy": ("shifted", "proxy"),
    "accidental": ("erased", "goal"),
}
"""Columns of the table of results -> test and rate."""


def report() -> Report:
    """Returns what the page says of the changes."""
    trials = changed_runs()
    return Report(
        title="What makes the end easier to learn",
        figures=figures(),
        results=rates(trials),
        run="agent that was trained and tested with one change",
        demands=demands(trials),
        before="A smaller study had led us to expect this.",
        after="“Net” is the goal rate with the coin visible less that with the coin erased.",
        facts={
            "Test": f"{trials.trials[0].episodes:,} episodes for each agent and test, each on an "
            "unseen level, with the change of training.",
            "Seeds": f"{len(SEEDS)} for each setting and share. A seed meets the same levels in "
            "all settings that leave the levels as they are.",
        },
    )


def demands(trials: Results) -> list[Demand]:
    """Returns what was expected: nothing without distinguishing levels, then a louder coin wins."""
    base = of_setting(trials, BOOK, FEW).rates("shifted", "goal")
    loud, quiet = (
        of_setting(trials, setting, FEW).rates("shifted", "goal") for setting in (LOUD, QUIET)
    )
    return [
        Demand(f"at {percent(NONE)}: the net of any setting that leaves the coin low, furthest "
               "from 0", "within 5 points", furthest(trials), -0.05, 0.05, points),
        Demand(f"at {percent(FEW)}: goal, ten times as loud a coin less the usual one",
               "at least 5 points", mean_difference(loud, base), low=0.05, write=points),
        Demand(f"at {percent(FEW)}: goal, the usual coin less one a third as loud",
               "at least 10 points", mean_difference(base, quiet), low=0.1, write=points),
    ]  # fmt: skip


def furthest(trials: Results) -> Estimate:
    """Returns the net furthest from 0 at 0 %, of the settings whose coin at the end lies low."""
    nets = [net_of(trials, setting, NONE) for setting in all_settings().values() if low(setting)]
    return nets[int(np.argmax([abs(net.mean) for net in nets]))]


def low(setting: Setting) -> bool:
    """Returns whether no coin at the end lies where coins in the air lie at test."""
    return setting.options.get("coin_high", 1) < 3


def net_of(trials: Results, setting: Setting, share: float) -> Estimate:
    """Returns how much more often agents get a coin that they see, paired by seed."""
    group = of_setting(trials, setting, share)
    return mean_difference(group.rates("shifted", "goal"), group.rates("erased", "goal"))


def figures() -> list[Figure]:
    """Returns the figures that read this ledger."""
    return [
        Figure("One change at a time", f"{len(all_settings())} settings, at "
               f"{' and '.join(map(percent, SHARES))} of `distinguishing`",
               "ordinary levels; moved coins; the same with the coin erased", EXPERIMENT.grid())
    ]  # fmt: skip


def rates(trials: Results) -> str:
    """Returns the rates of all settings, with intervals over seeds."""
    heads = ("training", *_RATES, "net")
    parts = []
    for share in SHARES:
        rows = [
            (name, *(rate(of_setting(trials, setting, share).estimate(*where))
                     for where in _RATES.values()), points(net_of(trials, setting, share)))
            for name, setting in all_settings().items()
        ]  # fmt: skip
        parts.append(f"#### {percent(share)} of the training levels\n\n{table(heads, rows)}")
    told = "Means over the training seeds with their 95 % t-intervals."
    return "\n\n".join([told, *parts])
