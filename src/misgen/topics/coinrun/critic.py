"""What the critic values: the coin, or the place where coins used to be?

Langosco et al. (2022), section 3.4, asked this of the actor and the critic of one CoinRun agent.
Here the same question is put to every published agent, and to each cell of a level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from misgen.core.env import Frame
from misgen.core.intervals import mean_difference
from misgen.core.policy import Policy
from misgen.explore import Cells, Line, Lines, Panel
from misgen.explore.charts import Numbers
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source
from misgen.topics.coinrun.env import CoinRun

PLACES = ("on the ground under a moved coin", "two steps before the coin at the end")
"""Where the critic is asked; the first on distinguishing levels, the second on ordinary ones."""

SCALE = "No tint is a value of 0, full colour is 1, the worth of a coin; ground has no value."
_SHARES, _STEPS_BACK = (1.0, 0.0), (0, 2)  # one of each for either of `PLACES`


def coin_effect(policy: Policy, *, levels: int = 300, seed: int) -> NDArray[np.float64]:
    """Returns the critic's mean value at two places, with the coin visible and erased.

    Args:
        policy: The agent.
        levels: Number of levels to average over.
        seed: Seed of the levels.

    Returns:
        Values in units of scaled reward (the coin counts 1), `(place, visible or erased)`; the
        places are `PLACES`.
    """
    return np.array(
        [
            [_mean_value(policy, place, visible, levels, seed) for visible in (True, False)]
            for place in range(len(PLACES))
        ]
    )


def _mean_value(policy: Policy, place: int, visible: bool, levels: int, seed: int) -> float:
    env = CoinRun(levels, distinguishing=_SHARES[place], coin_visible=visible, seed=seed)
    env.reset()
    seen = [_view_near_coin(env, i, _STEPS_BACK[place]) for i in range(levels)]
    return float(policy.value(np.concatenate(seen)).mean())  # (level, obs_size)


def _view_near_coin(env: CoinRun, i: int, steps_back: int) -> NDArray[np.float32]:
    frame = env.frame(i)
    coin_x = next(x for sprite, x, _ in frame.actors if env.sprites[sprite].startswith("coin"))
    x = coin_x - steps_back
    return env.view_from(i, np.array([[x, _ground(frame, env, x) + 1]]))


def _ground(frame: Frame, env: CoinRun, x: int) -> int:
    # the highest grass; lower ones lie under it
    return int(np.flatnonzero(frame.cells[:, x] == env.sprites.index("grass")).max())


def effect_table(effects: Mapping[float, Sequence[NDArray[np.float64]]]) -> Numbers:
    """Returns what a visible coin adds to the critic's value, over seeds.

    Args:
        effects: For each share of distinguishing training levels, one `coin_effect` a seed.
    """
    rows = [
        (f"{100 * share:g} %", place, *_effect_cells(np.stack(list(of_seeds))[:, k]))
        for share, of_seeds in effects.items()
        for k, place in enumerate(PLACES)
    ]
    heads = ("trained at", "the agent stands", "coin visible", "coin erased", "difference")
    caption = "The critic's mean value, where a coin is worth 1; 95 % t-intervals over seeds."
    return Numbers((heads, rows), caption)


def _effect_cells(values: NDArray[np.float64]) -> tuple[str, str, str]:
    visible, erased = values.T
    e = mean_difference(visible, erased)
    difference = "{:+.2f} [{:+.2f}, {:+.2f}]".format(
        *(_rounded(x) for x in (e.mean, e.low, e.high))
    )
    return f"{visible.mean():.2f}", f"{erased.mean():.2f}", difference


def _rounded(value: float) -> float:
    """Returns the value with two decimals; a small negative one becomes 0, not -0."""
    return round(value, 2) + 0.0


def value_map(policy: Policy, *, seed: int, level: int) -> Panel:
    """Returns a map of the critic's value of every free cell of one distinguishing level.

    Args:
        policy: The agent.
        seed: Seed of the levels.
        level: Number of the level, counted from 0.
    """
    # (coin visible, row, column); row 0 is on top
    maps = np.stack([values_of_cells(policy, seed, level, visible) for visible in (False, True)])
    shares = np.clip(maps, 0.0, 1.0)  # the scale of colours ends there
    in_columns = np.nanmean(shares, axis=1)  # (coin visible, column)
    columns = in_columns.shape[1]
    readings = {
        "first": Reading(in_columns[:, 0], ("coin",), "fixed2"),
        "best": Reading(in_columns.max(axis=1), ("coin",), "fixed2"),
        "place": Reading(in_columns.argmax(axis=1) + 1, ("coin",), "int"),
    }
    return Panel(
        title="What does the critic value?",
        subtitle=f"Level {level} of an agent, as seen from each free cell. {SCALE}",
        controls=[
            Control("coin", "Coin visible to the agent", (False, True), kind="switch", start=1)
        ],
        parts=[
            Cells(
                "The critic's value of each free cell",
                values=shares, over=("coin",), scale="first", max_cell=26,
                ends=("0", "1, the worth of a coin"), marks=[_coin_mark(seed, level)],
            ),
            Lines(
                "Mean value of the free cells of each column",
                x=range(1, columns + 1), x_label="column",
                x_ticks=[(x, str(x)) for x in (1, *range(5, columns + 1, 5))],
                y_label="value", y_range=(0.0, 1.0), y_ticks=[(0.0, "0"), (0.5, "0.5"), (1.0, "1")],
                lines=[
                    Line("coin visible", "first", in_columns[1]),
                    Line("coin erased", "mute", in_columns[0], dash=True),
                ],
                format="fixed2",
            ),
        ],
        sentences=[[
            ("", "The value averages {first} in the first column and is highest, "),
            ("first", "{best}"), ("", f", in column {{place}} of {columns}."),
        ]],
        readings=readings,
        source=Source("One agent and one level; the table below it asks ten agents on 300 levels."),
        key="critic",
    )  # fmt: skip


def _level(seed: int, level: int, visible: bool = True) -> CoinRun:
    # a level depends on its number and the seed alone
    env = CoinRun(level + 1, distinguishing=1.0, coin_visible=visible, seed=seed)
    env.reset()
    return env


def values_of_cells(policy: Policy, seed: int, level: int, visible: bool) -> NDArray[np.float64]:
    """Returns the critic's value of each cell that is not solid, else NaN.

    Args:
        policy: The agent.
        seed: Seed of the levels.
        level: Number of the level, counted from 0.
        visible: Whether the agent sees the coin.

    Returns:
        Values in units of scaled reward, not cut, `(row, column)`; row 0 is on top.
    """
    env = _level(seed, level, visible)
    free = env.frame(level).cells == env.sprites.index("sky")
    y, x = np.nonzero(free)
    values = np.full(free.shape, np.nan)
    values[y, x] = policy.value(env.view_from(level, np.stack([x, y], axis=1)))
    # Cut behind the last column with a free cell: the rest is end wall.
    return values[::-1, : np.flatnonzero(free.any(axis=0))[-1] + 1]


def _coin_mark(seed: int, level: int) -> tuple[int, int, str]:
    env = _level(seed, level)
    frame = env.frame(level)
    x, y = next((x, y) for code, x, y in frame.actors if env.sprites[code] == "coin")
    return len(frame.cells) - 1 - y, x, "where the coin is"
