from __future__ import annotations

import math

import numpy as np
import pytest

from misgen.explore.pack import unpack
from misgen.topics.tree_gridworld.dials import STORIES, endless_run, forest_dial
from misgen.topics.tree_gridworld.experiment import BASE, DIAL_SEEDS, DIALS, FILMED_SEEDS, SEEDS
from misgen.topics.tree_gridworld.explorers import growing
from misgen.topics.tree_gridworld.published import runs


@pytest.fixture(scope="module", params=sorted(DIALS))
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def dial(name):
    return forest_dial(name)


def test_a_dial_starts_at_the_setting_that_collapses(name, dial):
    assert dial.state == {name: getattr(BASE, name)}


def test_a_dial_has_the_measured_values_and_no_others(name, dial):
    (control,) = dial.table["controls"]
    assert control["values"] == list(DIALS[name])
    assert len(set(control["labels"])) == len(control["labels"])


def test_a_small_rate_is_written_as_a_power_that_fits_below_its_slider():
    (control,) = forest_dial("r_min").table["controls"]
    (knob,) = (each for each in growing().table["controls"] if each["name"] == "r_min")
    assert control["labels"] == knob["labels"] == ["10⁻⁶", "0.001", "0.01"]


def test_every_seed_of_every_value_is_drawn(name, dial):
    arrays = unpack(dial.table["layout"], dial.data)
    drawn = ~np.isnan(arrays["part1.0.seeds"]).all(axis=-1)  # (values, seeds)
    seeds = [SEEDS if value == getattr(BASE, name) else DIAL_SEEDS for value in DIALS[name]]
    assert drawn.sum(axis=1).tolist() == [len(each) for each in seeds]


def test_the_sentence_tells_what_was_measured_at_the_end(dial):
    extinct = runs(BASE).of_each(lambda run: run.ending.extinct).mean()
    assert f"At the end {100 * extinct:.0f} % of their forests have no tree" in dial.sentence()


def test_the_dials_have_keys_of_their_own():
    assert len({forest_dial(name).key for name in DIALS}) == len(DIALS)


def test_a_dial_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no dial 'size'; choose one of discount, r_max"):
        forest_dial("size")


def test_the_explorer_has_three_worlds_and_the_filmed_seeds():
    controls = endless_run().table["controls"]
    assert controls["run"]["values"] == [name for name, _, _ in STORIES]
    assert controls["seed"]["values"] == list(FILMED_SEEDS)


def test_the_label_of_each_world_names_its_numbers():
    raised = str.maketrans("-36", "⁻³⁶")
    for _, label, setting in STORIES:
        power = str(round(math.log10(setting.r_min))).translate(raised)
        assert label.endswith(f"discount {setting.discount:g}, r_min 10{power}")


def test_the_explorer_is_at_most_300_kilobytes_on_the_page():
    assert len(endless_run().html()) < 300_000
