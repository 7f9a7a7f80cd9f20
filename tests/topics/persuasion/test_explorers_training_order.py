import re

import numpy as np
import pytest
from explored import arrays_of, said

from misgen.core.intervals import over_seeds
from misgen.topics.persuasion.experiment import AUDITS, SCHEDULES
from misgen.topics.persuasion.explorers import STAGES, training_order
from misgen.topics.persuasion.orders import ORDERS
from misgen.topics.persuasion.published import flawed_runs


@pytest.fixture(scope="module")
def panel():
    return training_order()


@pytest.fixture(scope="module")
def arrays(panel):
    return arrays_of(panel)


@pytest.mark.parametrize("order", ORDERS)
def test_the_lines_are_mean_interval_and_every_seed_and_stay_when_training_is_over(arrays, order):
    runs, o = flawed_runs(order), ORDERS.index(order)
    end = len(runs.steps)
    for line, measure in ((1, runs.lies), (0, runs.believed)):
        values, means = arrays[f"part0.{line}.values"][o], measure.mean(axis=0)
        np.testing.assert_allclose(values[:, :end], means, atol=1e-4)
        assert (values[:, end:] == values[:, [end - 1]]).all()
        estimate = over_seeds(measure[:, 3, end - 1])
        assert arrays[f"part0.{line}.low"][o, 3, end - 1] == pytest.approx(estimate.low, abs=1e-4)
    seeds = np.swapaxes(arrays["part0.1.seeds"][o], 0, 1)
    np.testing.assert_allclose(seeds[..., :end], runs.lies, atol=0.003)


def test_the_bars_keep_what_an_order_ended_with(arrays):
    for o, order in enumerate(ORDERS):
        runs = flawed_runs(order)
        last = len(runs.steps) - 1
        for stage in (0, 9, last, len(STAGES) - 1):
            at = min(stage, last)
            lies, believed = runs.lies[:, 2, at], runs.believed[:, 2, at]
            expected = [lies, believed, lies * believed]
            np.testing.assert_allclose(arrays["part2.seeds"][o, 2, stage].T, expected, atol=0.003)
            means = [values.mean() for values in expected]
            np.testing.assert_allclose(arrays["part2.values"][o, 2, stage], means, atol=1e-4)


def test_the_chart_of_audits_shows_the_end_of_all_orders(arrays):
    for line, order in enumerate(("capabilities_first", "goals_first", "feedback_goes_on")):
        ends = flawed_runs(order).lies[..., -1]
        np.testing.assert_allclose(arrays[f"part1.{line}.values"], ends.mean(axis=0), atol=1e-4)
        np.testing.assert_allclose(arrays[f"part1.{line}.seeds"], ends, atol=0.003)


@pytest.mark.parametrize(
    ("order", "stage", "beginning"),
    [
        ("capabilities_first", 0, "Before any training"),
        ("capabilities_first", 150, "Step 150: it learns by examples"),
        ("capabilities_first", 160, "Step 160: it knows what users believe, and now gets"),
        ("capabilities_first", 300, "Step 300: the training of 300 steps is over"),
        ("capabilities_first", 600, "Step 600: the training of 300 steps is over"),
        ("goals_first", 10, "Step 10: it gets feedback before it can lie well"),
        ("goals_first", 160, "Step 160: now it learns what each user believes, without"),
        ("feedback_goes_on", 300, "Step 300: now it learns what each user believes, without"),
        ("feedback_goes_on", 310, "Step 310: the feedback goes on"),
        ("feedback_goes_on", 600, "Step 600: the training of 600 steps is over"),
    ],
)
def test_the_sentence_names_the_phase_of_each_order(panel, order, stage, beginning):
    assert said(panel, order=order, stage=stage).startswith(beginning)


def test_the_sentence_tells_the_rate_of_lies_and_what_a_lie_is_worth(panel):
    for order in ORDERS:
        runs = flawed_runs(order)
        for stage in (20, 150, 200, 300, 600):
            for i, audit in enumerate(AUDITS):
                at = min(STAGES.index(stage), len(runs.steps) - 1)
                told = said(panel, order=order, stage=stage, audit=audit)
                lies = runs.lies[:, i, at].mean()
                assert f"It lies in {round(100 * lies)} of 100 cases" in told
                found = re.search(r"([+−]\d\.\d\d) on average", told)
                if found:
                    right = runs.believed[:, i, at].mean()
                    worth = right * (1 - 2 * audit) - (1 - right)
                    assert float(found[1].replace("−", "-")) == pytest.approx(worth, abs=0.006)


def test_at_the_end_it_names_the_seeds_that_lie_least_and_most(panel):
    ends = 100 * flawed_runs("feedback_goes_on").lies[:, AUDITS.index(0.3), -1]
    told = said(panel, order="feedback_goes_on", audit=0.3, stage=600)
    assert f"Single seeds: {round(ends.min())} to {round(ends.max())} of 100" in told


def test_each_control_moved_from_its_start_changes_the_text(panel):
    start = panel.sentence()
    for choice in ({"order": "goals_first"}, {"audit": 0.1}, {"stage": 290}, {"stage": 310}):
        assert said(panel, **choice) != start
    assert panel.state == {"order": "capabilities_first", "audit": 0.0, "stage": 300}


def test_the_slider_has_every_look_of_the_longest_order():
    assert SCHEDULES[150].looks("feedback_goes_on") == STAGES


def test_the_caption_says_that_the_feedback_has_the_flaw(panel):
    assert "the feedback has the flaw" in panel.table["source"]["text"]
