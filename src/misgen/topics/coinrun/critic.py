"""What the critic values: the coin, or the place where coins used to be?

Langosco et al. (2022), section 3.4, asked this of the actor and the critic of one CoinRun agent.
Here the same question is put to every published agent, and to each cell of a level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from misgen.core.env import Frame, IntArray
from misgen.core.intervals import mean_difference
from misgen.core.policy import Policy
from misgen.core.replay import Replay
from misgen.explore.charts import Numbers, Picture
from misgen.explore.draw import svg_still
from misgen.topics.coinrun.env import CoinRun

PLACES = ("on the ground under a moved coin", "two steps before the coin at the end")
"""Where the critic is asked; the first on distinguishing levels, the second on ordinary ones."""

SCALE = "No tint is a value of 0, full amber is 1, the worth of a coin."
_SHARES, _STEPS_BACK = (1.0, 0.0), (0, 2)


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
    return float(policy.value(np.concatenate(seen)).mean())


def _view_near_coin(env: CoinRun, i: int, steps_back: int) -> NDArray[np.float32]:
    frame = env.frame(i)
    coin_x = next(x for sprite, x, _ in frame.actors if env.sprites[sprite].startswith("coin"))
    x = coin_x - steps_back
    return env.view_from(i, np.array([[x, _ground(frame, env, x) + 1]]))


def _ground(frame: Frame, env: CoinRun, x: int) -> int:
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


def value_map(
    policy: Policy, *, seed: int, level: int, coin_visible: bool, caption: str
) -> Picture:
    """Draw the critic's value of every free cell of one distinguishing level.

    Args:
        policy: The agent.
        seed: Seed of the levels.
        level: Number of the level, counted from 0.
        coin_visible: Whether the agent sees the coin.
        caption: What the picture shows.
    """
    env = CoinRun(level + 1, distinguishing=1.0, coin_visible=coin_visible, seed=seed)
    env.reset()
    frame = env.frame(level)
    cells = _free_cells(frame, env)
    values = policy.value(env.view_from(level, cells))
    label = f"{caption} {_in_words(cells, values, frame)}"
    tint = _tint(cells, values, len(frame.cells))
    svg = svg_still(_as_replay(frame, env, level), label=label, behind_actors=tint)
    return Picture(svg, f"{caption} {SCALE}", _columns_table(cells, values))


def _free_cells(frame: Frame, env: CoinRun) -> IntArray:
    y, x = np.nonzero(frame.cells == env.sprites.index("sky"))
    return np.stack([x, y], axis=1)


def _as_replay(frame: Frame, env: CoinRun, level: int) -> Replay:
    actors = np.array(frame.actors)
    return Replay(
        frame.cells, env.sprites, actors[:, 0].astype(np.uint8),
        actors[None, :, 1:].astype(np.uint8), "timed_out", level,
    )  # fmt: skip


def _tint(cells: IntArray, values: NDArray[np.float32], height: int) -> str:
    """Returns squares whose opacity is the value; a coin, scaled, is worth 1."""
    strength = 0.85 * np.clip(values, 0.0, 1.0)
    squares = (
        f'<rect x="{x}" y="{height - 1 - y}" width="1" height="1" fill-opacity="{s:.2f}"/>'
        for (x, y), s in zip(cells.tolist(), strength.tolist(), strict=True)
    )
    return f'<g fill="var(--mg-goal)">{"".join(squares)}</g>'


def _column_means(cells: IntArray, values: NDArray[np.float32]) -> list[tuple[int, float]]:
    columns = np.unique(cells[:, 0])
    return [(int(x), float(values[cells[:, 0] == x].mean())) for x in columns]


def _in_words(cells: IntArray, values: NDArray[np.float32], frame: Frame) -> str:
    means = _column_means(cells, values)
    best = max(means, key=lambda item: item[1])
    return (
        f"The value averages {means[0][1]:.2f} in the first column and is highest, {best[1]:.2f}, "
        f"in column {best[0] + 1} of {frame.cells.shape[1] - 1}."
    )


def _columns_table(
    cells: IntArray, values: NDArray[np.float32]
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    rows = [(str(x + 1), f"{mean:.2f}") for x, mean in _column_means(cells, values)]
    return ("column", "mean value of its free cells"), rows
