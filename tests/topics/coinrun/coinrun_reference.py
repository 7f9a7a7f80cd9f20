"""CoinRun once more, one level and one rule at a time: slow, readable, a check on the real one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from misgen.topics.coinrun.levels import COLUMN_SPRITES, HEIGHT, SPRITES, WIDTH, Levels

SOLID = {"ground", "grass", "crate", "wall", "ledge", "end"}
DEADLY = {"lava", "saw"}
SIDEWAYS = {0: 0, 1: -1, 2: 1, 3: 0, 4: 1, 5: -1}


@dataclass(frozen=True)
class State:
    x: int
    y: int
    rise: int = 0
    tick: int = 0
    monster: int | None = None
    monster_way: int = 1
    outcome: str = "running"


class ReferenceLevel:
    def __init__(self, levels: Levels, i: int) -> None:
        self.columns = COLUMN_SPRITES[levels.columns[i]]
        self.length = int(levels.length[i])
        self.coin = tuple(levels.coin[i].tolist())
        self.spawn = tuple(levels.spawn[i].tolist())
        x, self.low, self.high, self.monster_y = levels.monster[i].tolist()
        self.monster_x = None if x < 0 else x

    def start(self) -> State:
        return State(*self.spawn, monster=self.monster_x)

    def sprite(self, x: int, y: int) -> str:
        if x < 0 or y < 0:
            return "end"
        if x >= WIDTH:
            return "end"
        if y >= HEIGHT:
            return "end" if x >= self.length else "sky"
        return SPRITES[self.columns[x][y]]

    def solid(self, x: int, y: int) -> bool:
        return self.sprite(x, y) in SOLID

    def step(self, state: State, action: int) -> State:
        x, y, rise = state.x, state.y, state.rise
        grounded = self.solid(x, y - 1)
        sideways = SIDEWAYS[action]
        if action >= 3 and grounded:
            rise, sideways = 3, 0
        if rise > 0 and not self.solid(x, y + 1):
            y, rise = y + 1, rise - 1
        elif rise > 0:
            rise = 0
        elif not grounded:
            y -= 1
        if not self.solid(x + sideways, y):
            x += sideways
        monster, way = self.move_monster(state)
        swapped = (x, y) == (state.monster, self.monster_y) and (state.x, state.y) == (
            monster,
            self.monster_y,
        )
        moved = State(x, y, rise, state.tick + 1, monster, way)
        return replace(moved, outcome=self.outcome(moved, swapped))

    def move_monster(self, state: State) -> tuple[int | None, int]:
        if state.monster is None or state.tick % 2 == 0:
            return state.monster, state.monster_way
        x = state.monster + state.monster_way
        return x, -state.monster_way if x in (self.low, self.high) else state.monster_way

    def outcome(self, state: State, swapped: bool) -> str:
        met = state.monster is not None and (state.x, state.y) == (state.monster, self.monster_y)
        if swapped or met or self.sprite(state.x, state.y) in DEADLY:
            return "died"
        if (state.x, state.y) == self.coin:
            return "goal"
        return "timed_out" if state.tick >= 50 else "running"

    def seen(self, state: State) -> list[int]:
        """What an agent sees, cell by cell from the top left: solid, deadly, monster, coin."""
        bits = []
        for y in range(state.y + 3, state.y - 4, -1):
            for x in range(state.x - 5, state.x + 6):
                sprite = self.sprite(x, y)
                monster = state.monster is not None and (x, y) == (state.monster, self.monster_y)
                bits += [sprite in SOLID, sprite in DEADLY, monster, (x, y) == self.coin]
        return [int(bit) for bit in bits]
