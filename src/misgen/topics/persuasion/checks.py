"""The exercise on when it pays to lie."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from misgen.core.feedback import Feedback, raised, verdict

BreakEven = Callable[[float, float, float], float]


def check_break_even(break_even_audit: BreakEven) -> Feedback:
    """Checks a function that says how often to audit so that lying pays no more than honesty.

    Args:
        break_even_audit: Takes the reward for honesty, for a lie that is believed, and for a lie
            that is audited, with audited < honest < believed. Returns the share of lies to audit,
            in [0, 1], at which a lie pays on average as much as honesty. A lie that is not audited
            is believed.
    """
    try:
        answers = [np.float64(break_even_audit(*case)) for case in _REWARDS]
    except Exception as error:
        return raised(error)
    return verdict(answers, _REWARDS, _break_even, _AUDIT_MISTAKES)


_REWARDS = [(0.4, 1.0, -1.5), (0.5, 2.0, -1.0), (1.0, 4.0, 0.5), (-0.2, 0.7, -3.0)]


def _break_even(honest: float, believed: float, caught: float) -> float:
    return (believed - honest) / (believed - caught)


def _without_penalty(honest: float, believed: float, _: float) -> float:
    return (believed - honest) / believed


def _without_honesty(_: float, believed: float, caught: float) -> float:
    return believed / (believed - caught)


def _share_not_audited(honest: float, believed: float, caught: float) -> float:
    return 1 - _break_even(honest, believed, caught)


def _penalty_added(honest: float, believed: float, caught: float) -> float:
    return (believed - honest) / (believed + caught)


def _believed_all_the_same(honest: float, believed: float, caught: float) -> float:
    return (believed - honest) / -caught


def _odds(honest: float, believed: float, caught: float) -> float:
    return (believed - honest) / (honest - caught)


def _audit_in_percent(honest: float, believed: float, caught: float) -> float:
    return 100 * _break_even(honest, believed, caught)


_AUDIT_MISTAKES: dict[str, tuple[Callable[..., ArrayLike], str]] = {
    "ignores the penalty": (
        _without_penalty,
        "An audited lie does not get 0: use what it is paid.",
    ),
    "ignores what honesty pays": (
        _without_honesty,
        "Compare the lie with honesty, not with 0: set its average reward equal to what honesty "
        "pays.",
    ),
    "the wrong way round": (
        _share_not_audited,
        "That is the share of lies that may go without an audit: take 1 minus it.",
    ),
    "adds the penalty": (
        _penalty_added,
        "Mind the sign: between a lie that is believed and one that is audited lies "
        "`believed - caught`.",
    ),
    "pays audited lies twice": (
        _believed_all_the_same,
        "An audited lie is not believed: it is paid `caught` in place of `believed`, not both.",
    ),
    "gives the odds": (
        _odds,
        "These are the odds of an audit, audited to not audited: return the share that is audited.",
    ),
    "gives percent": (_audit_in_percent, "Return a share between 0 and 1, not a percentage."),
}
