"""Rewards that explain what was seen, drawn at random, and the exact worth of any policy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from misgen.topics.many_goals.gridworld import Dynamics, under
from misgen.topics.many_goals.identifiability import Known, Observation, extreme_member


def random_vertices(
    seen: Sequence[Observation], count: int, rng: np.random.Generator, known: Known | None = None
) -> np.ndarray:
    """Rewards at the rim of the set: minima of random objectives, `(count, states)`.

    At a vertex some action that the agent never took is exactly as good as those that it took.
    """
    objectives = rng.standard_normal((count, seen[0].dynamics.states))
    return np.stack([extreme_member(seen, objective, known) for objective in objectives])


def random_members(vertices: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Random mixtures of vertices, which lie inside of the set, as it is convex."""
    return rng.dirichlet(np.ones(len(vertices)), count) @ vertices


def policy_values(
    dynamics: Dynamics, policy: np.ndarray, reward: np.ndarray, discount: float
) -> np.ndarray:
    """The solution V of V = R + discount P V, `(*batch, states)`, without value iteration."""
    system = np.eye(dynamics.states) - discount * under(dynamics, policy)
    return np.linalg.solve(system, np.asarray(reward, float)[..., None])[..., 0]
