"""The three orders of training: which phases, how long, and when the assistant is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from misgen.core.arguments import check_count

Phase = Literal["skill", "goal", "more"]
Order = Literal["capabilities_first", "goals_first", "feedback_goes_on"]

PHASES: Mapping[Order, tuple[Phase, ...]] = {
    "capabilities_first": ("skill", "goal"),
    "goals_first": ("goal", "skill"),
    "feedback_goes_on": ("goal", "skill", "more"),
}
"""Order -> its phases. "skill" teaches what users believe, "goal" gives feedback on what the
assistant does, and "more" is feedback of the same kind once more."""
ORDERS: tuple[Order, ...] = tuple(PHASES)
ORDER_NAMES: Mapping[Order, str] = {
    "capabilities_first": "capabilities, then goals",
    "goals_first": "goals, then capabilities",
    "feedback_goes_on": "goals, capabilities, more feedback",
}


@dataclass(frozen=True)
class Schedule:
    """How many steps each phase has."""

    goal: int = 150
    """Steps of the first feedback."""
    skill: int = 150
    """Steps of supervised learning."""
    more: int = 300
    """Steps of feedback afterwards, in the order that has it."""
    every: int = 10
    """The assistant is looked at after each so many steps of a phase."""

    def __post_init__(self) -> None:
        """Refuses schedules that cannot work.

        Raises:
            ValueError: If a number is too small, or a phase does not end with a look.
        """
        for phase in ("goal", "skill", "more", "every"):
            check_count(phase, getattr(self, phase))
        # This order has every phase.
        if any(self.length(phase) % self.every for phase in PHASES["feedback_goes_on"]):
            raise ValueError(f"Give phases whose steps are multiples of every={self.every}.")

    def length(self, phase: Phase) -> int:
        """Returns the number of steps of a phase."""
        steps: int = getattr(self, phase)
        return steps

    def ends(self, order: Order) -> tuple[int, ...]:
        """Returns the last step of each phase of an order.

        >>> Schedule().ends("feedback_goes_on")
        (150, 300, 600)
        """
        lengths = [self.length(phase) for phase in PHASES[order]]
        return tuple(sum(lengths[: i + 1]) for i in range(len(lengths)))

    def looks(self, order: Order) -> tuple[int, ...]:
        """Returns the steps after which the assistant is looked at; 0 is before training.

        >>> Schedule(goal=20, skill=10, every=10).looks("capabilities_first")
        (0, 10, 20, 30)
        """
        return tuple(range(0, self.ends(order)[-1] + 1, self.every))


Step = Callable[[], None]
"""Makes one step of training."""


def train_in_order(
    order: Order, schedule: Schedule, begin: Callable[[Phase], Step], look: Callable[[], None]
) -> None:
    """Trains through the phases of an order, and looks now and then.

    Args:
        order: One of `ORDERS`.
        schedule: How many steps each phase has.
        begin: Begins a phase, with an optimizer of its own, and returns what makes its steps.
        look: Called before training and after each `schedule.every` steps.

    Raises:
        ValueError: If there is no such order.
    """
    if order not in PHASES:
        raise ValueError(f"order must be one of {', '.join(ORDERS)}, not {order!r}.")
    look()
    for phase in PHASES[order]:
        step = begin(phase)
        for number in range(1, schedule.length(phase) + 1):
            step()
            if number % schedule.every == 0:  # counted in the phase; phases are multiples of it
                look()
