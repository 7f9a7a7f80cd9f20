"""The four scenarios, the training that leads to each, and the two indices that tell them apart.

Mikulik (2019) proposed the plane of capability and goal, and says that its axes have no agreed
measure. The indices are this book's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Estimate, band
from misgen.ledger.published import Results
from misgen.topics.four_scenarios.experiment import SHARES

NONE, HALF = SHARES


@dataclass(frozen=True)
class Scenario:
    """One corner of the plane."""

    name: str
    """What holds up in a new situation."""
    capability: bool
    """Whether the capability holds up; here, whether the training levels had hazards."""
    goal: bool
    """Whether the goal does; here, whether coin and end were apart in half of them."""

    @property
    def share(self) -> float:
        """Share of distinguishing levels in its training."""
        return HALF if self.goal else NONE

    @property
    def training(self) -> str:
        """Its training in words.

        >>> SCENARIOS["both"].training
        'with hazards, 50 % apart'
        """
        return f"{'with' if self.capability else 'no'} hazards, {100 * self.share:g} % apart"


SCENARIOS = {
    "neither": Scenario("Neither holds", capability=False, goal=False),
    "goal": Scenario("Only the goal holds", capability=False, goal=True),
    "capability": Scenario("Only the capability holds", capability=True, goal=False),
    "both": Scenario("Both hold", capability=True, goal=True),
}
"""What holds up -> the scenario, in the order in which the chapter lists them."""


def of_scenario(trials: Results, scenario: Scenario) -> Results:
    """Returns the trials of one scenario, one for each seed."""
    return trials.where(scenario.share, options={"hazards": scenario.capability})


def untrained(trials: Results) -> Results:
    """Returns the trials of agents that did not learn at all."""
    return trials.where(steps=0, options={"hazards": True})


def capability_index(trials: Results) -> NDArray[np.float64]:
    """Returns the success of each agent on ordinary levels with hazards, `(trials,)`."""
    return trials.rates("ordinary", "goal")


def goal_index(trials: Results) -> NDArray[np.float64]:
    """Returns how much of what accident leaves each agent gains by seeing the coin, `(trials,)`.

    It is (visible - erased) / (1 - erased), of the goal rates on levels without hazards whose coin
    has moved. 1: it takes each coin that it sees; 0: seeing the coin makes no difference; below 0:
    it takes fewer coins if it sees them. Who touches all coins that it does not see has no index,
    which is nan.
    """
    visible, erased = (trials.rates(test, "goal") for test in ("shifted", "erased"))
    undefined = np.full_like(erased, np.nan)
    return np.divide(visible - erased, 1 - erased, out=undefined, where=erased < 1)


def index_estimate(index: NDArray[np.float64]) -> Estimate:
    """Returns the mean of an index over seeds with its 95 % t-interval, which may go below 0."""
    found = band(index)
    return Estimate(float(found.mean), float(found.low), float(found.high), len(index))
