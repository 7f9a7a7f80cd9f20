"""What narrows the set down: watching the same agent elsewhere (Amin & Singh, 2016).

In one environment much of the reward stays open. Amin & Singh let the observer choose further
ones with the same states. Two kinds are compared here: the room with a wall in another place, and
dynamics made for the purpose, which ask about every cell at once and halve each range.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from misgen.topics.many_goals.gridworld import CELLS, WALLS, Dynamics, FloatArray, named_room
from misgen.topics.many_goals.identifiability import BOX, Known, observe, reward_range

Ranges = tuple[FloatArray, FloatArray]
"""Lowest and highest reward of each state after each observation, `(observations, states)`."""


def extremes(reward: ArrayLike) -> Known:
    """Returns the highest and the lowest of some rewards, with the first state of each.

    They fix origin and unit, which no behaviour can tell: a positive multiple of a reward plus a
    constant makes the same behaviour best in every environment.

    >>> extremes([0.0, 1.0, -1.0])
    {1: 1.0, 2: -1.0}
    """
    numbers = np.asarray(reward, float)
    return {int(i): float(numbers[i]) for i in (numbers.argmax(), numbers.argmin())}


def random_rewards(count: int, rng: np.random.Generator) -> FloatArray:
    """Returns rewards drawn uniformly, then scaled to lie between -1 and 1, `(count, CELLS)`."""
    drawn = rng.random((count, CELLS))  # (reward, cell)
    low, high = drawn.min(axis=1, keepdims=True), drawn.max(axis=1, keepdims=True)
    return 2 * (drawn - low) / (high - low) - 1


def watch_in_rooms(
    reward: ArrayLike,
    rooms: Iterable[Dynamics],
    discount: float,
    known: Known,
    *,
    all_best: bool = True,
) -> Ranges:
    """Returns how the ranges shrink while an agent is watched in one room after another.

    Args:
        reward: The agent's reward, `(states,)`.
        rooms: Rooms in the order in which it is watched.
        discount: The agent's discount.
        known: Rewards that the observer knows; see `extremes`.
        all_best: See `observe`.
    """
    seen = [observe(room, reward, discount, all_best=all_best) for room in rooms]
    return _stacked([reward_range(seen[: k + 1], known) for k in range(len(seen))])


# ---------------------------------------------------------------------------- lotteries


def lotteries(best: int, worst: int, chances: FloatArray) -> Dynamics:
    """Returns dynamics that ask in each state: is it worth more than this lottery?

    There are two actions. "Keep" stays in the state. "Gamble" goes to the best state with the
    state's chance and to the worst one otherwise; from these two nothing leads away. Kept for
    ever, state s pays R(s) a step, and the lottery pays `chance * R(best) + (1 - chance) *
    R(worst)` a step on average, so that an optimal agent keeps s exactly if R(s) is no less.

    Args:
        best: State with the highest reward.
        worst: State with the lowest reward.
        chances: Chance of the best state in each state's lottery, `(states,)`.
    """
    states = len(chances)
    gamble = np.zeros((states, states))  # (state, next state)
    gamble[:, best], gamble[:, worst] = chances, 1 - chances
    available = np.ones((states, 2), bool)
    available[[best, worst], 1] = False  # these two are known: nothing to ask
    return Dynamics(np.stack([np.eye(states), gamble]), available)  # "keep" is the first action


def watch_gambles(reward: ArrayLike, experiments: int, discount: float, known: Known) -> Ranges:
    """Returns how the ranges shrink while the agent chooses between states and lotteries.

    Each experiment puts every state's lottery into the middle of its range, so that one choice in
    each state halves all of them. This is the idea behind the logarithmic number of experiments
    of Amin & Singh (2016), for rewards of states.

    Args:
        reward: The agent's reward, `(states,)`, from -1 to 1; see `members.normalized`.
        experiments: Number of dynamics in which the agent is watched.
        discount: The agent's discount.
        known: The highest reward, 1, and the lowest, -1; see `extremes`.

    Raises:
        ValueError: If no lottery between the known rewards can match what a state may have.
    """
    best, worst = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    if (known[worst], known[best]) != BOX:
        raise ValueError(f"Normalize the reward: its lowest and highest must be {BOX}.")
    low, high = (np.full(len(np.asarray(reward)), bound) for bound in BOX)
    low[[*known]] = high[[*known]] = [*known.values()]  # what is known has no width
    ranges = [(low, high)]
    for _ in range(experiments):
        middle = (low + high) / 2
        # for which the lottery is worth the middle
        chances = (middle - known[worst]) / (known[best] - known[worst])
        asked = lotteries(best, worst, chances)
        # of equals it keeps: the first action
        kept = observe(asked, reward, discount, all_best=False).taken[:, 0]
        low, high = np.where(kept, middle, low), np.where(kept, high, middle)
        ranges.append((low, high))
    return _stacked(ranges)


def _stacked(ranges: Sequence[Ranges]) -> Ranges:
    lows, highs = zip(*ranges, strict=True)
    return np.stack(lows), np.stack(highs)  # (observation, state) each


def mean_width(ranges: Ranges, known: Known) -> FloatArray:
    """Returns the mean width of the ranges of all states that are not known, `(observations,)`."""
    low, high = ranges
    asked = [state for state in range(low.shape[1]) if state not in known]
    return (high - low)[:, asked].mean(axis=1)


# --------------------------------------------------------------------------- comparison


@dataclass(frozen=True, eq=False)
class LeftOpen:
    """How much of the cells' ranges is still open after each environment, on average."""

    rooms: FloatArray
    """Share of the width of `BOX` after each of `WALLS`, `(rewards, environments)`."""
    gambles: FloatArray
    """The same after as many lotteries."""


def left_open(rewards: FloatArray, discount: float, *, progress: bool = False) -> LeftOpen:
    """Watch agents in the rooms, and then as often with lotteries; compare what stays open.

    The agent's highest and lowest reward are known from the start.

    Args:
        rewards: One agent each, `(rewards, CELLS)`, from -1 to 1; see `random_rewards`.
        discount: The agents' discount.
        progress: Whether to show a progress bar: an agent takes about two seconds.
    """
    from misgen.learn.progress import Progress

    rooms = [named_room(name) for name in WALLS]
    shares: list[tuple[FloatArray, FloatArray]] = []
    with Progress(len(rewards), "agent", shown=progress) as bar:
        for reward in rewards:
            known = extremes(reward)
            watched = watch_in_rooms(reward, rooms, discount, known)
            asked = watch_gambles(reward, len(rooms), discount, known)
            open_to_rooms, open_to_gambles = (
                mean_width(ranges, known) / (BOX[1] - BOX[0]) for ranges in (watched, asked)
            )
            shares.append((open_to_rooms, open_to_gambles[1:]))  # [0] is before the first lottery
            bar.advance_to(len(shares), f"{shares[-1][0][-1]:.0%} left open")
    return LeftOpen(*(np.stack(each) for each in zip(*shares, strict=True)))
