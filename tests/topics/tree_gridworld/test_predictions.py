"""What is asked before the endless runs are shown, and what came out of the ledger."""

from __future__ import annotations

import numpy as np
import pytest

from misgen.explore.base import text_of
from misgen.topics.tree_gridworld.experiment import BASE, RECOVERING, with_one
from misgen.topics.tree_gridworld.predictions import PLACES, SCARCE, endless_reward, scarce
from misgen.topics.tree_gridworld.published import runs


def test_the_curve_is_drawn_from_the_first_span_to_the_end_of_the_run():
    sketch, ticks = endless_reward(), runs(RECOVERING).ticks
    places = sketch.table["places"]
    assert len(places) == PLACES
    assert [places[0], places[-1]] == [f"{ticks[0]}", f"{ticks[-1]}"]
    assert sketch.table["heights"][:2] == ["0.00", "0.02"]
    assert sketch.table["heights"][-1] == "0.30"


def test_what_came_out_of_the_curve_holds_for_every_run():
    # It says of each run that it rises, falls and comes back, and gives the ranges.
    outcome = text_of(endless_reward().outcome)
    shares = []
    for run in runs(RECOVERING).runs:
        rewards = run.series.rewards
        best = int(rewards.argmax())
        assert run.peak > 3 * rewards[0]
        assert 0 < best < len(rewards) - 1
        shares.append((rewards[best:].min() / run.peak, run.ending.reward / run.peak))
    (low, least), (high, most) = np.min(shares, axis=0), np.max(shares, axis=0)
    assert f"it falls, to between {100 * low:.0f} % and {100 * high:.0f} % of its peak" in outcome
    assert outcome.endswith(
        f"it comes back, to between {100 * least:.0f} % and {100 * most:.0f} % of the peak."
    )
    peaks = runs(RECOVERING).of_each(lambda run: run.peak)
    assert f"to between {peaks.min():.2f} and {peaks.max():.2f} trees a step" in outcome
    empty = runs(RECOVERING).of_each(lambda run: run.series.empty.max())
    assert f"{round(100 * np.mean(empty))} of 100 forests have no tree, on average" in outcome


@pytest.mark.parametrize("share", [SCARCE, BASE.distinguishing])
def test_what_came_out_of_the_scarce_forests_is_the_ledgers(share):
    lost = runs(with_one("distinguishing", share)).of_each(lambda run: run.ending.extinct)
    assert f"{round(100 * np.mean(lost))} of 100" in text_of(scarce().outcome)


def test_the_feedback_on_the_scarce_forests_is_true_of_every_run():
    # "The runs agree": in each of them nearly all of the forests that were left alone are lost.
    lost = runs(with_one("distinguishing", SCARCE)).of_each(lambda run: run.ending.extinct)
    assert lost.min() > 0.9
