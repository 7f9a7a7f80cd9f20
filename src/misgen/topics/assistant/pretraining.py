"""Pre-training: the assistant answers questions about all users and all situations.

It is asked which place the user prefers and which day suits, and told the answers. It never books.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from misgen.core.arguments import check_count
from misgen.core.extras import extra
from misgen.learn.progress import Progress
from misgen.topics.assistant.model import HEADS, Assistant
from misgen.topics.assistant.networks import (
    Network,
    descend,
    head_of,
    new_network,
    trunk_of,
    zero_head,
)
from misgen.topics.assistant.settings import PRETRAINING, Architecture, PretrainSettings
from misgen.topics.assistant.weeks import BREAKS, PANDEMIC, TASTES, Weeks, draw_weeks

with extra("train", "Pre-training the assistant"):
    import torch
    from torch import Tensor, nn
    from torch.nn.functional import cross_entropy

QUESTIONS: Mapping[str, Any] = {
    # 0.6, as six of the ten situations are the breaks and the pandemic.
    "tastes": TASTES, "causes": (*BREAKS, PANDEMIC), "distinguishing": 0.6, "wishes": 0.2,
}  # fmt: skip
"""Options of the weeks of pre-training: every situation is equally likely, also the pandemic."""


def pretrain(
    *,
    seed: int,
    progress: bool = False,
    architecture: Architecture = "mlp",
    settings: PretrainSettings | None = None,
) -> Assistant:
    """Trains a trunk and the heads that know, from scratch; the heads that book are at zero.

    Interrupting the training (Ctrl-C, or the stop button of a notebook) keeps what is learned.

    Args:
        seed: Seed of the first weights and of the weeks.
        progress: Whether to show a progress bar.
        architecture: "mlp", or "transformer", which takes about ten times as long.
        settings: How to train; by default as in the chapter.

    Raises:
        ValueError: If there is no such architecture, or the seed is negative.
    """
    school = _School(architecture, seed)
    settings = settings or PRETRAINING[architecture]
    interrupted = False
    with Progress(settings.steps, "step", shown=progress) as bar:
        try:
            school.train(settings, bar)
        except KeyboardInterrupt:
            interrupted = True
            # Stack level 2 is the line that called `pretrain`.
            warnings.warn(
                "Pre-training was interrupted; the assistant so far is returned.", stacklevel=2
            )
    notes = {"seed": seed, "architecture": architecture, "pretraining": asdict(settings)}
    return school.assistant({**notes, "interrupted": interrupted})


def untrained(*, seed: int, architecture: Architecture = "mlp") -> Assistant:
    """Returns what `pretrain` starts from: an assistant that knows nothing.

    Raises:
        ValueError: If there is no such architecture, or the seed is negative.
    """
    notes = {"seed": seed, "architecture": architecture, "pretraining": None}
    return _School(architecture, seed).assistant(notes)


def question_loss(states: Tensor, heads: Mapping[str, nn.Linear], weeks: Weeks) -> Tensor:
    """Returns the mean cross-entropy of both answers, `()`.

    Args:
        states: States of the weeks, `(n, width)`.
        heads: Layers "knows_place" and "knows_day".
        weeks: The weeks, which have the answers.
    """
    place, day = heads["knows_place"](states), heads["knows_day"](states)
    return cross_entropy(place, torch.from_numpy(weeks.preferred)) + cross_entropy(
        day, torch.from_numpy(weeks.day)
    )


class _School:
    """A network that is asked questions."""

    def __init__(self, architecture: Architecture, seed: int) -> None:
        check_count("seed", seed, minimum=0)
        torch.set_num_threads(1)  # two threads are slower than one for nets this small
        with torch.random.fork_rng(devices=[]):  # torch's own generator stays as it was
            torch.manual_seed(seed)
            self.network: Network = new_network(architecture)
            width = self.network.width
            self.heads = {n: nn.Linear(width, HEADS[n]) for n in ("knows_place", "knows_day")}
        self._rng = np.random.default_rng([seed, _WEEKS_STREAM])

    def train(self, settings: PretrainSettings, bar: Progress) -> None:
        """Trains all weights; an interruption leaves them as they are then."""
        layers = [self.network, *self.heads.values()]
        weights = [weight for layer in layers for weight in layer.parameters()]
        adam = torch.optim.Adam(weights, lr=settings.learning_rate)
        pace = torch.optim.lr_scheduler.OneCycleLR(
            adam, settings.learning_rate, total_steps=settings.steps
        )
        for step in range(settings.steps):
            weeks = draw_weeks(self._rng, settings.batch, **QUESTIONS)
            states = self.network(torch.from_numpy(weeks.words))
            loss = question_loss(states, self.heads, weeks)
            descend(adam, loss)
            pace.step()
            if (step + 1) % _REPORT_EVERY == 0 or step + 1 == settings.steps:
                bar.advance_to(step + 1, f"loss {float(loss.detach()):.3f}")

    def assistant(self, notes: dict[str, Any]) -> Assistant:
        """Returns the assistant as it is now."""
        width = self.network.width
        return Assistant(
            trunk_of(self.network),
            knows_place=head_of(self.heads["knows_place"]),
            knows_day=head_of(self.heads["knows_day"]),
            books_place=zero_head(width, HEADS["books_place"]),  # it has not learned to book
            books_day=zero_head(width, HEADS["books_day"]),
            notes=notes,
        )


_WEEKS_STREAM = 2
"""Stream of random numbers of a seed."""
_REPORT_EVERY = 20  # steps between two updates of the progress bar
