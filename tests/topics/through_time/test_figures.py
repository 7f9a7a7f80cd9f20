import pytest
from topics.through_time.courses import COURSES

from misgen.core.intervals import over_seeds
from misgen.topics.through_time import figures


@pytest.mark.parametrize("share", COURSES)
def test_the_course_shows_every_seed_and_an_interval_at_each_moment(share):
    figure = figures.course(COURSES[share])
    dots, means = figure.chart.data[::2], figure.chart.data[1::2]
    assert len(means) == 4
    assert all(len(trace.y) == 20 * 10 for trace in dots)
    assert all(len(trace.error_y.array) == 20 for trace in means)
    assert figure.table[1][-1][3] == str(over_seeds(COURSES[share].goal[:, -1]))
    assert f"{100 * share:g} %" in figure.alt


def test_the_table_says_what_comes_first_at_each_share():
    _, rows = figures.what_comes_first(COURSES).table
    assert len(rows) == len(COURSES)
    assert rows[0][3:5] == ("never", "0 of 10")
    assert rows[-1][4] == "10 of 10"
    # at the first moment after the start, one update of 4,096 steps
    assert {row[1] for row in rows} == {"4 to 4"}
    assert rows[0][2] == str(over_seeds(COURSES[0.0].lead[:, -1]))
