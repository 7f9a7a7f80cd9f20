from small_replays import LEDGE, pass_by, replay, take, walk

from misgen.explore.draw import transcript
from misgen.explore.tables import replay_arrays, replay_table


def test_each_story_is_stored_once_and_found_again():
    runs = [pass_by(1), take(2), pass_by(3)]
    stories, rows = replay_table(runs)["stories"], replay_arrays(runs)["story"]
    assert len(stories) == 2
    for run, row in zip(runs, rows, strict=True):
        assert transcript(run).endswith(stories[row])


def test_the_picture_is_as_wide_as_the_widest_level():
    assert replay_table([pass_by(1)])["columns"] == 11


def test_the_picture_leaves_out_sky_that_nobody_needs():
    high = LEDGE.replace("\n", "\n" + "..........|\n" * 6, 1)
    low_run, high_run = (replay(walk(1, 9, y), picture=high) for y in (1, 11))
    assert replay_table([low_run])["rows"] == 8
    assert replay_table([low_run, high_run])["rows"] == 12


def test_a_low_level_is_shown_whole():
    assert replay_table([pass_by(1)])["rows"] == 3
