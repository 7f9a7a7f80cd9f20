"""The test distributions of the coin grid, by the names of their results."""

from __future__ import annotations

from misgen.learn.trial import Test


def tests_of(encoding: str) -> dict[str, Test]:
    """Returns the tests of an agent, which meets the encoding that it was trained with."""
    options = {"encoding": encoding}
    return {
        "ordinary": Test(distinguishing=0.0, options=options),
        "shifted": Test(distinguishing=1.0, options=options),
        "erased": Test(distinguishing=1.0, control="erased", options=options),
        "flipped": Test(distinguishing=1.0, control="flipped", options=options),
        "ordinary_flipped": Test(distinguishing=0.0, control="flipped", options=options),
    }
