"""Tables and numbers in Markdown, as the pages on the published results write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from misgen.core.intervals import Estimate

NBSP = "\N{NO-BREAK SPACE}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a Markdown table.

    >>> print(table(["a", "b"], [["1", "2"]]))
    | a | b |
    | --- | --- |
    | 1 | 2 |
    """
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def enumeration(numbers: Sequence[int]) -> str:
    """Returns numbers as a list in words.

    >>> enumeration([10, 30, 1000])
    '10, 30 or 1,000'
    """
    words = [f"{number:,}" for number in numbers]
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def percent(share: float) -> str:
    """Writes a share of `distinguishing` or a bound as a percentage.

    >>> percent(0.02), percent(0.005)
    ('2 %', '0.5 %')
    """
    return f"{round(100 * share, 3):g} %"  # rounded: 100 * 0.07 is not 7


def tenths(share: float) -> float:
    """Returns a share in percent, rounded to one decimal in the same way on every machine.

    A mean of counts often lies half-way between two decimals, where the last bit would decide.

    >>> tenths(0.1145), tenths(-0.0001)
    (11.5, 0.0)
    """
    return round(100 * share + 1e-9, 1) + 0.0  # the sum turns -0.0 into 0.0


def rate(estimate: Estimate) -> str:
    r"""Writes a rate with its interval; a line may break between the two, but in neither.

    >>> rate(Estimate(0.98, 0.975, 0.985, 10))
    '98.0\xa0% [97.5,\xa098.5]'
    """
    mean, low, high = map(tenths, (estimate.mean, estimate.low, estimate.high))  # in percent
    return f"{mean:.1f}{NBSP}% [{low:.1f},{NBSP}{high:.1f}]"


def points(estimate: Estimate) -> str:
    r"""Writes the difference of two rates, in percentage points, with its interval.

    >>> points(Estimate(-0.003, -0.007, 0.001, 10))
    '-0.3\xa0points [-0.7,\xa0+0.1]'
    """
    # in percentage points
    mean, low, high = map(tenths, (estimate.mean, estimate.low, estimate.high))
    return f"{mean:+.1f}{NBSP}points [{low:+.1f},{NBSP}{high:+.1f}]"
