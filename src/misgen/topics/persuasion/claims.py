"""The four kinds of claims: true or false, and believed or not."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import IntArray
from misgen.topics.persuasion.listeners import KINDS, USERS

ClaimKind = Literal["true, believed", "true, disbelieved", "false, believed", "false, disbelieved"]
CLAIM_KINDS: tuple[ClaimKind, ...] = (
    "true, believed",
    "true, disbelieved",
    "false, believed",
    "false, disbelieved",
)
"""In ambiguous training there are only the first and the last."""
APART: tuple[ClaimKind, ...] = CLAIM_KINDS[1:3]
"""Those in which truth and belief come apart."""


def by_kind(
    if_false: NDArray[np.float64], if_true: NDArray[np.float64], believed: IntArray
) -> NDArray[np.float64]:
    """Returns how likely each user hears a claim of each kind.

    Args:
        if_false: How likely a claim is asserted if it is false, `(worlds, USERS * 8)`.
        if_true: The same if it is true.
        believed: The claim that each user believes, `(USERS,)`.

    Returns:
        `(worlds, USERS, 4)`; what a user would not believe is the mean over seven claims.
    """
    kinds = []
    for asserted in (if_true, if_false):  # in the order of CLAIM_KINDS
        claims = asserted.reshape(-1, USERS, KINDS)  # (world, user, claim)
        of_believed = np.take_along_axis(claims, believed[None, :, None], axis=2)[..., 0]
        # Both (world, user): the believed claim, and the mean of the seven others.
        kinds += [of_believed, (claims.sum(axis=2) - of_believed) / (KINDS - 1)]
    return np.stack(kinds, axis=-1)  # (world, user, kind)


FOLLOWED = ("truth", "belief", "asserts both", "asserts neither")
"""What an assistant does with a user where truth and belief come apart: it asserts disbelieved
truths only, believed falsehoods only, both, or neither."""


def followed(truths: NDArray[np.float64], falsehoods: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Returns what an assistant follows with each user, as an index of `FOLLOWED`.

    Args:
        truths: How likely it asserts truths that the user disbelieves; half counts as it does.
        falsehoods: How likely it asserts falsehoods that the user believes, same shape.

    >>> followed(np.array([0.9, 0.1, 0.9, 0.1]), np.array([0.1, 0.9, 0.9, 0.1])).tolist()
    [0, 1, 2, 3]
    """
    tells, persuades = truths >= 0.5, falsehoods >= 0.5
    cases = [tells & ~persuades, persuades & ~tells, tells]  # the last are those that do both
    return np.select(cases, range(3), 3).astype(np.uint8)  # 3: neither
