"""What the exercises test, with a sentence for each mistake that readers are known to make.

A check calls the reader's function on small made-up cases, or looks at what the reader measured.
It compares the answers with the right ones and with those of each named mistake, so that it can
say what went wrong instead of only that something did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from copy import deepcopy
from dataclasses import dataclass
from inspect import signature
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
    """One sentence or two for the reader."""
    mistake: str = ""
    """Name of the mistake; empty if the answer is right or the mistake has no name."""

    def __repr__(self) -> str:
        """Returns the verdict and the sentence."""
        return f"{'Right.' if self.right else 'Not yet.'} {self.sentence}"


Numbers = NDArray[np.float64]
Answer = Numbers | np.float64
Mistakes = Mapping[str, tuple[Callable[..., ArrayLike], str]]

UNCHANGED = Feedback(
    False,
    "You have not changed this yet, or it still gives what it gave at the start: replace the line "
    "that says “your ... here” by your own.",
    mistake="unchanged",
)
"""What is said of an exercise that nobody has touched."""
NOTHING_RETURNED = Feedback(
    False,
    "Your function returned None: see that it has a `return`, and that this is reached.",
    mistake="returns nothing",
)
"""What is said of a function that returns nothing, as one without a `return` does."""

_SHOWN = 6  # numbers of an array, more are counted
_LONGEST = 100  # characters of what is quoted
_DIGITS = range(4, 18)  # significant ones; with 17 any two numbers look different


class FormError(ValueError):
    """An answer that cannot be compared; the message says what to return instead."""


def checked(
    function: Callable[..., Any],
    cases: Sequence[tuple[Any, ...]],
    solution: Callable[..., ArrayLike],
    mistakes: Mistakes,
    *,
    names: Sequence[str] = (),
    stub: Callable[..., ArrayLike] | None = None,
) -> Feedback:
    """Calls the reader's function on all cases, and compares its answers as `verdict` does."""
    try:
        # Copies, so that a function that writes into its arguments changes nothing here.
        answers = [function(*case) for case in deepcopy(list(cases))]
    except Exception as error:
        return raised(error)
    return verdict(answers, cases, solution, mistakes, names=names, stub=stub)


def verdict(
    answers: Sequence[Any],
    cases: Sequence[tuple[Any, ...]],
    solution: Callable[..., ArrayLike],
    mistakes: Mistakes,
    *,
    names: Sequence[str] = (),
    stub: Callable[..., ArrayLike] | None = None,
    explain: Callable[[int], str] | None = None,
) -> Feedback:
    """Compares the answers with the solution, then with each named mistake, over all cases.

    Args:
        answers: What the reader's function returned, one for each case: as many numbers as the
            solution gives. In an exercise in which the solution may be nan, None is nan.
        cases: The arguments of each call.
        solution: Gives the right numbers; its parameters are called as the reader's.
        mistakes: Name of a mistake -> who makes it, and what the reader is told.
        names: If answers are dictionaries, the keys of the numbers, in the order of the solution.
        stub: What the exercise does before it is changed, where it does not return 0.
        explain: Says of the first case that differs what is wrong there; by default the inputs and
            both numbers are shown.
    """
    expected = [np.asarray(solution(*case), float) for case in cases]
    if returns_nothing(answers):
        return NOTHING_RETURNED
    try:
        read = _read_all(answers, expected, names)
    except FormError as error:
        return Feedback(False, str(error))
    # Before the mistakes: on few cases a mistake may happen to agree with the solution.
    if all(map(_equal, read, expected)):
        return Feedback(True, "Your function agrees with ours on every case.")
    if known := _known(read, cases, mistakes, stub):
        return known
    case = list(map(_equal, read, expected)).index(False)  # the first that differs
    if explain is not None:
        return Feedback(False, explain(case))
    shown = _difference(answers[case], read[case], expected[case], names)
    inputs = _inputs(solution, cases[case])
    return Feedback(False, f"On made-up case {case + 1} of {len(cases)} {shown}. {inputs}")


def _known(
    read: Sequence[Numbers],
    cases: Sequence[tuple[Any, ...]],
    mistakes: Mistakes,
    stub: Callable[..., ArrayLike] | None,
) -> Feedback | None:
    """Returns what is said of wrong answers that somebody is known to give."""

    def agrees(function: Callable[..., ArrayLike]) -> bool:
        return all(map(_equal, read, [function(*case) for case in cases]))

    if stub is not None and agrees(stub):
        return UNCHANGED
    for name, (wrong, sentence) in mistakes.items():  # in order: the first that fits is named
        if agrees(wrong):
            return Feedback(False, sentence, name)
    # last, as a mistake may give 0 everywhere
    return UNCHANGED if stub is None and agrees(lambda *_: 0.0) else None


def returns_nothing(answers: Sequence[Any]) -> bool:
    """Returns whether a function has returned nothing at all, as an empty one does.

    >>> returns_nothing([None, None]), returns_nothing([None, 3.0])
    (True, False)
    """
    return all(answer is None for answer in answers)


def _equal(answer: ArrayLike, expected: ArrayLike) -> bool:
    with np.errstate(over="ignore"):  # an answer may be as large as numbers are
        # rounding only: no relative slack
        return bool(np.allclose(answer, expected, rtol=0, atol=1e-9, equal_nan=True))


# ------------------------------------------------------------------- the form of an answer


def _read_all(
    answers: Sequence[Any], expected: Sequence[Numbers], names: Sequence[str]
) -> list[Numbers]:
    # in an exercise whose answer may be that there is none, None says so
    may_be_none = any(bool(np.isnan(right).all()) for right in expected)
    given = [np.nan if answer is None and may_be_none else answer for answer in answers]
    return [_read(*pair, names) for pair in zip(given, expected, strict=True)]


def _read(answer: Any, expected: Numbers, names: Sequence[str]) -> Numbers:
    """Returns an answer as numbers in the shape of the expected ones."""
    numbers = numbers_of(_values(answer, names))
    if numbers is not None and numbers.size == expected.size == 1:
        return numbers.reshape(expected.shape)
    if numbers is None or numbers.shape != expected.shape:
        raise FormError(f"Return {_wanted(expected.shape, names)}, not {described(answer)}.")
    return numbers


def _values(answer: Any, names: Sequence[str]) -> Any:
    if not names:
        return answer
    if not isinstance(answer, Mapping) or not set(names) <= set(answer):
        return "no dictionary with these names"  # which is no number either
    return [answer[name] for name in names]


def numbers_of(given: Any) -> Numbers | None:
    """Returns real numbers as an array, or None if some of it is no number.

    >>> numbers_of([1, True]), numbers_of([1, None]), numbers_of([[1], [1, 2]])
    (array([1., 1.]), None, None)
    """
    try:
        array = np.asarray(given)
        if array.dtype.kind == "O" and not any(value is None for value in array.flat):
            array = array.astype(float)  # fractions, for one
        return array.astype(float) if array.dtype.kind in "biuf" else None
    except Exception:  # whatever the objects of a reader raise
        return None


def _wanted(shape: tuple[int, ...], names: Sequence[str]) -> str:
    if names:
        *first, last = map(repr, names)
        return f"a dictionary with the numbers {', '.join(first)} and {last}"
    if shape == ():
        return "one number"
    return f"an array of shape {shape}"


# ---------------------------------------------------------------------- what is shown of it


def _difference(answer: Any, read: Numbers, expected: Numbers, names: Sequence[str]) -> str:
    """Says where an answer first differs, with as many digits as it takes to see it."""
    pairs = list(zip(read.flat, expected.flat, strict=True))
    at = next(i for i, pair in enumerate(pairs) if not _equal(*pair))
    mine, right = distinct(*pairs[at])
    mine = "None" if answer is None else mine
    right = "None" if np.isnan(expected).all() else right  # as `_read_all` takes it
    place = np.unravel_index(at, read.shape)
    entry = f" for {names[at]!r}" if names else f" at index {', '.join(map(str, place))}"
    return f"your function gives {mine}{entry if read.shape else ''}, but {right} is right"


def distinct(first: float, second: float) -> tuple[str, str]:
    """Returns two numbers as texts that differ where the numbers do.

    >>> distinct(0.0, 1e-6), distinct(2 / 3, 0.666666)
    (('0.0', '1e-06'), ('0.666667', '0.666666'))
    """
    texts = [(_written(first, digits), _written(second, digits)) for digits in _DIGITS]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[-1])


def _written(value: float, digits: int) -> str:
    return str(float(f"{value:.{digits}g}"))


def _inputs(solution: Callable[..., Any], case: Sequence[Any]) -> str:
    """Says what the reader's function was given."""
    names = list(signature(solution).parameters)
    given = [f"{name} = {described(value)}" for name, value in zip(names, case, strict=False)]
    return f"It was given {', '.join(given)}."


def described(value: Any) -> str:
    """Returns a value as a sentence may quote it: in full if it is short.

    >>> described(1e-6), described(None), described(np.arange(25))
    ('1e-06', 'None', '25 numbers (0, 1, 2, ...)')
    >>> described({"b": {"d", "c"}}), described(np.ones((3, 2)))
    ("{'b': {'c', 'd'}}", 'an array of shape (3, 2)')
    """
    try:
        return _cut(_quoted(value), _LONGEST)
    except Exception:  # a list that holds itself, for one
        return f"an object of type {type(value).__name__}"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest].rstrip()} …"


def _quoted(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, str | None):
        return repr(value)
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | float | np.integer | np.floating):
        number: Any = value  # as mypy does not know that all of them have a size
        return f"{number:.6g}" if abs(number) < 1e15 else str(number)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_quoted(k)}: {_quoted(v)}' for k, v in value.items())}}}"
    if isinstance(value, Set):
        return f"{{{', '.join(sorted(map(_quoted, value)))}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_quoted, value))}]"
    return f"an object of type {type(value).__name__}"


def _array(value: NDArray[Any]) -> str:
    if value.ndim != 1:
        return f"an array of shape {value.shape}"
    if len(value) <= _SHOWN:
        return f"[{', '.join(map(_quoted, value.tolist()))}]"
    return f"{len(value)} numbers ({', '.join(map(_quoted, value[:3].tolist()))}, ...)"


def raised(error: Exception) -> Feedback:
    """Says which error the reader's function raised."""
    message = _cut(" ".join(str(error).split()).rstrip("."), 2 * _LONGEST)  # on one line
    told = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return Feedback(False, f"Your function raised {told}.")
