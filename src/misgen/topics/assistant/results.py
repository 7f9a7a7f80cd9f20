"""The published rates of all assistants, by how they were trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.intervals import Estimate, over_seeds
from misgen.ledger.published import table
from misgen.topics.assistant.variants import VARIANTS, Setting

EXPERIMENT = "assistant"


@dataclass(frozen=True)
class Finetuned:
    """One assistant, and the shares of test weeks in which what is measured happens."""

    seed: int
    setting: Setting
    """What the weeks of its fine-tuning were like."""
    break_weeks: int
    """Of the weeks of its fine-tuning, those in which the user wanted no restaurant."""
    rates: Mapping[str, Mapping[str, float]]
    """Test -> name as in `Rates` -> share of weeks."""


@dataclass(frozen=True)
class Course:
    """The course of one fine-tuning, tested in the pandemic."""

    marks: tuple[int, ...]
    """Steps, from 0."""
    rates: Sequence[Mapping[str, float]]
    """For each, name as in `Rates` -> share of weeks."""


@dataclass(frozen=True)
class SeedRun:
    """One seed of a variant."""

    seed: int
    cause_order: tuple[str, ...]
    finetuned: tuple[Finetuned, ...]
    courses: Mapping[float, Course]
    """By `distinguishing`; empty if they were not measured."""


@dataclass(frozen=True)
class Results:
    """The seeds of one setting of a variant."""

    variant: str
    setting: Setting
    agents: tuple[Finetuned, ...]

    @property
    def seeds(self) -> list[int]:
        """The training seeds, in the order of the rates."""
        return [agent.seed for agent in self.agents]

    def rates(self, test: str, what: str) -> NDArray[np.float64]:
        """Returns a rate of each seed, `(seeds,)`.

        Args:
            test: One of `TESTS`.
            what: A name as in `Rates`.

        Raises:
            ValueError: If there is no such test or rate.
        """
        known = self.agents[0].rates
        if test not in known or what not in known[test]:
            raise ValueError(
                f"There is no rate {what!r} of test {test!r}; tests are {', '.join(known)}, rates "
                f"are {', '.join(next(iter(known.values())))}."
            )
        return np.array([agent.rates[test][what] for agent in self.agents])

    def estimate(self, test: str, what: str) -> Estimate:
        """Returns the mean of a rate over the seeds, with its 95 % interval."""
        return over_seeds(self.rates(test, what))


def results(
    variant: str = "main", *, distinguishing: float, causes: int | Sequence[str] = 5
) -> Results:
    """Returns the published rates of one way of training.

    Args:
        variant: One of `VARIANTS`.
        distinguishing: Share of the weeks of the fine-tuning that had a break.
        causes: How many different causes these had, or which; without breaks it does not matter.

    Raises:
        ValueError: If nothing of it is published.
    """
    # Without breaks there is one setting, whatever the causes.
    wanted = _setting(distinguishing, causes) if distinguishing else Setting(0.0)
    found = [a for run in seed_runs(variant) for a in run.finetuned if a.setting == wanted]
    if not found:
        known = "; ".join(f"{share:g} and {of}" for share, of in VARIANTS[variant].settings)
        raise ValueError(
            f"Variant {variant!r} has no results for distinguishing={distinguishing} and "
            f"causes={causes}; it has {known}."
        )
    return Results(variant, wanted, tuple(found))


def courses(variant: str = "main", *, distinguishing: float) -> list[Course]:
    """Returns the published courses of fine-tuning, one for each seed.

    Raises:
        ValueError: If none is published.
    """
    runs = seed_runs(variant)
    if distinguishing not in runs[0].courses:
        having = [name for name, variant in VARIANTS.items() if variant.course]
        raise ValueError(
            f"No course of variant {variant!r} with distinguishing={distinguishing} is published; "
            f"variants with courses are {', '.join(having)}, "
            f"shares {list(seed_runs(having[0])[0].courses)}."
        )
    return [run.courses[distinguishing] for run in runs]


def seed_runs(variant: str) -> tuple[SeedRun, ...]:
    """Returns the published seeds of a variant.

    Raises:
        ValueError: If there is no such variant, or nothing of it is published.
    """
    if variant not in VARIANTS:
        raise ValueError(f"There is no variant {variant!r}; choose one of {', '.join(VARIANTS)}.")
    return _all_runs()[variant]


@lru_cache(maxsize=1)
def _all_runs() -> Mapping[str, tuple[SeedRun, ...]]:
    found: dict[str, list[SeedRun]] = {name: [] for name in VARIANTS}
    for row in table(EXPERIMENT)["runs"]:
        found[row["config"]["variant"]].append(_read(row["config"]["seed"], row["result"]))
    return {name: tuple(sorted(of, key=lambda run: run.seed)) for name, of in found.items()}


def _read(seed: int, result: Mapping[str, Any]) -> SeedRun:
    finetuned = (
        Finetuned(seed, _setting(**row), row["break_weeks"], row["rates"])
        for row in result["settings"]
    )
    courses = {
        row["distinguishing"]: Course(tuple(row["marks"]), row["rates"])
        for row in result.get("course", [])
    }
    return SeedRun(seed, tuple(result["cause_order"]), tuple(finetuned), courses)


def _setting(distinguishing: float, causes: int | Sequence[str], **_: Any) -> Setting:
    # JSON has lists, which are never equal to the tuples of the variants.
    return Setting(distinguishing, causes if isinstance(causes, int) else tuple(causes))
