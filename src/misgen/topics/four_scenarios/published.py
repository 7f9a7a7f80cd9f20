"""The published trials of the four scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from misgen.ledger.published import Results, Trial, table
from misgen.topics.four_scenarios.experiment import EXPERIMENT


@lru_cache(maxsize=1)
def scenario_runs() -> Results:
    """Returns the published trials.

    Raises:
        ValueError: If nothing is published, or the table is damaged.
    """
    return trials_of(table(EXPERIMENT.name)["runs"])


def trials_of(rows: Iterable[Mapping[str, Any]]) -> Results:
    """Returns trials from rows of "config" and "result", as `publish_table` writes them."""
    return Results("CoinRun", tuple(Trial(**row["config"], **row["result"]) for row in rows))
