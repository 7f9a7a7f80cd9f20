import numpy as np
import pytest
from small_panels import KINDS, STEPS, WORLD, bars, chart, heat, line, world

from misgen.explore import Line
from misgen.explore.panel_parts import controls_of


def test_the_lines_of_a_chart_take_marks_in_turn_unless_they_have_their_own():
    lines = [line(), line(mark="diamond"), line()]
    assert chart(lines=lines).shown_marks == ("circle", "diamond", "triangle")


def test_a_part_is_changed_by_what_it_follows_and_by_its_cursor():
    assert controls_of(chart()) == ("flipped", "share", "steps")
    assert controls_of(chart(over=("steps",))) == ("steps",)
    assert controls_of(world()) == ("place",)


def test_a_map_knows_its_rows_and_columns():
    assert heat().grid == (2, 3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"colour": "pink"}, "colour of 'a' is one of goal, proxy, .*, mute, not 'pink'"),
        ({"mark": "star"}, "mark of 'a' is one of circle"),
        ({"low": [0.1]}, "both ends of its interval, or neither"),
    ],
)
def test_a_line_that_cannot_be_drawn_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Line(**{"label": "a", "colour": "goal", "values": [0.5], **options})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"x": (0, 250, 250, 1000)}, "two increasing values of x"),
        ({"x": (0,)}, "two increasing values of x"),
        ({"log_x": True}, "starts above 0"),
        ({"x_ticks": [(2000, "2,000")]}, "tick 2000 is outside"),
        ({"y_ticks": [(-1, "-1")]}, "tick -1 is outside"),
        ({"y_range": (1, 1)}, "two increasing numbers"),
        ({"y_range": (0, float("inf"))}, "two increasing numbers"),
        ({"lines": []}, "at least one line"),
        ({"format": "roman"}, "no format"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        chart(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"colours": ["goal"]}, "one colour for each bar"),
        ({"colours": ["goal", "pink"]}, "proxy, capability, dead, first, second, mute, not 'pink'"),
        ({"low": None}, "both ends of its intervals, or neither"),
        ({"range": (1, 0)}, "two increasing numbers"),
    ],
)
def test_bars_that_cannot_be_drawn_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        bars(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"values": np.full((5, 2, 3), 1.5)}, "shares from 0 to 1"),
        ({"values": np.zeros((2, 3))}, "one axis for each control"),
        ({"scale": "rainbow"}, "one of diverging, goal, proxy"),
        ({"row_labels": ["a"]}, "each of its 2 rows"),
        ({"column_labels": ["a"]}, "each of its 3 columns"),
        ({"marks": [(2, 0, "out")]}, "outside its 2 x 3 cells"),
        ({"marks": [(0, -1, "out")]}, "outside its 2 x 3 cells"),
    ],
)
def test_a_heat_map_that_cannot_be_drawn_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        heat(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kinds": KINDS[:2]}, "codes below 2"),
        ({"values": WORLD.astype(float)}, "integer codes"),
        ({"values": WORLD.astype(int) - 1}, "integer codes"),
        ({"kinds": [*KINDS[:2], ("coin", "pink", "C")]}, "colour of the kind 'coin'"),
        ({"kinds": [*KINDS[:2], ("coin", "goal", "dragon")]}, "glyph 'dragon' of 'coin'"),
    ],
)  # fmt: skip
def test_a_picture_of_kinds_that_cannot_be_drawn_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        world(**options)


def test_missing_shares_are_allowed():
    values = np.full((5, 2, 3), np.nan)
    assert np.isnan(heat(values=values).values).all()


def test_x_becomes_plain_numbers():
    assert chart(x=np.array(STEPS)).x == (0.0, 250.0, 500.0, 1000.0)
