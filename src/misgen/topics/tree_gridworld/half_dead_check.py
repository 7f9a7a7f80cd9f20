"""The exercise on endless runs: when half of the forests had died."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.feedback import Feedback, raised, verdict

HalfDead = Callable[[NDArray[np.int64], NDArray[np.float64]], float | None]
_TICKS = np.array([64, 90, 130, 250, 600, 2000])
_RUNS = {
    "collapses": [0.0, 0.02, 0.1, 0.6, 0.9, 1.0],
    "stops at half": [0.0, 0.1, 0.3, 0.5, 0.5, 0.5],
    "recovers": [0.0, 0.55, 0.7, 0.3, 0.05, 0.02],
    "survives": [0.0, 0.05, 0.2, 0.45, 0.3, 0.1],
    "dead from the start": [0.5, 0.6, 0.8, 1.0, 1.0, 1.0],
}


def check_half_dead(half_dead: HalfDead) -> Feedback:
    """Check a function that says when at least half of the forests of a run had no tree.

    Args:
        half_dead: Takes the last step of each span of time and the share of forests without trees
            in it, `(bins,)` both; returns the first such step, or None if there is none.
    """
    try:
        answers = [np.float64(half_dead(*case)) for case in _cases()]
    except Exception as error:
        return raised(error)
    return verdict(answers, _cases(), _half_dead, _MISTAKES)


def _cases() -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    return [(_TICKS.copy(), np.array(empty)) for empty in _RUNS.values()]


def _half_dead(ticks: NDArray[np.int64], empty: NDArray[np.float64]) -> ArrayLike:
    return _first(ticks, empty >= 0.5)


def _first(values: NDArray[np.int64], where: NDArray[np.bool_]) -> float:
    return float(values[where.argmax()]) if where.any() else float("nan")


def _index(ticks: NDArray[np.int64], empty: NDArray[np.float64]) -> float:
    return _first(np.arange(len(ticks)), empty >= 0.5)


def _more_than_half(ticks: NDArray[np.int64], empty: NDArray[np.float64]) -> float:
    return _first(ticks, empty > 0.5)


def _never_is_the_first(ticks: NDArray[np.int64], empty: NDArray[np.float64]) -> float:
    return float(ticks[(empty >= 0.5).argmax()])


def _never_is_the_end(ticks: NDArray[np.int64], empty: NDArray[np.float64]) -> float:
    return float(ticks[(empty >= 0.5).argmax()] if (empty >= 0.5).any() else ticks[-1])


def _last_time(ticks: NDArray[np.int64], empty: NDArray[np.float64]) -> float:
    return _first(ticks[::-1], (empty >= 0.5)[::-1])


def _sorted_search(ticks: NDArray[np.int64], empty: NDArray[np.float64]) -> float:
    at = int(np.searchsorted(empty, 0.5))
    return float(ticks[at]) if at < len(ticks) else float("nan")


def _any_dead(ticks: NDArray[np.int64], empty: NDArray[np.float64]) -> float:
    return _first(ticks, empty > 0)


_MISTAKES: Mapping[str, tuple[Callable[..., ArrayLike], str]] = {
    "gives the index": (
        _index,
        "You give the number of the span; look up its last step in `ticks`.",
    ),
    "more than half": (
        _more_than_half,
        "At least half includes exactly half: use >= instead of >.",
    ),
    "never is the first": (
        _never_is_the_first,
        "Where no span qualifies, argmax of all False is 0; return None for such a run.",
    ),
    "never is the end": (
        _never_is_the_end,
        "A run that keeps its forests has no such step; return None, not its last step.",
    ),
    "last time": (
        _last_time,
        "You give the last such span; a run that recovers was half dead long before.",
    ),
    "expects an order": (
        _sorted_search,
        "searchsorted needs increasing shares, but forests can come back; compare each span.",
    ),
    "any dead": (_any_dead, "You count from the first dead forest; wait until half are dead."),
}
