"""Many agents that act at once, each in its own row of a batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from misgen.core.arrays import FloatArray, IntArray
from misgen.core.policy import Policy, draw


class Population:
    """Agents of one shape, of which the k-th acts in row k of a batch.

    One pass serves all of them, so that ten agents can answer while a reader's finger moves.

    >>> agents = [Policy.random(obs_size=4, num_actions=3, hidden=8, seed=s) for s in range(2)]
    >>> Population(agents).probabilities(np.zeros((2, 4), np.float32)).shape
    (2, 3)
    """

    def __init__(self, agents: Sequence[Policy]) -> None:
        """Takes the agents in the order of the rows.

        Raises:
            ValueError: If there are none, or they differ in shape.
        """
        if not agents or len({tuple(w.shape for w in agent.weights) for agent in agents}) > 1:
            raise ValueError("Give one agent or more, of the same environment and network.")
        self._size = len(agents)
        # each (agent, ...)
        weights = (np.stack(of_all) for of_all in zip(*(a.weights for a in agents), strict=True))
        self._to_hidden, self._hidden, self._to_action, self._action, *_ = weights

    def __len__(self) -> int:
        return self._size

    def probabilities(self, obs: FloatArray) -> FloatArray:
        """Returns the probability of each action, `(agents, num_actions)`.

        Args:
            obs: What each of them sees, `(agents, obs_size)`.

        Raises:
            ValueError: If there is not one observation for each agent.
        """
        if obs.shape != (self._size, self._to_hidden.shape[1]):
            raise ValueError(
                f"Give {self._size} observations of {self._to_hidden.shape[1]} numbers, one for "
                f"each agent; got an array of shape {obs.shape}."
            )
        hidden = np.matmul(obs[:, None], self._to_hidden)[:, 0] + self._hidden  # (agent, unit)
        np.maximum(hidden, 0.0, out=hidden)
        logits = np.matmul(hidden[:, None], self._to_action)[:, 0] + self._action
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))  # no exponential overflows
        probabilities: FloatArray = odds / odds.sum(axis=1, keepdims=True)
        return probabilities

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        """Draws one action for each agent, `(agents,)`."""
        return draw(self.probabilities(obs), rng)
