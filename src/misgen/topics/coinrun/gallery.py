"""Levels on which agents differ most by their training, found by search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misgen.core.actors import Acting
from misgen.core.arguments import check_count
from misgen.core.arrays import IntArray
from misgen.core.measure import OUTCOMES, run_episodes
from misgen.explore.study import percent
from misgen.topics.coinrun.env import CoinRun
from misgen.topics.coinrun.levels import Levels, generate

_GOAL = OUTCOMES.index("goal")
_MOST = 0.5
"""Share of episodes above which a setting takes the coin in most of them."""


@dataclass(frozen=True)
class Gallery:
    """Levels in falling order of how much the goal rates of settings differ."""

    levels: Levels
    """The levels."""
    settings: tuple[float, ...]
    """Shares of distinguishing training levels."""
    rates: NDArray[np.float64]
    """Share of episodes in which the agents of a setting took the coin, `(settings, levels)`.

    They come from other episodes than those by which the levels were chosen: the most extreme of
    many levels were also the luckiest ones.
    """


def search(
    agents: Mapping[float, Sequence[Acting]],
    *,
    among: int = 300,
    keep: int = 8,
    episodes: int = 10,
    seed: int,
) -> Gallery:
    """Returns the distinguishing levels on which settings differ most.

    Args:
        agents: The agents of each setting.
        among: Number of levels that are looked at.
        keep: Number of levels that are returned.
        episodes: Episodes of each agent on each level that is returned, for its rates.
        seed: Seed of the levels and of the agents' actions.

    Raises:
        ValueError: If a number is out of range.
    """
    check_count("keep", keep, maximum=check_count("among", among))
    levels = generate(np.random.default_rng(seed), among, distinguishing=1.0)
    rates = _rates(agents, levels, 1, seed)
    # stable: of equal levels the first one
    best = np.argsort(-np.ptp(rates, axis=0), kind="stable")[:keep]
    again = _rates(agents, levels.take(best), check_count("episodes", episodes), seed + 1)
    order = np.argsort(-np.ptp(again, axis=0), kind="stable")
    return Gallery(levels.take(best[order]), tuple(agents), again[:, order])


def label(found: Gallery, i: int) -> str:
    """Says where the coin of a level lies, and which settings take it in most episodes.

    Args:
        found: The levels.
        i: Number of the level.
    """
    place = f"{i + 1}: coin in column {found.levels.coin[i, 0] + 1} of {found.levels.length[i]}"
    missed = np.flatnonzero(found.rates[:, i] <= _MOST)
    takers = found.settings[missed[-1] + 1 if len(missed) else 0 :]  # and all above the first one
    if not takers:
        return f"{place}, rarely taken"
    share = percent(takers[0])
    return f"{place}, taken {f'from {share} on' if len(takers) > 1 else f'at {share}'}"


def outcomes_on(agent: Acting, levels: Levels, seed: int) -> IntArray:
    """Returns how an agent's episode on each level ends, an index into `OUTCOMES`, `(n,)`."""
    env = CoinRun(len(levels), levels=levels, seed=seed)
    return run_episodes(agent, env, np.random.default_rng([seed, 1]))[0]


def _rates(
    agents: Mapping[float, Sequence[Acting]], levels: Levels, episodes: int, seed: int
) -> NDArray[np.float64]:
    """Returns the goal rate of each setting on each level, `(settings, levels)`."""
    each = levels.take(np.tile(np.arange(len(levels)), episodes))  # all levels, again and again
    reached = [
        [outcomes_on(agent, each, seed) == _GOAL for agent in of_setting]
        for of_setting in agents.values()
    ]
    return np.stack(
        [np.reshape(of_setting, (-1, len(levels))).mean(axis=0) for of_setting in reached]
    )
