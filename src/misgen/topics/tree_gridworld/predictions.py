"""What a reader predicts of the endless runs, and what the published ones did."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from misgen.explore import Guess, Line, Lines, Sketch
from misgen.explore.base import Sentence
from misgen.explore.study import Source, of_100, percent
from misgen.topics.tree_gridworld.experiment import BASE, RECOVERING, with_one
from misgen.topics.tree_gridworld.figures import REWARD_TOP, STEP_TICKS, interval_of_mean
from misgen.topics.tree_gridworld.published import ForestRuns, runs
from misgen.topics.tree_gridworld.runs import ForestRun

PLACES = 17
"""Moments of a run at which the reader draws a height; the last one is its end."""
SCARCE = 0.5
"""Share of scarce forests in the second prediction, the largest that was run."""


def endless_reward() -> Sketch:
    """Returns the reward of an endless run, to be drawn before it is seen."""
    found = runs(RECOVERING)
    peaks = found.of_each(lambda run: run.peak)
    falls, ends = (_of_peaks(found, read) for read in (lowest_after, _at_the_end))
    outcome: Sentence = [
        ("", f"In each of {len(peaks)} runs the reward rises, to between "),
        ("goal", f"{peaks.min():.2f} and {peaks.max():.2f}"),
        ("", f" trees a step. Then it falls, to {falls} of its peak; at the worst moment "),
        ("dead", of_100(float(found.of_each(lambda run: run.series.empty.max()).mean()))),
        ("", f" forests have no tree, on average. And then it comes back, to {ends} of the peak."),
    ]
    source = Source(
        f"{len(peaks)} runs from different seeds, 256 forests each. The line is their mean with "
        "its 95 % t-interval; each thin line is one run.",
        reproduce="#reproduce",
    )
    return Sketch(
        "tree_gridworld.run",
        "The agent begins with ten trees in each forest and knows nothing. How many trees does it "
        "chop in a step, as time goes on? Draw the whole run.",
        _rewards(found), outcome=outcome, source=source, steps=15,
    )  # fmt: skip


def _rewards(found: ForestRuns) -> Lines:
    at = np.linspace(0, len(found.ticks) - 1, PLACES).round().astype(int)  # spans of time
    seeds = found.of_each(lambda run: run.series.rewards[at]).clip(0.0, REWARD_TOP)
    mean, low, high = interval_of_mean(seeds)
    return Lines(
        "Trees chopped in a step",
        x=found.ticks[at].tolist(),
        x_label="steps of each forest",
        x_ticks=STEP_TICKS,
        log_x=True,
        y_label="trees a step",
        y_range=(0.0, REWARD_TOP),
        y_ticks=[(y, f"{y:g}") for y in (0.0, 0.1, 0.2, 0.3)],
        lines=[Line(f"measured, mean of {len(seeds)} runs", "goal", mean, low, high, seeds)],
        format="fixed2",
    )


def lowest_after(run: ForestRun) -> float:
    """Returns the smallest reward per step of a run after its peak."""
    return float(run.series.rewards[run.series.rewards.argmax() :].min())


def _at_the_end(run: ForestRun) -> float:
    return run.ending.reward


def _of_peaks(found: ForestRuns, read: Callable[[ForestRun], float]) -> str:
    """Writes the range over seeds of a reward, as a share of the peak of its run."""
    shares = found.of_each(lambda run: read(run) / run.peak)
    return f"between {percent(shares.min().round(2))} and {percent(shares.max().round(2))}"


def scarce() -> Guess:
    """Returns the guess about forests that are scarce from the first day, and what came of it."""
    found = runs(with_one("distinguishing", SCARCE))
    outcome: Sentence = [
        ("", f"In {len(found.runs)} runs with half of the forests scarce, "),
        ("dead", of_100(_lost(found))),
        ("", " forests that were left alone have no tree at the end; where none is scarce, it is "),
        ("dead", of_100(_lost(runs(BASE)))),
        ("", "."),
    ]
    return Guess.of("tree_gridworld", "scarce", outcome=outcome)


def _lost(found: ForestRuns) -> float:
    """Returns the share of forests without a tree in the last tenth, mean over seeds."""
    return float(found.of_each(lambda run: run.ending.extinct).mean())
