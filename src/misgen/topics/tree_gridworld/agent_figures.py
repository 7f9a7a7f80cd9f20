"""Figures of the Tree Gridworld chapter: what the frozen agents of a run would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Estimate, over_seeds
from misgen.explore.charts import GOAL, Numbers, Picture
from misgen.topics.tree_gridworld.figures import mean_and_interval
from misgen.topics.tree_gridworld.published import ForestRuns, affinities
from misgen.topics.tree_gridworld.runs import ForestRun


def forest_phases(runs: ForestRuns) -> Numbers:
    """List what the run earns at each checkpoint, and what its frozen agent would do.

    Args:
        runs: The seeds of one setting, with all their checkpoints.
    """
    greed = affinities(runs)
    heads = ("step", "reward now", "no trees now", "affinity, full forest",
             "chops beside 1 of 10 trees", "chops beside the last tree",
             "2 trees: dead after 100 steps")  # fmt: skip
    rows = []
    for k, moment in enumerate(runs.runs[0].moments):
        rewards, empty = (runs.of_each(_now(k, what)) for what in ("rewards", "empty"))
        rows.append(
            (
                f"{moment.tick:,}", mean_and_interval(rewards, ".3f"), str(over_seeds(empty)),
                f"{greed[:, k, -1].mean():.2f}", *_frozen(runs, k),
            )
        )  # fmt: skip
    caption = (
        f"Checkpoints of {len(runs.runs)} runs, mean over seeds with its 95 % interval. The last "
        "four columns are frozen agents in forests of their own."
    )
    return Numbers((heads, rows), caption)


def _now(moment: int, what: str) -> Callable[[ForestRun], float]:
    """Return how to read the reward or the empty forests of a run at one of its checkpoints."""

    def read(run: ForestRun) -> float:
        at = int(np.searchsorted(run.series.ticks, run.moments[moment].tick))
        return float(getattr(run.series, what)[min(at, len(run.series.ticks) - 1)])

    return read


def _frozen(runs: ForestRuns, k: int) -> tuple[str, str, str]:
    chops = runs.of_each(lambda run: run.moments[k].chops)
    dead = runs.of_each(lambda run: run.moments[k].windows.extinct[2])
    return str(over_seeds(chops[:, -1])), str(over_seeds(chops[:, 0])), str(over_seeds(dead))


MAPS: Mapping[str, tuple[str, Callable[[ForestRun], NDArray[np.float64]]]] = {
    "chops": (
        "How likely the frozen agent chops, standing beside a tree",
        lambda run: np.array([moment.chops for moment in run.moments]),
    ),
    "extinct": (
        "Share of forests that the frozen agent ends within 100 steps",
        lambda run: np.array([moment.windows.extinct[1:] for moment in run.moments]),
    ),
}
"""What `density_map` can show: its caption, and the values of a run, `(moments, 10)`."""


def density_map(runs: ForestRuns, what: str) -> Picture:
    """Draw what frozen agents do: a column for each checkpoint, a row for each number of trees.

    Args:
        runs: The seeds of one setting, with all their checkpoints.
        what: One of `MAPS`.

    Raises:
        ValueError: If there is no such map.
    """
    if what not in MAPS:
        raise ValueError(f"what must be one of {', '.join(MAPS)}, not {what!r}.")
    caption, read = MAPS[what]
    values = runs.of_each(read).mean(axis=0).T[::-1]
    ticks = [f"{moment.tick:,}" for moment in runs.runs[0].moments]
    trees = [str(n) for n in range(len(values), 0, -1)]
    whole = f"{caption}, in percent; mean over {len(runs.runs)} seeds."
    heads = ("trees", *(f"step {tick}" for tick in ticks))
    rows = [(n, *(f"{v:.0%}" for v in row)) for n, row in zip(trees, values, strict=True)]
    return Picture(_map_svg(values, ticks, trees, whole), whole, (heads, rows))


_CELL, _ROW, _LEFT, _TOP, _FOOT = 46, 24, 52, 22, 40


def _map_svg(
    values: NDArray[np.float64], ticks: Sequence[str], trees: Sequence[str], label: str
) -> str:
    rows, columns = values.shape
    width, height = _LEFT + columns * _CELL, _TOP + rows * _ROW + _FOOT
    cells = "".join(
        _cell_svg(_LEFT + c * _CELL, _TOP + r * _ROW, float(values[r, c]))
        for r in range(rows)
        for c in range(columns)
    )
    across = "".join(_text(_LEFT + (c + 0.5) * _CELL, height - 22, t) for c, t in enumerate(ticks))
    down = "".join(_text(_LEFT - 14, _TOP + (r + 0.5) * _ROW + 4, t) for r, t in enumerate(trees))
    names = _text(_LEFT - 4, 13, "trees") + _text(_LEFT + columns * _CELL / 2, height - 5, "step")
    return (
        f'<svg class="mg-map" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{escape(label, quote=True)}" viewBox="0 0 {width} {height}" '
        f'style="width:100%;max-width:{width}px;height:auto">{cells}{across}{down}{names}</svg>'
    )


def _cell_svg(x: float, y: float, value: float) -> str:
    box = (
        f'<rect x="{x + 1}" y="{y + 1}" width="{_CELL - 2}" height="{_ROW - 2}" rx="3" '
        f'style="fill:var(--mg-goal,{GOAL})" fill-opacity="{0.06 + 0.6 * value:.2f}"/>'
    )
    return box + _text(x + _CELL / 2, y + _ROW / 2 + 4, f"{100 * value:.0f}")


def _text(x: float, y: float, text: str) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-size="11.5" '
        f'style="fill:currentcolor">{escape(text)}</text>'
    )


# ------------------------------------------------------------------------- settings


def forest_ends(groups: Mapping[str, ForestRuns]) -> Numbers:
    """List how the runs of several settings end, and what their last agents do when frozen.

    Args:
        groups: Name of each setting and its seeds.
    """
    heads = ("setting", "largest reward", "reward at the end", "no trees at the end",
             "frozen: reward", "frozen: forests that die")  # fmt: skip
    rows = [(name, *_ends(runs)) for name, runs in groups.items()]
    caption = (
        "Reward per step. The end is the last tenth of a run; the frozen agents are those of the "
        "end, in full forests of their own. Means over seeds with 95 % intervals."
    )
    return Numbers((heads, rows), caption)


def _ends(runs: ForestRuns) -> tuple[str, ...]:
    last = [run.moments[-1].long_run for run in runs.runs]
    return (
        mean_and_interval(runs.of_each(lambda run: run.peak), ".3f"),
        mean_and_interval(runs.of_each(lambda run: run.ending.reward), ".3f"),
        str(_share(runs.of_each(lambda run: run.ending.extinct))),
        mean_and_interval(np.array([found.reward for found in last]), ".3f"),
        str(_share(np.array([found.extinct for found in last]))),
    )


def _share(values: NDArray[np.float64]) -> Estimate:
    return over_seeds(np.clip(values, 0.0, 1.0))
