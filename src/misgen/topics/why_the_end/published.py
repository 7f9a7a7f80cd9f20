"""The published trials with one thing changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from misgen.ledger.published import Results, Trial, table
from misgen.topics.why_the_end.experiment import EXPERIMENT
from misgen.topics.why_the_end.hypotheses import Setting


@lru_cache(maxsize=1)
def changed_runs() -> Results:
    """Returns the published trials; the options of each are all that was changed.

    Raises:
        ValueError: If nothing is published, or the table is damaged.
    """
    return trials_of(table(EXPERIMENT.name)["runs"])


def trials_of(rows: Iterable[Mapping[str, Any]]) -> Results:
    """Returns trials from rows of "config" and "result", as `publish_table` writes them."""
    return Results("CoinRun", tuple(_trial(row["config"], row["result"]) for row in rows))


def of_setting(trials: Results, setting: Setting, share: float) -> Results:
    """Returns the trials of one setting at one share, one for each seed.

    Raises:
        ValueError: If there are none.
    """
    return trials.where(share, options=setting.training)


def _trial(config: Mapping[str, Any], result: Mapping[str, Any]) -> Trial:
    changed = {**config["options"], **config["learner"]}
    where = (config["distinguishing"], config["seed"], config["steps"])
    return Trial(*where, changed, result["episodes"], result["counts"])
