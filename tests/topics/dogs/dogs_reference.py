"""Dogs once more, one command at a time: slow, readable, a check on the real one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WORDS = {"sit": 1.0, "stand": -1.0, "nothing": 0.0}
ACTIONS = ("stand", "sit")


@dataclass(frozen=True)
class Command:
    voice: str
    lips: str

    @classmethod
    def spoken(cls, rng: np.random.Generator, distinguishing: float) -> Command:
        """The next command of a stream of random numbers."""
        voice = "sit" if rng.random() < 0.5 else "stand"
        other = "stand" if voice == "sit" else "sit"
        return cls(voice, other if rng.random() < distinguishing else voice)

    def observed(self, hears: bool, sees: bool, clarity: float) -> list[float]:
        heard = self.voice if hears else "nothing"
        seen = self.lips if sees else "nothing"
        return [WORDS[heard], clarity * WORDS[seen]]

    def outcome(self, action: int) -> tuple[float, str]:
        """The reward and what happened."""
        did = ACTIONS[action]
        reward = 1.0 if did == self.voice else 0.0
        if did == self.voice == self.lips:
            return reward, "goal and proxy"
        if did == self.voice:
            return reward, "goal"
        return reward, "proxy" if did == self.lips else "neither"
