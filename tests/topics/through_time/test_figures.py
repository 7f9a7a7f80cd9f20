from topics.through_time.courses import COURSES

from misgen.core.intervals import over_seeds
from misgen.topics.through_time import figures


def test_the_table_says_what_comes_first_at_each_share():
    _, rows = figures.what_comes_first(COURSES).table
    assert len(rows) == len(COURSES)
    assert rows[0][3:5] == ("never", "0 of 10")
    assert rows[-1][4] == "10 of 10"
    # at the first moment after the start, one update of 4,096 steps
    assert {row[1] for row in rows} == {"4 to 4"}
    assert rows[0][2] == str(over_seeds(COURSES[0.0].lead[:, -1]))
