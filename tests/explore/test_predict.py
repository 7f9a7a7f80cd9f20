import re

import numpy as np
import pytest
from small_replays import LEVELS, WORDS, ordinary_replays, study, take

from misgen.explore.base import text_of
from misgen.explore.predict import ANSWERS, Predict, answer_counts, verdict


@pytest.fixture
def predict() -> Predict:
    return Predict(study(), ordinary_replays(), name="maze.moved")


def test_nothing_that_is_shown_before_the_guess_tells_the_answer(predict):
    before = ["title", "ordinary", "shifted", "question", "move", "places", "running"]
    text = " ".join(str(predict.table[name]) for name in before)
    assert not re.search(r"\b(gets|runs past|dies|stuck|stops|takes)\b", text)


def test_the_still_tells_the_answer_only_in_an_element_that_opens(predict):
    before, after = predict.still().split("<details>")
    assert "of 100" not in before
    assert "stops at the end wall" not in before
    assert "88 of 100" in after


def test_the_answers_name_every_way_an_episode_can_end(predict):
    assert predict.table["answers"] == [
        "It takes the coin", "It runs past the coin to the end", "It dies or runs out of time",
    ]  # fmt: skip


def test_the_three_rates_add_up_to_one(predict):
    bars = predict.table["bars"]
    assert len(bars) == len(ANSWERS)
    assert sum(bar["mean"] for bar in bars) == pytest.approx(1)


def test_the_verdict_counts_the_seeds_that_did_the_same_on_this_level():
    answers = np.array([1, 0, 1, 2, 1, 0], np.uint8)  # three seeds, two levels
    counts = answer_counts(answers, 3)
    assert counts.tolist() == [[0, 3, 0], [2, 0, 1]]
    assert "3 of the 3 agents" in text_of(verdict(WORDS, 1, counts[0]))
    assert "2 of the 3 agents" in text_of(verdict(WORDS, 0, counts[1]))


def test_a_missing_run_is_left_out_of_the_rates():
    rates = study().rates.copy()
    gap = np.concatenate([rates, np.full((3, 1, 4), np.nan)], axis=1)
    replays = study().replays | {(x, 9, v): study().replays[x, 3, v] for x, _, v in study().keys}
    wider = study(seeds=(0, 3, 9), rates=gap, replays=replays)
    ordinary = ordinary_replays() | {(9, v): take(v) for v in LEVELS}
    assert Predict(wider, ordinary, name="maze.moved").table["bars"][2]["mean"] == pytest.approx(
        0.01
    )


def test_a_missing_ordinary_replay_is_refused_in_one_sentence():
    ordinary = ordinary_replays()
    del ordinary[3, 41]
    with pytest.raises(ValueError, match=r"no replay on an ordinary level for \(3, 41\)"):
        Predict(study(), ordinary, name="maze.moved")
