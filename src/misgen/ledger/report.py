"""What the pages of the book say of a topic's results, in the topic's own module `report`.

A topic with an experiment has a function `report` there, which reads the published results. It may
also have any of these constants:

- `LIVE`: what the chapters compute on their pages, a sequence of `Live`.
- `PAGES`: pages of the appendix, a `Page` by name of the file.
- `README`: parts of the README, functions by the name of their markers.
- `README_PICTURE`: where the built site shows the picture of the README, in one topic alone, like
  `README_PICTURE_ALT`, what the picture shows, and `EXAMPLE`, code that makes one of its agents.

`site/generate_pages.py` finds and writes all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from misgen.core.intervals import Estimate
from misgen.ledger.markdown import rate


@dataclass(frozen=True)
class Demand:
    """Something that the results must show, and what they do show."""

    claim: str
    bound: str
    """What is asked for, in words."""
    measured: Estimate
    low: float = -math.inf
    """The measured mean must not be below this."""
    high: float = math.inf
    """Nor above this."""
    write: Callable[[Estimate], str] = rate

    @property
    def holds(self) -> bool:
        """Whether the mean is within the bounds."""
        return self.low <= self.measured.mean <= self.high

    @property
    def surely(self) -> bool:
        """Whether the whole interval is within the bounds."""
        return self.low <= self.measured.low and self.measured.high <= self.high

    @property
    def verdict(self) -> str:
        """Says whether the demand holds, and whether the whole interval agrees.

        >>> Demand("", "", Estimate(0.96, 0.94, 0.98, 10), low=0.95).verdict
        'holds for the mean, not for the whole interval'
        """
        if not self.holds:
            return "**missed**"
        return "holds" if self.surely else "holds for the mean, not for the whole interval"

    @property
    def row(self) -> tuple[str, str, str, str]:
        """The demand as a row of the page's table."""
        return self.claim, self.bound, self.write(self.measured), self.verdict


def verdict(found: Sequence[Demand]) -> str:
    """Returns a sentence that says whether all demands hold, or else which do not."""
    missed = [demand.claim for demand in found if not demand.holds]
    if not missed:
        barely = sum(not demand.surely for demand in found)  # of those that hold
        return f"All {len(found)} hold{f', {barely} for the mean only' if barely else ''}."
    verb = "is" if len(missed) == 1 else "are"
    return f"{len(missed)} of {len(found)} {verb} missed: {'; '.join(missed)}."


@dataclass(frozen=True)
class Figure:
    """A figure of a chapter: which runs it shows, and what they were tested on."""

    name: str
    training: str
    test: str
    runs: Sequence[Mapping[str, Any]]
    """Configurations of the runs."""
    only: Sequence[str] = ()
    """The words after `--only` that choose exactly these runs; none if it shows all of them."""


@dataclass(frozen=True)
class Report:
    """What the page says of one experiment, beside what it says of every one."""

    title: str
    """Heading of its section; it gives the section its address."""
    figures: Sequence[Figure]
    results: str
    """All results, in Markdown, with headings of the fourth level at most."""
    run: str
    """What one run is: "agent that was trained and tested"."""
    demands: Sequence[Demand] = ()
    before: str = ""
    """How the demands came about."""
    after: str = ""
    """What a reader of the demands must know."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """How the runs were made, as far as the manifest does not know it."""
    agents: Collection[str] = ()
    """Names of the published files that are agents."""


@dataclass(frozen=True)
class Live:
    """A figure whose numbers are computed by the cells of its chapter."""

    chapter: str
    """The notebook, without `.ipynb`."""
    figure: str
    """What it shows."""
    calls: tuple[str, ...]
    """How the cells that compute it begin their calls, as in `figures.learning_curve(`."""
    seeds: str = ""
    """Seeds that are not in the cells but in the functions that they call."""


@dataclass(frozen=True)
class Page:
    """A page of the appendix that a topic writes."""

    origin: str
    """What to change instead of the page."""
    text: Callable[[], str]
    """Returns the page without its first comment, which names the origin."""
