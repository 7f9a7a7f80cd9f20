from topics.through_time.courses import COURSES

from misgen.core.intervals import over_seeds
from misgen.topics.through_time import figures


def test_the_table_says_what_comes_first_at_each_share():
    _, rows = figures.what_comes_first(COURSES).table
    assert len(rows) == len(COURSES)
    assert rows[0][4:6] == ("never", "0 of 10")
    assert rows[-1][5] == "10 of 10"
    capable = COURSES[0.0].ordinary >= 0.9
    assert rows[0][1] == figures.span(COURSES[0.0].first(capable))
    # at the first moment after the start, one update of 4,096 steps
    assert {row[2] for row in rows} == {"4 to 4"}
    assert rows[0][3] == str(over_seeds(COURSES[0.0].lead[:, -1]))
