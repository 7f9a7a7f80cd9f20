"""Fine-tuning by labels in NumPy alone, step by step, for the page, where torch does not exist.

The trunk stays as it is, so that both heads that book are two softmax regressions on fixed states.
The weeks, their order, the loss and Adam are those of `finetuning`, which a test holds it to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from misgen.core.arguments import check_count, check_number, check_share
from misgen.core.arrays import FloatArray, IntArray
from misgen.topics.assistant.causes import chosen_causes
from misgen.topics.assistant.model import HEADS, Assistant, Head, listed_places
from misgen.topics.assistant.settings import FINETUNING, FinetuneSettings, Start
from misgen.topics.assistant.weeks import BREAKS, Weeks, draw_weeks

_WEEKS_STREAM, _ORDER_STREAM = 3, 4  # as in `finetuning` and `booker`
_DECAY, _DECAY_OF_SQUARES, _TINY = 0.9, 0.999, 1e-8  # of Adam, as in torch
LABELS: Mapping[str, float] = {"preferred": 1.0, "restaurant": 0.0}
"""How much the label of a week counts for the place that the user prefers, and the restaurant.

These are the reward of a training by labels: of the intended goal, and of the proxy.
"""


def updates(
    assistant: Assistant,
    *,
    distinguishing: float,
    causes: int | Sequence[str] = len(BREAKS),
    seed: int,
    start: Start = "zero",
    settings: FinetuneSettings | None = None,
    labels: Mapping[str, float] = LABELS,
) -> Iterator[Assistant]:
    """Trains the heads that book, and yields the assistant before the first step and after each.

    Args:
        assistant: A pre-trained assistant; it stays as it is.
        distinguishing: As in `finetuning.finetune`, like all that follow.
        causes: How many different causes breaks have, or their names.
        seed: Seed of the weeks, their order, and the order of the causes.
        start: "zero" or "aligned".
        settings: How to train; those of "labels" by default.
        labels: Weights of what each week's label names, from 0 to 1; what is left out is as in
            `LABELS`. None is negative: a cross-entropy that is to grow has no end.

    Raises:
        ValueError: If an argument is out of range.
    """
    labels = _checked(labels)
    settings = settings or FINETUNING["labels"]
    if start not in ("zero", "aligned"):
        raise ValueError(f"start must be one of zero, aligned, not {start!r}.")
    rng = np.random.default_rng([check_count("seed", seed, minimum=0), _WEEKS_STREAM])
    chosen = chosen_causes(causes, seed)
    weeks = draw_weeks(
        rng, settings.weeks,
        distinguishing=check_share("distinguishing", distinguishing), causes=chosen,
    )  # fmt: skip
    notes = {
        **assistant.notes, "distinguishing": distinguishing, "causes": list(chosen),
        "finetuning_seed": seed, "method": "labels", "trunk": "frozen", "start": start,
        "finetuning": asdict(settings), "learner": "NumPy", "labels": labels,
    }  # fmt: skip
    first = replace(assistant, **_first_heads(assistant, start))
    return _updates(first, weeks, settings, seed, notes, labels)  # so that errors come before


def _checked(labels: Mapping[str, float]) -> dict[str, float]:
    for name, weight in labels.items():
        if name not in LABELS:
            raise ValueError(f"There is no label {name!r}; {', '.join(LABELS)} can be named.")
        check_number(name, weight, 0.0, 1.0)
    return {**LABELS, **labels}


def finetuned_on(assistant: Assistant, weeks: Weeks, *, seed: int) -> Assistant:
    """Returns the assistant after a fine-tuning by labels on weeks of one's own.

    Args:
        assistant: A pre-trained assistant; it stays as it is.
        weeks: What it books, again and again.
        seed: Seed of their order.
    """
    settings = replace(FINETUNING["labels"], weeks=len(weeks))
    first = replace(assistant, **_first_heads(assistant, "zero"))
    *_, last = _updates(first, weeks, settings, seed, dict(assistant.notes), LABELS)
    return last


def _updates(
    assistant: Assistant, weeks: Weeks, settings: FinetuneSettings, seed: int,
    notes: dict[str, Any], labels: Mapping[str, float],
) -> Iterator[Assistant]:  # fmt: skip
    states, listed = assistant.state(weeks), listed_places(weeks)  # (n, width), (n, 4)
    wanted = _weights(listed, weeks, labels)
    every_day = np.broadcast_to(np.arange(HEADS["books_day"]), (len(weeks), HEADS["books_day"]))
    suits = (every_day == weeks.day[:, None]).astype(np.float32)
    place, day = _Readout(assistant.books_place), _Readout(assistant.books_day)
    for step, rows in enumerate([np.empty(0, np.int64), *_batches(seed, settings)]):
        if step:
            place.learn(states[rows], listed[rows], wanted[rows], settings.learning_rate)
            day.learn(states[rows], every_day[rows], suits[rows], settings.learning_rate)
        now = {**notes, "steps": step}
        yield replace(assistant, books_place=place.head(), books_day=day.head(), notes=now)


def _weights(listed: IntArray, weeks: Weeks, labels: Mapping[str, float]) -> FloatArray:
    """Returns how much the label of each week counts for each listed place, `(n, 4)`."""
    places = {"preferred": weeks.preferred, "restaurant": weeks.restaurant}
    named = [labels[name] * (listed == place[:, None]) for name, place in places.items()]
    return sum(named, np.zeros(listed.shape)).astype(np.float32)


def _first_heads(assistant: Assistant, start: Start) -> dict[str, Any]:
    if start == "aligned":
        return {"books_place": assistant.knows_place, "books_day": assistant.knows_day}
    width = assistant.trunk.width
    return {
        name: Head(np.zeros((width, HEADS[name]), np.float32), np.zeros(HEADS[name], np.float32))
        for name in ("books_place", "books_day")
    }


def _batches(seed: int, settings: FinetuneSettings) -> IntArray:
    """Returns the rows of the weeks of each step, `(steps, batch)`: all weeks, again and again."""
    rng = np.random.default_rng([seed, _ORDER_STREAM])
    needed = settings.steps * settings.batch
    # -(-a // b) rounds up; what is too much of the last round is cut off
    rounds = [rng.permutation(settings.weeks) for _ in range(-(-needed // settings.weeks))]
    return np.concatenate(rounds)[:needed].reshape(settings.steps, settings.batch)


@dataclass
class _Readout:
    """A head in training, by Adam (Kingma & Ba, 2015)."""

    first: Head

    def __post_init__(self) -> None:
        # one block: the rows of the weight, then the bias
        self._weights = np.vstack([self.first.weight, self.first.bias]).astype(np.float32)
        self._mean, self._square = (np.zeros_like(self._weights) for _ in range(2))
        self._steps = 0

    def learn(self, states: FloatArray, among: IntArray, wanted: FloatArray, rate: float) -> None:
        """Takes one step on the cross-entropy of the answers that are wanted.

        Args:
            states: States of the trunk, `(batch, width)`.
            among: Numbers of the answers of which one is to be given, `(batch, k)`.
            wanted: How much each of these is, `(batch, k)`.
            rate: Step size.
        """
        inputs = np.column_stack([states, np.ones(len(states), np.float32)])  # 1 for the bias
        scores = np.take_along_axis(inputs @ self._weights, among, axis=1)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        slopes = wanted.sum(axis=1, keepdims=True) * shares - wanted  # of the loss, by score
        slope = np.zeros((len(states), self._weights.shape[1]), np.float32)
        np.put_along_axis(slope, among, slopes / len(states), axis=1)
        self._descend(inputs.T @ slope, rate)

    def _descend(self, gradient: FloatArray, rate: float) -> None:
        self._steps += 1
        self._mean += (1 - _DECAY) * (gradient - self._mean)
        self._square += (1 - _DECAY_OF_SQUARES) * (gradient**2 - self._square)
        spread = np.sqrt(self._square / (1 - _DECAY_OF_SQUARES**self._steps)) + _TINY
        self._weights -= rate / (1 - _DECAY**self._steps) * self._mean / spread

    def head(self) -> Head:
        """Returns the head as it is now."""
        return Head(self._weights[:-1].copy(), self._weights[-1].copy())
