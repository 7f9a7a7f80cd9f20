"""Several agents as one, which stops where they disagree and lets somebody else go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.actors import Actor
from misgen.core.arrays import FloatArray, IntArray
from misgen.core.env import BatchedEnv
from misgen.core.measure import run_episodes
from misgen.core.policy import Policy, draw

Numbers = NDArray[np.float64]


def jensen_shannon(probabilities: NDArray[np.floating]) -> Numbers:
    """Returns how much several distributions disagree, in nats, `(rows,)`.

    It is the entropy of their mean less the mean of their entropies (Lin, 1991): 0 if all are
    the same, at most the logarithm of their number.

    Args:
        probabilities: `(members, rows, outcomes)`.

    >>> jensen_shannon(np.array([[[1.0, 0.0]], [[0.0, 1.0]]])).round(3)
    array([0.693])
    """
    p = np.asarray(probabilities, float)
    gap: Numbers = _entropy(p.mean(axis=0)) - _entropy(p).mean(axis=0)
    return np.maximum(gap, 0.0)  # but for rounding


def _entropy(p: Numbers) -> Numbers:
    terms: Numbers = -p * np.log(np.maximum(p, 1e-300))
    return terms.sum(axis=-1)


class Asking:
    """Acts as the mean of its members until they disagree too much; then the helper goes on."""

    def __init__(self, members: Sequence[Policy], helper: Actor, threshold: float) -> None:
        """Creates an actor for one batch of episodes.

        Args:
            members: Agents of one environment.
            helper: Who acts from the first question to the end of an episode.
            threshold: How much disagreement, in nats, is too much.
        """
        self._members, self._helper, self._threshold = members, helper, threshold
        self.disagreement: list[Numbers] = []
        """At each step, of each episode."""
        self.asked: list[NDArray[np.bool_]] = []
        """At each step, whether each episode has asked by then."""

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        """Returns one action for each observation, `(num_envs,)`."""
        of_members = np.stack([member.probabilities(obs) for member in self._members])
        self.disagreement.append(jensen_shannon(of_members))
        before = self.asked[-1] if self.asked else np.zeros(len(obs), np.bool_)
        self.asked.append(before | (self.disagreement[-1] > self._threshold))
        own = draw(of_members.mean(axis=0), rng)
        return np.where(self.asked[-1], self._helper.act(obs, rng), own)


@dataclass(frozen=True)
class Told:
    """What became of some episodes of an `Asking` ensemble, `(episodes,)` all."""

    outcomes: IntArray
    """Indices into `OUTCOMES`."""
    asked: NDArray[np.bool_]
    """Whether it asked before the episode was decided."""
    most: Numbers
    """The largest disagreement before that, in nats."""


def play(
    members: Sequence[Policy], helper: Actor, env: BatchedEnv, threshold: float, seed: int
) -> Told:
    """Runs one episode in each environment.

    Args:
        members: Agents of the environment.
        helper: Who is asked.
        env: The environments; they are reset.
        threshold: Disagreement above which the ensemble asks, in nats; below 0 it asks at once.
        seed: Seed of the actions.
    """
    ensemble = Asking(members, helper, threshold)
    outcomes, steps = run_episodes(ensemble, env, np.random.default_rng([seed, 1]))
    running = np.arange(len(ensemble.asked))[:, None] < steps  # (step, episode)
    asked: NDArray[np.bool_] = np.any(np.array(ensemble.asked) & running, axis=0)
    most = np.where(running, np.array(ensemble.disagreement), 0.0).max(axis=0)
    return Told(outcomes, asked, most)


def separated(ordinary: Numbers, shifted: Numbers) -> float:
    """Returns how often one of the second is above one of the first; ties count a half.

    This is the area under the receiver operating characteristic: 0.5 says nothing, 1 all.

    >>> separated(np.array([0.0, 1.0]), np.array([1.0, 2.0]))
    0.875
    """
    below = np.searchsorted(np.sort(ordinary), shifted, side="left")
    not_above = np.searchsorted(np.sort(ordinary), shifted, side="right")
    return float((below + not_above).mean() / (2 * len(ordinary)))
