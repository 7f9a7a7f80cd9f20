from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from explored import arrays_of, assert_a_step_changes_the_sentence, said

from misgen.topics.many_goals.gallery import FLEES, SEEKS
from misgen.topics.many_goals.gridworld import CELLS, named_room, optimal_actions
from misgen.topics.many_goals.walk_explorer import STARTS, STEPS, walks, watched


@pytest.fixture(scope="module")
def panel():
    return watched()


def test_each_walk_begins_where_it_is_said_and_ends_in_the_corner():
    walked = walks()
    assert walked.shape == (len(STARTS), STEPS + 1)
    assert walked[:, 0].tolist() == [*STARTS.values()]
    assert set(walked[:, -1]) == {4}


@pytest.mark.parametrize("reward", [SEEKS, FLEES], ids=["seeks", "flees"])
def test_every_step_is_a_best_move_under_both_goals(reward):
    room = named_room("open room")
    best = optimal_actions(room, reward, 0.9)
    for walked in walks():
        for here, there in pairwise(walked):
            assert there in room.successors[here][best[here]]


def test_the_pictures_show_where_the_agent_is_and_was(panel):
    pictures = arrays_of(panel)["part0.values"].reshape(len(STARTS), STEPS + 1, CELLS)
    for shown, walked in zip(pictures, walks(), strict=True):
        for time, here in enumerate(walked):
            assert np.flatnonzero(shown[time] == 2).tolist() == [here]
            assert set(np.flatnonzero(shown[time] == 1)) == {*walked[:time]} - {here}


def test_the_sentence_says_where_it_is_and_when_it_has_arrived(panel):
    assert_a_step_changes_the_sentence(panel)
    assert said(panel) == "After 0 of 9 steps it is in row 5, column 1."
    assert said(panel, start="middle", time=0) == "After 0 of 9 steps it is in row 3, column 3."
    assert "upper right corner, and there it stays" in said(panel, time=STEPS)
