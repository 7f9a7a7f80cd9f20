"""Random numbers of many runs at once, each run with a stream of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count

Numbers = NDArray[np.float64]


class Draws(Protocol):
    """What a policy needs of a source of random numbers; `numpy.random.Generator` has it."""

    def random(self, size: tuple[int, ...], /) -> Numbers:
        """Returns uniform numbers in [0, 1)."""


class Streams:
    """One stream for each seed, so that a run is the same alone and beside others.

    >>> both, one = Streams([3, 4], purpose=0), Streams([4], purpose=0)
    >>> bool((both.random((2, 5))[1] == one.random((1, 5))[0]).all())
    True
    """

    def __init__(self, seeds: Sequence[int], *, purpose: int) -> None:
        """Creates the streams.

        Args:
            seeds: One seed for each run.
            purpose: Streams of the same seed and another purpose are independent.

        Raises:
            ValueError: If there is no seed, or one is negative.
        """
        if not len(seeds):
            raise ValueError("Give at least one seed, such as seeds=range(10).")
        checked = [check_count("seed", seed, minimum=0) for seed in seeds]
        self._rngs = [np.random.default_rng([seed, purpose]) for seed in checked]

    def random(self, size: tuple[int, ...], /) -> Numbers:
        """Returns uniform numbers in [0, 1), `(seeds, ...)`."""
        return np.stack([rng.random(row) for rng, row in self._rows(size)])

    def normal(self, size: tuple[int, ...], /) -> Numbers:
        """Returns standard normal numbers, `(seeds, ...)`."""
        return np.stack([rng.standard_normal(row) for rng, row in self._rows(size)])

    def _rows(self, size: tuple[int, ...]) -> Iterator[tuple[np.random.Generator, tuple[int, ...]]]:
        return zip(self._rngs, [size[1:]] * size[0], strict=True)  # refuses another number of seeds
