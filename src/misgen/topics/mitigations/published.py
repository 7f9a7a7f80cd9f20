"""The published runs on what would help, as arrays over training seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.measure import OUTCOMES
from misgen.ledger.published import table
from misgen.topics.mitigations.experiment import EXPERIMENT

Rates = NDArray[np.float64]
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Ensembles:
    """Ensembles of one world and share; those that follow each other share members."""

    separated: Rates
    """See `ensemble.separated`, `(ensembles,)`."""
    goal: Rates
    """Goal rate on shifted levels at each budget, `(ensembles, budgets)`."""
    success: Rates
    """Goal rate on ordinary levels, likewise."""
    asked: Rates
    """Share of shifted levels in which it asked, likewise."""
    asked_ordinary: Rates
    """Share of ordinary levels, likewise: what the budget came to."""

    @property
    def at_random(self) -> Rates:
        """Goal rate of one that asks at the start of so many levels, whichever, `goal`'s shape.

        Who asks at the start has the goal rate of the helper, and else that of the ensemble that
        never asks. It asks as often as the ensemble did on ordinary levels.
        """
        never, always = self.goal[:, :1], self.goal[:, -1:]
        rates: Rates = never + self.asked_ordinary * (always - never)
        return rates


@dataclass(frozen=True)
class Heads:
    """Pairs of heads of one world and weight, one pair a seed."""

    goal: Rates
    """Goal rate of each head on shifted levels, `(seeds, 2)`."""
    erased: Rates
    """The same with the coin erased, `(seeds, 2)`."""
    success: Rates
    """Goal rate of each head on ordinary levels, `(seeds, 2)`."""
    apart: Rates
    """How often their likeliest actions differ on shifted levels, `(seeds,)`."""
    first: Rates
    """How often labels choose the first head, `(seeds, numbers of labels)`."""

    @property
    def chosen(self) -> Rates:
        """Mean goal rate of the chosen head, `(seeds, numbers of labels)`."""
        rates: Rates = self.first * self.goal[:, :1] + (1 - self.first) * self.goal[:, 1:]
        return rates


@lru_cache(maxsize=1)
def help_runs() -> Rows:
    """Returns the published rows, each with its configuration and its result.

    Raises:
        ValueError: If nothing is published, or the table is damaged.
    """
    return tuple(table(EXPERIMENT.name)["runs"])


@lru_cache(maxsize=1)
def shared_runs() -> Rows:
    """Returns the published rows of ensembles whose five members shared the budget of one agent.

    Raises:
        ValueError: If nothing is published, or the table is damaged.
    """
    return tuple(table("shared_budget")["runs"])


def rates(
    rows: Rows, method: str, world: str, share: float, test: str, what: str = "goal"
) -> Rates:
    """Returns one rate of each agent, `(seeds,)`.

    Args:
        rows: Published rows.
        method: "random" or "regret".
        world: Name of the environment.
        share: Share of distinguishing levels in training.
        test: Name of the test distribution.
        what: One of `OUTCOMES`.
    """
    found = _of(rows, method=method, world=world, distinguishing=share)
    counts = found[0]["singles"][test] if method == "random" else [r["counts"][test] for r in found]
    return _share(counts, what)


def ensembles(rows: Rows, world: str, share: float) -> Ensembles:
    """Returns the ensembles of agents that were trained on random levels."""
    (result,) = _of(rows, method="random", world=world, distinguishing=share)
    each, episodes = result["ensembles"], result["episodes"]
    return Ensembles(
        separated=np.array([one["separated"] for one in each]),
        goal=_share([one["counts"]["shifted"] for one in each], "goal"),
        success=_share([one["counts"]["ordinary"] for one in each], "goal"),
        asked=np.array([one["asked"]["shifted"] for one in each]) / episodes,
        asked_ordinary=np.array([one["asked"]["ordinary"] for one in each]) / episodes,
    )


def heads(rows: Rows, world: str, weight: int) -> Heads:
    """Returns the pairs of heads; `weight` is an index into `WEIGHTS`."""
    each = [result["weights"][weight] for result in _of(rows, method="heads", world=world)]

    def of(test: str) -> Rates:
        return _share([[head[test] for head in one["counts"]] for one in each], "goal")

    return Heads(
        goal=of("shifted"),
        erased=of("erased"),
        success=of("ordinary"),
        apart=np.array([one["apart"] for one in each]),
        first=np.array([one["first"] for one in each]),
    )


def _of(rows: Rows, **wanted: Any) -> list[Mapping[str, Any]]:
    """Returns the results of the rows with these settings, in the order of their seeds."""
    return [row["result"] for row in rows if wanted.items() <= row["config"].items()]


def _share(counts: Any, what: str) -> Rates:
    """Returns the share of one outcome; the last axis of `counts` is that of `OUTCOMES`."""
    episodes = np.asarray(counts, float)
    shares: Rates = episodes[..., OUTCOMES.index(what)] / episodes.sum(axis=-1)
    return shares
