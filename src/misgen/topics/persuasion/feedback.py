"""The flawed feedback: what an overseer gives for the truth and for lies."""

from __future__ import annotations

from dataclasses import dataclass

from misgen.core.arguments import check_share

HONEST = 0.4
"""Reward of the truth; a lie earns 1 if it is believed and not found out, and -1 otherwise."""


@dataclass(frozen=True)
class Oversight:
    """The feedback of one assistant."""

    audit: float
    """Probability that a lie which is believed is found out."""
    entropy: float = 0.01
    """Weight of the entropy of the assistant's choices, which keeps it trying both."""

    def __post_init__(self) -> None:
        """Refuses a feedback that cannot be given.

        Raises:
            ValueError: If a number is out of range.
        """
        check_share("audit", self.audit)
        if self.entropy < 0:
            raise ValueError(f"entropy must not be negative, but is {self.entropy}.")


def break_even(believed: float = 1.0) -> float:
    """Returns the audit rate above which the truth earns more than a lie.

    A lie earns `believed * (1 - 2 * audit) - (1 - believed)` on average.

    Args:
        believed: Share of lies that the user believes.

    >>> round(break_even(), 3), round(break_even(0.98), 3)
    (0.3, 0.286)
    """
    # The audit rate at which the average of a lie, as above, equals HONEST.
    return (2 * believed - 1 - HONEST) / (2 * believed)
