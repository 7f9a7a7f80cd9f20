"""What the exercises test, with a sentence for each mistake that readers are known to make.

A check calls the reader's function on small made-up cases, or looks at what the reader measured.
It compares the answers with the right ones and with those of each named mistake, so that it can
say what went wrong instead of only that something did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, repr=False)
class Feedback:
    """What a check says.

    >>> Feedback(False, "Count the deaths too.", mistake="ignores deaths")
    Not yet. Count the deaths too.
    """

    right: bool
    sentence: str
    """One sentence for the reader."""
    mistake: str = ""
    """Name of the mistake; empty if the answer is right or the mistake has no name."""

    def __repr__(self) -> str:
        """Returns the verdict and the sentence."""
        return f"{'Right.' if self.right else 'Not yet.'} {self.sentence}"


Answer = NDArray[np.float64] | np.float64
Mistakes = Mapping[str, tuple[Callable[..., ArrayLike], str]]


def verdict(
    answers: Sequence[Answer],
    cases: Sequence[tuple[Any, ...]],
    solution: Callable[..., ArrayLike],
    mistakes: Mistakes,
) -> Feedback:
    """Compares the answers with the solution, then with each named mistake, over all cases."""

    def agrees(with_: Callable[..., ArrayLike]) -> bool:
        expected = [with_(*case) for case in cases]
        return all(map(_equal, answers, expected))

    if agrees(solution):
        return Feedback(True, "Your function agrees with ours on every case.")
    for name, (wrong, sentence) in mistakes.items():
        if agrees(wrong):
            return Feedback(False, sentence, name)
    return _first_difference(answers, [solution(*case) for case in cases])


def _equal(answer: ArrayLike, expected: ArrayLike) -> bool:
    return bool(np.allclose(answer, expected, rtol=0, atol=1e-9, equal_nan=True))


def _first_difference(answers: Sequence[Answer], expected: Sequence[ArrayLike]) -> Feedback:
    wrong = [not _equal(answer, right) for answer, right in zip(answers, expected, strict=True)]
    case = wrong.index(True)
    return Feedback(
        False,
        f"On made-up case {case + 1} of {len(wrong)} your function gives "
        f"{np.round(answers[case], 4)}, but {np.round(np.asarray(expected[case]), 4)} is right.",
    )


def raised(error: Exception) -> Feedback:
    """Says which error the reader's function raised."""
    told = " ".join(str(error).split())
    return Feedback(False, f"Your function raised {type(error).__name__}: {told}.")
