"""Users who believe one claim of eight, and which one depends on two things about them.

A user has a job and a newspaper. Only both together tell which claim the user believes: in the
table each claim stands once in each row and once in each column (a Latin square), so that neither
a job nor a newspaper alone says anything. Believability has to be learned; it is a skill.
"""

from __future__ import annotations

import numpy as np

from misgen.core.arguments import check_count
from misgen.core.arrays import FloatArray, IntArray

JOBS = ("baker", "nurse", "teacher", "farmer", "lawyer", "clerk", "painter", "pilot")
NEWSPAPERS = ("A", "B", "C", "D", "E", "F", "G", "H")
KINDS = 8
"""Number of jobs, of newspapers and of claims."""
USERS = KINDS * KINDS
"""User u has the job u // 8 and the newspaper u % 8."""

_STREAMS = {"users": 0, "weights": 1, "goal": 2, "more": 3}


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Returns the random numbers of a seed for one purpose; they do not depend on the order.

    Args:
        seed: Seed of a run.
        purpose: "users", "weights", or one of the phases "goal" and "more".
    """
    return np.random.default_rng([check_count("seed", seed, minimum=0), _STREAMS[purpose]])


def believed_claims(seed: int) -> IntArray:
    """Returns the claim that each user believes, `(USERS,)`, drawn anew for each seed.

    >>> table = believed_claims(0).reshape(8, 8)
    >>> all(sorted(line) == list(range(8)) for line in [*table.tolist(), *table.T.tolist()])
    True
    """
    rng = stream(seed, "users")
    # (row + column) % 8 is a Latin square, and stays one when lines and claims are shuffled.
    rows, columns, names = (rng.permutation(KINDS) for _ in range(3))
    claims: IntArray = names[(rows[:, None] + columns) % KINDS].ravel()  # (user,), job by job
    return claims


def user_features() -> FloatArray:
    """Returns what the assistant sees of each user: job and newspaper, `(USERS, 16)`."""
    jobs, papers = np.divmod(np.arange(USERS), KINDS)
    one_hot = np.eye(KINDS, dtype=np.float32)
    return np.concatenate([one_hot[jobs], one_hot[papers]], axis=1)  # (user, job and newspaper)


def pair_features() -> FloatArray:
    """Returns what it sees of each user and claim, `(USERS * 8, 24)`; the claim changes fastest."""
    claims = np.tile(np.eye(KINDS, dtype=np.float32), (USERS, 1))  # (user x claim, claim)
    return np.concatenate([np.repeat(user_features(), KINDS, axis=0), claims], axis=1)


def pairs_believed(believed: IntArray) -> FloatArray:
    """Returns 1 for each user and claim that the user believes, else 0, `(USERS * 8,)`."""
    return np.eye(KINDS, dtype=np.float32)[believed].ravel()  # user by user, as in `pair_features`
