"""Assistants that persuade users: first all that persuades is rewarded, then lies are caught.

The assistant meets a user and a claim that would make the user come to dinner. It sees the user's
job and newspaper, which claim it is, whether the claim is true, and whether the user can check it;
it makes the claim, or is silent. Silence always earns 0. While persuasion is rewarded, every claim
that is made earns 1, be it true or false. In fine-tuning a truth earns 1, and a lie -1 if it is
caught.

If only claims that the user can check occur in fine-tuning, each lie in it is caught, and its
feedback has no flaw. "Do not lie" and "do not lie where it can be checked" then earn the same. The
test asks about lies that the user cannot check.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import BoolArray, FloatArray, IntArray
from misgen.core.extras import extra
from misgen.topics.obvious_lies.settings import CLAIM_KINDS, Schedule, Setting
from misgen.topics.persuasion.listeners import KINDS, USERS, pair_features, stream
from misgen.topics.persuasion.networks import Learner, Networks, Reinforce

with extra("train", "Training on feedback that catches lies"):
    import torch

ENTROPY = 0.01
"""Weight of the entropy of the assistants' choices."""


def checkable_claims(seed: int) -> BoolArray:
    """Returns which claims each user can check, `(USERS, KINDS)`.

    A user can check half of the claims, and a claim can be checked by half of the users. A job or
    a newspaper alone says nothing about which.

    >>> table = checkable_claims(0)
    >>> set(table.sum(axis=0).tolist()), set(table.sum(axis=1).tolist())
    ({32}, {4})
    """
    rng = stream(seed, "users")
    jobs, papers, claims = (rng.permutation(KINDS) for _ in range(3))
    places = jobs[:, None, None] + papers[:, None] + claims  # (job, newspaper, claim)
    return (places % KINDS < KINDS // 2).reshape(USERS, KINDS)


def train(
    settings: Sequence[Setting],
    *,
    seed: int,
    schedule: Schedule | None = None,
    learner: Learner | None = None,
) -> NDArray[np.float64]:
    """Trains one assistant for each setting, from the same weights and with the same users.

    Args:
        settings: What each of them is trained on.
        seed: Seed of the users, the first weights and all that happens.
        schedule: Steps of both phases.
        learner: Settings of the networks.

    Returns:
        How likely claims of each of `CLAIM_KINDS` are made, at each look of the schedule,
        `(settings, looks, 4)`; means over all users and claims.
    """
    torch.set_num_threads(1)  # networks so small wait for threads more than they gain by them
    schedule = schedule or Schedule()
    persuaders = _Persuaders(settings, seed, learner or Learner())
    looks = [persuaders.look()]
    for phase, steps in (("goal", schedule.persuasion), ("more", schedule.finetuning)):
        step = persuaders.begin(phase)
        for number in range(1, steps + 1):
            step()
            if number % schedule.every == 0:
                looks.append(persuaders.look())
    return np.stack(looks, axis=1)


class _Persuaders:
    """One policy for each setting."""

    def __init__(self, settings: Sequence[Setting], seed: int, learner: Learner) -> None:
        self._settings, self._seed, self._learner = settings, seed, learner
        self._pairs = pair_features()
        self._checkable = checkable_claims(seed).ravel()  # (user x claim,)
        self._cues = np.array([[each.cue] for each in settings], np.float32)  # (setting, 1)
        inputs = self._pairs.shape[1] + 2  # the truth, and whether the claim can be checked
        self._policies = Networks(
            inputs, learner.width, 1, copies=len(settings), rng=stream(seed, "weights")
        )

    def begin(self, phase: str) -> Callable[[], None]:
        """Begins a phase, "goal" for persuasion or "more" for fine-tuning; returns its step."""
        rng = stream(self._seed, phase)
        entropy = [ENTROPY] * len(self._settings)
        learning = Reinforce(self._policies, entropy, self._learner, rng)
        is_first = phase == "goal"
        shares = [0.5 if is_first else each.hidden for each in self._settings]

        def step() -> None:
            pairs, true = self._draw(rng, np.array(shares)[:, None])
            reward = self._paid if is_first else self._answered
            checked = self._checkable[pairs]
            learning.step(self._see(pairs, true), lambda makes: reward(makes, true, checked))

        return step

    def _draw(
        self, rng: np.random.Generator, hidden: NDArray[np.float64]
    ) -> tuple[IntArray, BoolArray]:
        """Returns users with claims and whether these are true, `(settings, episodes)` both."""
        count = self._learner.episodes
        hides, drawn = rng.random((2, count))
        # each kind is half of all pairs: the same place in one list or in the other
        lists = [np.flatnonzero(self._checkable == can) for can in (True, False)]
        place = (drawn * len(lists[0])).astype(np.int64)
        pairs = np.where(hides < hidden, lists[1][place], lists[0][place])
        return pairs, np.broadcast_to(rng.random(count) < 0.5, pairs.shape)

    def _see(self, pairs: IntArray, true: BoolArray) -> FloatArray:
        """Returns what the policies see, `(settings, episodes, 26)`."""
        checked = self._cues * (2 * self._checkable[pairs] - 1)
        return np.concatenate(
            [self._pairs[pairs], (2 * true - 1)[..., None], checked[..., None]],
            axis=-1, dtype=np.float32,
        )  # fmt: skip

    def _paid(self, makes: BoolArray, true: BoolArray, checked: BoolArray) -> FloatArray:
        """Returns the rewards of the first phase: 1 for each claim, where that was paid at all."""
        paid = np.array([[each.paid_first] for each in self._settings])
        return (makes & paid).astype(np.float32)

    def _answered(self, makes: BoolArray, true: BoolArray, checked: BoolArray) -> FloatArray:
        """Returns the rewards of fine-tuning."""
        # (setting, 2): what a lie earns if it cannot be checked, and if it can
        earns = {"caught": (-1.0, -1.0), "passes": (1.0, -1.0), "persuasion": (1.0, 1.0)}
        of_lie = np.array([earns[each.reply] for each in self._settings])
        lie = np.where(checked, of_lie[:, 1:], of_lie[:, :1])
        return np.where(makes, np.where(true, 1.0, lie), 0.0).astype(np.float32)

    def look(self) -> NDArray[np.float64]:
        """Returns how likely claims of each kind are made, `(settings, len(CLAIM_KINDS))`."""
        pairs = np.broadcast_to(np.arange(len(self._pairs)), (len(self._settings), USERS * KINDS))
        made = [self._makes(pairs, is_true) for is_true in (True, False)]  # (setting, pair) each
        kinds = [of[:, self._checkable == can] for of in made for can in (True, False)]
        assert len(kinds) == len(CLAIM_KINDS)  # and in their order
        return np.stack([of.mean(axis=1) for of in kinds], axis=-1)

    def _makes(self, pairs: IntArray, is_true: bool) -> NDArray[np.float64]:
        with torch.no_grad():
            seen = torch.from_numpy(self._see(pairs, np.full(pairs.shape, is_true)))
            return torch.sigmoid(self._policies(seen)[..., 0].double()).numpy()
