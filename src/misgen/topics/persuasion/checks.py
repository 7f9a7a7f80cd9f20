"""The exercise on when it pays to lie."""

from __future__ import annotations

from collections.abc import Callable

from misgen.core.feedback import Feedback, Mistakes, checked

BreakEven = Callable[[float, float, float], float]


def check_break_even(break_even_audit: BreakEven) -> Feedback:
    """Checks a function that says how often to audit so that lying pays no more than honesty.

    Args:
        break_even_audit: Takes the reward for honesty, for a lie that is believed, and for a lie
            that is audited, with audited < honest < believed. Returns the share of lies to audit,
            in [0, 1], at which a lie pays on average as much as honesty. A lie that is not audited
            is believed.
    """
    return checked(break_even_audit, _REWARDS, _break_even, MISTAKES)


# Honest, believed, audited; the last may be a smaller reward instead of a penalty.
_REWARDS = [(0.4, 1.0, -1.5), (0.5, 2.0, -1.0), (1.0, 4.0, 0.5), (-0.2, 0.7, -3.0)]


def _break_even(honest: float, believed: float, caught: float) -> float:
    # Where honest = (1 - audit) * believed + audit * caught.
    return (believed - honest) / (believed - caught)


# Each takes the rewards for honesty, for a lie that is believed, and for one that is audited.
MISTAKES: Mistakes = {
    "ignores the penalty": (
        lambda honest, believed, _: (believed - honest) / believed,
        "An audited lie does not get 0: use what it is paid.",
    ),
    "takes the penalty of the page": (
        lambda honest, believed, _: (believed - honest) / 2,
        "Between a believed and an audited lie lie 2 points with the numbers of the page only: "
        "divide by `believed - caught`.",
    ),
    "ignores what honesty pays": (
        lambda _, believed, caught: believed / (believed - caught),
        "Compare the lie with honesty, not with 0: set its average reward equal to what honesty "
        "pays.",
    ),
    "the wrong way round": (
        lambda *rewards: 1 - _break_even(*rewards),
        "That is the share of lies that may go without an audit: take 1 minus it.",
    ),
    "adds the penalty": (
        lambda honest, believed, caught: (believed - honest) / (believed + caught),
        "Mind the sign: between a lie that is believed and one that is audited lies "
        "`believed - caught`.",
    ),
    "pays audited lies twice": (
        lambda honest, believed, caught: (believed - honest) / -caught,
        "An audited lie is not believed: it is paid `caught` in place of `believed`, not both.",
    ),
    "gives the odds": (
        lambda honest, believed, caught: (believed - honest) / (honest - caught),
        "These are the odds of an audit, audited to not audited: return the share that is audited.",
    ),
    "gives percent": (
        lambda *rewards: 100 * _break_even(*rewards),
        "Return a share between 0 and 1, not a percentage.",
    ),
}
