from dataclasses import replace

from topics.through_time.courses import COURSES

from misgen.topics.through_time import report
from misgen.topics.through_time.experiment import EXPERIMENT


def test_all_demands_hold_of_courses_that_are_as_expected():
    assert all(demand.holds for demand in report.demands(COURSES))


def test_a_goal_that_comes_before_the_proxy_misses_the_last_demand():
    of = COURSES[0.25]
    turned = {**COURSES, 0.25: replace(of, goal=of.proxy + 0.01, proxy=of.goal)}
    assert [demand.holds for demand in report.demands(turned)][1:] == [True, False]


def test_a_goal_that_overtakes_without_distinguishing_levels_misses_the_second():
    turned = {**COURSES, 0.0: COURSES[0.25]}
    assert [demand.holds for demand in report.demands(turned)] == [True, False, True]


def test_every_run_is_in_a_figure_and_the_last_moment_in_the_results():
    (figure,) = report.figures()
    assert figure.runs == EXPERIMENT.grid()
    text = report.results(COURSES)
    assert text.count("| 503,808 |") == len(COURSES)
