import numpy as np
import pytest
from small_panels import RATES, STEPS, WORLD, bars, chart, heat, line, panel, share, steps, world

from misgen.explore import Control, Line
from misgen.explore.pack import unpack
from misgen.explore.panel_table import Words, cells_texts, line_texts, part_table

CONTROLS = panel()._controls.values()


def arrays_of(made):
    return unpack(made.table["layout"], made.data)


def table_of(part, *controls: Control):
    return part_table(part, "p", list(controls or CONTROLS), Words())[0]


def test_values_come_back_within_a_rounding_error_and_gaps_as_gaps():
    arrays = arrays_of(panel(parts=[heat(), world(), chart(y_range=(-1, 3)), bars()]))
    both = np.stack([RATES, 1 - RATES])
    assert np.allclose(arrays["part2.0.values"] * 4 - 1, both, atol=4e-5, equal_nan=True)
    seeds = arrays["part2.0.seeds"][:, :, 0] * 4 - 1
    assert np.allclose(seeds, np.clip(both - 0.05, 0, 1), atol=4 / 508 + 4e-3, equal_nan=True)
    assert np.allclose(arrays["part3.values"][..., 0], RATES, atol=1e-5, equal_nan=True)
    assert np.allclose(arrays["part0.values"], np.asarray(heat().values), atol=1 / 400)
    assert np.array_equal(arrays["part1.values"], WORLD)


def test_every_text_is_stored_once_and_found_by_its_number():
    made = panel()
    texts, arrays = made.table["texts"], arrays_of(made)
    assert len(set(texts)) == len(texts)
    written = np.array(texts)[arrays["part2.texts"]]
    assert np.array_equal(written, line_texts(chart(), range(4)))
    assert written[0, 1, 3].tolist() == ["54 %", "12 %"]


def test_an_interval_is_cut_at_the_axis_but_told_whole():
    made = panel()
    arrays = arrays_of(made)
    assert np.nanmin(arrays["part2.0.low"]) == 0
    assert made.table["texts"][arrays["part2.intervals"][0, 0, 0, 0]] == "−10 to 30 %"


def test_the_whiskers_of_bars_are_cut_too():
    values = np.full((5, 4, 2), 0.5)
    wide = bars(values=values, low=values - 1, high=values + 1, seeds=None)
    arrays = arrays_of(panel(parts=[heat(), world(), chart(), wide]))
    assert arrays["part3.low"].max() == 0
    assert arrays["part3.high"].min() == 1


def test_a_value_outside_the_axis_is_refused():
    with pytest.raises(ValueError, match=r"Widen the range \(0, 0.5\) of line 'gets <the> coin'"):
        table_of(chart(y_range=(0, 0.5), y_ticks=[]))
    with pytest.raises(ValueError, match="Widen the range"):
        table_of(bars(range=(0, 0.5)))


@pytest.mark.parametrize("beyond", [np.nextafter(1, 2), -np.finfo(float).eps])
def test_a_sum_that_is_rounded_beyond_the_axis_lies_at_its_end(beyond):
    values = np.full((2, 5, 4), beyond)
    rounded = chart(lines=[Line("a", "goal", values)])
    drawn = arrays_of(panel(parts=[heat(), world(), rounded, bars()]))["part2.0.values"]
    assert set(drawn.ravel()) == {round(beyond)}


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (chart(over=("share", "flipped")), r"line 'gets <the> coin' as an array of 5 x 2 x 4"),
        (chart(over=("share", "noise")), "no control 'noise' for 'Goal rate'; name one of share"),
        (chart(over=("share", "share")), "Name each control once"),
        (chart(lines=[Line("a", "goal", RATES)], over=("share",), x=STEPS[:3], x_ticks=[]),
         "5 x 3"),
        (chart(lines=[line(), Line("b", "goal", np.ones((2, 5, 4)), seeds=np.ones((2, 5, 4)))]),
         "the seeds of line 'b' as an array of 2 x 5 x any x 4"),
        (bars(seeds=np.ones((5, 4, 2))), "seeds of bars"),
        (bars(over=("steps", "share")), "4 x 5 x 2"),
        (heat(over=("place",)), "2 x 2 x 3"),
    ],
)  # fmt: skip
def test_an_array_of_another_shape_is_refused(part, message):
    with pytest.raises(ValueError, match=message):
        table_of(part)


def test_the_cursor_names_the_point_of_each_of_its_values():
    finer = chart(x=(0, 125, 250, 500, 1000), over=(), lines=[Line("a", "goal", [0.5] * 5)])
    assert table_of(finer)["points"] == [0, 2, 3, 4]


def test_a_cursor_beside_the_points_is_refused():
    with pytest.raises(ValueError, match="Put 250 into x of 'Goal rate': it is a value of its cur"):
        table_of(chart(x=(0, 200, 500, 1000), over=(), lines=[Line("a", "goal", [0.5] * 4)]))


def test_a_chart_without_a_cursor_tells_where_its_lines_start_and_end():
    assert table_of(chart(cursor=None))["points"] == [0, 3]


def test_places_on_a_logarithmic_axis_are_those_of_the_logarithms():
    part = chart(x=(1, 10, 1000), x_ticks=[(10, "10")], log_x=True, cursor=None, over=(),
                 lines=[Line("a", "goal", [0.1, 0.2, 0.3])])  # fmt: skip
    assert table_of(part)["x"] == [0, 0.33333, 1]
    assert table_of(part)["xTicks"] == [[0.33333, "10"]]


@pytest.mark.parametrize(("values", "aligned"), [((0, 500, 1000), True), ((0, 250, 1000), False)])
def test_a_slider_replaces_the_axis_only_if_its_values_are_where_the_axis_has_them(values, aligned):
    control = Control("steps", "Steps", values, tuple(map(str, values)))
    part = chart(over=(), lines=[Line("a", "goal", [0.5] * 4)])
    assert table_of(part, control)["aligned"] is aligned


def test_bars_start_at_zero_or_at_the_end_nearest_to_it():
    assert table_of(bars(range=(-1, 3)))["zero"] == 0.25
    assert table_of(bars(range=(0, 1)))["zero"] == 0
    assert table_of(bars(values=np.full((5, 4, 2), 0.7), low=None, high=None, seeds=None,
                         range=(0.5, 1)))["zero"] == 0  # fmt: skip


def test_a_picture_of_kinds_brings_the_drawings_of_its_sprites_and_no_others():
    assert list(table_of(world())["sprites"]) == ["wall"]
    assert table_of(heat())["sprites"] == {}


def test_cells_are_told_in_words():
    assert cells_texts(world()).tolist() == ["3 rows, 3 columns. Cells: wall 7, coin 1"] * 2
    shares = np.tile([[0.6, 0.45, 0.5], [0.9, np.nan, 0.1]], (5, 1, 1))
    assert cells_texts(heat(values=shares))[0] == (
        "2 rows, 3 columns. 2 of 5 cells are closer to “takes it” than to “walks on”"
    )


def test_too_many_texts_are_refused():
    with pytest.raises(ValueError, match="too many different texts"):
        Words().numbers(np.array([str(i) for i in range(65537)]))


def test_the_example_has_the_controls_that_these_tests_count_on():
    assert [c.name for c in CONTROLS] == ["share", "steps", "place", "flipped"]
    assert (share().size, steps().size) == (5, 4)
