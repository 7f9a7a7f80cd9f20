"""A room of 5 x 5 cells: where each move leads, and what is best in it under a given reward.

Rewards are of states, as in Ng & Russell (2000): the agent collects `reward[s]` in each step that
it begins in cell `s`, and later rewards are discounted. There is no end. Functions take whole
batches of reward functions: the axes before the last one are those of the batch.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]

SIZE = 5
"""Rows and columns of a room. Cell 0 is at the top left; cell 1 is to its right."""
CELLS = SIZE * SIZE
ACTIONS = ("up", "right", "down", "left", "stay")
_STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1), (0, 0))  # rows and columns

OR = " or "
"""What stands between several moves."""
TIE = 1e-9
"""Actions whose values differ by less are equally good. For rewards of the order of 1."""
_PRECISION = 1e-13  # share of the values that value iteration leaves out

Wall = tuple[int, int]
"""Two neighbouring cells between which nobody passes."""


@dataclass(frozen=True, eq=False)
class Dynamics:
    """A Markov decision process without its reward: states, actions, and where they lead."""

    transitions: FloatArray
    """Probability of the next state, `(actions, states, next states)`."""
    available: BoolArray
    """Which actions there are in a state, `(states, actions)`; at least one in each."""

    def __post_init__(self) -> None:
        actions, states, _ = self.transitions.shape
        if self.transitions.shape[2] != states or self.available.shape != (states, actions):
            raise ValueError("Give transitions (actions, states, states) and available actions "
                             "(states, actions).")  # fmt: skip
        if not self.available.any(axis=1).all():
            raise ValueError("Leave at least one action available in each state.")
        if np.any(self.transitions < 0) or not np.allclose(self.transitions.sum(axis=2), 1.0):
            raise ValueError("Give next states probabilities from 0 to 1 that sum to 1.")

    @property
    def states(self) -> int:
        """Number of states."""
        return self.available.shape[0]

    @property
    def deterministic(self) -> bool:
        """Whether each action leads to one state."""
        return bool(np.isin(self.transitions, (0.0, 1.0)).all())

    @cached_property
    def successors(self) -> NDArray[np.int64]:
        """The state to which each action leads most often, `(states, actions)`."""
        return self.transitions.argmax(axis=2).T  # from (action, state)

    @cached_property
    def _backwards(self) -> FloatArray:
        """Matrix that takes values of states to expected next values, all actions in a row."""
        # (next state, state * action)
        return self.transitions.transpose(2, 1, 0).reshape(self.states, -1)

    def expected_next(self, values: FloatArray) -> FloatArray:
        """Returns the expected value of the next state, `(*batch, states, actions)`."""
        # one product for the whole batch
        return (values @ self._backwards).reshape(*values.shape, -1)


# ----------------------------------------------------------------------------- rooms


def room(walls: Iterable[Iterable[int]] = ()) -> Dynamics:
    """Returns a room with thin walls. A move that nothing blocks leads where it points.

    Args:
        walls: Pairs of neighbouring cells; by default the room is open.

    Raises:
        ValueError: If two cells are not neighbours.

    >>> open_room = room()
    >>> [ACTIONS[a] for a in np.flatnonzero(open_room.available[0])]
    ['right', 'down', 'stay']
    >>> open_room.successors[0, ACTIONS.index("down")]
    np.int64(5)
    """
    blocked = {frozenset(wall) for wall in walls}
    transitions = np.zeros((len(ACTIONS), CELLS, CELLS))
    available = np.zeros((CELLS, len(ACTIONS)), bool)
    _check_walls(blocked)
    for cell in range(CELLS):
        for action, step in enumerate(_STEPS):
            there = _neighbour(cell, step)
            free = there is not None and {cell, there} not in blocked
            available[cell, action] = free
            # a blocked move would stay, but is not available
            transitions[action, cell, there if there is not None and free else cell] = 1.0
    return Dynamics(transitions, available)


def _neighbour(cell: int, step: tuple[int, int]) -> int | None:
    row, column = cell // SIZE + step[0], cell % SIZE + step[1]
    return row * SIZE + column if 0 <= row < SIZE and 0 <= column < SIZE else None


def _check_walls(walls: Iterable[frozenset[int]]) -> None:
    adjoining = {frozenset((c, n)) for c in range(CELLS) for s in _STEPS[:4]  # without "stay"
                 if (n := _neighbour(c, s)) is not None}  # fmt: skip
    for wall in walls:
        if wall not in adjoining:
            raise ValueError(f"Put a wall between two neighbouring cells, not {sorted(wall)}.")


def upright(column: int, rows: Iterable[int]) -> tuple[Wall, ...]:
    """Returns a wall to the right of a column, along some rows.

    >>> upright(0, [0, 1])
    ((0, 1), (5, 6))
    """
    return tuple((row * SIZE + column, row * SIZE + column + 1) for row in rows)


def lying(row: int, columns: Iterable[int]) -> tuple[Wall, ...]:
    """Returns a wall below a row, along some columns."""
    return tuple((row * SIZE + column, (row + 1) * SIZE + column) for column in columns)


WALLS: Mapping[str, tuple[Wall, ...]] = {
    "open room": (),
    "a wall": upright(2, range(4)),
    "the wall moved": upright(3, range(4)),
    "the wall turned": lying(0, range(1, 5)),
}
"""The rooms of the chapter. Each wall leaves a gap of one cell at one of its ends."""


@lru_cache(maxsize=len(WALLS))
def named_room(name: str) -> Dynamics:
    """Returns one of `WALLS` as a room.

    Raises:
        ValueError: If there is no room of that name.
    """
    if name not in WALLS:
        raise ValueError(f"There is no room {name!r}; choose one of {', '.join(WALLS)}.")
    return room(WALLS[name])


# ------------------------------------------------------------------------- what is best


def check_discount(discount: float) -> None:
    """Checks that a discount is one.

    Raises:
        ValueError: If it is not between 0 and 1.
    """
    if not 0 < discount < 1:
        raise ValueError(f"Choose a discount between 0 and 1, not {discount}.")


def sweeps(discount: float) -> int:
    """Returns how many sweeps of value iteration leave nothing of note out.

    >>> sweeps(0.5), sweeps(0.9)
    (44, 285)
    """
    check_discount(discount)
    # the sweeps until discount ** n is that small
    return math.ceil(math.log(_PRECISION) / math.log(discount))


def action_values(
    dynamics: Dynamics, reward: ArrayLike, discount: float, bonus: ArrayLike = 0.0
) -> FloatArray:
    """Returns by value iteration what each action is worth if all later ones are best.

    Args:
        dynamics: The environment.
        reward: Reward of each state, `(*batch, states)`.
        discount: Worth of a reward that comes one step later, between 0 and 1.
        bonus: Added for an action in a state, `(*batch, states, actions)` or without the batch;
            see `members.shaping`.

    Returns:
        Values `(*batch, states, actions)`; -inf for an action that is not available.
    """
    # (*batch, state, action)
    gain = np.asarray(reward, float)[..., None] + np.asarray(bonus, float)
    gain = np.where(dynamics.available, gain, -np.inf)  # so that no maximum takes it
    values = np.zeros(gain.shape[:-1])  # (*batch, state)
    for _ in range(sweeps(discount)):
        values = (gain + discount * dynamics.expected_next(values)).max(axis=-1)
    return gain + discount * dynamics.expected_next(values)


def optimal_values(
    dynamics: Dynamics, reward: ArrayLike, discount: float, bonus: ArrayLike = 0.0
) -> FloatArray:
    """Returns what each state is worth to one who acts best, `(*batch, states)`."""
    return action_values(dynamics, reward, discount, bonus).max(axis=-1)


def optimal_actions(
    dynamics: Dynamics,
    reward: ArrayLike,
    discount: float,
    bonus: ArrayLike = 0.0,
    *,
    tie: float = TIE,
) -> BoolArray:
    """Returns the set of best actions in each state, `(*batch, states, actions)`.

    The first arguments are those of `action_values`. Two actions tie if their values differ by
    at most `tie`.

    >>> goal = np.zeros(CELLS)
    >>> goal[4] = 1.0
    >>> best = optimal_actions(room(), goal, 0.9)
    >>> [ACTIONS[a] for a in np.flatnonzero(best[20])]
    ['up', 'right']
    """
    values = action_values(dynamics, reward, discount, bonus)
    return values >= values.max(axis=-1, keepdims=True) - tie  # rounding must not break a tie


def apart(one: BoolArray, other: BoolArray) -> BoolArray:
    """Returns in which states two agents have no best move in common, so that they must part.

    Args:
        one: Best actions of one agent, `(*batch, states, actions)`.
        other: Those of the other, same shape.

    Returns:
        Truth values, `(*batch, states)`.
    """
    return np.asarray(~(one & other).any(axis=-1))


def under(dynamics: Dynamics, policy: FloatArray) -> FloatArray:
    """Returns the transition matrix of a policy, `(states, next states)`.

    Raises:
        ValueError: If the policy takes an action that is not available.
    """
    if np.any(policy[~dynamics.available] > 0):
        raise ValueError("Let the policy take available actions only.")
    # s: state, a: action, t: next state
    return np.einsum("sa,ast->st", policy, dynamics.transitions)


# -------------------------------------------------------------------------------- words


def cell_text(cell: int) -> str:
    """Returns where a cell is in words.

    >>> cell_text(7)
    'row 2, column 3'
    """
    return f"row {cell // SIZE + 1}, column {cell % SIZE + 1}"


def moves_text(moves: BoolArray) -> str:
    """Returns some of `ACTIONS` in words; `moves` says which, `(actions,)`.

    >>> moves_text(np.array([True, True, False, False, False]))
    'up or right'
    """
    return OR.join(np.array(ACTIONS)[moves])


# ----------------------------------------------------------------------------- policies


def mixed(actions: BoolArray) -> FloatArray:
    """Returns the policy that takes each of the given actions equally often."""
    return actions / actions.sum(axis=-1, keepdims=True)


def first(actions: BoolArray) -> FloatArray:
    """Returns the policy that always takes the first of the given actions."""
    return np.eye(actions.shape[-1])[actions.argmax(axis=-1)]


def count_policies(actions: BoolArray) -> int:
    """Returns how many deterministic policies take one of the given actions in each state.

    >>> count_policies(np.array([[True, True], [True, False], [True, True]]))
    4
    """
    return math.prod(actions.sum(axis=-1).tolist())


def walk(
    dynamics: Dynamics, policy: FloatArray, start: int, steps: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Returns where an agent is at the start and after each step, `(steps + 1,)`.

    Args:
        dynamics: An environment whose moves are certain.
        policy: Probability of each action, `(states, actions)`.
        start: The state in which it begins.
        steps: Number of steps.
        rng: Chooses among the actions.

    >>> best = optimal_actions(room(), np.eye(CELLS)[4], 0.9)
    >>> walk(room(), mixed(best), 2, 3, np.random.default_rng(0)).tolist()
    [2, 3, 4, 4]
    """
    states = [start]
    for _ in range(steps):
        action = rng.choice(len(policy[start]), p=policy[states[-1]])
        states.append(int(dynamics.successors[states[-1], action]))
    return np.array(states)
