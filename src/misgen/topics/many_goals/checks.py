"""The exercises on unidentifiable goals: another reward for the same moves, and the condition."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.feedback import Feedback, raised, verdict
from misgen.topics.many_goals.gallery import PRESETS, reward_of
from misgen.topics.many_goals.gridworld import (
    CELLS,
    SIZE,
    TIE,
    BoolArray,
    Dynamics,
    FloatArray,
    first,
    named_room,
    optimal_actions,
)

# ----------------------------------------------- exercise 1: another reward, the same moves

DISCOUNT = 0.9
_PAINTED = reward_of(PRESETS["goal and pit"])
_ALIKE = 1e-6  # how close to a multiple plus a constant counts as one


def check_other_reward(reward: ArrayLike) -> Feedback:
    """Checks a reward that makes the moves of "goal and pit" best, in the open room, and no others.

    Args:
        reward: 25 numbers, row by row, or 5 rows of 5. Neither the painted reward nor a multiple
            of it plus a constant.
    """
    try:
        numbers = np.asarray(reward, float).ravel()
    except (TypeError, ValueError) as error:
        return raised(error)
    if numbers.shape != (CELLS,) or not np.isfinite(numbers).all():
        return Feedback(False, f"Give {CELLS} numbers, one for each cell.")
    mistake = _reward_mistake(numbers)
    if mistake:
        return Feedback(False, REWARD_MISTAKES[mistake].format(cell=_cell(numbers)), mistake)
    return Feedback(
        True,
        f"The same moves are best under it, and it resembles the painted reward with a correlation "
        f"of {np.corrcoef(numbers, _PAINTED)[0, 1]:.2f}.",
    )


def _reward_mistake(reward: FloatArray) -> str:
    factor = _factor(reward)
    expected, best = _best_moves(_PAINTED), _best_moves(reward)
    mistakes = {
        "the same everywhere": bool(np.ptp(reward) <= _ALIKE),
        "the opposite": factor is not None and factor < 0,
        "multiple plus constant": factor is not None and factor > 0,
        # a best move of the painted reward is not best
        "other moves": not (best | ~expected).all(),
        "more moves": not np.array_equal(best, expected),
    }
    return next((name for name, is_made in mistakes.items() if is_made), "")


def _factor(reward: FloatArray) -> float | None:
    """Returns a if the reward is a times the painted one plus a constant, else None."""
    # without their means a constant is gone
    centred, painted = reward - reward.mean(), _PAINTED - _PAINTED.mean()
    factor = float(centred @ painted / (painted @ painted))
    close = np.allclose(centred, factor * painted, rtol=0, atol=_ALIKE * max(1, np.ptp(reward)))
    return factor if close else None


def _best_moves(reward: FloatArray) -> BoolArray:
    """Returns the best moves; the unit of the reward must not decide what is a tie."""
    unit = np.ptp(reward)
    # a reward that is the same everywhere has no unit
    scaled = (reward - reward.min()) / unit if unit > _ALIKE else 0 * reward
    return optimal_actions(named_room("open room"), scaled, DISCOUNT)


def _cell(reward: FloatArray) -> str:
    """Returns the first cell whose best moves are others."""
    differ = (_best_moves(reward) != _best_moves(_PAINTED)).any(axis=1)  # (cell, action) to (cell,)
    row, column = divmod(int(differ.argmax()), SIZE)
    return f"row {row + 1}, column {column + 1}"


REWARD_MISTAKES = {
    "the same everywhere": (
        "A reward that is the same everywhere makes every policy optimal: the moves are among its "
        "best ones, but so are all others."
    ),
    "the opposite": (
        "This is the painted reward times a negative number plus a constant: what was best is now "
        "worst."
    ),
    "multiple plus constant": (
        "This is the painted reward times a positive number plus a constant: the same preferences "
        "in other units, in every environment."
    ),
    "other moves": "Other moves are best under it: look at {cell}.",
    "more moves": (
        "The moves are best under it, but others are as good: look at {cell}, and break the tie."
    ),
}


# ---------------------------------------------------------- exercise 2: is the policy optimal?

Actions = NDArray[np.int64]
Condition = Callable[[FloatArray, Actions, float, FloatArray], object]
Case = tuple[FloatArray, Actions, float, FloatArray]


def check_condition(is_optimal: Condition) -> Feedback:
    """Checks a function that says whether a policy is optimal under a reward.

    Args:
        is_optimal: Takes `transitions`, the probability of the next state `(actions, states,
            states)`; `policy`, the action in each state `(states,)`; the discount; and `reward`
            of each state, `(states,)`. Returns whether the policy is an optimal one, by the
            condition of Ng & Russell.
    """
    try:
        answers = [
            np.float64(bool(is_optimal(transitions.copy(), policy.copy(), discount, reward.copy())))
            for transitions, policy, discount, reward in _CASES
        ]
    except Exception as error:
        return raised(error)
    return verdict(answers, _CASES, _condition, CONDITION_MISTAKES)


def _worlds() -> list[Case]:
    """Returns made-up worlds of four states and three actions, each with several rewards."""
    cases: list[Case] = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        transitions = rng.dirichlet(np.full(4, 0.4), (3, 4))  # (action, state, next state), uneven
        world = Dynamics(transitions, np.ones((4, 3), bool))
        discount, rewards = rng.uniform(0.5, 0.9), rng.uniform(-1, 1, (4, 4))  # (reward, state)
        policy = first(optimal_actions(world, rewards[0], discount)).argmax(axis=1)
        near = rewards[0] + 0.3 * rewards[1]  # close to the reward that the policy is for
        for reward in (*rewards, near, -rewards[0], np.zeros(4)):
            cases.append((transitions, policy, discount, reward))
    return cases


Rule = Callable[[FloatArray, BoolArray], object]
"""Takes by how much the policy's action beats each action, `(actions, states)`, and which of
these are other actions than the policy's."""


def _worth(follow: FloatArray, discount: float, reward: FloatArray) -> FloatArray:
    # V = R + discount P V
    return np.asarray(np.linalg.solve(np.eye(len(reward)) - discount * follow, reward))


def _by(rule: Rule, *, later: bool = True) -> Callable[..., np.float64]:
    """Returns a condition that judges the advantages by a rule; `later` rewards count, or not."""

    def condition(
        transitions: FloatArray, policy: Actions, discount: float, reward: FloatArray
    ) -> np.float64:
        follow = transitions[policy, np.arange(len(policy))]  # (state, next state)
        values = _worth(follow, discount, reward) if later else reward
        others = policy != np.arange(len(transitions))[:, None]  # (action, state)
        return np.float64(bool(rule((follow - transitions) @ values, others)))

    return condition


def _against_fixed_actions(
    transitions: FloatArray, policy: Actions, discount: float, reward: FloatArray
) -> np.float64:
    own = _worth(transitions[policy, np.arange(len(policy))], discount, reward)
    others = [_worth(action, discount, reward) for action in transitions]
    return np.float64(all((own >= other - TIE).all() for other in others))


_condition = _by(lambda better, _: (better >= -TIE).all())
_CASES = _worlds()
CONDITION_MISTAKES = {
    "asks for more": (
        _by(lambda better, others: (better[others] > TIE).all()),
        "An optimal policy need not be the only one: a tie, and a reward of zero, must pass too.",
    ),
    "forgets what comes later": (
        _by(lambda better, _: (better >= -TIE).all(), later=False),
        "You compare the rewards of the next state only: the matrix (I - discount P)^-1 adds up "
        "all later ones.",
    ),
    "one action suffices": (
        _by(lambda better, others: (better[others] >= -TIE).any()),
        "The condition must hold for each other action in each state, not for one of them.",
    ),
    "averages over states": (
        _by(lambda better, _: (better.mean(axis=1) >= -TIE).all()),
        "The condition must hold in each state: a loss in one is not made good by a gain in "
        "another.",
    ),
    "compares with fixed actions": (
        _against_fixed_actions,
        "You compare with policies that take one action for ever; a single other step, and then "
        "the policy again, is the harder test.",
    ),
    "turns the sign": (
        _by(lambda better, _: (better <= TIE).all()),
        "The sign is turned: the policy's own action must be worth at least as much as another.",
    ),
}
