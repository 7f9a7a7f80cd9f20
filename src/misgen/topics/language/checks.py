"""The exercise on the control of the language model: both halves, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from misgen.core.feedback import Feedback, Mistakes, described, raised, returns_nothing, verdict
from misgen.core.intervals import Estimate, wilson

Answers = Mapping[str, int]
Control = Callable[[Answers, Answers], bool]
HALF = 0.5


def check_control(control_holds: Control) -> Feedback:
    """Checks a function that says whether a control holds, from both of its halves.

    Args:
        control_holds: Takes how often a model answered "video call", "restaurant" and "other" in
            the pandemic, and how often in normal weeks, two dictionaries of counts. Returns
            whether it follows the situation: the 95 % Wilson interval of the share of video calls
            in the pandemic lies above one half, and that of the share of restaurants in normal
            weeks as well.
    """
    try:
        # Copies, as the reader's function may write into what it takes.
        answers = [control_holds(dict(pandemic), dict(normal)) for pandemic, normal in HALVES]
    except Exception as error:
        return raised(error)
    wrong = [answer for answer in answers if not isinstance(answer, bool | np.bool_)]
    if wrong and not returns_nothing(answers):
        return Feedback(False, f"Return True or False, not {described(wrong[0])}.")
    return verdict(answers, HALVES, _holds, MISTAKES, stub=lambda *_: True, explain=_explained)


def _explained(case: int) -> str:
    pandemic, normal = HALVES[case]
    return (
        f"On made-up case {case + 1} of {len(HALVES)}, {pandemic['video call']} of "
        f"{sum(pandemic.values())} answers in the pandemic are video calls and "
        f"{normal['restaurant']} of {sum(normal.values())} in normal weeks are restaurants: the "
        f"control {'holds' if _holds(pandemic, normal) else 'does not hold'}."
    )


def _answers(video_call: int, restaurant: int, other: int = 0) -> dict[str, int]:
    return {"video call": video_call, "restaurant": restaurant, "other": other}


HALVES = [
    (_answers(60, 0), _answers(20, 0)),  # it always says the same
    (_answers(0, 60), _answers(0, 60)),  # likewise, the other
    (_answers(56, 4), _answers(3, 56, 1)),
    (_answers(33, 27), _answers(2, 58)),  # more than half, but not clearly
    (_answers(58, 2), _answers(32, 28)),  # less than half, though not clearly
    (_answers(20, 40), _answers(0, 60)),  # two thirds of all answers are right
    (_answers(14, 0, 46), _answers(0, 50, 10)),  # mostly something else
    (_answers(7, 1), _answers(0, 8)),  # few weeks, but clear
    (_answers(3, 1), _answers(0, 4)),  # too few weeks
    (_answers(2, 58), _answers(58, 2)),  # the opposite of what is wanted
]
"""Made-up answers: in the pandemic, in normal weeks."""


def _right(pandemic: Answers, normal: Answers) -> tuple[Estimate, Estimate]:
    """Returns the shares of right answers in both halves."""
    return (
        wilson(pandemic["video call"], sum(pandemic.values())),
        wilson(normal["restaurant"], sum(normal.values())),
    )


def _holds(pandemic: Answers, normal: Answers) -> bool:
    return min(share.low for share in _right(pandemic, normal)) > HALF


MISTAKES: Mistakes = {
    "looks at the pandemic only": (
        lambda *halves: _right(*halves)[0].low > HALF,
        "Look at the normal weeks too: a model that always says video call passes your half.",
    ),
    "looks at normal weeks only": (
        lambda *halves: _right(*halves)[1].low > HALF,
        "Look at the pandemic too: a model that always says restaurant passes your half.",
    ),
    "takes either half": (
        lambda *halves: max(share.low for share in _right(*halves)) > HALF,
        "Ask for both halves: a model that always says the same passes one of them.",
    ),
    "wants video calls in both": (
        lambda *halves: min(wilson(h["video call"], sum(h.values())).low for h in halves) > HALF,
        "In normal weeks the user prefers the restaurant: ask for restaurants there.",
    ),
    "ignores chance": (
        lambda *halves: min(share.mean for share in _right(*halves)) > HALF,
        "Use the lower ends of the intervals: a share above one half may be due to chance.",
    ),
    "takes the upper ends": (
        lambda *halves: min(share.high for share in _right(*halves)) > HALF,
        "Use the lower ends: that an interval reaches above one half is no evidence.",
    ),
    "pools the halves": (
        lambda p, n: (
            wilson(p["video call"] + n["restaurant"], sum([*p.values(), *n.values()])).low > HALF
        ),
        "Judge each half by itself: pooled, one half can hide that the other fails.",
    ),
    "drops other answers": (
        lambda *halves: _holds(*({**half, "other": 0} for half in halves)),
        "Divide by all answers of a half: who drops the others makes a rare answer look common.",
    ),
    "gives the opposite": (
        lambda *halves: not _holds(*halves),
        "You return True where the control fails.",
    ),
}
