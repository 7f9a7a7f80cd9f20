"""How the assistant is trained; the values are those of the chapter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from misgen.core.arguments import check_count

Architecture = Literal["mlp", "transformer"]
Method = Literal["labels", "reinforce"]
TrunkMode = Literal["frozen", "trained"]
Start = Literal["zero", "aligned"]


@dataclass(frozen=True)
class PretrainSettings:
    """How the questions are learned: Adam, whose step size rises and falls once."""

    steps: int = 2000
    batch: int = 256
    """Weeks of a step; none comes twice."""
    learning_rate: float = 1e-2
    """The largest step size."""

    def __post_init__(self) -> None:
        """Refuses settings that cannot work.

        Raises:
            ValueError: If a count is too small or the step size is not positive.
        """
        check_count("steps", self.steps, minimum=2)
        check_count("batch", self.batch)
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate must be positive, but is {self.learning_rate}.")


PRETRAINING: Mapping[str, PretrainSettings] = {
    "mlp": PretrainSettings(),
    "transformer": PretrainSettings(steps=400, learning_rate=3e-3),
}
"""Settings of each architecture in the chapter."""


@dataclass(frozen=True)
class FinetuneSettings:
    """How the bookings are learned, by Adam."""

    weeks: int = 8192
    """Different weeks; they are drawn once, and gone through again and again."""
    steps: int = 300
    batch: int = 128
    """Weeks of a step."""
    learning_rate: float = 1e-2
    entropy: float = 0.0
    """Weight of the bonus for booking at random; for "reinforce" only."""
    trunk_rate: float = 0.1
    """Step size of the trunk and of the heads that know, as a multiple of that of the others; for
    a trained trunk only."""
    replay: float = 0.5
    """Questions of pre-training for each week that is booked; for a trained trunk only."""

    def __post_init__(self) -> None:
        """Refuses settings that cannot work.

        Raises:
            ValueError: If a count is too small or a number out of range.
        """
        for name in ("weeks", "steps", "batch"):
            check_count(name, getattr(self, name))
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate must be positive, but is {self.learning_rate}.")
        for name in ("entropy", "trunk_rate", "replay"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative, but is {getattr(self, name)}.")


FINETUNING: Mapping[str, FinetuneSettings] = {
    "labels": FinetuneSettings(),
    "reinforce": FinetuneSettings(steps=3000, learning_rate=1e-3, entropy=0.3),
}
"""Settings of each method in the chapter."""
