"""One run of the ledger: what a small language model says to the prompts of one draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from misgen.topics.language import bookings, expressions
from misgen.topics.language.interface import LanguageModel

PROMPTS = {0: 10, 1: 4, 2: 4, 3: 4}
"""Number of unknowns -> dialogues of one draw."""
BOOKINGS = 8
"""Meetings of one draw, in each kind of week."""


def dialogues(model: LanguageModel, config: Mapping[str, Any]) -> dict[str, Any]:
    """Plays the dialogues of one draw of the shots.

    Args:
        model: The computer.
        config: "shots_without_unknowns" and "seed".
    """
    shown = expressions.shots(config["shots_without_unknowns"], config["seed"])
    wanted = [
        expression
        for unknowns, count in PROMPTS.items()
        for expression in expressions.questions(unknowns, count, config["seed"])
    ]
    played = [expressions.play(model, shown, expression) for expression in wanted]
    return {"model": model.name, "dialogues": [dialogue.to_json() for dialogue in played]}


def booked(model: LanguageModel, config: Mapping[str, Any]) -> dict[str, Any]:
    """Lets the model book the meetings of one draw of the examples.

    Args:
        model: The assistant.
        config: "examples" and "seed".
    """
    shown = bookings.examples(config["examples"], config["seed"])
    made = {
        week: [
            bookings.book(model, shown, meeting).to_json()
            for meeting in bookings.meetings(week, BOOKINGS, config["seed"])
        ]
        for week in bookings.WEEKS
    }
    return {"model": model.name, "bookings": made}
