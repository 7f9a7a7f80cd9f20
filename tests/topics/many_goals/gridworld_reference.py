"""The room once more, cell by cell with dictionaries: slow, and readable."""

from __future__ import annotations

SIZE = 5
MOVES = {"up": (-1, 0), "right": (0, 1), "down": (1, 0), "left": (0, -1), "stay": (0, 0)}


def moves_from(cell: int, walls: list[tuple[int, int]]) -> dict[str, int]:
    """Where each possible move leads."""
    row, column = divmod(cell, SIZE)
    found = {}
    for name, (down, right) in MOVES.items():
        r, c = row + down, column + right
        there = r * SIZE + c
        blocked = (cell, there) in walls or (there, cell) in walls
        if 0 <= r < SIZE and 0 <= c < SIZE and not blocked:
            found[name] = there
    return found


def best_moves(
    reward: list[float], discount: float, walls: list[tuple[int, int]], sweeps: int = 2000
) -> list[set[str]]:
    """The best moves of each cell, by value iteration in its first form."""
    value = [0.0] * SIZE**2
    for _ in range(sweeps):
        value = [
            reward[cell] + discount * max(value[n] for n in moves_from(cell, walls).values())
            for cell in range(SIZE**2)
        ]
    best = []
    for cell in range(SIZE**2):
        ahead = {name: value[there] for name, there in moves_from(cell, walls).items()}
        best.append({name for name, v in ahead.items() if v >= max(ahead.values()) - 1e-9})
    return best
