"""CoinGrid once more, one level and one rule at a time: slow, readable, a check on the real one."""

from __future__ import annotations

from dataclasses import dataclass, replace

Cell = tuple[int, int]

CORNER = (6, 6)
MOVES = {0: (0, 1), 1: (0, -1), 2: (-1, 0), 3: (1, 0)}


@dataclass(frozen=True)
class State:
    agent: Cell
    tick: int = 0
    outcome: str = "running"


class ReferenceLevel:
    def __init__(self, start: Cell, coin: Cell) -> None:
        self.start_cell, self.coin = start, coin

    def start(self) -> State:
        return State(self.start_cell)

    def step(self, state: State, action: int) -> State:
        x, y = state.agent
        dx, dy = MOVES[action]
        if 0 <= x + dx <= 6:
            x += dx
        if 0 <= y + dy <= 6:
            y += dy
        moved = State((x, y), state.tick + 1)
        return replace(moved, outcome=self.outcome(moved))

    def outcome(self, state: State) -> str:
        if state.agent == self.coin:
            return "goal"
        return "timed_out" if state.tick == 30 else "running"


def written(cell: Cell, encoding: str) -> list[float]:
    """How a cell is written in an observation."""
    x, y = cell
    if encoding == "cell":
        return [float((column, row) == (x, y)) for row in range(7) for column in range(7)]
    if encoding == "row_column":
        return [float(column == x) for column in range(7)] + [float(row == y) for row in range(7)]
    return [x / 6, y / 6]


def upside_down(cell: Cell) -> Cell:
    return cell[0], 6 - cell[1]
