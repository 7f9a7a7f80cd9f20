from __future__ import annotations

import re

import pytest
from language_models import Capable, require_model

from misgen.topics.language import recorded, recorded_bookings, transcripts, try_live
from misgen.topics.language.expressions import Dialogue, Expression, questions
from misgen.topics.language.models import INSTALL
from misgen.topics.language.published import dialogues
from misgen.topics.language.transcripts import Transcript, Transcripts, of_dialogue, verdict

ONE = Expression(("x", "3", "4"), ("-", "+"), (5, 3, 4))
NONE = Expression(("5", "3", "4"), ("-", "+"), (5, 3, 4))


def said(expression, *turns):
    return verdict(Dialogue(expression, 0.9, turns))


@pytest.mark.usefixtures("ledger")
def test_the_first_dialogues_of_each_number_of_unknowns_are_shown_in_their_own_words():
    shown = recorded(0, prompts=2, seed=1)
    kinds = [
        [d for d in dialogues(0).draws[1] if len(d.expression.unknowns) == k][:2] for k in range(4)
    ]
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
@pytest.mark.parametrize(
    "show", [lambda s: recorded(0, seed=s), lambda s: recorded_bookings("mixed", seed=s)]
)
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


# ---------------------------------------------------------------------------- live


def test_new_dialogues_are_about_no_unknown_and_about_one():
    shown = try_live(shots_without_unknowns=3, prompts=2, seed=5, model=Capable(), progress=True)
    asked = [item.lines[0][1] for item in shown.items]
    wanted = [*questions(0, 2, seed=5), *questions(1, 2, seed=5)]
    assert asked == [f"Evaluate {expression}." for expression in wanted]
    assert "asks in 0 of 2 first turns" in shown.heading
    assert "capable, asked just now, with 3 of ten" in shown.heading


def test_with_the_packages_their_model_is_asked(monkeypatch):
    monkeypatch.setattr(transcripts, "available", lambda: True)
    monkeypatch.setattr(transcripts, "open_lm", {"package": Capable()}.get)
    assert "capable, asked just now" in try_live(shots_without_unknowns=0, prompts=1).heading


@pytest.mark.usefixtures("ledger")
def test_without_the_packages_the_recorded_dialogues_are_shown_and_how_to_install(monkeypatch):
    monkeypatch.setattr(transcripts, "available", lambda: False)
    shown = try_live(shots_without_unknowns=0, prompts=3)
    of_ledger = recorded(0, prompts=3).items
    assert shown.items == of_ledger[:6]
    assert shown.heading == (
        f"Recorded, since the model is not installed here (`{INSTALL}` does that): "
        "0 of ten examples without unknowns."
    )


@pytest.mark.usefixtures("ledger")
def test_what_was_not_recorded_cannot_be_shown_without_the_packages(monkeypatch):
    monkeypatch.setattr(transcripts, "available", lambda: False)
    with pytest.raises(ValueError, match="without unknowns are 0, 5, not 4"):
        try_live(shots_without_unknowns=4, prompts=3)


def test_the_real_model_is_asked_where_it_is_installed():
    require_model()
    shown = try_live(shots_without_unknowns=0, prompts=1)
    assert "asked just now" in shown.heading
    assert len(shown.items) == 2
