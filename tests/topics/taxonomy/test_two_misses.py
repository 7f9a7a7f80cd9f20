"""The moving picture: on each level one agent misses the coin in two ways."""

from misgen.explore.panel_parts import Replays
from misgen.explore.replays import LAST_STEP
from misgen.topics.taxonomy.two_misses import SHOWN, WAYS, _missed, two_misses


def test_on_each_level_it_is_capable_once_and_lost_once():
    moved, flipped = _missed()
    assert len(moved) == len(flipped) == SHOWN
    assert {replay.outcome for replay in moved} == {"proxy"}
    assert {replay.outcome for replay in flipped} <= {"died", "timed_out"}
    assert [replay.level for replay in moved] == [replay.level for replay in flipped]


def test_the_panel_shows_both_in_step():
    panel = two_misses()
    parts = [part for part in panel._parts if isinstance(part, Replays)]
    assert [part.label for part in parts] == list(WAYS)
    assert panel.state == {"level": parts[0].replays[0].level, "step": LAST_STEP}
