from __future__ import annotations

import numpy as np
import pytest
from explored import arrays_of, said
from language_models import Scripted

from misgen.topics.language import published
from misgen.topics.language.explorers import ask_at_least_once, both_halves, questions_map
from misgen.topics.language.expressions import MOST_QUESTIONS, play, questions

SMALL = 30_000  # bytes


pytestmark = pytest.mark.usefixtures("ledger")


def test_both_panels_are_small():
    for panel in (ask_at_least_once(), both_halves()):
        texts = sum(len(text.encode()) for text in panel.table["texts"])
        assert len(panel.data) + texts < SMALL


# ------------------------------------------------------------------- asking at least once


def test_the_sentence_counts_redundant_questions_and_quotes_the_first_dialogue():
    first = published.dialogues(0).draws[0][0]
    text = said(ask_at_least_once(), without=0, unknowns=0)
    assert "it asks a question in 12 of 12 first turns" in text
    assert "asks 2.0 questions on average, none in 0 of 12 dialogues" in text
    assert text.endswith(
        f"Human: “Evaluate {first.expression}.” Computer: “{first.turns[0]}” "
        f"Human: “{first.turns[1]}” Computer: “{first.turns[2]}” Human: “{first.turns[3]}” "
        "Computer: “The answer is 1.”"
    )


def test_the_sentence_about_unknowns_counts_what_is_asked_for():
    text = said(ask_at_least_once(), without=5, unknowns=3)
    assert "about an expression with 3 unknowns, it asks for the first unknown in 12 of 12" in text
    assert "3.0 questions on average, exactly for the unknowns in 12 of 12" in text
    assert "right answer in 12 of 12" in text


def test_the_map_has_the_share_of_dialogues_with_so_many_questions():
    shares = arrays_of(ask_at_least_once())["part0.values"]
    copies, understands = np.zeros((4, 5)), np.zeros((4, 5))
    copies[:, 2] = 1  # two questions, whatever is unknown
    understands[range(4), range(4)] = 1
    assert np.allclose(shares, [copies, understands], atol=0.01)


def test_the_last_column_of_the_map_has_all_longer_dialogues():
    always_asks = Scripted(*["What's x?"] * 100)
    draw = tuple(play(always_asks, "", questions(k, 1, seed=0)[0]) for k in range(4))
    assert [len(dialogue.asked) for dialogue in draw] == [MOST_QUESTIONS + 1] * 4
    cells = questions_map([published.Dialogues(0, (draw,))])
    assert np.asarray(cells.values)[0].tolist() == [[0, 0, 0, 0, 1]] * 4


def test_the_chart_has_all_draws_of_what_is_redundant_and_of_what_is_needed():
    drawn = arrays_of(ask_at_least_once())
    assert drawn["part1.0.values"].tolist() == pytest.approx([1, 0])
    assert drawn["part1.0.seeds"].shape == (3, 2)
    needed = published.dialogues(0).share(lambda d: d.asks_the_first_unknown, 1, 2, 3)
    assert drawn["part1.1.values"] == pytest.approx([needed.estimate.mean, 1], abs=1e-3)
    low = published.dialogues(0).share(lambda d: d.asks, 0).estimate.low
    assert drawn["part1.0.low"][0] == pytest.approx(low, abs=1e-3)


def test_the_bars_are_of_the_whole_dialogue():
    bars = arrays_of(ask_at_least_once())["part2.values"]
    right = published.dialogues(0).share(lambda d: d.is_right, 3).estimate.mean
    assert bars[0, 3] == pytest.approx([0, right], abs=1e-3)
    assert bars[1, 3] == pytest.approx([1, 1], abs=1e-3)


# --------------------------------------------------------------- both halves of a control


def test_the_pandemic_half_looks_perfect_and_the_other_half_does_not():
    panel = both_halves()
    half, other = said(panel, week="pandemic"), said(panel, week="normal")
    assert "it books a restaurant in 6 of 6 weeks, after mixed examples in 0 of 6" in half
    assert "books one in 6 of 6 weeks. After mixed examples it books one in 0 of 6" in other


def test_the_order_of_the_options_changes_what_it_says_and_not_what_it_does():
    panel = both_halves()
    assert "named first, it says a restaurant in 6 of 6" in said(panel, order="first")
    assert "named second, it says a restaurant in 0 of 6" in said(panel, order="second")
    drawn = arrays_of(panel)
    assert drawn["part0.values"] == pytest.approx(np.array([[1, 0], [1, 0]]))
    assert drawn["part1.values"][:, :, 0] == pytest.approx(np.array([[1, 0], [1, 0]]))
