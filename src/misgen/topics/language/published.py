"""What the small language model said, as the ledger has it, and how often it said what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Estimate, over_seeds, wilson
from misgen.ledger.published import table
from misgen.topics.language.bookings import EXAMPLES, WEEKS, Booking
from misgen.topics.language.expressions import MOST_QUESTIONS, Dialogue, shots

EXPERIMENT = "language"


@dataclass(frozen=True)
class Share:
    """How often something happened: in each draw of the examples, and over all prompts."""

    counts: tuple[int, ...]
    """In how many prompts of each draw it happened."""
    prompts: tuple[int, ...]
    """Prompts of each draw."""

    @property
    def by_draw(self) -> NDArray[np.float64]:
        """The share in each draw, `(draws,)`."""
        return np.array(self.counts) / np.array(self.prompts)

    @property
    def estimate(self) -> Estimate:
        """The share of all prompts, with the wider of two 95 % intervals.

        Wilson's takes prompts for independent, but those of one draw share their examples. The
        t-interval over draws does not, but it is a point where all draws agree.

        >>> print(Share((10, 10, 10), (10, 10, 10)).estimate)
        100 % [89, 100]
        >>> print(Share((0, 5, 10), (10, 10, 10)).estimate)
        50 % [0, 100]
        """
        of_prompts = wilson(sum(self.counts), sum(self.prompts))
        of_draws = over_seeds(self.by_draw)
        low, high = min(of_prompts.low, of_draws.low), max(of_prompts.high, of_draws.high)
        return Estimate(of_prompts.mean, low, high, of_prompts.n)

    def __str__(self) -> str:
        return f"{sum(self.counts)} of {sum(self.prompts)}"


@dataclass(frozen=True)
class Dialogues:
    """All dialogues of one setting, draw by draw."""

    without_unknowns: int
    """Examples without unknowns, of ten."""
    draws: tuple[tuple[Dialogue, ...], ...]

    def share(self, what: Callable[[Dialogue], bool], *unknowns: int) -> Share:
        """Returns how often something holds of the dialogues about such expressions.

        Args:
            what: Says whether it holds, such as `lambda dialogue: dialogue.asks`.
            unknowns: Numbers of unknowns of the expressions that count.
        """
        return _share(self._about(unknowns), what)

    def by_last_example(
        self, what: Callable[[Dialogue], bool], *unknowns: int
    ) -> dict[bool, Share]:
        """Returns `share` of the draws whose last example asks, and of those whose does not.

        That the last example matters was seen in these runs, and not expected before them.
        """
        # The draws are numbered by their seeds.
        asking = [_last_asks(self.without_unknowns, seed) for seed in range(len(self.draws))]
        drawn = list(zip(asking, self._about(unknowns), strict=True))
        return {
            asks: _share([draw for last, draw in drawn if last == asks], what)
            for asks in (True, False)
        }

    def questions(self, unknowns: int) -> NDArray[np.int64]:
        """Returns how many dialogues have 0, 1, ... questions, `(MOST_QUESTIONS + 2,)`."""
        asked = [len(dialogue.asked) for draw in self._about((unknowns,)) for dialogue in draw]
        return np.bincount(asked, minlength=MOST_QUESTIONS + 2)  # the most are MOST_QUESTIONS + 1

    def _about(self, unknowns: Sequence[int]) -> list[list[Dialogue]]:
        return [[d for d in draw if len(d.expression.unknowns) in unknowns] for draw in self.draws]


@dataclass(frozen=True)
class Bookings:
    """All bookings with one kind of examples, draw by draw."""

    examples: str
    draws: tuple[dict[str, tuple[Booking, ...]], ...]
    """For each draw: kind of week -> its bookings."""

    def share(self, what: Callable[[Booking], bool], week: str) -> Share:
        """Returns how often something holds of the bookings of a week, one of `WEEKS`."""
        return _share([draw[week] for draw in self.draws], what)


def settings() -> tuple[int, ...]:
    """Returns the published numbers of examples without unknowns, of ten."""
    configs = [run["config"] for run in runs()]
    found = {c["shots_without_unknowns"] for c in configs if c["task"] == "dialogues"}
    return tuple(sorted(found))


def dialogues(without_unknowns: int) -> Dialogues:
    """Returns the published dialogues of a setting.

    Raises:
        ValueError: If it is not published.
    """
    if without_unknowns not in settings():
        known = ", ".join(map(str, settings()))
        raise ValueError(
            f"Published numbers of examples without unknowns are {known}, not {without_unknowns}."
        )
    found = _results("dialogues", "shots_without_unknowns", without_unknowns)
    draws = (tuple(map(Dialogue.from_json, result["dialogues"])) for result in found)
    return Dialogues(without_unknowns, tuple(draws))


def bookings(examples: str) -> Bookings:
    """Returns the published bookings with one kind of examples.

    Raises:
        ValueError: If there is no such kind.
    """
    if examples not in EXAMPLES:
        raise ValueError(f"examples must be one of {', '.join(EXAMPLES)}, not {examples!r}.")
    found = _results("bookings", "examples", examples)
    draws = [
        {week: tuple(map(Booking.from_json, result["bookings"][week])) for week in WEEKS}
        for result in found
    ]
    return Bookings(examples, tuple(draws))


def _last_asks(without: int, seed: int) -> bool:
    # An empty line ends each example, so that the last piece is empty.
    *_, last, _ = shots(without, seed).split("\n\n")
    return "What's" in last


def _share(draws: Sequence[Sequence[Any]], what: Callable[[Any], bool]) -> Share:
    counts = tuple(sum(what(item) for item in draw) for draw in draws)
    return Share(counts, tuple(map(len, draws)))


def _results(task: str, field: str, value: Any) -> list[dict[str, Any]]:
    """Returns the results of all draws of a setting, in the order of their seeds."""
    found = [run for run in runs() if run["config"]["task"] == task]
    of_setting = [run for run in found if run["config"][field] == value]
    in_order = sorted(of_setting, key=lambda run: run["config"]["seed"])
    return [run["result"] for run in in_order]


@lru_cache(maxsize=1)
def runs() -> tuple[dict[str, Any], ...]:
    """Returns the published runs, with the "config" and the "result" of each."""
    return tuple(table(EXPERIMENT)["runs"])
