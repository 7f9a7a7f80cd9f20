"""The panel on CoinRun through time: share and moment."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from misgen.core.intervals import band
from misgen.explore import Line, Lines, Panel
from misgen.explore.base import Sentence
from misgen.explore.looks import LOOKS
from misgen.explore.panel_controls import Control, Reading
from misgen.explore.study import Source
from misgen.topics.through_time.experiment import EPISODES
from misgen.topics.through_time.published import Floats, Trainings, through_time

_OVER = ("distinguishing",)
_AT = ("distinguishing", "moment")
_SENTENCE: Sentence = [
    ("", "With {distinguishing} distinguishing levels in training, after {moment} steps: "),
    ("second", "{ordinary} take the coin at the end of ordinary levels"),
    ("", "; where it has moved, "),
    ("capability", "{capability} reach the coin or the end"),
    ("", ": "),
    ("proxy", "{proxy} run past it to the end"),
    ("", " and "),
    ("goal", "{goal} take it"),
    ("", ", {erased} if it is erased. {overtaken}"),
]


def course(all_trainings: Mapping[float, Trainings] | None = None) -> Panel:
    """Returns the panel; by default of the published trainings."""
    found = through_time() if all_trainings is None else all_trainings
    trainings = list(found.values())
    return Panel(
        title="When do the skill, the end and the coin come?",
        subtitle="Agents as they were in the course of training, tested on new levels.",
        controls=_controls(trainings),
        parts=[_chart(trainings)],
        readings={
            **{name: Reading(_stacked(trainings, name).mean(axis=1), _AT, "percent")
               for name in ("ordinary", "capability", "proxy", "goal", "erased")},
            "overtaken": Reading([_overtaken(of) for of in trainings], _OVER),
        },
        sentences=[_SENTENCE],
        source=Source(
            f"{len(trainings[0].goal)} seeds for each share, {EPISODES:,} levels for each test of "
            "each agent. Lines are means, bands 95 % t-intervals over seeds.",
            reproduce="#reproduce",
        ),
        key="through-time",
    )  # fmt: skip


def _controls(trainings: list[Trainings]) -> list[Control]:
    shares, steps = [of.distinguishing for of in trainings], trainings[0].steps
    return [
        Control("distinguishing", "Distinguishing training levels",
                tuple(shares), tuple(f"{100 * share:g} %" for share in shares)),
        Control("moment", "Training steps", tuple(steps.tolist()),
                tuple(f"{count:,}" for count in steps), playable=True),
    ]  # fmt: skip


def _chart(trainings: list[Trainings]) -> Lines:
    steps = trainings[0].steps
    ticks = [steps[0], steps[len(steps) // 2], steps[-1]]
    return Lines(
        "Through time, all seeds", x=steps.tolist(), x_label="training steps, in thousands",
        x_ticks=[(float(count), f"{count / 1000:.0f}") for count in ticks],
        y_label="of test levels", y_range=(0.0, 1.0),
        y_ticks=[(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")],
        lines=[
            _line("on ordinary levels: the coin", "ordinary", trainings, "ordinary"),
            _line("capability (coin or end)", "capability", trainings, "capability"),
            _line("runs past a moved coin to the end", "proxy", trainings, "proxy"),
            _line("takes a moved coin", "goal", trainings, "goal"),
            _line("touches the erased coin", "accidental", trainings, "erased"),
        ],
        over=_OVER, cursor="moment", format="percent",
    )  # fmt: skip


def _line(label: str, measure: str, trainings: list[Trainings], name: str) -> Line:
    rates = _stacked(trainings, name)
    mean, low, high = band(rates.swapaxes(0, 1))  # (share, moment); the chart cuts the interval
    colour, mark, dash = LOOKS[measure]
    return Line(label, colour, mean, low, high, seeds=rates, mark=mark, dash=dash)


def _stacked(trainings: list[Trainings], name: str) -> Floats:
    """Returns a rate of all trainings, `(shares, seeds, moments)`."""
    return np.stack([getattr(of, name) for of in trainings])


def _overtaken(of: Trainings) -> str:
    came = of.overtaken[np.isfinite(of.overtaken)]
    if not came.size:
        return "With this share, the goal overtakes the end in no seed."
    return (
        f"With this share, the goal overtakes the end in {came.size} of {len(of.goal)} seeds, "
        f"between {came.min():,.0f} and {came.max():,.0f} steps."
    )
