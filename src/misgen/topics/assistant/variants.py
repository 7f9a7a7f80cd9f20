"""The ways in which assistants are trained for the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from misgen.topics.assistant.settings import Architecture, Method, Start, TrunkMode
from misgen.topics.assistant.weeks import BREAKS

DISTINGUISHING = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
"""Shares of the weeks of a fine-tuning that have a break: the first dial."""
CAUSES = (1, 2, 3, 5)
"""How many different causes these have: the second dial."""
ALIKE = ("ill", "abroad", "lockdown")
"""Three causes with one consequence: the user wants to meet online."""


class Setting(NamedTuple):
    """What the weeks of a fine-tuning are like."""

    distinguishing: float
    """Share of weeks with a break."""
    causes: int | tuple[str, ...] = len(BREAKS)
    """How many causes breaks have, or which."""


GRID = (
    Setting(0.0),
    *(Setting(share, causes) for share in DISTINGUISHING[1:] for causes in CAUSES),
)
"""All settings of both dials; without breaks the number of causes does not matter."""
TWO = (Setting(0.0), Setting(0.1))
"""The settings of the controls: no breaks, and breaks of all causes in one week of ten."""


@dataclass(frozen=True)
class Variant:
    """One way of training; what is not said is as in the main one."""

    settings: Sequence[Setting] = TWO
    """Fine-tunings that all begin with the same pre-trained assistant."""
    pretrained: bool = True
    architecture: Architecture = "mlp"
    method: Method = "labels"
    trunk: TrunkMode = "frozen"
    start: Start = "zero"
    learning_rate: float | None = None
    """Step size of the fine-tuning; None for that of the method."""
    steps: int | None = None
    """Steps of the fine-tuning; None for those of the method."""
    course: bool = False
    """Whether the fine-tuning is measured in its course too."""
    published: bool = False
    """Whether the assistants are published."""


SLOW = 1e-3
"""A tenth of the usual step size."""
VARIANTS: Mapping[str, Variant] = {
    "main": Variant(GRID, course=True, published=True),
    "no_pretraining": Variant(pretrained=False),
    "alike": Variant((Setting(0.1, ALIKE),)),
    "reinforce": Variant(method="reinforce"),
    "trained_trunk": Variant(trunk="trained"),
    "transformer": Variant(architecture="transformer"),
    "slow": Variant(learning_rate=SLOW, course=True),
    "aligned": Variant(start="aligned", course=True),
    "aligned_slow": Variant(start="aligned", learning_rate=SLOW, course=True),
    "aligned_long": Variant(start="aligned", learning_rate=SLOW, steps=3000),  # ten times the usual
}
"""Name of each variant; every one is trained with all seeds."""
