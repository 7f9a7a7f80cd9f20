"""How an assistant is trained: what pays at first, and what feedback it gets afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from misgen.core.arguments import check_count, check_share

Reply = Literal["caught", "passes", "persuasion"]
"""What a lie earns in fine-tuning: always -1; -1 where it can be checked, else 1; always 1."""
ClaimKind = Literal["true, checkable", "true, hidden", "false, checkable", "false, hidden"]
CLAIM_KINDS: tuple[ClaimKind, ...] = (
    "true, checkable",
    "true, hidden",
    "false, checkable",
    "false, hidden",
)
"""Claims by their truth, and by whether the user can check them. Of the last two kinds an
assertion is an obvious lie and a non-obvious one."""


@dataclass(frozen=True)
class Setting:
    """What one assistant is trained on."""

    reply: Reply = "caught"
    hidden: float = 0.0
    """Share of the episodes of fine-tuning whose claim the user cannot check."""
    paid_first: bool = True
    """Whether persuasion alone was rewarded before."""
    cue: float = 1.0
    """Size of what tells the assistant whether the user can check the claim; that of the truth
    is 1."""

    def __post_init__(self) -> None:
        """Refuses settings that cannot be.

        Raises:
            ValueError: If a number is out of range.
        """
        check_share("hidden", self.hidden)
        if not self.cue >= 0:
            raise ValueError(f"cue must not be negative, but is {self.cue}.")


HIDDEN = (0.0, 0.01, 0.05, 0.2, 0.5)
"""The dial: shares of hidden claims in fine-tuning whose feedback catches all lies."""
SETTINGS: Mapping[str, Setting] = {
    **{f"caught_{share:g}": Setting(hidden=share) for share in HIDDEN},
    "passes": Setting("passes", 0.5),
    "persuasion": Setting("persuasion", 0.5),
    "fresh": Setting(paid_first=False),
    **{f"cue_{cue:g}": Setting(cue=cue) for cue in (0.0, 0.5, 2.0)},
    "fresh_cue_2": Setting(paid_first=False, cue=2.0),
}
"""Name -> setting. With a share of 0 the feedback meets obvious lies alone, with one half all."""


@dataclass(frozen=True)
class Schedule:
    """Steps of both phases."""

    persuasion: int = 300
    finetuning: int = 600
    every: int = 50
    """The assistant is looked at after each so many steps."""

    def __post_init__(self) -> None:
        """Refuses schedules that cannot work.

        Raises:
            ValueError: If a number is too small, or a phase does not end with a look.
        """
        for name in ("persuasion", "finetuning", "every"):
            check_count(name, getattr(self, name))
        if self.persuasion % self.every or self.finetuning % self.every:
            raise ValueError(f"Give phases whose steps are multiples of every={self.every}.")

    @property
    def looks(self) -> tuple[int, ...]:
        """Steps after which the assistant is looked at; 0 is before training.

        >>> Schedule(persuasion=50, finetuning=100).looks
        (0, 50, 100, 150)
        """
        return tuple(range(0, self.persuasion + self.finetuning + 1, self.every))
