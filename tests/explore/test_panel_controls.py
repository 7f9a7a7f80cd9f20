import numpy as np
import pytest
from small_panels import share

from misgen.explore import Control, Reading


def test_numpy_values_become_plain_ones_which_an_address_can_hold():
    control = Control("n", "N", tuple(np.arange(3)), ("a", "b", "c"))
    assert [type(value) for value in control.values] == [int] * 3


def test_a_value_has_its_index():
    assert share().index(5) == 3
    with pytest.raises(ValueError, match="'share' has no value 3; choose one of 0, 1, 2, 5, 10"):
        share().index(3)


def test_labels_may_depend_on_another_control():
    control = Control("n", "N", (1, 2), ("1", "2"), labels_by=("m", (("a", "b"), ("c", "d"))))
    assert [control.label_of({"n": 1, "m": m}) for m in (0, 1)] == ["b", "d"]
    assert share().labels_at({}) == share().labels


def test_a_switch_needs_no_labels():
    assert Control("flipped", "Flipped", (False, True), kind="switch").labels == ("off", "on")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "Two words"}, "small letters and underscores"),
        ({"name": "step"}, "not 'step'"),
        ({"kind": "dial"}, "one of slider, choice, switch, not 'dial'"),
        ({"kind": "switch"}, r"values \(False, True\)"),
        ({"values": (False, True)}, r"Give a switch, and nothing else"),
        ({"kind": "choice", "playable": True}, "Only a slider is playable"),
        ({"values": (1,), "labels": ("1",)}, "at least two values"),
        ({"values": (1, 1)}, "all different"),
        ({"labels": ("1", "2", "3")}, "one label for each of its 2 values"),
        ({"values": (1, "a")}, "numbers or strings, not both"),
        ({"values": (1, float("inf"))}, "finite numbers"),
        ({"start": 2}, "index from 0 to 1"),
        ({"start": -1}, "index from 0 to 1"),
        ({"labels_by": ("m", (("a", "b"), ("c",)))}, "one label for each of its 2 values"),
        ({"labels_by": ("m", (("a", "b"),)), "kind": "choice"}, "Only a slider has `labels_by`"),
    ],
)
def test_a_control_that_cannot_work_is_refused_in_one_sentence(options, message):
    fitting = {"name": "n", "label": "N", "values": (1, 2), "labels": ("1", "2")}
    with pytest.raises(ValueError, match=message):
        Control(**{**fitting, **options})


def test_a_reading_in_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="no format 'roman'"):
        Reading(1.0, format="roman")


def test_the_numbers_0_and_1_are_no_switch():
    assert Control("seed", "Seed", (0, 1), ("0", "1"), kind="choice").values == (0, 1)
    with pytest.raises(ValueError, match="Give a switch"):
        Control("seed", "Seed", (0, 1), ("0", "1"), kind="switch")
