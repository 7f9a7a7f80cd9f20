"""What is asked before the endless runs are shown, and what came out of the ledger."""

from __future__ import annotations

import numpy as np
import pytest

from misgen.explore.base import text_of
from misgen.topics.tree_gridworld.experiment import BASE, with_one
from misgen.topics.tree_gridworld.predictions import PLACES, SCARCE, endless_reward, scarce
from misgen.topics.tree_gridworld.published import runs


def test_the_curve_is_drawn_from_the_first_span_to_the_end_of_the_run():
    sketch, ticks = endless_reward(), runs(BASE).ticks
    places = sketch.table["places"]
    assert len(places) == PLACES
    assert [places[0], places[-1]] == [f"{ticks[0]}", f"{ticks[-1]}"]
    assert sketch.table["heights"][:2] == ["0.00", "0.02"]
    assert sketch.table["heights"][-1] == "0.30"


def test_what_came_out_of_the_curve_holds_for_every_run():
    # It says of each run that it rises, to so much, and then falls to almost nothing.
    outcome = text_of(endless_reward().outcome)
    for run in runs(BASE).runs:
        best = int(run.series.rewards.argmax())
        assert run.peak > 3 * run.series.rewards[0]
        assert 0 < best < len(run.series.ticks) - 1
        assert run.ending.reward < 0.01 * run.peak
    peaks = runs(BASE).of_each(lambda run: run.peak)
    assert f"to between {peaks.min():.2f} and {peaks.max():.2f} trees a step" in outcome
    assert outcome.endswith("At the end 100 of 100 forests have no tree left.")


@pytest.mark.parametrize("share", [SCARCE, BASE.distinguishing])
def test_what_came_out_of_the_scarce_forests_is_the_ledgers(share):
    lost = runs(with_one("distinguishing", share)).of_each(lambda run: run.ending.extinct)
    assert f"{round(100 * np.mean(lost))} of 100" in text_of(scarce().outcome)


def test_the_feedback_on_the_scarce_forests_is_true_of_every_run():
    # "The runs agree": in each of them nearly all of the forests that were left alone are lost.
    lost = runs(with_one("distinguishing", SCARCE)).of_each(lambda run: run.ending.extinct)
    assert lost.min() > 0.9
