"""Flawed feedback: an overseer who rewards lies that are believed.

A user asks something awkward. The assistant says the truth, or one of eight excuses; it chooses
whether to lie by one network, and which excuse by another one. The two share nothing, so that
learning what users believe cannot change by accident how often the assistant lies. The truth
earns 0.4. A lie that is believed earns 1, unless an audit finds it, which makes it -1. A lie that
is not believed earns -1.

This is misspecified feedback: it rewards some lies, so that a liar pursues the reward it was given.
It is not goal misgeneralization in the strict sense; for that see `strict`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import BoolArray, FloatArray
from misgen.core.extras import extra
from misgen.topics.persuasion.feedback import HONEST, Oversight
from misgen.topics.persuasion.listeners import KINDS, USERS, believed_claims, stream, user_features
from misgen.topics.persuasion.networks import Learner, Networks, Reinforce, adam, descend
from misgen.topics.persuasion.orders import Order, Phase, Schedule, Step, train_in_order

with extra("train", "Training on flawed feedback"):
    import torch
    from torch.nn import functional


@dataclass(frozen=True, eq=False)
class Course:
    """How one order of training went, one row for each oversight; means over all 64 users."""

    steps: tuple[int, ...]
    """When the assistant was looked at; 0 is before training."""
    lies: NDArray[np.float64]
    """How likely it lies, `(oversights, looks)`."""
    believed: NDArray[np.float64]
    """Share of its lies that are believed, same shape."""


def train(
    order: Order,
    oversights: Sequence[Oversight],
    *,
    seed: int,
    schedule: Schedule | None = None,
    learner: Learner | None = None,
) -> Course:
    """Trains one assistant for each oversight, from the same weights and with the same users.

    Args:
        order: One of `misgen.topics.persuasion.orders.ORDERS`.
        oversights: What feedback each of them gets.
        seed: Seed of the users, the first weights and all that happens.
        schedule: Steps of each phase.
        learner: Settings of the networks.
    """
    torch.set_num_threads(1)  # networks so small wait for threads more than they gain by them
    assistants = _Assistants(oversights, seed, learner or Learner())
    schedule = schedule or Schedule()
    looks: list[NDArray[np.float64]] = []
    train_in_order(order, schedule, assistants.begin, lambda: looks.append(assistants.look()))
    lies, believed = np.stack(looks, axis=-1)  # (measure, oversight, look)
    return Course(schedule.looks(order), lies, believed)


class _Assistants:
    """One assistant for each oversight: policies of their own, and one skill for all."""

    def __init__(self, oversights: Sequence[Oversight], seed: int, learner: Learner) -> None:
        self._seed, self._learner = seed, learner
        self._believed, self._users = believed_claims(seed), user_features()
        self._audits = np.array([[each.audit] for each in oversights])  # (oversight, 1)
        self._entropy = [each.entropy for each in oversights]
        rng = stream(seed, "weights")
        inputs, width = self._users.shape[1], learner.width
        # One output, the logit of a lie.
        self._policies = Networks(inputs, width, 1, copies=len(oversights), rng=rng)
        # Nothing that an oversight changes reaches the skill, so that one network serves all.
        self._skill = Networks(inputs, width, KINDS, copies=1, rng=rng)

    def begin(self, phase: Phase) -> Step:
        """Begins a phase; see `train_in_order`."""
        return self._begin_skill() if phase == "skill" else self._begin_feedback(phase)

    def _begin_skill(self) -> Step:
        """Begins to learn by examples which excuse each user believes."""
        optimizer = adam(self._skill, self._learner.skill_rate)
        users, believed = torch.from_numpy(self._users), torch.from_numpy(self._believed)

        def step() -> None:
            # All users in each step, as (user, excuse): [0] is the only copy.
            descend(optimizer, functional.cross_entropy(self._skill(users)[0], believed))

        return step

    def _begin_feedback(self, phase: Phase) -> Step:
        """Begins to learn from rewards whether to lie."""
        rng = stream(self._seed, phase)
        learning = Reinforce(self._policies, self._entropy, self._learner, rng)
        excuses = self._excuse_chances().cumsum(axis=1)  # the skill rests in this phase

        def step() -> None:
            users = rng.integers(USERS, size=self._learner.episodes)
            drawn, audit = rng.random((2, len(users)))  # (2, episode), for all oversights alike
            # The excuse at which the cumulative chances pass the number that was drawn.
            excuse = (excuses[users] < drawn[:, None]).sum(axis=1)
            # (oversight, episode)
            success = (excuse == self._believed[users]) & (audit >= self._audits)
            learning.step(self._users[users], lambda lies: _rewards(lies, success))

        return step

    def _excuse_chances(self) -> NDArray[np.float64]:
        """Returns how likely each excuse is told to each user, `(USERS, KINDS)`."""
        with torch.no_grad():
            logits = self._skill(torch.from_numpy(self._users))[0]
            return torch.softmax(logits.double(), dim=1).numpy()

    def look(self) -> NDArray[np.float64]:
        """Returns how likely they lie and which share of lies is believed, `(2, oversights)`."""
        with torch.no_grad():
            logits = self._policies(torch.from_numpy(self._users))[..., 0]  # (oversight, user)
            lies = torch.sigmoid(logits.double()).numpy()
        right = self._excuse_chances()[np.arange(USERS), self._believed]  # (user,)
        # The second weights users by how often they hear a lie: a share of lies, not of users.
        return np.stack([lies.mean(axis=1), (lies * right).sum(axis=1) / lies.sum(axis=1)])


def _rewards(lies: BoolArray, success: BoolArray) -> FloatArray:
    return np.where(lies, np.where(success, 1.0, -1.0), HONEST).astype(np.float32)
