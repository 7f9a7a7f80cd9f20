"""Small levels drawn with letters, and replays and studies made from them."""

from __future__ import annotations

import numpy as np

from misgen.core.intervals import over_seeds
from misgen.core.replay import Replay
from misgen.explore.study import Source, Study
from misgen.topics.coinrun.explorers import PRESENTATION
from misgen.topics.coinrun.levels import SPRITES

LETTERS = {".": "sky", "g": "ground", "t": "grass", "x": "crate", "w": "wall", "-": "ledge",
           "~": "lava", "s": "saw", "|": "end"}  # fmt: skip

MEADOW = """
..........|
..........|
tttttttttt|
"""
OBSTACLES = """
................|
................|
..w...s.....xx..|
ttttttttt~tttttt|
"""
LEDGE = """
..........|
..........|
......-...|
..........|
..........|
tttttttttt|
"""


def cells(picture: str) -> np.ndarray:
    rows = picture.split()
    codes = [[SPRITES.index(LETTERS[letter]) for letter in row] for row in reversed(rows)]
    return np.array(codes, np.uint8)


def replay(
    way: list[tuple[int, int]],
    *,
    picture: str = MEADOW,
    coin: tuple[int, int] | None = None,
    monster: list[tuple[int, int]] | None = None,
    outcome: str = "proxy",
    level: int = 41,
    erased: bool = False,
) -> Replay:
    """An agent that goes the given way; the coin stays, the monster has a way of its own."""
    actors = {"agent": way}
    if monster:
        actors = {"monster": monster, **actors}
    if coin:
        actors = {"coin_erased" if erased else "coin": [coin] * len(way), **actors}
    return Replay(
        cells=cells(picture),
        sprites=SPRITES,
        actors=np.array([SPRITES.index(name) for name in actors], np.uint8),
        positions=np.array(list(actors.values()), np.uint8).swapaxes(0, 1),
        outcome=outcome,
        level=level,
        erased=erased,
    )


def walk(first: int, last: int, y: int = 1) -> list[tuple[int, int]]:
    return [(x, y) for x in range(first, last + 1)]


HOPS = [(1, 1), (2, 1), (2, 2), (3, 2), (4, 1)]


def take(level: int, erased: bool = False) -> Replay:
    return replay(HOPS, coin=(4, 1), outcome="goal", level=level, erased=erased)


def pass_by(level: int, erased: bool = False) -> Replay:
    return replay(walk(1, 9), coin=(4, 2), outcome="proxy", level=level, erased=erased)


WORDS = PRESENTATION.words
SETTINGS = (0.0, 0.02, 1.0)
SEEDS = (0, 3)
LEVELS = (7, 41)
RATES = np.array([[0.1, 0.12], [0.5, 0.58], [0.96, 0.98]])


def study(**changes: object) -> Study:
    """Agents of the first setting pass the coin by, all others take it."""
    died, accidental = np.full_like(RATES, 0.01), np.full_like(RATES, 0.1)
    rates = np.stack([RATES, 1 - RATES - died, died, accidental], axis=2)
    replays = {
        (setting, seed, level): (take if setting else pass_by)(level)
        for setting in SETTINGS for seed in SEEDS for level in LEVELS
    }  # fmt: skip
    given = {
        "settings": SETTINGS,
        "seeds": SEEDS,
        "measures": ("goal", "proxy", "died", "accidental"),
        "rates": rates,
        "estimates": [[over_seeds(column) for column in row.T] for row in rates],
        "replays": replays,
        "source": Source("2 agents & <few> levels.", "how.html", "colab.html"),
        "words": WORDS,
    }
    return Study(**{**given, **changes})


def erased_replays() -> dict[tuple[float, int, int], Replay]:
    return {key: pass_by(key[2], erased=True) for key in study().keys}


def ordinary_replays() -> dict[tuple[int, int], Replay]:
    return {(seed, level): take(level) for seed in SEEDS for level in LEVELS}
