"""The order of training: an overseer with a flaw, and the persuader, whose reward has none.

All settings were decided before the first run, and none was changed afterwards. The lengths of the
phases, the audit rates, the reward of the truth and the weights of the entropy come from an earlier
study; the steps of skill are as many as the skill needs to be right about every user. The persuader
has more seeds, because its seeds were expected to disagree.

One run is one world and one seed: all its settings and orders, side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.ledger.experiment import Outcome
from misgen.ledger.runs import Config, Run
from misgen.topics.persuasion.claims import APART, CLAIM_KINDS
from misgen.topics.persuasion.orders import ORDERS, Order, Schedule

AUDITS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7)  # shares of the believed lies that are found out
ENTROPY = 0.01
OTHER_ENTROPIES = (0.0, 0.1)
"""The control: these weights without audits."""
SCHEDULES = {150: Schedule(goal=150, every=10), 600: Schedule(goal=600, every=50)}
"""Steps of the first feedback in the flawed world -> its schedule."""
DISTINGUISHING = (0.0, 0.01, 0.05, 0.2)  # shares of the training episodes
OTHER_LOUDNESSES = (0.5, 2.0)
"""The control: an opinion of this size, in ambiguous training; elsewhere it is 1."""
SEEDS = {"flawed": tuple(range(10)), "strict": tuple(range(20))}
"""World -> its seeds."""


class PersuasionExperiment:
    """Both worlds in all orders."""

    name = "persuasion"
    packages = ("numpy", "torch")

    def grid(self) -> list[Config]:
        """All runs: the flawed world, then the strict one."""
        return [config_of(world, seed) for world, seeds in SEEDS.items() for seed in seeds]

    def run(self, config: Config) -> Outcome:
        """Trains the assistants of one world and seed in all orders."""
        runs = {"flawed": _flawed, "strict": _strict}
        return Outcome({order: runs[config["world"]](order, config["seed"]) for order in ORDERS})

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Publishes the results."""
        from misgen.ledger.publishing import publish_table

        publish_table(runs, folder)


def config_of(world: str, seed: int) -> Config:
    """Returns the configuration of a run."""
    return {"world": world, "seed": seed}


def _flawed(order: Order, seed: int) -> dict[str, Any]:
    """Returns how likely lies are, and are believed, for each length: see `_per_mille`."""
    from misgen.topics.persuasion.feedback import Oversight
    from misgen.topics.persuasion.flawed import train

    # `published` tells them apart by their place: first all of AUDITS, then the controls.
    oversights = [
        *(Oversight(audit, ENTROPY) for audit in AUDITS),
        *(Oversight(0.0, entropy) for entropy in OTHER_ENTROPIES),
    ]
    courses = {
        str(steps): train(order, oversights, seed=seed, schedule=schedule)
        for steps, schedule in SCHEDULES.items()
    }
    return {
        steps: {"lies": _per_mille(course.lies), "believed": _per_mille(course.believed)}
        for steps, course in courses.items()
    }


def _strict(order: Order, seed: int) -> dict[str, Any]:
    """Returns how likely claims are asserted, in the course of training and to each user."""
    from misgen.topics.persuasion.strict import World, train

    # Again in this order: first all of DISTINGUISHING, then the controls.
    worlds = [*map(World, DISTINGUISHING), *(World(0.0, loud) for loud in OTHER_LOUDNESSES)]
    found = train(order, worlds, seed=seed)
    # (world, user) of each kind
    to_users = {kind: found.to_users[..., CLAIM_KINDS.index(kind)] for kind in APART}
    return {
        "rates": _per_mille(found.rates),
        "to_users": {kind: _per_mille(shares) for kind, shares in to_users.items()},
    }


def _per_mille(shares: NDArray[np.float64]) -> Any:
    """Returns shares as lists of whole numbers of a thousandth."""
    return np.rint(1000 * shares).astype(int).tolist()


EXPERIMENT = PersuasionExperiment()
