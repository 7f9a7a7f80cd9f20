from __future__ import annotations

import pytest
from language_models import Capable, require_model

from misgen.topics.language import live, recorded, try_live
from misgen.topics.language.expressions import questions


def test_new_dialogues_are_about_no_unknown_and_about_one():
    shown = try_live(shots_without_unknowns=3, prompts=2, seed=5, model=Capable(), progress=True)
    asked = [item.lines[0][1] for item in shown.items]
    wanted = [*questions(0, 2, seed=5), *questions(1, 2, seed=5)]
    assert asked == [f"Evaluate {expression}." for expression in wanted]
    assert "asks in 0 of 2 first turns" in shown.heading
    assert "capable, asked just now, with 3 of ten" in shown.heading


def test_with_the_packages_their_model_is_asked(monkeypatch):
    monkeypatch.setattr(live, "available", lambda: True)
    monkeypatch.setattr(live, "open_lm", {"package": Capable()}.get)
    assert "capable, asked just now" in try_live(shots_without_unknowns=0, prompts=1).heading


@pytest.mark.usefixtures("ledger")
def test_without_the_packages_the_recorded_dialogues_are_shown_and_how_to_install(monkeypatch):
    monkeypatch.setattr(live, "available", lambda: False)
    shown = try_live(shots_without_unknowns=0, prompts=3)
    of_ledger = recorded(0, prompts=3).items
    assert shown.items == of_ledger[:6]
    assert live.INSTALL in shown.heading
    assert "Recorded" in shown.heading


@pytest.mark.usefixtures("ledger")
def test_what_was_not_recorded_cannot_be_shown_without_the_packages(monkeypatch):
    monkeypatch.setattr(live, "available", lambda: False)
    with pytest.raises(ValueError, match="without unknowns are 0, 5, not 4"):
        try_live(shots_without_unknowns=4, prompts=3)


def test_the_real_model_is_asked_where_it_is_installed():
    require_model()
    shown = try_live(shots_without_unknowns=0, prompts=1)
    assert "asked just now" in shown.heading
    assert len(shown.items) == 2
