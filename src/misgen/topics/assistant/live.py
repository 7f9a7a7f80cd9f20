"""What a reader's page asks of the assistant: a fine-tuning of his own."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal

import numpy as np

from misgen.core.atomic import npz
from misgen.live.session import answers
from misgen.live.training import TEST_SEED, Training, noted
from misgen.topics.assistant.measures import outcomes, weeks_of
from misgen.topics.assistant.model import Assistant, from_arrays
from misgen.topics.assistant.settings import FINETUNING
from misgen.topics.assistant.shelf import published, shelf
from misgen.topics.assistant.turns import updates
from misgen.topics.assistant.weeks import PANDEMIC

WEEKS = 500
"""Weeks of the pandemic with which an assistant is tested, always the same ones."""
SHOWN = ("preferred", "restaurant", "knows")
"""What is measured in them; see `measures.Rates`."""


class Reader(Training[Assistant, Assistant]):
    """Fine-tunings of published assistants, whose pre-training they share."""

    measured_every: ClassVar[int] = 1  # it costs little, and the first steps change most

    def prepare(self) -> None:
        """Reads the assistants of the seed that the knobs begin with."""
        shelf(0)

    @answers
    def begin(
        self,
        run: str,
        seed: int,
        distinguishing: float,
        causes: int,
        start: Literal["zero", "aligned"],
        learning_rate: float,
        labels: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Begins a fine-tuning by labels, in place of an earlier one of that name.

        Args:
            run: What it is called.
            seed: Seed of the pre-training, of the weeks and of the order of the causes.
            distinguishing: Share of the weeks that have a break.
            causes: How many different causes breaks have.
            start: Whether the heads that book begin at zero, or as those that know.
            learning_rate: Step size.
            labels: What each week's label names, and how much it counts; by default what the user
                prefers, and nothing else. See `turns.LABELS`.

        Returns:
            The point before the first step, and `of` how many steps it is one.
        """
        settings = replace(FINETUNING["labels"], learning_rate=learning_rate)
        rest = updates(
            published(seed=seed, distinguishing=0.0), distinguishing=distinguishing,
            causes=causes, seed=seed, start=start, settings=settings, labels=labels or {},
        )  # fmt: skip
        return {"of": settings.steps, **self.begun(run, rest, {})}

    def agent_of(self, turn: Assistant) -> Assistant:
        """Returns the assistant after a step."""
        return turn

    def told(self, turn: Assistant) -> dict[str, float]:
        """Returns nothing: all is measured."""
        return {}

    def look(self, agent: Assistant, options: Mapping[str, Any]) -> dict[str, Any]:
        """Returns shares of the weeks of the pandemic, see `SHOWN`."""
        found = outcomes(agent, weeks_of(PANDEMIC, count=WEEKS, seed=TEST_SEED))
        return {"values": {name: float(found[name].mean()) for name in SHOWN}}

    def steps_of(self, agent: Assistant) -> int:
        """Returns after how many steps of its fine-tuning this was the assistant."""
        return noted(agent.notes, "steps")

    def to_bytes(self, agent: Assistant) -> bytes:
        """Returns an assistant as the bytes of an .npz file."""
        return npz(agent.to_arrays())

    def from_bytes(self, data: bytes) -> Assistant:
        """Returns the assistant of an .npz file."""
        try:
            # from memory: NumPy leaves a file open that turns out not to be an archive
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                return from_arrays(dict(file))
        except Exception as error:  # NumPy and zipfile raise a dozen kinds for foreign bytes
            raise ValueError(
                "This file is damaged or is not an assistant of this book; choose another one."
            ) from error
