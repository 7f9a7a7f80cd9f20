"""Stand-ins for a language model, and what a test says where the real one is missing."""

from __future__ import annotations

import os
import re

import pytest

from misgen.topics.language import bookings, expressions
from misgen.topics.language.bookings import Booking
from misgen.topics.language.expressions import Dialogue, Expression
from misgen.topics.language.models import INSTALL, available


def require_model() -> None:
    """Skips a test where the model is not installed; in continuous integration it fails."""
    if available():
        return
    message = f"The small language model is not installed; run `{INSTALL}`."
    if os.environ.get("MISGEN_LANGUAGE") == "required":
        pytest.fail(message)
    pytest.skip(message)


class Scripted:
    """Says the given lines, whatever it is asked, and prefers one option."""

    name = "scripted"

    def __init__(self, *lines: str, ask: float = 0.9) -> None:
        self.lines, self.ask = list(lines), ask
        self.prompts: list[str] = []

    def choose(self, prompt, options):
        self.prompts.append(prompt)
        first, second = options
        return {first: self.ask, second: 1 - self.ask}

    def complete(self, prompt, max_tokens):
        self.prompts.append(prompt)
        return f" {self.lines.pop(0)}"


class Capable:
    """Understands the task: asks for each unknown, then gives the right answer."""

    name = "capable"

    def choose(self, prompt, options):
        asks = self.complete(prompt, 16).startswith(" What")
        return {option: float(option.startswith(" What") == asks) for option in options}

    def complete(self, prompt, max_tokens):
        last = prompt.split("Evaluate ")[-1]
        terms = last[: last.index(".\n")].split(" ")
        told = dict(re.findall(r"What's (\w+)\?\nHuman: (\d+)", last))
        unknown = [term for term in terms[::2] if term.isalpha() and term not in told]
        if unknown:
            return f" What's {unknown[0]}?"
        values = tuple(int(told.get(term, term if term.isdigit() else 0)) for term in terms[::2])
        return f" The answer is {Expression(tuple(terms[::2]), tuple(terms[1::2]), values).value}."


# --------------------------------------------------------------------------- a ledger

SETTINGS, SEEDS = (0, 5), range(3)


def two_questions(expression) -> Dialogue:
    """Asks for the first two terms, then says 1."""
    turns: list[str] = []
    for term in expression.terms[:2]:
        turns += [f"What's {term}?", expression.reply_to(term)]
    return Dialogue(expression, 0.9, (*turns, "The answer is 1."))


def spoken(without: int, seed: int) -> list[dict]:
    shown = expressions.shots(without, seed)
    return [
        (two_questions(e) if without == 0 else expressions.play(Capable(), shown, e)).to_json()
        for unknowns in range(4)
        for e in expressions.questions(unknowns, 4, seed)
    ]


def booked(kind: str, seed: int) -> dict[str, list[dict]]:
    """Copies the examples, and says that the option named first is preferred."""
    reply = "I booked a restaurant." if kind == "restaurants" else "I set up a video call."
    return {
        week: [Booking(m, reply, (0.9, 0.1)).to_json() for m in bookings.meetings(week, 2, seed)]
        for week in bookings.WEEKS
    }


def small_ledger() -> tuple[dict, ...]:
    """Three draws, in which a computer asks as often as its examples do, or understands."""
    dialogues = [
        {"config": {"task": "dialogues", "shots_without_unknowns": without, "seed": seed},
         "result": {"dialogues": spoken(without, seed)}}
        for without in SETTINGS for seed in reversed(SEEDS)
    ]  # fmt: skip
    made = [
        {"config": {"task": "bookings", "examples": kind, "seed": seed},
         "result": {"bookings": booked(kind, seed)}}
        for kind in bookings.EXAMPLES for seed in SEEDS
    ]  # fmt: skip
    return (*made, *dialogues)
