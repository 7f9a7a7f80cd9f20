"""The explorers of the endless runs, filled from the ledger: one run, and one number at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band, over_seeds
from misgen.explore.base import Sentence
from misgen.explore.panel import Panel
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.panel_formats import written, written_interval
from misgen.explore.panel_parts import Line, Lines
from misgen.explore.study import Source, percent
from misgen.topics.tree_gridworld.experiment import (
    BASE,
    DIAL_SEEDS,
    DIALS,
    FILMED_SEEDS,
    RECOVERING,
    SEEDS,
    SUSTAINING,
    with_one,
)
from misgen.topics.tree_gridworld.explorers import Forest, Story
from misgen.topics.tree_gridworld.published import ForestRuns, films, runs
from misgen.topics.tree_gridworld.runs import ForestRun

STORIES = (
    ("collapse", "Collapse: discount 0.97, r_min 0.000001", BASE),
    ("recovery", "Recovery: discount 0.98, r_min 0.001", RECOVERING),
    ("sustained", "Sustained: discount 0.99, r_min 0.001", SUSTAINING),
)
"""Key, label and setting of each world of the explorer."""

_TITLES = {
    "discount": "How far ahead must it look?",
    "r_max": "How fast must trees grow?",
    "r_min": "What if a dead forest can come back?",
    "distinguishing": "Does it help to meet scarcity early?",
}
_LABELS = {
    "discount": "Discount",
    "r_max": "Growth rate r_max",
    "r_min": "Growth rate of a dead forest, r_min",
    "distinguishing": "Share of scarce forests",
}
_REWARD_TOPS = {"r_max": 0.5}


def endless_run() -> Forest:
    """Return the explorer of the runs that collapse, recover, and sustain their forests."""
    found = films()
    stories = [
        Story(name, label, [found[setting, seed] for seed in FILMED_SEEDS])
        for name, label, setting in STORIES
    ]
    source = Source(
        f"Seeds {', '.join(map(str, FILMED_SEEDS))} of {len(SEEDS)}; 256 forests each, logged at "
        "every step. Frozen agents: 200 forests for each number of trees, and one recorded.",
        reproduce="#reproduce",
    )
    return Forest(stories, source)


def forest_dial(name: str) -> Panel:
    """Return the panel over one number of the setting that collapses; all others stay.

    Args:
        name: One of the numbers in `DIALS`.

    Raises:
        ValueError: If there is no such dial.
    """
    if name not in DIALS:
        raise ValueError(f"There is no dial {name!r}; choose one of {', '.join(DIALS)}.")
    values = tuple(DIALS[name])
    groups = [runs(with_one(name, value)) for value in values]
    start = values.index(getattr(BASE, name))
    return Panel(
        title=_TITLES[name],
        subtitle="Each thin line is one endless run; the band is the 95 % interval of their mean.",
        controls=[Control(name, _LABELS[name], values, _texts(name, values), start=start)],
        parts=[_reward_chart(name, groups), _extinct_chart(name, groups)],
        sentences=[_sentence(name)],
        readings=_readings(name, groups),
        source=Source(
            f"{len(SEEDS)} seeds of the collapsing setting, {len(DIAL_SEEDS)} of every other; 256 "
            "forests each. At the end: the last tenth of a run, 95 % t-intervals over seeds.",
            reproduce="#reproduce",
        ),
        key="forest-" + name.replace("_", "-"),
    )


def _texts(name: str, values: Sequence[float]) -> tuple[str, ...]:
    if name == "distinguishing":
        return tuple(percent(value) for value in values)
    return tuple(f"{value:.6f}".rstrip("0") for value in values)


def _sentence(name: str) -> Sentence:
    return [
        ("", f"{_LABELS[name]}, {{{name}}}: the runs earn at most "),
        ("goal", "{peak}"),
        ("", " trees a step, on average, and "),
        ("goal", "{reward}"),
        ("", " at the end ({reward_interval}). At the end "),
        ("dead", "{extinct}"),
        ("", " of their forests have no tree ({extinct_interval})."),
    ]


def _readings(name: str, groups: Sequence[ForestRuns]) -> dict[str, Reading]:
    rewards = [over_seeds(each.of_each(lambda run: run.ending.reward)) for each in groups]
    extinct = [over_seeds(each.of_each(lambda run: run.ending.extinct)) for each in groups]
    peaks = [each.of_each(lambda run: run.peak).mean() for each in groups]
    return {
        "peak": Reading(np.array([written(float(v), "fixed3") for v in peaks]), (name,)),
        "reward": Reading(np.array([written(e.mean, "fixed3") for e in rewards]), (name,)),
        "reward_interval": Reading(
            np.array([written_interval(e.low, e.high, "fixed3") for e in rewards]), (name,)
        ),
        "extinct": Reading(np.array([written(e.mean, "percent") for e in extinct]), (name,)),
        "extinct_interval": Reading(
            np.array([written_interval(e.low, e.high, "percent") for e in extinct]), (name,)
        ),
    }


def _reward_chart(name: str, groups: Sequence[ForestRuns]) -> Lines:
    top = _REWARD_TOPS.get(name, 0.3)
    return _chart(
        name, groups, "Reward per step", lambda run: run.series.rewards, top=top, colour="goal",
        ticks=[(y, f"{y:g}") for y in (0.0, 0.1, 0.2, 0.3, 0.4) if y <= top], form="fixed3",
    )  # fmt: skip


def _extinct_chart(name: str, groups: Sequence[ForestRuns]) -> Lines:
    return _chart(
        name, groups, "Forests without trees", lambda run: run.series.empty, top=1.0,
        colour="dead", ticks=[(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")], form="percent",
    )  # fmt: skip


def _chart(
    name: str, groups: Sequence[ForestRuns], label: str,
    read: Callable[[ForestRun], NDArray[np.float64]], *, top: float, colour: str,
    ticks: Sequence[tuple[float, str]], form: str,
) -> Lines:  # fmt: skip
    seeds = [np.clip(each.of_each(read), 0.0, top) for each in groups]
    means, lows, highs = np.array([band(each) for each in seeds]).swapaxes(0, 1)
    steps = groups[0].ticks.tolist()
    line = Line(
        label, colour, means, low=np.clip(lows, 0, top), high=np.clip(highs, 0, top),
        seeds=_same_length(seeds),
    )  # fmt: skip
    return Lines(
        f"{label}, over time",
        x=steps,
        x_label="steps of each forest",
        x_ticks=[(x, f"{x:,}") for x in (100, 300, 1000, 3000, 10_000)],
        log_x=True,
        y_label=label.lower(),
        y_range=(0.0, top),
        y_ticks=ticks,
        lines=[line],
        over=(name,),
        format=form,
    )


def _same_length(seeds: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the runs of all groups, missing seeds as NaN, `(groups, seeds, bins)`."""
    most = max(map(len, seeds))
    missing = [np.full((most - len(each), each.shape[1]), np.nan) for each in seeds]
    return np.array([np.concatenate(pair) for pair in zip(seeds, missing, strict=True)])
