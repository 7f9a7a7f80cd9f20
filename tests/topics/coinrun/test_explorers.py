"""The explorers of CoinRun show what its ledger holds, in words that fit it."""

from __future__ import annotations

import dataclasses

import pytest

import misgen
from misgen.explore.base import text_of
from misgen.explore.study import Words
from misgen.topics.coinrun import explorers
from misgen.topics.coinrun.explorers import PRESENTATION


def test_every_measure_is_a_rate_of_the_ledger_and_has_a_label():
    agents = misgen.results(PRESENTATION.env).where(options=PRESENTATION.options)
    for test, what in PRESENTATION.tests.values():
        assert len(agents.rates(test, what)) > 0
    assert set(PRESENTATION.words.measures) == set(PRESENTATION.tests)


def test_every_word_is_given_and_has_no_spaces_around_it():
    words = PRESENTATION.words
    texts = [getattr(words, field.name) for field in dataclasses.fields(Words)]
    for text in [*(t for t in texts if isinstance(t, str)), *words.measures.values()]:
        assert text
        assert text == text.strip()
    assert words.question.endswith("?")
    assert words.dots.endswith(".")


@pytest.mark.parametrize("name", ["dial", "predict", "duel"])
def test_each_explorer_is_made_by_the_function_of_its_name(name):
    explorer = getattr(explorers, name)()
    assert explorer.key == name
    assert explorer.sentence()
    assert 'class="misgen-state"' in explorer.html()


def test_an_agent_of_the_readers_is_shown_beside_published_ones_on_their_levels():
    made = explorers.beside(misgen.published("CoinRun", distinguishing=0.0, seed=0))
    first, second, level = made.table["controls"]
    assert first["values"][0] == "from the cell"
    assert (made.state["first"], made.state["second"]) == ("from the cell", "trained at 0 %")
    assert "trained at 50 %" in second["values"]
    levels = {level for _, _, level in misgen.replays("CoinRun", "shifted")}
    assert sorted(level["values"]) == sorted(levels)
    assert made.state["level"] == explorers.dial().state["level"]


def test_the_dial_tells_of_capability_here_and_on_ordinary_levels():
    dial = explorers.dial()
    told = {share: text_of(dial.say(distinguishing=share)) for share in (0, 2, 100)}
    reached = {0: 98, 2: 86, 100: 98}  # of 100, either of the two
    for share, count in reached.items():
        assert f"Capability: they reach one or the other in {count} of 100." in told[share]
    assert "On ordinary levels they take the coin in only" in told[100]
    drawn = [line["label"] for line in dial.table["parts"][1]["lines"]]
    assert {"capability (coin or end)", "on ordinary levels: the coin"} <= set(drawn)


def test_the_caption_says_how_the_levels_were_chosen():
    caption = explorers.dial().table["source"]["text"]
    assert "the first 8 levels of one seed that are at least 27 columns long, and open" in caption
    assert "on which 1 % changes what most agents do" in caption


def test_the_dial_shows_the_rates_of_the_ledger():
    sentence = explorers.dial().sentence()
    goal = misgen.results("CoinRun").where(0.0).estimate("shifted", "goal")
    assert f"{round(100 * goal.mean)} of 100" in sentence


def test_the_slider_has_exactly_the_values_of_the_ledger():
    values = explorers.dial().table["controls"][0]["values"]
    assert values == [0, 1, 2, 3, 5, 10, 25, 50, 100]


def test_ordinary_and_shifted_replays_are_on_the_same_levels():
    ordinary, shifted = (misgen.replays("CoinRun", kind) for kind in ("ordinary", "shifted"))
    for key, replay in shifted.items():
        assert (replay.cells == ordinary[key].cells).all()


def test_the_explorers_open_on_the_first_level_that_the_first_step_changes():
    replays = misgen.replays("CoinRun", "shifted")

    def usual(share: float, level: int) -> str:
        outcomes = [replays[(share, seed, level)].outcome for seed in range(10)]
        return max(set(outcomes), key=outcomes.count)

    levels = sorted({level for _, _, level in replays})
    opening = explorers.dial().state["level"]
    before = levels[: levels.index(opening)]
    assert usual(0.0, opening) != usual(0.01, opening)
    assert all(usual(0.0, level) == usual(0.01, level) for level in before)
