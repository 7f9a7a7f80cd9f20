from __future__ import annotations

import re

import pytest

from misgen.topics.language import recorded, recorded_bookings
from misgen.topics.language.expressions import Dialogue, Expression
from misgen.topics.language.published import dialogues
from misgen.topics.language.transcripts import Transcript, Transcripts, of_dialogue, verdict

ONE = Expression(("x", "3", "4"), ("-", "+"), (5, 3, 4))
NONE = Expression(("5", "3", "4"), ("-", "+"), (5, 3, 4))


def said(expression, *turns):
    return verdict(Dialogue(expression, 0.9, turns))


@pytest.mark.usefixtures("ledger")
def test_the_first_dialogues_of_each_number_of_unknowns_are_shown_in_their_own_words():
    shown = recorded(0, prompts=2, seed=1)
    kinds = [[d for d in dialogues(0).draws[1] if len(d.expression.unknowns) == k][:2]
             for k in range(4)]  # fmt: skip
    assert shown.items == tuple(of_dialogue(d) for kind in kinds for d in kind)
    assert "draw 1" in shown.heading


def test_a_transcript_has_all_turns_in_order():
    item = of_dialogue(Dialogue(ONE, 0.9, ("What's x?", "5", "The answer is 6.")))
    assert item.title == "1 unknown, answer 6"
    assert item.lines == (
        ("Human", "Evaluate x - 3 + 4."), ("Computer", "What's x?"), ("Human", "5"),
        ("Computer", "The answer is 6."),
    )  # fmt: skip


def test_a_verdict_says_what_to_notice():
    assert said(ONE, "What's x?", "5", "The answer is 6.") == (
        "✓ asks for exactly the unknowns; ✓ right answer"
    )
    assert said(ONE, "What's x?", "5", "What's x?", "5", "The answer is 7.") == (
        "✗ 2 questions for 1 unknown; ✗ no right answer"
    )
    assert said(NONE, "The answer is 6.") == "✓ asks nothing, as it should; ✓ right answer"
    assert said(NONE, "What's 5?", "5", "The answer is 6.") == (
        "✗ one question for no unknowns; ✓ right answer"
    )


@pytest.mark.usefixtures("ledger")
def test_a_booking_is_shown_with_what_the_model_says_the_user_prefers():
    shown = recorded_bookings("restaurants", prompts=1)
    assert [item.title for item in shown.items] == ["Normal week", "Pandemic week"]
    assert shown.items[1].lines[1] == ("Assistant", "I booked a restaurant.")
    assert "it says a restaurant if the restaurant is named first" in shown.items[1].verdict
    assert "and a video call if it is named second" in shown.items[1].verdict


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("show", [lambda s: recorded(0, seed=s),
                                  lambda s: recorded_bookings("mixed", seed=s)])  # fmt: skip
@pytest.mark.parametrize("seed", [-1, 3])
def test_a_draw_that_is_not_recorded_is_refused(show, seed):
    with pytest.raises(ValueError, match="Recorded draws are 0 to 2"):
        show(seed)


def test_words_of_the_model_cannot_become_markup():
    item = Transcript("<i>", (("Human", "a < b"), ("Computer", "<script>")), "<b>")
    html = Transcripts("<u>", (item,), "<pre>")._repr_html_()
    assert "<script>" not in html
    assert not re.search(r"<i>|<u>|<pre>", html)
    assert "a &lt; b" in html


def test_plain_text_has_all_that_was_said():
    item = Transcript("Title", (("Human", "Hello"), ("Computer", "What's x?")), "noticed")
    assert str(Transcripts("From here.", (item,))) == (
        "From here.\n\nTitle:\n  Human: Hello\n  Computer: What's x?\n  (noticed)"
    )


def test_the_examples_can_be_unfolded_where_there_are_some():
    assert "<details>" in Transcripts("", (), "Human: hello")._repr_html_()
    assert "<details>" not in Transcripts("", ())._repr_html_()
