from dataclasses import replace

import numpy as np
import pytest
from small_replays import RATES, SETTINGS, WORDS, study

from misgen.core.intervals import Estimate
from misgen.explore.base import text_of
from misgen.explore.dial import dial, say
from misgen.explore.pack import unpack


def estimates(**means: float) -> list[list[Estimate]]:
    row = [Estimate(m, max(0, m - 0.05), min(1, m + 0.05), 10) for m in means.values()]
    return [row] * len(SETTINGS)


def said(**means: float) -> str:
    return text_of(say(study(estimates=estimates(**means)), 1))


def test_the_slider_has_the_settings_of_the_study_and_no_others():
    slider = dial(study()).table["controls"][0]
    assert slider["values"] == [0, 2, 100]
    assert slider["labels"] == ["0 %", "2 %", "100 %"]


def test_there_is_a_sentence_for_each_setting():
    first, second, third = map(text_of, dial(study()).table["sentences"])
    assert "only on levels in which the two goals coincide" in first
    assert "with 2 % of levels" in second
    assert "only on levels in which the two goals come apart" in third


def test_the_sentence_gives_both_rates_in_their_colours():
    sentence = say(study(), 1)
    assert ("goal", "54 of 100") in sentence
    assert ("proxy", "45 of 100") in sentence


def test_time_that_runs_out_is_told_where_it_is_more_than_a_few_percent():
    assert "In 12 of 100 their time runs out." in said(
        goal=0.61, proxy=0.25, died=0.02, accidental=0.1
    )
    assert "time runs out" not in said(goal=0.6, proxy=0.35, died=0.02, accidental=0.1)


def test_the_skill_is_called_intact_only_where_nearly_all_reach_one_of_the_two():
    assert "in 95 of 100: the skill is intact." in said(
        goal=0.5, proxy=0.45, died=0.05, accidental=0.1
    )
    assert "in 86 of 100. " in said(goal=0.61, proxy=0.25, died=0.02, accidental=0.1)


def test_a_skill_that_ordinary_levels_lack_is_not_called_intact():
    measures = ("goal", "proxy", "died", "accidental", "ordinary")
    rates = np.concatenate([study().rates, np.full((3, 2, 1), 0.1)], axis=2)
    rows = estimates(goal=0.95, proxy=0.0, died=0.05, accidental=0.1, ordinary=0.1)
    words = replace(WORDS, measures={**WORDS.measures, "ordinary": "on ordinary levels"})
    told = text_of(say(study(measures=measures, rates=rates, estimates=rows, words=words), 1))
    assert "intact" not in told
    assert "On ordinary levels they get the coin in only 10 of 100." in told


def test_deaths_are_not_drawn_where_capability_is():
    measures = ("goal", "proxy", "died", "capability")
    labels = [line["label"] for line in dial(study(measures=measures)).table["parts"][1]["lines"]]
    assert labels == [WORDS.measures[name] for name in ("goal", "proxy", "capability")]


def test_what_was_measured_in_other_episodes_is_dashed():
    measures = ("goal", "proxy", "died", "capability")
    parts = dial(study(measures=measures)).table["parts"]
    assert [line["dash"] for line in parts[1]["lines"]] == [False] * 3
    assert [line["dash"] for line in dial(study()).table["parts"][1]["lines"]] == [
        False, False, False, True,
    ]  # fmt: skip


def test_a_goal_rate_that_accident_explains_is_called_that():
    assert "no more often than when it is erased" in said(
        goal=0.13, proxy=0.85, died=0.02, accidental=0.12
    )
    assert "erased" not in said(goal=0.5, proxy=0.45, died=0.05, accidental=0.12)


def test_the_rates_of_every_seed_travel_with_the_dial():
    made = dial(study())
    seeds = unpack(made.table["layout"], made.data)["part1.0.seeds"]  # (seed, setting)
    assert np.allclose(seeds.T, RATES, atol=1 / 254)


def test_the_replays_lie_in_the_order_of_the_controls():
    made = dial(study())
    outcome = unpack(made.table["layout"], made.data)["replays.outcome"].reshape(3, 2, 2)
    outcomes = np.array(made.table["replays"]["outcomes"])[outcome]
    assert made.table["parts"][0]["over"] == ["distinguishing", "seed", "level"]
    assert (outcomes[0] == "proxy").all()
    assert (outcomes[1:] == "goal").all()


def test_the_reader_can_be_sent_to_any_state():
    assert dial(study(), setting=0.02, seed=3, level=40).state == {
        "distinguishing": 2, "seed": 3, "level": 41, "step": -1,
    }  # fmt: skip


def test_the_still_lists_every_estimate():
    still = dial(study()).still()
    assert still.count("<tr>") == 1 + len(SETTINGS)
    assert "54 % (3–100 %)" in still


def test_a_setting_that_was_not_measured_is_refused():
    with pytest.raises(ValueError, match=r"no setting 0\.03"):
        dial(study(), setting=0.03)
