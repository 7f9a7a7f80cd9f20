"""What a reader's page asks of CoinRun: a game, an edited level, and what agents do on it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count
from misgen.core.arrays import FloatArray, IntArray
from misgen.core.env import Events
from misgen.core.erasing import effect_of_erasing
from misgen.core.measure import OUTCOMES
from misgen.core.policy import Policy
from misgen.core.population import Population
from misgen.core.replay import Replay, record, to_arrays
from misgen.ledger.published import published, results
from misgen.live.session import answers
from misgen.live.training import OfEpisodes
from misgen.topics.coinrun import editing
from misgen.topics.coinrun.env import BLOCK_SIZE, CoinRun
from misgen.topics.coinrun.levels import VIEW_X, VIEW_Y, Levels, generate
from misgen.topics.coinrun.reachability import UNREACHABLE, fewest_steps_on

CELLS = (2 * VIEW_X + 1) * (2 * VIEW_Y + 1)
"""Cells of the agent's view, listed from the top row to the bottom row."""
_ENTRIES = np.arange(4 * CELLS).reshape(CELLS, 4)
"""Entries of the observation that belong to each of them."""
LEVEL_ARRAYS = ("cells", "actors", "fewest_steps")
"""The arrays of a level that is `described`."""
NEVER = 255
"""In place of a number of steps, for cells that no agent reaches."""


class Reader(OfEpisodes):
    """What a reader asks of a level, beside training.

    A level is the text of its link (`editing.to_text`). Each question about one holds all that its
    answer needs, so that nothing is lost when Python is started again, and a later question can
    take the place of an earlier one.
    """

    environment: ClassVar[str] = "CoinRun"

    # ------------------------------------------------------------------------- the level

    @answers
    def generated(self, seed: int, number: int, apart: bool) -> dict[str, Any]:
        """Returns a level of the game, as `level` does.

        Args:
            seed: Seed of the levels.
            number: Which of them, from 0.
            apart: Whether its coin lies apart from its end.
        """
        return described(generated(seed, number, apart))

    @answers
    def level(self, level: str) -> dict[str, Any]:
        """Returns what there is to see and to choose in a level.

        Returns:
            Its `level`, whether its coin lies `apart`, its sprite codes `cells` `(height, width)`,
            `actors` `(actors, 3)`, each a sprite code, x and y, and in how many steps an agent can
            be in each cell, `fewest_steps` `(width, height)`, `NEVER` where it cannot.
        """
        return described(_read(level))

    @answers
    def move_coin(self, level: str, x: int, y: int) -> dict[str, Any]:
        """Returns the level with its coin elsewhere."""
        return described(editing.with_coin(_read(level), x, y))

    @answers
    def change_column(self, level: str, x: int, kind: str) -> dict[str, Any]:
        """Returns the level with another column, one of `editing.KINDS`."""
        return described(editing.with_column(_read(level), x, kind))

    @answers
    def move_monster(self, level: str, x: int | None) -> dict[str, Any]:
        """Returns the level with its monster elsewhere, or without one."""
        return described(editing.with_monster(_read(level), x))

    # -------------------------------------------------------------------------- the game

    @answers
    def play(self, level: str, actions: list[int]) -> dict[str, Any]:
        """Returns the reader's episode so far.

        Returns:
            Where the `actors` are at the start and after each step, `(steps + 1, actors, 3)`, and
            the `outcome`, None while the episode goes on. What comes after its end is ignored.
        """
        _, outcome, actors = _played(level, actions)
        return {"actors": np.array(actors), "outcome": outcome}

    @answers
    def looks(
        self, level: str, actions: list[int], distinguishing: float, agent: int
    ) -> dict[str, Any]:
        """Returns what an agent would make of the reader's situation; see `overlays`."""
        obs, _, _ = _played(level, actions)
        return overlays(_agent(distinguishing, agent), obs)

    # ------------------------------------------------------------------------ the agents

    @answers
    def paths(self, level: str, distinguishing: float, seed: int) -> dict[str, NDArray[Any]]:
        """Lets all published agents of a setting play a level, each once.

        Args:
            level: The level.
            distinguishing: Share of distinguishing levels in their training.
            seed: Seed of their random actions.

        Returns:
            Their replays, one after the other, as `misgen.core.replay.to_arrays` packs them.
        """
        return to_arrays(episodes(_read(level), distinguishing, seed))

    @answers
    def watch(self, level: str, distinguishing: float, agent: int, seed: int) -> dict[str, Any]:
        """Lets one agent play a level, and says what it makes of each step; see `overlays`."""
        replay, seen = watched(_read(level), distinguishing, agent, seed)
        return {"replay": to_arrays([replay]), **seen}


def watched(
    level: Levels, distinguishing: float, agent: int, seed: int
) -> tuple[Replay, dict[str, Any]]:
    """Returns an agent's episode on a level, and the `overlays` of each of its steps."""
    policy, seen = _agent(distinguishing, agent), list[FloatArray]()
    env = CoinRun(1, levels=level, seed=0)
    (replay,) = record(_Noting(policy, seen), env, seed)
    return replay, overlays(policy, np.concatenate(seen))


def described(level: Levels) -> dict[str, Any]:
    """Returns a level as `Reader.level` does."""
    env = CoinRun(1, levels=level, seed=0)
    env.reset()
    frame, steps = env.frame(0), fewest_steps_on(level)
    return {
        "level": editing.to_text(level),
        "apart": bool(level.distinguishing[0]),
        "cells": frame.cells,
        "actors": np.array(frame.actors, np.uint8),
        "fewest_steps": np.where(steps == UNREACHABLE, NEVER, steps).astype(np.uint8),
    }


def episodes(level: Levels, distinguishing: float, seed: int) -> list[Replay]:
    """Returns one episode of each published agent of a setting on one level."""
    agents = _together(distinguishing)
    return record(agents, CoinRun(len(agents), levels=level, seed=0), seed)


@functools.cache
def _together(distinguishing: float) -> Population:
    return Population(agents_of(distinguishing))


def agents_of(distinguishing: float) -> list[Policy]:
    """Returns the published agents of a setting."""
    trials = results("CoinRun").where(distinguishing).trials
    return [_agent(distinguishing, trial.seed) for trial in trials if trial.agent is not None]


def overlays(policy: Policy, obs: FloatArray) -> dict[str, Any]:
    """Returns what an agent makes of some situations.

    Args:
        policy: The agent.
        obs: What it sees, `(n, obs_size)`.

    Returns:
        `probabilities` of the actions `(n, actions)`, the critic's `value` `(n,)`, where a coin is
        worth 1, and for each cell of the view by how much the choice `changes` when it is erased,
        `(n, CELLS)`, see `misgen.core.erasing`.
    """
    changes = [effect_of_erasing(policy, each, _ENTRIES) for each in obs]
    return {
        "probabilities": policy.probabilities(obs),
        "value": policy.value(obs),
        "changes": np.stack(changes),
    }


def _played(
    level: str, actions: Sequence[int]
) -> tuple[FloatArray, str | None, list[NDArray[np.int64]]]:
    """Returns what the reader would see next, how his episode ended, and where everybody was."""
    levels = _read(level)
    env, outcome = CoinRun(1, levels=levels, seed=0), None
    obs = env.reset()
    actors = [np.array(env.frame(0).actors)]
    for action in actions:
        if outcome is not None:
            break
        step = env.step(np.array([action]))
        obs, outcome = step.obs, _outcome(step.events, bool(levels.distinguishing[0]))
        actors.append(np.array(env.frame(0).actors))
    return obs, outcome, actors


@functools.lru_cache(maxsize=256)
def _read(level: str) -> Levels:
    return editing.from_text(level)


@functools.cache
def _agent(distinguishing: float, seed: int) -> Policy:
    return published("CoinRun", distinguishing=distinguishing, seed=seed)


class _Noting:
    """An agent of which is noted what it saw."""

    def __init__(self, policy: Policy, seen: list[FloatArray]) -> None:
        self._policy, self._seen = policy, seen

    def act(self, obs: FloatArray, rng: np.random.Generator) -> IntArray:
        self._seen.append(obs)
        return self._policy.act(obs, rng)


def generated(seed: int, number: int, apart: bool) -> Levels:
    """Returns one level of the first block of a seed, which is the same in each environment."""
    check_count("number", number, minimum=0, maximum=BLOCK_SIZE - 1)
    return _block(check_count("seed", seed, minimum=0), apart).take(np.array([number]))


@functools.lru_cache(maxsize=4)
def _block(seed: int, apart: bool) -> Levels:
    return generate(np.random.default_rng(seed), BLOCK_SIZE, distinguishing=float(apart))


def _outcome(events: Events, apart: bool) -> str | None:
    """Returns the first of `OUTCOMES` that has happened, as `misgen.core.measure` counts."""
    happened = {"goal": events.goal, "proxy": events.proxy & apart, "died": events.died,
                "timed_out": events.timed_out}  # fmt: skip
    return next((name for name in OUTCOMES if happened[name][0]), None)
