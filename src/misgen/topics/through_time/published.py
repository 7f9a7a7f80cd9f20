"""The published trainings, as rates over seeds and time, and what comes first in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.measure import OUTCOMES
from misgen.ledger.published import table
from misgen.topics.through_time.experiment import EXPERIMENT, SHARES

Floats = NDArray[np.float64]
NEVER = np.nan
CAPABLE = 0.9
"""Share of ordinary levels that a capable agent masters."""


@dataclass(frozen=True, eq=False)
class Trainings:
    """Trainings at one share. All rates are `(seeds, moments)`."""

    distinguishing: float
    steps: NDArray[np.int64]
    """Environment steps up to each moment, `(moments,)`."""
    ordinary: Floats
    """Share of ordinary levels in which the coin at the end is taken."""
    goal: Floats
    """Share of shifted levels in which the coin is taken before the end is reached."""
    proxy: Floats
    """Share of shifted levels in which the end is reached first."""
    erased: Floats
    """The same as `goal`, with the coin erased from what the agent sees."""

    @property
    def capability(self) -> Floats:
        """Share of shifted levels in which the coin or the end is reached."""
        return self.goal + self.proxy

    @property
    def capable(self) -> Floats:
        """The first steps at which an agent is capable, `(seeds,)`; or `NEVER`."""
        return self.first(self.ordinary >= CAPABLE)

    @property
    def net(self) -> Floats:
        """How much more often the coin is taken if it is seen: what is no accident."""
        return self.goal - self.erased

    @property
    def lead(self) -> Floats:
        """How much more often the end is reached first than the coin; negative if the coin is."""
        return self.proxy - self.goal

    def first(self, reached: NDArray[np.bool_]) -> Floats:
        """Returns the steps up to the first moment at which something is reached.

        Args:
            reached: Whether it is, `(seeds, moments)`.

        Returns:
            Steps of each seed, `(seeds,)`; `NEVER` where it is never reached.
        """
        return np.where(reached.any(axis=1), self.steps[reached.argmax(axis=1)], NEVER)

    @property
    def overtaken(self) -> Floats:
        """The first steps from which on the goal stays above the proxy, `(seeds,)`; or `NEVER`."""
        ahead = self.lead < 0  # (seed, moment)
        # backwards in time, so that an early lead that is lost does not count
        stays = np.logical_and.accumulate(ahead[:, ::-1], axis=1)[:, ::-1]
        return self.first(stays)


@lru_cache(maxsize=1)
def through_time() -> dict[float, Trainings]:
    """Returns the published trainings by their share.

    Raises:
        ValueError: If nothing is published, or the table is damaged.
    """
    return trainings_of(table(EXPERIMENT.name)["runs"])


def trainings_of(rows: Iterable[Mapping[str, Any]]) -> dict[float, Trainings]:
    """Returns trainings from rows of "config" and "result", as `publish_table` writes them."""
    by_share: dict[float, list[Mapping[str, Any]]] = {share: [] for share in SHARES}
    for row in sorted(rows, key=lambda row: row["config"]["seed"]):
        by_share[row["config"]["distinguishing"]].append(row["result"])
    return {share: _trainings(share, results) for share, results in by_share.items() if results}


def _trainings(share: float, results: list[Mapping[str, Any]]) -> Trainings:
    def rates(test: str, outcome: str) -> Floats:
        counts = np.array([result["counts"][test] for result in results])  # (seed, moment, outcome)
        return counts[..., OUTCOMES.index(outcome)] / counts.sum(axis=-1)

    return Trainings(
        share, np.array(results[0]["steps"]), rates("ordinary", "goal"), rates("shifted", "goal"),
        rates("shifted", "proxy"), rates("erased", "goal"),
    )  # fmt: skip
