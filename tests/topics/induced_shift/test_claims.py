"""What chapter 4 says of auto-induced distributional shift, over seeds, with stated margins."""

from __future__ import annotations

import numpy as np
import pytest

from misgen.core.intervals import band
from misgen.topics.induced_shift import hidden_incentives, recommender
from misgen.topics.induced_shift.hidden_incentives import CONDITIONS, Settings
from misgen.topics.induced_shift.recommender import FEEDBACKS

SEEDS = range(10)
MYOPIC, OUTER, BOTH, SWAPPED = range(len(CONDITIONS))

# ------------------------------------------------------------------------ the recommender


@pytest.fixture(scope="module")
def greedy():
    return recommender.simulate(seeds=SEEDS)


@pytest.fixture(scope="module")
def random():
    return recommender.simulate(seeds=SEEDS, policy="random")


def test_acceptance_rises_with_the_feedback_by_50_points_in_every_group(greedy):
    acceptance = greedy.at_the_end("acceptance")
    rises = np.diff(acceptance[: FEEDBACKS.index(0.02) + 1], axis=0)
    assert rises.min() >= 0.08
    assert (acceptance[FEEDBACKS.index(0.02)] - acceptance[0]).min() >= 0.5


def test_the_fit_to_who_the_users_were_falls_with_the_feedback_in_every_group(greedy):
    # The groups are the same users under every feedback, so the difference is within a group.
    loss = greedy.at_the_end("original_fit")[0] - greedy.at_the_end("original_fit")
    assert loss[1:].min() > 0
    assert loss[FEEDBACKS.index(0.02)].min() >= 0.015
    assert loss[FEEDBACKS.index(0.2)].min() >= 0.04
    for stronger, weaker in zip(loss[2:], loss[1:], strict=False):
        assert band(stronger - weaker).low >= 0.005


def test_without_feedback_the_score_is_the_fit_and_nobody_drifts(greedy):
    gap = greedy.at_the_end("acceptance")[0] - greedy.at_the_end("original_fit")[0]
    assert abs(gap).max() <= 0.03
    assert (greedy.at_the_end("drift")[0] == 0).all()


def test_a_feedback_of_2_percent_leaves_each_user_with_one_taste(greedy):
    of_2_percent = FEEDBACKS.index(0.02)
    assert greedy.at_the_end("concentration")[of_2_percent].min() >= 0.95
    assert greedy.at_the_end("drift")[of_2_percent].min() >= 0.55


def test_suggestions_at_random_move_tastes_but_not_the_score(random):
    acceptance, drift = random.at_the_end("acceptance"), random.at_the_end("drift")
    assert abs(acceptance - 1 / 6).max() <= 0.015
    assert drift[FEEDBACKS.index(0.02)].max() <= 0.15
    # Random suggestions are no protection where the feedback is strong.
    assert drift[FEEDBACKS.index(0.2)].min() >= 0.5


def test_most_of_the_rise_is_the_change_of_the_users_not_better_suggestions(greedy):
    at = FEEDBACKS.index(0.02)
    as_they_were, now = (greedy.at_the_end(m)[at] for m in ("original_fit", "acceptance"))
    assert ((now - as_they_were) / (as_they_were - 1 / 6)).min() >= 2.5


# ------------------------------------------------------------------ the hidden incentive


@pytest.fixture(scope="module")
def trained():
    return hidden_incentives.train(seeds=SEEDS)


@pytest.fixture(scope="module")
def cooperation(trained):
    return trained.at_the_end()


def test_myopic_learners_do_not_play_c_whatever_its_benefit(cooperation):
    assert cooperation[MYOPIC].max() < 0.15


def test_the_outer_loop_reveals_the_incentive_in_every_population(trained, cooperation):
    pays = np.array(trained.benefits) > trained.settings.cost
    assert cooperation[OUTER][pays].min() > 0.9
    assert cooperation[OUTER][~pays].max() < 0.15


def test_swapping_removes_the_incentive_in_every_population(cooperation):
    assert cooperation[BOTH].max() < 0.15
    assert cooperation[SWAPPED].max() < 0.15


def test_the_outer_loop_reveals_it_with_other_seeds_and_a_longer_training_too():
    longer = hidden_incentives.train([0.8], seeds=range(100, 110), settings=Settings(steps=4000))
    ends = longer.at_the_end()
    assert ends[OUTER].min() > 0.9
    assert ends[[MYOPIC, BOTH, SWAPPED]].max() < 0.15


def test_with_faster_learners_chance_decides_whether_the_outer_loop_wins():
    faster = hidden_incentives.train([0.8], seeds=range(20), settings=Settings(rate=0.1))
    won = faster.at_the_end()[OUTER, 0] > 0.5
    assert 0.2 <= won.mean() <= 0.95
