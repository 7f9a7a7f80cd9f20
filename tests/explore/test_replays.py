import numpy as np
import pytest
from small_replays import LEDGE, MEADOW, pass_by, replay, take, walk

from misgen.core.replay import NOBODY, from_arrays
from misgen.explore.replays import replay_arrays, replay_table
from misgen.explore.stories import story


def test_replays_come_back_from_their_arrays():
    runs = [pass_by(1), take(2), replay(walk(2, 4), monster=[(5, 1)] * 3, outcome="died")]
    packed = replay_arrays(runs)
    packed |= {"cells": packed["cells"][packed["terrain"]], "level": [r.level for r in runs]}
    for run, read in zip(runs, from_arrays(packed, runs[0].sprites), strict=True):
        for name, value in vars(run).items():
            assert np.array_equal(value, getattr(read, name)), name


def test_levels_that_replays_share_are_stored_once():
    wider = replay(
        walk(1, 9),
        picture=MEADOW.replace("..........", "............").replace("tttttttttt", "tttttttttttt"),
    )
    packed = replay_arrays([pass_by(1), take(2), wider])
    assert packed["terrain"].tolist() == [1, 1, 0]
    assert (packed["cells"][:, 0] != NOBODY).sum(axis=1).tolist() == [13, 11]


def test_replays_that_do_not_fit_together_are_refused_in_one_sentence():
    with pytest.raises(ValueError, match="at least one replay"):
        replay_arrays([])
    with pytest.raises(ValueError, match="same number of rows"):
        replay_arrays([pass_by(1), replay(walk(1, 2), picture=LEDGE)])
    with pytest.raises(ValueError, match="died, timed_out, not 'won'"):
        replay_arrays([replay(walk(1, 2), outcome="won")])


def test_each_story_is_stored_once_and_found_again():
    runs = [pass_by(1), take(2), pass_by(3)]
    stories, rows = replay_table(runs)["stories"], replay_arrays(runs)["story"]
    assert len(stories) == 2
    for run, row in zip(runs, rows, strict=True):
        assert stories[row] == story(run)


def test_the_picture_is_as_wide_as_the_widest_level():
    assert replay_table([pass_by(1)])["columns"] == 11


def test_the_picture_leaves_out_sky_that_nobody_needs():
    high = LEDGE.replace("\n", "\n" + "..........|\n" * 6, 1)
    low_run, high_run = (replay(walk(1, 9, y), picture=high) for y in (1, 11))
    assert replay_table([low_run])["rows"] == 8
    assert replay_table([low_run, high_run])["rows"] == 12


def test_a_low_level_is_shown_whole():
    assert replay_table([pass_by(1)])["rows"] == 3
