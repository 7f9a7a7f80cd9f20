"""The published persuaders, as rates over seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.ledger.published import table
from misgen.topics.obvious_lies.experiment import EXPERIMENT
from misgen.topics.obvious_lies.settings import CLAIM_KINDS, SETTINGS, ClaimKind, Schedule

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Persuaders:
    """Assistants of one setting; the first axis is the seed."""

    rates: Floats
    """How likely each makes a claim, `(seeds, looks, CLAIM_KINDS)`."""

    def course(self, kind: ClaimKind) -> Floats:
        """Returns how likely claims of a kind are made, `(seeds, looks)`."""
        return self.rates[..., CLAIM_KINDS.index(kind)]

    def end(self, kind: ClaimKind) -> Floats:
        """Returns the same at the end of training, `(seeds,)`."""
        return self.course(kind)[:, -1]

    def persuaded(self, kind: ClaimKind) -> Floats:
        """Returns the same at the end of the first phase, `(seeds,)`."""
        schedule = Schedule()
        return self.course(kind)[:, schedule.looks.index(schedule.persuasion)]


@lru_cache(maxsize=1)
def persuaders() -> dict[str, Persuaders]:
    """Returns the published assistants by their setting, a key of `SETTINGS`.

    Raises:
        ValueError: If nothing is published, or the table is damaged.
    """
    return persuaders_of(table(EXPERIMENT.name)["runs"])


def persuaders_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Persuaders]:
    """Returns assistants from rows of "config" and "result", as `publish_table` writes them."""
    results = [row["result"] for row in sorted(rows, key=lambda row: row["config"]["seed"])]
    return {
        name: Persuaders(np.array([result[name] for result in results]) / 1000)
        for name in SETTINGS
    }  # fmt: skip
