"""Random numbers of several seeds: those of a seed are the same alone and beside others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.env import check_count

Parts = tuple[NDArray[Any], ...]


def draw_for_each(
    seeds: Sequence[int], draw_one: Callable[[np.random.Generator], Parts]
) -> list[NDArray[Any]]:
    """Draw the random numbers of every seed by a generator of its own.

    Args:
        seeds: At least one.
        draw_one: Draws the numbers of one seed, as some arrays.

    Returns:
        The arrays, with the seeds as the first axis.

    >>> [part.shape for part in draw_for_each(range(3), lambda rng: (rng.random(5),))]
    [(3, 5)]

    Raises:
        ValueError: If there is no seed, or one is not a whole number.
    """
    if not len(seeds):
        raise ValueError("Give at least one seed, such as seeds=range(10).")
    checked = [check_count("seed", seed, minimum=0) for seed in seeds]
    runs = [draw_one(np.random.default_rng(seed)) for seed in checked]
    return [np.stack(parts) for parts in zip(*runs, strict=True)]
