"""The agents of CoinRun and of the room, on the plane of capability and goal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from misgen.ledger.published import Trial, results
from misgen.topics.coin_grid.experiment import SHIPPED_ENCODING, SHIPPED_SHARES
from misgen.topics.taxonomy.book_map import (
    SEEN,
    MappedAgent,
    Place,
    ratio,
)
from misgen.topics.taxonomy.links import Link

_PERCENT = 100.0
_CODES = {
    "cell": "one place in the input for each cell",
    "row_column": "one place in the input for each row and each column",
    "coordinates": "two coordinates as input",
}


def place_of(trial: Trial, test: str) -> Place:
    """Return where an agent is: of distinguishing levels, those with goal or proxy reached.

    Args:
        trial: The agent.
        test: Name of a test of distinguishing levels.
    """
    capability = trial.rate(test, "capability")
    return Place(capability, ratio(trial.rate(test, "goal"), capability))


def _places(trial: Trial) -> dict[str, Place]:
    return {seen: place_of(trial, seen) for seen in SEEN}


def _sorted(name: str) -> list[Trial]:
    def order(trial: Trial) -> tuple[Any, ...]:
        options = [(name, str(value).zfill(6)) for name, value in trial.options.items()]
        return (trial.steps > 0, options, trial.steps, trial.distinguishing, trial.seed)

    return sorted(results(name).trials, key=order)


def _share(trial: Trial) -> float | None:
    return trial.distinguishing if trial.steps else None


# -------------------------------------------------------------------------------- CoinRun


def coinrun_agents() -> list[MappedAgent]:
    """Return the agents of the chapter on CoinRun."""
    return [_coinrun_agent(trial) for trial in _sorted("CoinRun")]


def _coinrun_agent(trial: Trial) -> MappedAgent:
    on_dial = trial.steps > 0 and not trial.options
    training, slug = _coinrun_training(trial)
    percent = _PERCENT * trial.distinguishing
    return MappedAgent(
        "coinrun",
        training,
        f"{slug}-{percent:g}" if trial.steps else slug,
        _share(trial),
        trial.seed,
        _places(trial),
        Link("coinrun", "dial", {"setting": round(percent, 3), "seed": trial.seed})
        if on_dial
        else Link("coinrun", section=_coinrun_section(trial)),
        on_dial,
    )


def _coinrun_training(trial: Trial) -> tuple[str, str]:
    options: Mapping[str, Any] = trial.options
    if not trial.steps:
        return "untrained", "untrained"
    if "levels" in options:
        return f"on {options['levels']:,} levels", f"levels-{options['levels']}"
    if "placement" in options:
        return "moved coins in the last fifth of a level", "fifth"
    return "on levels without limit", "dial"


def _coinrun_section(trial: Trial) -> str:
    if not trial.steps:
        return "two-kinds-of-robustness"
    if "levels" in trial.options:
        return "not-simply-more-levels"
    return "a-little-variety-in-the-right-place"


# --------------------------------------------------------------------------------- the room


def coin_grid_agents() -> list[MappedAgent]:
    """Return the agents of the room, of the chapter on distributions."""
    return [_coin_grid_agent(trial) for trial in _sorted("CoinGrid")]


def _coin_grid_agent(trial: Trial) -> MappedAgent:
    code, percent = str(trial.options["encoding"]), _PERCENT * trial.distinguishing
    shown = code == SHIPPED_ENCODING and trial.distinguishing in SHIPPED_SHARES
    return MappedAgent(
        "coin-grid",
        f"{_CODES[code]}, {trial.steps:,} steps",
        f"{code.replace('_', '-')}-{trial.steps // 1000}k-{percent:g}",
        _share(trial),
        trial.seed,
        _places(trial),
        Link(
            "distributions",
            "policy-shift",
            {"share": 1, "trained": trial.distinguishing, "seed": trial.seed},
        )
        if shown
        else Link("distributions", section=_coin_grid_section(trial)),
        shown,
    )


def _coin_grid_section(trial: Trial) -> str:
    longest = max(other.steps for other in results("CoinGrid").trials)
    return "lost-or-on-the-way-to-something-else" if trial.steps == longest else "more-time"
