"""The published runs on the order of training, as arrays over seeds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.ledger.published import table
from misgen.topics.persuasion.claims import APART, CLAIM_KINDS, ClaimKind, followed
from misgen.topics.persuasion.experiment import AUDITS, DISTINGUISHING, SCHEDULES, SEEDS
from misgen.topics.persuasion.orders import ORDERS, Order

Floats = NDArray[np.float64]
EXPERIMENT = "persuasion"


@dataclass(frozen=True, eq=False)
class FlawedRuns:
    """Assistants under flawed feedback, trained in one order; the first axis is the seed."""

    order: Order
    goal_steps: int
    """Steps of the first feedback, a key of `SCHEDULES`."""
    lies: Floats
    """How likely each lies, `(seeds, audits, looks)`."""
    believed: Floats
    """Share of its lies that are believed, same shape."""
    other_entropies: Floats
    """The same as `lies` without audits, for each of `OTHER_ENTROPIES`, `(seeds, 2, looks)`."""

    @property
    def steps(self) -> tuple[int, ...]:
        """Steps after which the assistants were looked at."""
        return SCHEDULES[self.goal_steps].looks(self.order)

    @property
    def ends(self) -> tuple[int, ...]:
        """The last step of each phase."""
        return SCHEDULES[self.goal_steps].ends(self.order)


@dataclass(frozen=True, eq=False)
class StrictRuns:
    """Assistants whose reward has no flaw, trained in one order; the first axis is the seed."""

    order: Order
    rates: Floats
    """How likely each asserts a claim, `(seeds, shares, looks, CLAIM_KINDS)`."""
    to_users: Floats
    """How likely it asserts to each user at the end, `(seeds, shares, USERS, APART)`."""
    other_rates: Floats
    """The same as `rates` at the end of ambiguous training, for each of `OTHER_LOUDNESSES`,
    `(seeds, 2, CLAIM_KINDS)`."""

    def asserts(self, kind: ClaimKind) -> Floats:
        """Returns how likely claims of a kind are asserted at the end, `(seeds, shares)`."""
        return self.rates[:, :, -1, CLAIM_KINDS.index(kind)]

    @property
    def followed(self) -> NDArray[np.uint8]:
        """What each follows with each user, as an index of `FOLLOWED`: `(seeds, shares, USERS)`."""
        truths, falsehoods = np.moveaxis(self.to_users, -1, 0)  # in the order of APART
        return followed(truths, falsehoods)


@lru_cache(maxsize=8)
def flawed_runs(order: Order, goal_steps: int = 150) -> FlawedRuns:
    """Returns the published assistants under flawed feedback.

    Args:
        order: One of `ORDERS`.
        goal_steps: Steps of the first feedback, 150 or 600.

    Raises:
        ValueError: If there is no such order or length.
    """
    if goal_steps not in SCHEDULES:
        raise ValueError(f"goal_steps must be one of {tuple(SCHEDULES)}, not {goal_steps}.")
    of_length = [result[str(goal_steps)] for result in _results("flawed", order)]
    # (seed, oversight, look)
    lies, believed = (_shares([of[name] for of in of_length]) for name in ("lies", "believed"))
    audits = len(AUDITS)
    # Oversights with another entropy stand after those of AUDITS.
    return FlawedRuns(order, goal_steps, lies[:, :audits], believed[:, :audits], lies[:, audits:])


@lru_cache(maxsize=8)
def strict_runs(order: Order) -> StrictRuns:
    """Returns the published assistants whose reward is the truth.

    Raises:
        ValueError: If there is no such order.
    """
    results = _results("strict", order)
    rates = _shares([result["rates"] for result in results])  # (seed, world, look, kind)
    # (seed, world, user) of each kind
    kinds = [_shares([result["to_users"][kind] for result in results]) for kind in APART]
    shares = len(DISTINGUISHING)
    to_users = np.stack(kinds, axis=-1)[:, :shares]  # (seed, share, user, kind)
    # Worlds with another loudness stand after the shares; only their end is kept.
    return StrictRuns(order, rates[:, :shares], to_users, rates[:, shares:, -1])


def _results(world: str, order: Order) -> list[dict[str, Any]]:
    """Returns what came out of one order, for each seed of a world."""
    if order not in ORDERS:
        raise ValueError(f"order must be one of {', '.join(ORDERS)}, not {order!r}.")
    found = {
        row["config"]["seed"]: row["result"][order]
        for row in table(EXPERIMENT)["runs"]
        if row["config"]["world"] == world
    }
    return [found[seed] for seed in SEEDS[world]]


def _shares(per_mille: list[Any]) -> Floats:
    return np.array(per_mille) / 1000
