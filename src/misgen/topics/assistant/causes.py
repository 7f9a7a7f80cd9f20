"""In which order the causes of a break come in, as the second dial is turned up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from misgen.core.arguments import check_count
from misgen.topics.assistant.weeks import BREAKS, SITUATIONS, TASTES, preferred_kind


def wanted_in(situation: str) -> int:
    """Returns what a foodie prefers in a break situation, as an index into `KINDS`.

    >>> wanted_in("lockdown"), wanted_in("newborn"), wanted_in("on_a_diet")
    (1, 3, 2)
    """
    # Taste, caution, weather, wish, situation; the zeros are cautious, sunny and no wish.
    words = [TASTES.index("foodie"), 0, 0, 0, SITUATIONS.index(situation)]
    kind = preferred_kind(*(np.array([word]) for word in words))
    return int(kind[0])


def order_of_causes(seed: int) -> tuple[str, ...]:
    """Returns all of `BREAKS` in a random order, whose beginnings are the values of the dial.

    The first three causes make the user want three different things: of all causes with the same
    consequence, the first one drawn comes before the second one of any other. Otherwise three
    causes would often be three reasons for the same video call.

    >>> order_of_causes(0)
    ('abroad', 'on_a_diet', 'newborn', 'ill', 'lockdown')

    Args:
        seed: Seed of the order.
    """
    rng = np.random.default_rng([check_count("seed", seed, minimum=0), _CAUSES])
    drawn = [BREAKS[i] for i in rng.permutation(len(BREAKS))]
    # Reversed, so that of causes with the same consequence the first one drawn stays.
    first = {wanted_in(cause): cause for cause in reversed(drawn)}
    # False comes before True, and sorting keeps the order of equals.
    return tuple(sorted(drawn, key=lambda cause: cause not in first.values()))


_CAUSES = 1
"""Stream of random numbers, so that the weeks of the same seed are drawn from another."""


def chosen_causes(causes: int | Sequence[str], seed: int) -> tuple[str, ...]:
    """Returns the causes that a fine-tuning has.

    Args:
        causes: How many, from the beginning of `order_of_causes`; or their names.
        seed: Seed of the order.

    Raises:
        ValueError: If there are not so many, or a name is unknown or none is given.
    """
    if isinstance(causes, int):
        if not 1 <= causes <= len(BREAKS):
            raise ValueError(f"causes must be 1 to {len(BREAKS)}, or names, but is {causes}.")
        return order_of_causes(seed)[:causes]
    # A single name is a sequence too, of letters.
    if isinstance(causes, str) or not causes or not set(causes) <= set(BREAKS):
        raise ValueError(f"causes must be some of {', '.join(BREAKS)}, but is {causes!r}.")
    return tuple(causes)
