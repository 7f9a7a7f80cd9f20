import numpy as np
import pytest

from misgen.topics.dogs.plane import KINDS, TESTS, packed, plane_table, unpacked
from misgen.topics.dogs.policy import (
    BOTH,
    LIPS,
    NEITHER,
    SITUATIONS,
    VOICE,
    DogPolicy,
    follow_rates,
    followed,
)

each_test = pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)


def test_there_is_one_test_for_each_situation_in_its_order():
    assert [test.situation for test in TESTS] == [*SITUATIONS]


@each_test
def test_on_the_line_of_a_test_a_dog_does_either_as_often(test):
    voice, lips = SITUATIONS[test.situation]
    on_line = np.linspace(-5, 5, 11)[:, None] * np.array([-lips, voice])
    rates = np.stack(follow_rates(DogPolicy(on_line), test.situation))
    assert np.nanmax(np.abs(rates - 0.5)) == 0


@each_test
def test_beyond_the_zones_nothing_else_is_followed_reliably(test):
    # The line splits the plane; its zones are all that is followed on either side of it.
    across = np.arange(-6, 6.5, 0.5)
    dogs = DogPolicy(np.stack(np.meshgrid(across, across), axis=-1))
    assert set(followed(dogs, test.situation).ravel()) == {*test.zones, NEITHER}


def test_the_colours_of_goal_and_proxy_mean_voice_and_lips():
    colours = [colour for _, colour, _ in KINDS]
    assert (colours[VOICE], colours[LIPS]) == ("goal", "proxy")
    assert not {"goal", "proxy"} & {colours[BOTH], colours[NEITHER]}
    marks = [mark for _, _, mark in KINDS]
    assert marks[VOICE] != marks[LIPS]  # not by colour alone


def test_weights_come_back_from_their_bytes_to_half_a_step():
    weights = np.random.default_rng(0).uniform(-20, 20, (50, 2))
    assert np.abs(unpacked(packed(weights)) - weights).max() <= 0.5 / 1024
    np.testing.assert_array_equal(packed(unpacked(packed(weights))), packed(weights))


def test_a_weight_that_no_16_bits_hold_is_refused():
    with pytest.raises(ValueError, match="within ±32"):
        packed(np.array([32.0]))


def test_the_table_of_the_plane_has_the_cues_of_each_test():
    table = plane_table((-1.0, 1.0), (-2.0, 2.0), (0.0,))
    assert [test["cues"] for test in table["tests"]] == [*SITUATIONS.values()]
    assert (table["voice"], table["lips"]) == ((-1.0, 1.0), (-2.0, 2.0))
