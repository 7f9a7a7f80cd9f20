"""What the exercises test, with a sentence for each mistake that readers are known to make.

A check calls the reader's function on small made-up cases, or looks at what the reader measured.
It compares the answers with the right ones and with those of each named mistake, so that it can
say what went wrong instead of only that something did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
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


def checked(
    function: Callable[..., Any],
    cases: Sequence[tuple[Any, ...]],
    solution: Callable[..., ArrayLike],
    mistakes: Mistakes,
) -> Feedback:
    """Calls a function that returns one number on all cases, and compares as `verdict` does."""
    try:
        # Copies, so that a function that writes into its arguments changes nothing here.
        answers = [np.float64(function(*case)) for case in deepcopy(list(cases))]
    except Exception as error:
        return raised(error)
    return verdict(answers, cases, solution, mistakes)


def verdict(
    answers: Sequence[Answer],
    cases: Sequence[tuple[Any, ...]],
    solution: Callable[..., ArrayLike],
    mistakes: Mistakes,
) -> Feedback:
    """Compares the answers with the solution, then with each named mistake, over all cases."""

    def agrees(function: Callable[..., ArrayLike]) -> bool:
        return all(map(_equal, answers, [function(*case) for case in cases]))

    # Before the mistakes: on few cases a mistake may happen to agree with the solution.
    if agrees(solution):
        return Feedback(True, "Your function agrees with ours on every case.")
    for name, (wrong, sentence) in mistakes.items():  # in order: the first that fits is named
        if agrees(wrong):
            return Feedback(False, sentence, name)
    expected = [solution(*case) for case in cases]
    # the first that differs
    case = [_equal(*pair) for pair in zip(answers, expected, strict=True)].index(False)
    return Feedback(
        False,
        f"On made-up case {case + 1} of {len(cases)} your function gives "
        f"{np.round(answers[case], 4)}, but {np.round(np.asarray(expected[case]), 4)} is right.",
    )


def _equal(answer: ArrayLike, expected: ArrayLike) -> bool:
    # rounding only: no relative slack
    return bool(np.allclose(answer, expected, rtol=0, atol=1e-9, equal_nan=True))


def raised(error: Exception) -> Feedback:
    """Says which error the reader's function raised."""
    message = " ".join(str(error).split())  # on one line
    return Feedback(False, f"Your function raised {type(error).__name__}: {message}.")
