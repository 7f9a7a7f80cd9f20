from __future__ import annotations

import re

import numpy as np
import pytest

from misgen.explore.charts import Picture
from misgen.topics.many_goals import figures
from misgen.topics.many_goals.gallery import FLEES, SEEKS
from misgen.topics.many_goals.gridworld import ACTIONS, CELLS, SIZE, WALLS
from misgen.topics.many_goals.watching import LeftOpen


@pytest.fixture
def ranges() -> tuple[np.ndarray, np.ndarray]:
    low = np.stack([np.full(CELLS, -1.0), np.full(CELLS, -0.25)])
    high = np.stack([np.full(CELLS, 1.0), np.full(CELLS, 0.5)])
    low[:, 4] = high[:, 4] = 1.0
    return low, high


def picture(ranges) -> Picture:
    reward = np.eye(CELLS)[4]
    return figures.reward_ranges(ranges, reward, ["open room", "a wall"])


def test_there_is_a_room_for_each_environment_with_a_bar_for_each_cell(ranges):
    svg = picture(ranges).svg
    assert svg.count("<svg") == 2
    assert svg.count('width="36"') == 2 * CELLS
    assert ">open room<" in svg
    assert ">and with a wall<" in svg


def test_bars_reach_from_the_lowest_to_the_highest_reward(ranges):
    bars = re.findall(r'y="([\d.]+)" width="36" height="([\d.]+)"', picture(ranges).svg)
    first, second = bars[0], bars[CELLS]
    assert (float(first[0]), float(first[1])) == (10.0, 80.0)  # from +1 at the top down to -1
    assert (float(second[0]), float(second[1])) == (30.0, 30.0)


def test_each_room_says_how_much_is_open_and_how_many_cells_are_known(ranges):
    first, second = re.findall(r'aria-label="([^"]*)"', picture(ranges).svg)
    assert "1.92 wide on average; 1 of 25 cells are known exactly" in first
    assert "0.72 wide on average; 1 of 25 cells are known exactly" in second


def test_the_numbers_of_every_cell_are_in_the_table(ranges):
    heads, rows = picture(ranges).table
    assert heads == ("row, column", "its reward", "open room", "a wall")
    assert len(rows) == CELLS
    assert rows[4] == ("1, 5", "1.00", "1.00 to 1.00", "1.00 to 1.00")
    assert rows[5] == ("2, 1", "0.00", "−1.00 to 1.00", "−0.25 to 0.50")


def test_ranges_without_a_name_are_refused(ranges):
    with pytest.raises(ValueError, match="Give 2 names"):
        figures.reward_ranges(ranges, np.zeros(CELLS), ["open room"])


def test_what_stays_open_is_drawn_for_each_agent_with_an_interval():
    shares = LeftOpen(np.array([[0.9, 0.8], [1.0, 0.9]]), np.array([[0.5, 0.25], [0.5, 0.25]]))
    figure = figures.ranges_left_open(shares)
    dots = [t for t in figure.chart.data if t.mode == "markers"]
    assert [(t.name, len(t.y)) for t in dots] == [("the open room, then three walls", 4)]
    assert f"{figures.LOTTERIES}: 50 % [50, 50] after one, 25 % [25, 25] after 2" in figure.alt
    assert figure.table[1][0][1].startswith("95 % [")
    assert figure.chart.layout.yaxis.title.text == "still open, share of the range"


def test_rewards_stand_side_by_side_with_their_names_and_numbers():
    shown = figures.reward_pictures({"one": np.eye(CELLS)[4], "other": -np.ones(CELLS)}, "Both.")
    assert shown.svg.count("<svg") == 2
    assert 'aria-label="other, row by row: −1.0' in shown.svg
    assert shown.table[0] == ("row, column", "one", "other")
    assert shown.table[1][4] == ("1, 5", "1.0", "−1.0")
    assert shown.caption == "Both."


@pytest.fixture(scope="module")
def parting() -> Picture:
    rooms = {"open": (), "walled": WALLS["a wall"]}
    return figures.move_pictures({"seeks": SEEKS, "flees": FLEES}, rooms, 0.9)


def test_each_agent_has_its_moves_in_each_room_and_cells_where_they_part_are_shaded(parting):
    rooms = re.findall(r"<svg.*?</svg>", parting.svg, re.DOTALL)
    assert [re.search('aria-label="([^"]*)"', svg)[1] for svg in rooms] == [
        "open: seeks; 0 of 25 cells are shaded", "open: flees; 0 of 25 cells are shaded",
        "walled: seeks; 3 of 25 cells are shaded", "walled: flees; 3 of 25 cells are shaded",
    ]  # fmt: skip
    assert [svg.count("fill:var(--mg-second") for svg in rooms] == [0, 0, 3, 3]
    arrow = dict(zip(ACTIONS, figures.ARROWS, strict=True))
    assert rooms[0].count(f'd="{arrow["up"]}"') == SIZE - 1  # the column below the corner


def test_a_wall_is_drawn_on_top_of_the_cells_at_its_side(parting):
    open_room, *_, walled = re.findall(r"<svg.*?</svg>", parting.svg, re.DOTALL)
    bars = 'd="M100 0V100"'
    assert (open_room.count(bars), walled.count(bars)) == (0, 4)
    assert walled.rindex("<rect") < walled.index(bars)


def test_a_wall_that_lies_is_drawn_below_its_cell():
    picture = figures.move_pictures({"seeks": SEEKS}, {"room": [(7, 2)]}, 0.9)
    assert picture.svg.count('d="M0 100H100"') == 1


def test_the_moves_of_every_cell_are_in_the_table(parting):
    heads, rows = parting.table
    assert heads == ("room", "row, column", "seeks", "flees")
    assert len(rows) == 2 * CELLS
    assert rows[2] == ("open", "1, 3", "right", "right")
    assert rows[CELLS + 2] == ("walled", "1, 3", "down", "stay")
