"""The explorers of the published runs: one run in full, and one number changed at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import band, over_seeds
from misgen.explore import Line, Lines, Panel
from misgen.explore.base import Sentence
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.panel_formats import all_intervals, written
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
from misgen.topics.tree_gridworld.figures import REWARD_TOP, STEP_TICKS
from misgen.topics.tree_gridworld.published import ForestRuns, films, runs
from misgen.topics.tree_gridworld.runs import ForestRun

STORIES = (
    ("recovery", "Recovery: discount 0.98, r_min 10⁻³", RECOVERING),
    ("collapse", "Collapse: discount 0.97, r_min 10⁻⁶", BASE),
    ("sustained", "Sustained: discount 0.99, r_min 10⁻³", SUSTAINING),
)
"""Key, label and setting of each world of the explorer."""

_WORDS = {
    "discount": ("How far ahead must it look?", "Discount"),
    "r_max": ("How fast must trees grow?", "Growth rate r_max"),
    "r_min": ("What if a dead forest can come back?", "Growth rate of a dead forest, r_min"),
    "distinguishing": ("Does it help to meet scarcity early?", "Share of scarce forests"),
}
"""Title of each dial, and label of its slider."""


def endless_run() -> Forest:
    """Returns the explorer of the runs that recover, collapse, and sustain their forests."""
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
    """Returns the panel over one number of the setting that collapses; all others stay.

    Args:
        name: One of the numbers in `DIALS`.

    Raises:
        ValueError: If there is no such dial.
    """
    if name not in DIALS:
        raise ValueError(f"There is no dial {name!r}; choose one of {', '.join(DIALS)}.")
    values = tuple(DIALS[name])
    groups = [runs(with_one(name, value)) for value in values]
    title, label = _WORDS[name]
    start = values.index(getattr(BASE, name))  # every slider opens at the collapse
    return Panel(
        title=title,
        subtitle="Each thin line is one endless run; the band is the 95 % interval of their mean.",
        controls=[Control(name, label, values, _texts(name, values), start=start)],
        parts=_charts(name, groups),
        sentences=[_sentence(name, label)],
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
    return tuple(written(value, "plain") for value in values)


def _sentence(name: str, label: str) -> Sentence:
    return [
        ("", f"{label}, {{{name}}}: the runs earn at most "),
        ("goal", "{peak}"),
        ("", " trees a step, on average, and "),
        ("goal", "{reward}"),
        ("", " at the end ({reward_interval}). At the end "),
        ("dead", "{extinct}"),
        ("", " of their forests have no tree ({extinct_interval})."),
    ]


def _readings(name: str, groups: Sequence[ForestRuns]) -> dict[str, Reading]:
    measured: dict[str, tuple[Callable[[ForestRun], float], str]] = {
        "reward": (lambda run: run.ending.reward, "fixed3"),
        "extinct": (lambda run: run.ending.extinct, "percent"),
    }
    peaks = [each.of_each(lambda run: run.peak).mean() for each in groups]  # mean over seeds
    readings = {"peak": Reading(peaks, (name,), "fixed3")}
    for key, (read, style) in measured.items():
        found = [over_seeds(each.of_each(read)) for each in groups]
        intervals = all_intervals([e.low for e in found], [e.high for e in found], style)
        readings[key] = Reading([e.mean for e in found], (name,), style)
        readings[f"{key}_interval"] = Reading(intervals, (name,))
    return readings


def _charts(name: str, groups: Sequence[ForestRuns]) -> list[Lines]:
    top = 0.5 if name == "r_max" else REWARD_TOP  # r_max reaches 0.6: more trees grow
    return [
        _chart(
            name, groups, "Reward per step", lambda run: run.series.rewards, top=top, colour="goal",
            ticks=[(y, f"{y:g}") for y in (0.0, 0.1, 0.2, 0.3, 0.4) if y <= top], form="fixed3",
        ),
        _chart(
            name, groups, "Forests without trees", lambda run: run.series.empty, top=1.0,
            colour="dead", ticks=[(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")], form="percent",
        ),
    ]  # fmt: skip


def _chart(
    name: str, groups: Sequence[ForestRuns], label: str,
    read: Callable[[ForestRun], NDArray[np.float64]], *, top: float, colour: str,
    ticks: Sequence[tuple[float, str]], form: str,
) -> Lines:  # fmt: skip
    seeds = [np.clip(each.of_each(read), 0.0, top) for each in groups]  # each (seed, bin)
    # each (value, bin)
    means, lows, highs = np.array([band(each) for each in seeds]).swapaxes(0, 1)
    # Fewer seeds were run at some values: (values, seeds, bins), what is missing is NaN.
    every = np.full((len(groups), max(map(len, seeds)), len(groups[0].ticks)), np.nan)
    for row, each in zip(every, seeds, strict=True):
        row[: len(each)] = each
    line = Line(label, colour, means, np.clip(lows, 0, top), np.clip(highs, 0, top), every)
    return Lines(
        f"{label}, over time",
        x=groups[0].ticks.tolist(),
        x_label="steps of each forest",
        x_ticks=STEP_TICKS,
        log_x=True,
        y_label=label.lower(),
        y_range=(0.0, top),
        y_ticks=ticks,
        lines=[line],
        over=(name,),
        format=form,
    )
