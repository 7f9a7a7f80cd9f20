"""Markdown of the generated pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from misgen.core.intervals import Estimate

REFERENCES = Path(__file__).resolve().parent.parent / "references.bib"
NBSP = "\N{NO-BREAK SPACE}"


class PageError(Exception):
    """A page cannot be written; the message says what to do."""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a Markdown table.

    >>> print(table(["a", "b"], [["1", "2"]]))
    | a | b |
    | --- | --- |
    | 1 | 2 |
    """
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def definitions(items: Mapping[str, str]) -> str:
    """Returns a Markdown definition list.

    >>> print(definitions({"Goal": "Take the coin."}))
    Goal
    : Take the coin.
    """
    return "\n\n".join(f"{term}\n: {text}" for term, text in items.items())


def title_of(notebook: Path) -> str:
    """Returns the heading of a notebook, which is the first line of its first cell."""
    first = json.loads(notebook.read_text(encoding="utf-8"))["cells"][0]
    return "".join(first["source"]).split("\n")[0].removeprefix("# ")


def one_line(text: str) -> str:
    """Returns `text` with its line breaks and indents turned into spaces."""
    return " ".join(text.split())


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
    return f"{round(100 * share, 3):g} %"


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
    mean, low, high = map(tenths, (estimate.mean, estimate.low, estimate.high))
    return f"{mean:.1f}{NBSP}% [{low:.1f},{NBSP}{high:.1f}]"


def points(estimate: Estimate) -> str:
    r"""Writes the difference of two rates, in percentage points, with its interval.

    >>> points(Estimate(-0.003, -0.007, 0.001, 10))
    '-0.3\xa0points [-0.7,\xa0+0.1]'
    """
    mean, low, high = map(tenths, (estimate.mean, estimate.low, estimate.high))
    return f"{mean:+.1f}{NBSP}points [{low:+.1f},{NBSP}{high:+.1f}]"


def cited(text: str, keys: frozenset[str]) -> str:
    """Turns mentions of a source such as "Cobbe et al. (2019)" into citations.

    Args:
        text: Running text. Before the year there may be one author, two joined by "and", or the
            first "et al."; a name may have several words.
        keys: Keys of the bibliography, such as "cobbe2019" or "abdelsadek2025".

    Raises:
        PageError: If the bibliography lacks one.

    >>> cited("After Cobbe et al. (2019) for the game", frozenset({"cobbe2019"}))
    'After {cite:t}`cobbe2019` for the game'
    >>> cited("Abdel Sadek et al. (2025)", frozenset({"abdelsadek2025"}))
    '{cite:t}`abdelsadek2025`'
    """

    def citation(mention: re.Match[str]) -> str:
        words = mention["name"].split()
        for start in range(len(words)):
            key = f"{''.join(words[start:]).lower()}{mention['year']}"
            if key in keys:
                return "".join(f"{word} " for word in words[:start]) + f"{{cite:t}}`{key}`"
        raise PageError(f"A docstring names {mention[0]}: add {key} to references.bib.")

    return _MENTION.sub(citation, text)


_NAME = r"[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+)*"
_MENTION = re.compile(rf"\b(?P<name>{_NAME})(?: et al\.| and {_NAME})? \((?P<year>\d{{4}})\)")


def bibliography_keys() -> frozenset[str]:
    """Returns the keys of `references.bib`."""
    return frozenset(re.findall(r"^@\w+\{([\w:-]+),", REFERENCES.read_text(), re.MULTILINE))


def note(origin: str) -> str:
    """Returns the comment at the top of a generated page; `origin` is what to change instead."""
    return (
        f"% Written by site/generate_pages.py. Change {origin} instead, and run\n"
        "% .venv/bin/python site/generate_pages.py\n\n"
    )
