"""A hundred dogs in the plane: the page against Python, and both against the trainings."""

from __future__ import annotations

import re

import numpy as np
import pytest
from topics.dogs.page_of_dogs import page_of

from misgen.explore.base import text_of
from misgen.explore.pack import unpack
from misgen.topics.dogs.explorers import hundred_dogs
from misgen.topics.dogs.plane import TESTS, unpacked
from misgen.topics.dogs.plane_explorer import POINTS, SHOWN_SEEDS, percent_of
from misgen.topics.dogs.policy import BOTH, LIPS, VOICE, follow_rates, followed
from misgen.topics.dogs.sweeps import ROUNDS, SHARES, sweep_shares, train_dogs

RUNS = 8
POPULATION = """(indices) => {
  const { distinguishing: share, ...others } = indices;
  const population = module.populationOf(table, arrays, { share, ...others });
  return { ...population, said: module.saidOf(table, population, indices),
    rates: module.ratesOf(table, population) };
}"""
EVERY = [
    {"distinguishing": share, "seed": seed, "time": time, "test": test}
    for share in (0, 3, 7) for seed in SHOWN_SEEDS for time in range(len(ROUNDS))
    for test in range(len(TESTS))
]  # fmt: skip


@pytest.fixture(scope="module")
def explorer():
    return hundred_dogs(sweep_shares(seeds=RUNS))


@pytest.fixture(scope="module")
def page(tmp_path_factory, explorer):
    return page_of(tmp_path_factory.mktemp("node"), explorer, POPULATION, EVERY)


def choices_of(case: dict[str, int]) -> dict[str, object]:
    return {
        "distinguishing": round(100 * SHARES[case["distinguishing"]], 3), "seed": case["seed"],
        "time": ROUNDS[case["time"]], "test": TESTS[case["test"]].name,
    }  # fmt: skip


def _dogs(way, case):
    training = train_dogs(way, SHARES[case["distinguishing"]], seeds=RUNS)
    return training.dogs(ROUNDS[case["time"]])


def test_the_page_says_what_python_says(explorer, page):
    for case, found in zip(EVERY, page, strict=True):
        assert [tuple(part) for part in found["said"]] == explorer.say(**choices_of(case)), case


def test_the_table_of_the_page_has_the_rates_of_python(explorer, page):
    for case, found in zip(EVERY, page, strict=True):
        expected = explorer.rates(**choices_of(case))
        shown = [[f"{rate} %" for rate in row] for row in found["rates"]]
        assert shown == [[*map(percent_of, row)] for row in expected], case


def test_each_mark_is_a_dog_of_its_population(page):
    for case, found in zip(EVERY, page, strict=True):
        weights = _dogs("breeding", case).weights[case["seed"]]
        np.testing.assert_allclose(found["bred"], weights, atol=0.5 / 1024)


def test_the_way_is_that_of_the_dog_of_the_seed_up_to_the_chosen_update(page):
    for case, found in zip(EVERY, page, strict=True):
        training = train_dogs("REINFORCE", SHARES[case["distinguishing"]], seeds=RUNS)
        shown = [point for point in POINTS if point <= ROUNDS[case["time"]]]
        weights = training.weights[shown, case["seed"], 0]
        np.testing.assert_allclose(found["own"], weights, atol=0.5 / 1024)
        assert len(found["paths"]) == RUNS
        assert found["paths"][case["seed"]] == found["own"]


def test_the_sentence_counts_the_dogs_and_tells_the_rate_of_the_other_one(explorer):
    for case in EVERY:
        said, situation = text_of(explorer.say(**choices_of(case))), TESTS[case["test"]].situation
        kinds = followed(_dogs("breeding", case), situation)[case["seed"]]
        counted = {"trained": BOTH, "lips": LIPS}.get(TESTS[case["test"]].name, VOICE)
        number = int(re.search(r"(\d+) (?:of the 100|side)", said)[1])
        assert abs(number - (kinds == counted).sum()) <= 1  # a rounded weight may cross a zone
        voice, lips = follow_rates(_dogs("REINFORCE", case), situation)
        rate = float(np.nan_to_num(voice, nan=lips)[case["seed"], 0])
        assert abs(int(re.search(r"(\d+) of 100 commands", said)[1]) - 100 * rate) <= 0.6


def test_at_the_end_the_runs_that_follow_the_voice_are_counted(explorer):
    said = text_of(explorer.say(distinguishing=10))
    for way, kind in (("breeding", "populations"), ("REINFORCE", "REINFORCE dogs")):
        share = train_dogs(way, 0.1, seeds=RUNS).share_of_runs().mean
        assert f"{100 * share:.0f} of 100 {kind}" in said


def test_the_points_of_a_way_have_the_rounds_among_them():
    assert set(ROUNDS) <= set(POINTS)


def test_each_control_moved_from_its_start_changes_the_text(explorer):
    start = explorer.sentence()
    for choice in ({"distinguishing": 1}, {"time": 40}, {"seed": 1}, {"test": "trained"},
                   {"test": "back"}):  # fmt: skip
        assert text_of(explorer.say(**choice)) != start


def test_it_opens_where_voice_and_lips_disagree_at_the_end_of_ambiguous_training(explorer):
    assert explorer.state == {"distinguishing": 0, "test": "apart", "time": 100, "seed": 0}
    assert explorer.key == "dogs"  # other pages link to it


@pytest.mark.parametrize("choice", [{"colour": 1}, {"seed": 99}])
def test_what_there_is_not_cannot_be_chosen(explorer, choice):
    with pytest.raises(ValueError, match=r"control|value"):
        explorer.say(**choice)


def test_it_is_small_enough_for_a_page(explorer):
    assert len(hundred_dogs(sweep_shares(seeds=25)).data) <= 150_000
    arrays = unpack(explorer.table["layout"], explorer.data)
    assert arrays["bred"].shape == (len(SHARES), len(SHOWN_SEEDS), len(ROUNDS), 100, 2)
    assert np.abs(unpacked(arrays["bred"])).max() < 20


def test_without_scripts_the_four_rates_are_a_table(explorer):
    html = explorer.numbers()
    assert html.count("<tr>") == 1 + len(TESTS)
    assert "voice against lips" in html
