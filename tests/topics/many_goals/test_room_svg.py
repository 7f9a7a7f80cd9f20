from __future__ import annotations

import re

import numpy as np

from misgen.topics.many_goals.gallery import PRESETS, reward_of
from misgen.topics.many_goals.gridworld import (
    CELLS,
    WALLS,
    named_room,
    optimal_actions,
    optimal_values,
)
from misgen.topics.many_goals.room_svg import (
    HATCH,
    picture_svg,
    rewards_text,
    room_svg,
)

REWARD = reward_of(PRESETS["goal and pit"])


def drawn(room: str) -> str:
    here = named_room(room)
    best, values = (f(here, REWARD, 0.9) for f in (optimal_actions, optimal_values))
    return room_svg(REWARD, best, values, WALLS[room], label='a "room"')


def test_every_cell_has_its_value_and_painted_ones_their_reward():
    words = re.findall(r">([^<]+)</text>", drawn("open room"))
    assert len(words) == CELLS + 2
    assert words.count("+1") == words.count("−1") == 1
    assert "10.0" in words


def test_walls_are_drawn_where_they_stand():
    assert 'stroke-width="14"' not in drawn("open room")
    assert drawn("a wall").count("M100 0V100") == 4
    assert drawn("the wall turned").count("M0 100H100") == 4


def test_negative_rewards_have_strokes_so_that_colour_is_not_their_only_mark():
    assert drawn("open room").count(HATCH) == 1
    assert picture_svg(REWARD - 0.5, "x").count(HATCH) == CELLS - 1


def test_a_label_cannot_end_its_attribute():
    assert 'aria-label="a &quot;room&quot;"' in drawn("open room")


def test_rewards_are_read_row_by_row():
    assert rewards_text(np.arange(CELLS) / 10).startswith("0.0 0.1 0.2 0.3 0.4; 0.5 ")
