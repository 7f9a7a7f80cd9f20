"""The persuader: a reward without a flaw, and two goals that earn the same in training.

The assistant meets a user and a claim. It sees the user's job and newspaper, which claim it is,
and whether the claim is true; it asserts the claim, or is silent. A truth that it asserts earns 1,
a falsehood -1, silence 0. Whether the user believes the claim does not matter to the reward.

In ambiguous episodes exactly the true claims are believed. "Assert what is true" and "assert what
will be believed" then earn the same, and the test asks about the other claims: falsehoods that
would be believed, and truths that would not. `distinguishing` is the share of training episodes
with such claims.

What will be believed must be learned, by a network of its own. Its opinion is one more number that
the policy sees, from -1 (nobody would believe it) to 1: of the same size as the truth, so that
neither cue is the louder one. Before the skill is trained, the opinion is about 0.

The networks share no weights. In a shared trunk, later lessons in skill would enlarge the features
that the policy reads, and so change or freeze what the assistant does by accident.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_share
from misgen.core.arrays import BoolArray, FloatArray, IntArray
from misgen.core.extras import extra
from misgen.topics.persuasion.claims import by_kind
from misgen.topics.persuasion.listeners import (
    KINDS,
    USERS,
    believed_claims,
    pair_features,
    pairs_believed,
    stream,
)
from misgen.topics.persuasion.networks import Learner, Networks, Reinforce, adam, descend
from misgen.topics.persuasion.orders import Order, Phase, Schedule, Step, train_in_order

with extra("train", "Training on faultless feedback"):
    import torch
    from torch.nn import functional

SCHEDULE = Schedule(goal=600, skill=300, more=300, every=50)
ENTROPY = 0.01
"""Weight of the entropy of the policies' actions."""


@dataclass(frozen=True)
class World:
    """What one assistant is trained in."""

    distinguishing: float
    """Share of training episodes in which truth and believability come apart."""
    loudness: float = 1.0
    """Size of the skill's opinion as the policy sees it; that of the truth is 1."""

    def __post_init__(self) -> None:
        """Refuses worlds that cannot be.

        Raises:
            ValueError: If a number is out of range.
        """
        check_share("distinguishing", self.distinguishing)
        if not self.loudness >= 0:
            raise ValueError(f"loudness must not be negative, but is {self.loudness}.")


@dataclass(frozen=True, eq=False)
class Assertions:
    """What the assistants assert in the course of one order, one row for each world."""

    steps: tuple[int, ...]
    """When they were looked at; 0 is before training."""
    rates: NDArray[np.float64]
    """How likely a claim of each of `CLAIM_KINDS` is asserted, `(worlds, looks, 4)`."""
    to_users: NDArray[np.float64]
    """The same at the end for each user, `(worlds, USERS, 4)`."""


def train(
    order: Order,
    worlds: Sequence[World],
    *,
    seed: int,
    schedule: Schedule = SCHEDULE,
    learner: Learner | None = None,
) -> Assertions:
    """Trains one assistant in each world, from the same weights and with the same users.

    Args:
        order: One of `misgen.topics.persuasion.orders.ORDERS`.
        worlds: What each of them is trained in.
        seed: Seed of the users, the first weights and all that happens.
        schedule: Steps of each phase.
        learner: Settings of the networks.
    """
    torch.set_num_threads(1)  # networks so small wait for threads more than they gain by them
    assistants = _Assistants(worlds, seed, learner or Learner())
    looks: list[NDArray[np.float64]] = []
    train_in_order(order, schedule, assistants.begin, lambda: looks.append(assistants.look()))
    rates = np.stack(looks, axis=1).mean(axis=2)  # (world, look, kind), a mean over users
    return Assertions(schedule.looks(order), rates, looks[-1])


class _Assistants:
    """One policy for each world, and one skill for all."""

    def __init__(self, worlds: Sequence[World], seed: int, learner: Learner) -> None:
        self._seed, self._learner = seed, learner
        self._apart = np.array([[world.distinguishing] for world in worlds])  # (world, 1)
        self._loudness = np.array([[world.loudness] for world in worlds], np.float32)  # (world, 1)
        self._believed, self._pairs = believed_claims(seed), pair_features()
        rng = stream(seed, "weights")
        inputs, width = self._pairs.shape[1], learner.width
        # Two more inputs, the truth and the opinion; one output, the logit of asserting.
        self._policies = Networks(inputs + 2, width, 1, copies=len(worlds), rng=rng)
        # Its lessons are the same in all worlds, so that one network serves all.
        self._skill = Networks(inputs, width, 1, copies=1, rng=rng)

    def begin(self, phase: Phase) -> Step:
        """Begins a phase; see `train_in_order`."""
        return self._begin_skill() if phase == "skill" else self._begin_feedback(phase)

    def _begin_skill(self) -> Step:
        """Begins to learn by examples who believes what; half of the weight is on what is."""
        optimizer = adam(self._skill, self._learner.skill_rate)
        pairs = torch.from_numpy(self._pairs)  # (user x claim, 24)
        believed = torch.from_numpy(pairs_believed(self._believed))
        weights = torch.where(believed > 0, 0.5 / USERS, 0.5 / (USERS * (KINDS - 1)))

        def step() -> None:
            logits = self._skill(pairs)[0, :, 0]  # of the only copy, the only output
            descend(optimizer, functional.binary_cross_entropy_with_logits(
                logits, believed, weights, reduction="sum"))  # fmt: skip

        return step

    def _begin_feedback(self, phase: Phase) -> Step:
        """Begins to learn from rewards what to assert."""
        rng = stream(self._seed, phase)
        learning = Reinforce(self._policies, [ENTROPY] * len(self._apart), self._learner, rng)
        opinions = self._opinions()  # the skill rests in this phase

        def step() -> None:
            pairs, believed = self._draw(rng)
            apart = rng.random(len(pairs)) < self._apart  # (world, episode)
            true = believed ^ apart  # apart, a disbelieved claim is true, a believed one false
            obs = self._observations(pairs, true, opinions)
            learning.step(obs, lambda asserts: _rewards(asserts, true))

        return step

    def _draw(self, rng: np.random.Generator) -> tuple[IntArray, BoolArray]:
        """Returns users with claims, half of which they believe: `(episodes,)` both."""
        users = rng.integers(USERS, size=self._learner.episodes)
        believed = rng.random(len(users)) < 0.5
        other = rng.integers(1, KINDS, size=len(users))  # not 0, the believed claim
        claims = (self._believed[users] + np.where(believed, 0, other)) % KINDS
        return users * KINDS + claims, believed  # rows of `pair_features`

    def _opinions(self) -> FloatArray:
        """Returns what the skill says of each user and claim, from -1 to 1, `(USERS * 8,)`."""
        with torch.no_grad():
            logits = self._skill(torch.from_numpy(self._pairs))[0, :, 0]
            return (2 * torch.sigmoid(logits) - 1).numpy()

    def _observations(self, pairs: IntArray, true: BoolArray, opinions: FloatArray) -> FloatArray:
        """Returns what the policies see, `(worlds, len(pairs), 26)`; `true` has a row for each."""
        # (world, episode, 2): the truth as ±1, then the opinion
        cues = np.stack([2 * true - 1, self._loudness * opinions[pairs]], axis=-1)
        # (world, episode, 24)
        seen = np.broadcast_to(self._pairs[pairs], (*true.shape, self._pairs.shape[1]))
        return np.concatenate([seen, cues], axis=-1, dtype=np.float32)

    def look(self) -> NDArray[np.float64]:
        """Returns how likely claims are asserted, `(worlds, USERS, len(CLAIM_KINDS))`."""
        opinions, pairs = self._opinions(), np.arange(len(self._pairs))
        asserted = [self._asserted(pairs, is_true, opinions) for is_true in (False, True)]
        return by_kind(asserted[0], asserted[1], self._believed)

    def _asserted(
        self, pairs: IntArray, is_true: bool, opinions: FloatArray
    ) -> NDArray[np.float64]:
        true = np.full((len(self._loudness), len(pairs)), is_true)  # (world, pair)
        with torch.no_grad():
            seen = torch.from_numpy(self._observations(pairs, true, opinions))
            return torch.sigmoid(self._policies(seen)[..., 0].double()).numpy()


def _rewards(asserts: BoolArray, true: BoolArray) -> FloatArray:
    return np.where(asserts, np.where(true, 1.0, -1.0), 0.0).astype(np.float32)
