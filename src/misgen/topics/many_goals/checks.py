"""The exercises on unidentifiable goals: a telling room, another reward, and the condition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import index

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misgen.core.feedback import UNCHANGED, Feedback, Mistakes, checked, numbers_of
from misgen.topics.many_goals.gallery import FLEES, PRESETS, SEEKS, reward_of
from misgen.topics.many_goals.gridworld import (
    CELLS,
    TIE,
    BoolArray,
    Dynamics,
    FloatArray,
    apart,
    cell_text,
    first,
    moves_text,
    named_room,
    optimal_actions,
    optimal_values,
    room,
)

DISCOUNT = 0.9
"""The discount of all agents of the exercises."""

# ------------------------------------------- exercise 1: a room that tells two goals apart

MOST_PIECES = 3
"""Pieces of wall that the reader may put up. With fewer there is no such room."""
_AS_PRINTED = {frozenset((0, 1))}  # the wall of the exercise before it is changed


def check_room(walls: Iterable[Sequence[int]]) -> Feedback:
    """Checks a room in which an agent that seeks the goal and one that flees the other corner part.

    Args:
        walls: Pairs of neighbouring cells between which a piece of wall stands, at most
            `MOST_PIECES`.
    """
    try:
        # a piece given twice, or from the other side, is one piece
        pieces = {frozenset(map(index, pair)) for pair in walls}
        made = room(pieces)
    except TypeError:
        return Feedback(False, "Give pairs of neighbouring cells, such as [(0, 1), (5, 6)].")
    except ValueError as error:
        return Feedback(False, str(error))
    return UNCHANGED if pieces == _AS_PRINTED else _judged(made, len(pieces))


def _judged(made: Dynamics, pieces: int) -> Feedback:
    seeking, fleeing = optimal_actions(made, np.stack([SEEKS, FLEES]), DISCOUNT)
    parted = np.flatnonzero(apart(seeking, fleeing))
    # best moves lead to the goal from wherever it can be reached
    near = optimal_values(made, SEEKS, DISCOUNT) > 0
    mistakes = {
        "too many pieces": pieces > MOST_PIECES,
        "closed in": not near.all(),
        "together": not len(parted),
    }
    facts = {"pieces": pieces, "most": MOST_PIECES, "cell": cell_text(int(near.argmin()))}
    for mistake, is_made in mistakes.items():
        if is_made:
            return Feedback(False, ROOM_MISTAKES[mistake].format(**facts), mistake)
    where = parted[0]
    return Feedback(
        True,
        f"The cells in which they part are {len(parted)} of {CELLS}: in {cell_text(where)}, for "
        f"one, best is {moves_text(seeking[where])} for the agent that seeks, and "
        f"{moves_text(fleeing[where])} for the one that flees.",
    )


ROOM_MISTAKES = {
    "too many pieces": "Here are {pieces} pieces of wall: {most} are enough.",
    "closed in": (
        "No way leads from {cell} to the upper right corner: an agent that cannot get there does "
        "not show whether it would."
    ),
    "together": (
        "In every cell the two still have a best move in common: let the only way to the corner "
        "begin with steps back towards the lower left."
    ),
}


# ----------------------------------------------- exercise 2: another reward, the same moves

_PAINTED = reward_of(PRESETS["goal and pit"])
_ALIKE = 1e-6  # of the spread: how close to a multiple plus a constant counts as one
_ROUNDING = 1e-12  # of the largest number: a spread that is no more is none


def check_other_reward(reward: ArrayLike) -> Feedback:
    """Checks a reward of another goal with the moves of "goal and pit" in the open room.

    In the open room the same moves must be best, and no others. Behind the wall there must be a
    cell in which it has no best move in common with the painted reward: what asks for the same
    everywhere is no other goal, however other its numbers.

    Args:
        reward: 25 numbers, row by row, or 5 rows of 5.
    """
    given = numbers_of(reward)
    if given is None or given.size != CELLS or not np.isfinite(given).all():
        return Feedback(False, f"Give {CELLS} numbers, one for each cell.")
    if not given.any():
        return UNCHANGED
    numbers = given.ravel()
    mistake = _reward_mistake(numbers)
    if mistake:
        facts = _difference(numbers, mistake)
        return Feedback(False, REWARD_MISTAKES[mistake].format(**facts), mistake)
    elsewhere = apart(_best_moves(numbers, "a wall"), _best_moves(_PAINTED, "a wall"))
    return Feedback(
        True,
        "The same moves are best in the open room, and behind the wall it asks for others in "
        f"{elsewhere.sum()} of {CELLS} cells; its correlation with the painted reward is "
        f"{np.corrcoef(numbers, _PAINTED)[0, 1]:.2f}.",
    )


def _reward_mistake(reward: FloatArray) -> str:
    factor = _factor(reward)
    expected, best = _best_moves(_PAINTED), _best_moves(reward)
    behind = apart(_best_moves(reward, "a wall"), _best_moves(_PAINTED, "a wall"))
    mistakes = {
        "the same everywhere": _spread(reward) == 0,
        "the opposite": factor is not None and factor < 0,
        "multiple plus constant": factor is not None and factor > 0,
        # a best move of the painted reward is not best
        "other moves": not (best | ~expected).all(),
        "more moves": not np.array_equal(best, expected),
        "the same goal": not behind.any(),
    }
    return next((name for name, is_made in mistakes.items() if is_made), "")


def _spread(reward: FloatArray) -> float:
    """Returns how far the numbers lie apart, in whatever unit; 0 if rounding alone parts them."""
    spread = float(np.ptp(reward))
    return spread if spread > _ROUNDING * np.abs(reward).max() else 0.0


def _factor(reward: FloatArray) -> float | None:
    """Returns a if the reward is a times the painted one plus a constant, else None."""
    # without their means a constant is gone
    centred, painted = reward - reward.mean(), _PAINTED - _PAINTED.mean()
    factor = float(centred @ painted / (painted @ painted))
    close = np.allclose(centred, factor * painted, rtol=0, atol=_ALIKE * _spread(reward))
    return factor if close else None


def _best_moves(reward: FloatArray, where: str = "open room") -> BoolArray:
    """Returns the best moves; the unit of the reward must not decide what is a tie."""
    unit = _spread(reward)
    # a reward that is the same everywhere has no unit
    scaled = (reward - reward.min()) / unit if unit else 0 * reward
    return optimal_actions(named_room(where), scaled, DISCOUNT)


def _difference(reward: FloatArray, mistake: str) -> dict[str, str]:
    """Returns the first cell whose best moves are others in the open room, and both in words."""
    expected, best = _best_moves(_PAINTED), _best_moves(reward)
    differ = expected & ~best if mistake == "other moves" else expected != best
    cell = int(differ.any(axis=1).argmax())  # (cell, action) to (cell,)
    return {
        "cell": cell_text(cell),
        "wanted": moves_text(expected[cell]),
        "yours": moves_text(best[cell]),
    }


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
    "other moves": (
        "Other moves are best under it: in {cell} best is {wanted} for the agent, and {yours} "
        "under your reward."
    ),
    "more moves": (
        "Its moves are best, but others are as good: in {cell} best is {wanted} for the agent, and "
        "{yours} under your reward."
    ),
    "the same goal": (
        "The same moves are best in the open room, but behind the wall, too, each cell has a best "
        "move that both share: these numbers are others, and the goal is much the same."
    ),
}


# ---------------------------------------------------------- exercise 3: is the policy optimal?

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
    return checked(is_optimal, _CASES, _condition, CONDITION_MISTAKES)


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
CONDITION_MISTAKES: Mistakes = {
    "always": (
        lambda *_: np.float64(True),
        "You call every policy optimal, also where the signs of all rewards are turned.",
    ),
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
