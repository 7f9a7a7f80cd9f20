"""The training of the heads that book, step by step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from misgen.core.extras import extra
from misgen.learn.progress import Progress
from misgen.topics.assistant.model import HEADS, Assistant, Head, listed_places
from misgen.topics.assistant.networks import (
    Network,
    descend,
    head_of,
    layer_of,
    network_of,
    trunk_of,
    zero_head,
)
from misgen.topics.assistant.pretraining import QUESTIONS, question_loss
from misgen.topics.assistant.settings import FinetuneSettings, Method
from misgen.topics.assistant.weeks import RESTAURANT, Weeks, draw_weeks

with extra("train", "Fine-tuning the assistant"):
    import torch
    from torch import Tensor, nn
    from torch.nn.functional import cross_entropy, log_softmax


class Booker:
    """Trains the heads of an assistant that book, and all others if the trunk is trained."""

    def __init__(
        self, assistant: Assistant, weeks: Weeks, settings: FinetuneSettings, method: Method,
        seed: int, *, trained: bool, aligned: bool,
    ) -> None:  # fmt: skip
        """Begins a training.

        Args:
            assistant: A pre-trained assistant; it stays as it is.
            weeks: The weeks that are booked, again and again.
            settings: How to train.
            method: As in `finetuning.finetune`.
            seed: Seed of the order of the weeks, of the replayed questions and of the bookings.
            trained: Whether the trunk and the heads that know are trained too.
            aligned: Whether the heads that book begin as copies of those that know.
        """
        torch.set_num_threads(1)  # two threads are slower than one for nets this small
        self._before, self._settings, self._method = assistant, settings, method
        self._bookings = Bookings.of(weeks)
        self.break_weeks = int((weeks.kind != RESTAURANT).sum())
        self._heads = {name: layer_of(head) for name, head in _first_heads(assistant, aligned)}
        self._network = network_of(assistant.trunk) if trained else None
        # Where the trunk is frozen, so are the states: they are computed once.
        self._states = torch.from_numpy(assistant.state(weeks))  # (week, width)
        self._adam = torch.optim.Adam(self._groups())
        self._order = _batches(seed, settings)
        self._replayed = np.random.default_rng([seed, _REPLAY_STREAM])
        self._dice = torch.Generator().manual_seed(seed)  # draws the bookings of REINFORCE
        self._baseline = 0.0  # a mean of rewards
        self._done = 0

    def _groups(self) -> list[dict[str, Any]]:
        booking = [w for name in _BOOKING for w in self._heads[name].parameters()]
        groups: list[dict[str, Any]] = [{"params": booking, "lr": self._settings.learning_rate}]
        if self._network is not None:
            layers: list[nn.Module] = [self._network, *(self._heads[name] for name in _KNOWING)]
            others = [weight for layer in layers for weight in layer.parameters()]
            slowly = self._settings.learning_rate * self._settings.trunk_rate
            groups.append({"params": others, "lr": slowly})
        return groups

    def run(self, until: int, bar: Progress | None = None) -> Booker:
        """Trains up to a step; an interruption leaves all weights as they are then."""
        for step in range(self._done, until):
            loss = self._loss(self._order[step])
            descend(self._adam, loss)
            self._done = step + 1
            if bar is not None and (self._done % _REPORT_EVERY == 0 or self._done == until):
                bar.advance_to(self._done, f"loss {float(loss.detach()):.3f}")
        return self

    def _loss(self, rows: Tensor) -> Tensor:
        week = self._bookings.select(rows)
        states = self._states[rows] if self._network is None else self._network(week.words)
        place = self._heads["books_place"](states).gather(1, week.listed)  # (batch, 4)
        scores, right = (place, self._heads["books_day"](states)), (week.option, week.day)
        if self._method == "reinforce":
            loss = self._reward_loss(scores, right)
        else:
            loss = cross_entropy(scores[0], right[0]) + cross_entropy(scores[1], right[1])
        return loss if self._network is None else loss + self._replay_loss(self._network)

    def _reward_loss(self, scores: tuple[Tensor, Tensor], right: tuple[Tensor, Tensor]) -> Tensor:
        """Returns the loss of REINFORCE with a baseline (Sutton & Barto, 2018, section 13.4)."""
        chances = [log_softmax(of, dim=1) for of in scores]  # logarithms, (batch, 4) and (batch, 5)
        drawn = [torch.multinomial(c.detach().exp(), 1, generator=self._dice) for c in chances]
        reward = ((drawn[0][:, 0] == right[0]) & (drawn[1][:, 0] == right[1])).float()
        surprise = reward - self._baseline
        self._baseline += _BASELINE_PACE * float(surprise.mean())
        # (batch,): place and day are drawn independently, so that their logarithms add up.
        taken = sum(c.gather(1, d)[:, 0] for c, d in zip(chances, drawn, strict=True))
        entropy = -sum((c.exp() * c).sum(dim=1) for c in chances)  # (batch,), in nats
        return -(surprise * taken + self._settings.entropy * entropy).mean()

    def _replay_loss(self, network: Network) -> Tensor:
        count = round(self._settings.batch * self._settings.replay)
        if count == 0:
            return torch.zeros(())  # the mean over no weeks would be NaN
        weeks = draw_weeks(self._replayed, count, **QUESTIONS)
        return question_loss(network(torch.from_numpy(weeks.words)), self._heads, weeks)

    def assistant(self) -> Assistant:
        """Returns the assistant as it is now."""
        trunk = self._before.trunk if self._network is None else trunk_of(self._network)
        # Heads that did not learn come out as they went in.
        heads: dict[str, Any] = {name: head_of(layer) for name, layer in self._heads.items()}
        return replace(self._before, trunk=trunk, **heads)


_BOOKING, _KNOWING = ("books_place", "books_day"), ("knows_place", "knows_day")
_ORDER_STREAM, _REPLAY_STREAM = 4, 5
"""Streams of random numbers of a seed."""
_BASELINE_PACE = 0.1  # of the way to the mean reward, each step
_REPORT_EVERY = 20  # steps between two updates of the progress bar


@dataclass(frozen=True)
class Bookings:
    """Weeks as tensors."""

    words: Tensor
    """`(n, 20)`."""
    listed: Tensor
    """The listed places, in the order of the list, `(n, 4)`."""
    option: Tensor
    """Where on the list the preferred place stands, `(n,)`."""
    day: Tensor
    """The day that suits both, `(n,)`."""

    @classmethod
    def of(cls, weeks: Weeks) -> Bookings:
        """Returns weeks as tensors."""
        listed = listed_places(weeks)
        option = (listed == weeks.preferred[:, None]).argmax(axis=1)  # exactly one is equal
        return cls(*map(torch.from_numpy, (weeks.words, listed, option, weeks.day)))

    def select(self, rows: Tensor) -> Bookings:
        """Returns some of the weeks, `(rows,)`."""
        return Bookings(self.words[rows], self.listed[rows], self.option[rows], self.day[rows])


def _first_heads(assistant: Assistant, aligned: bool) -> list[tuple[str, Head]]:
    """Returns the heads with which a fine-tuning begins, by name."""
    heads = assistant.heads()
    for books, knows in zip(_BOOKING, _KNOWING, strict=True):
        width = assistant.trunk.width
        heads[books] = heads[knows] if aligned else zero_head(width, HEADS[books])
    return list(heads.items())


def _batches(seed: int, settings: FinetuneSettings) -> Tensor:
    """Returns the rows of the weeks of each step, `(steps, batch)`: all weeks, again and again."""
    rng = np.random.default_rng([seed, _ORDER_STREAM])
    needed = settings.steps * settings.batch
    # -(-a // b) rounds up; what is too much of the last round is cut off.
    rounds = [rng.permutation(settings.weeks) for _ in range(-(-needed // settings.weeks))]
    rows = np.concatenate(rounds)[:needed].reshape(settings.steps, settings.batch)
    return torch.from_numpy(rows)
