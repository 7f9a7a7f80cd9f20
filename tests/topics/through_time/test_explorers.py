import numpy as np
import pytest
from explored import arrays_of, assert_a_step_changes_the_sentence, said
from topics.through_time.courses import COURSES, STEPS

from misgen.core.intervals import over_seeds
from misgen.topics.through_time.explorers import course


@pytest.fixture(scope="module")
def panel():
    return course(COURSES)


def test_the_lines_are_mean_interval_and_every_seed(panel):
    arrays = arrays_of(panel)
    for row, of in enumerate(COURSES.values()):
        lines = (of.ordinary, of.capability, of.proxy, of.goal, of.erased)
        for line, rates in enumerate(lines):
            values = arrays[f"part0.{line}.values"][row]
            np.testing.assert_allclose(values, rates.mean(axis=0), atol=1e-4)
            low = arrays[f"part0.{line}.low"][row, 9]
            assert low == pytest.approx(over_seeds(rates[:, 9]).low, abs=1e-4)
            np.testing.assert_allclose(arrays[f"part0.{line}.seeds"][row], rates, atol=0.003)


def test_a_step_in_time_or_of_the_share_changes_the_sentence(panel):
    assert_a_step_changes_the_sentence(panel)
    assert "after 503,808 steps" in said(panel, moment=STEPS[-1])


def test_the_sentence_says_whether_the_goal_overtakes_the_end(panel):
    assert said(panel).endswith("the goal overtakes the end in no seed.")
    assert "overtakes the end in 10 of 10 seeds, between" in said(panel, distinguishing=0.25)
