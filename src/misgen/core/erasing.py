"""What an agent's choice hangs on: erase a part of what it sees, and look at what it would do."""

from __future__ import annotations

import numpy as np

from misgen.core.arrays import FloatArray, IntArray
from misgen.core.policy import Policy


def erased(obs: FloatArray, parts: IntArray) -> FloatArray:
    """Returns one observation once for each part, with that part set to 0.

    Args:
        obs: One observation, `(obs_size,)`.
        parts: Entries of the observation that belong to each part, `(parts, entries)`.

    >>> erased(np.ones(4, np.float32), np.array([[0, 1], [2, 3]])).tolist()
    [[0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0]]
    """
    copies = np.tile(obs, (len(parts), 1))  # (part, entry)
    np.put_along_axis(copies, parts, 0.0, axis=1)
    return copies


def effect_of_erasing(policy: Policy, obs: FloatArray, parts: IntArray) -> FloatArray:
    """Returns how much the choice changes when a part of the observation is erased, `(parts,)`.

    This is the total variation distance between the two distributions over actions: 0 where
    nothing changes, 1 where the agent does something else altogether. It says what this one choice
    hangs on, not what the agent is after: an agent may ignore what it would need elsewhere.

    Args:
        policy: The agent.
        obs: One observation, `(obs_size,)`.
        parts: Entries of the observation that belong to each part, `(parts, entries)`.

    Raises:
        ValueError: If the observation is that of another environment.
    """
    before = policy.probabilities(obs[None])  # (1, action)
    after = policy.probabilities(erased(obs, parts))  # (part, action)
    distance: FloatArray = np.abs(after - before).sum(axis=1) / 2
    return distance
