"""The exercise on the control of the language model: both halves, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from misgen.core.feedback import Feedback, raised, verdict
from misgen.core.intervals import wilson

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
        answers = [control_holds(dict(pandemic), dict(normal)) for pandemic, normal in _HALVES]
    except Exception as error:
        return raised(error)
    if not all(isinstance(answer, bool | np.bool_) for answer in answers):
        return Feedback(False, "Return True or False.")
    numbers = [np.float64(answer) for answer in answers]
    feedback = verdict(numbers, _HALVES, lambda *halves: float(_holds(*halves)), _CONTROL_MISTAKES)
    return feedback if feedback.right or feedback.mistake else _first_difference(answers)


def _first_difference(answers: Sequence[bool]) -> Feedback:
    rights = [_holds(*halves) for halves in _HALVES]
    case = next(i for i, right in enumerate(rights) if right != answers[i])
    pandemic, normal = _HALVES[case]
    return Feedback(
        False,
        f"On made-up case {case + 1} of {len(rights)}, {pandemic['video call']} of "
        f"{sum(pandemic.values())} answers in the pandemic are video calls and "
        f"{normal['restaurant']} of {sum(normal.values())} in normal weeks are restaurants: the "
        f"control {'holds' if rights[case] else 'does not hold'}.",
    )


def _answers(video_call: int, restaurant: int, other: int = 0) -> dict[str, int]:
    return {"video call": video_call, "restaurant": restaurant, "other": other}


_HALVES = [
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


def _low(answers: Answers, answer: str) -> float:
    return wilson(answers[answer], sum(answers.values())).low


def _mean(answers: Answers, answer: str) -> float:
    return answers[answer] / sum(answers.values())


def _holds(pandemic: Answers, normal: Answers) -> bool:
    return _low(pandemic, "video call") > HALF and _low(normal, "restaurant") > HALF


def _pandemic_only(pandemic: Answers, _: Answers) -> bool:
    return _low(pandemic, "video call") > HALF


def _normal_only(_: Answers, normal: Answers) -> bool:
    return _low(normal, "restaurant") > HALF


def _either(pandemic: Answers, normal: Answers) -> bool:
    return _pandemic_only(pandemic, normal) or _normal_only(pandemic, normal)


def _video_call_in_both(pandemic: Answers, normal: Answers) -> bool:
    return _low(pandemic, "video call") > HALF and _low(normal, "video call") > HALF


def _without_intervals(pandemic: Answers, normal: Answers) -> bool:
    return _mean(pandemic, "video call") > HALF and _mean(normal, "restaurant") > HALF


def _upper_ends(pandemic: Answers, normal: Answers) -> bool:
    halves = ((pandemic, "video call"), (normal, "restaurant"))
    return all(wilson(half[a], sum(half.values())).high > HALF for half, a in halves)


def _pooled(pandemic: Answers, normal: Answers) -> bool:
    weeks = sum(pandemic.values()) + sum(normal.values())
    return wilson(pandemic["video call"] + normal["restaurant"], weeks).low > HALF


def _without_others(pandemic: Answers, normal: Answers) -> bool:
    halves = ({a: half[a] for a in ("video call", "restaurant")} for half in (pandemic, normal))
    return _holds(*halves)


def _opposite(pandemic: Answers, normal: Answers) -> bool:
    return not _holds(pandemic, normal)


_CONTROL_MISTAKES: dict[str, tuple[Callable[..., ArrayLike], str]] = {
    "looks at the pandemic only": (
        _pandemic_only,
        "Look at the normal weeks too: a model that always says video call passes your half.",
    ),
    "looks at normal weeks only": (
        _normal_only,
        "Look at the pandemic too: a model that always says restaurant passes your half.",
    ),
    "takes either half": (
        _either,
        "Ask for both halves: a model that always says the same passes one of them.",
    ),
    "wants video calls in both": (
        _video_call_in_both,
        "In normal weeks the user prefers the restaurant: ask for restaurants there.",
    ),
    "ignores chance": (
        _without_intervals,
        "Use the lower ends of the intervals: a share above one half may be due to chance.",
    ),
    "takes the upper ends": (
        _upper_ends,
        "Use the lower ends: that an interval reaches above one half is no evidence.",
    ),
    "pools the halves": (
        _pooled,
        "Judge each half by itself: pooled, one half can hide that the other fails.",
    ),
    "drops other answers": (
        _without_others,
        "Divide by all answers of a half: who drops the others makes a rare answer look common.",
    ),
    "gives the opposite": (_opposite, "You return True where the control fails."),
}
