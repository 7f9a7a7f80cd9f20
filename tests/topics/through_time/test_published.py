import numpy as np
from topics.through_time.courses import COURSES, STEPS

from misgen.topics.through_time.published import Trainings


def trainings(goal, proxy) -> Trainings:
    goal, proxy = np.array(goal), np.array(proxy)
    steps = 10 * np.arange(goal.shape[1])
    return Trainings(0.5, steps, goal, goal, proxy, 0 * goal)


def test_the_goal_overtakes_where_it_stays_above_and_not_where_it_leads_for_a_while():
    of = trainings(
        [[0.1, 0.5, 0.2, 0.6, 0.7], [0.0, 0.1, 0.1, 0.1, 0.1], [0.2, 0.3, 0.4, 0.5, 0.1]],
        [[0.0, 0.4, 0.3, 0.3, 0.2], [0.0, 0.1, 0.1, 0.1, 0.1], [0.1, 0.1, 0.1, 0.1, 0.3]],
    )
    np.testing.assert_array_equal(of.overtaken, [30, np.nan, np.nan])


def test_the_first_moment_is_the_first_of_each_seed():
    of = trainings([[0.0, 0.4, 0.5], [0.5, 0.1, 0.5], [0.0, 0.1, 0.2]], np.zeros((3, 3)))
    np.testing.assert_array_equal(of.first(of.goal >= 0.4), [10, 0, np.nan])


def test_net_is_what_is_no_accident():
    of = COURSES[0.25]
    np.testing.assert_allclose(of.net, of.goal - of.erased)
    assert of.steps.tolist() == STEPS
    assert of.goal.shape == (10, 20)
