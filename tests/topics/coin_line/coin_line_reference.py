"""The rules of CoinLine once more: one episode at a time, slow and readable."""

from __future__ import annotations

from dataclasses import dataclass

LEFT, RIGHT = 0, 1


@dataclass
class ReferenceLine:
    """One episode on a line with the places 0 to `length`."""

    length: int
    position: int
    coin: int
    time: int = 0
    outcome: str = "running"

    def step(self, action: int) -> float:
        """Makes one step; returns the reward."""
        assert self.outcome == "running"
        self.time += 1
        if self.position != self.coin:
            self._move(action)
        if self.position == self.coin:
            self.outcome = "goal"
            return 1.0
        if self.time == 2 * self.length:
            self.outcome = "timed_out"
        return 0.0

    def _move(self, action: int) -> None:
        if action == RIGHT and self.position < self.length:
            self.position += 1
        if action == LEFT and self.position > 0:
            self.position -= 1

    def seen(self, encoding: str) -> list[float]:
        """What the agent observes."""
        if encoding == "position_and_coin":
            return [1, self.position, self.coin]
        if encoding == "difference":
            return [1, self.coin - self.position]
        places = range(self.length + 1)
        if encoding == "one_hot":
            return [float(x == self.position) for x in places] + [
                float(x == self.coin) for x in places
            ]
        return [float((c, p) == (self.coin, self.position)) for c in places for p in places]


def collects(policy, length: int, position: int, coin: int) -> bool:
    """Whether a deterministic rule, a function of place and coin, takes the coin in time."""
    line = ReferenceLine(length, position, coin)
    while line.outcome == "running":
        line.step(policy(line.position, line.coin))
    return line.outcome == "goal"
