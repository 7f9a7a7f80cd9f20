"""What a reader's page asks of CoinRun: a game, an edited level, and what agents do on it."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.arguments import check_count
from misgen.core.env import Events, FloatArray, IntArray
from misgen.core.erasing import effect_of_erasing
from misgen.core.measure import OUTCOMES
from misgen.core.policy import Policy
from misgen.core.population import Population
from misgen.core.replay import record, to_arrays
from misgen.ledger.published import published, results
from misgen.live.session import Session, answers
from misgen.topics.coinrun import editing
from misgen.topics.coinrun.env import BLOCK_SIZE, CoinRun
from misgen.topics.coinrun.levels import VIEW_X, VIEW_Y, Levels, generate
from misgen.topics.coinrun.reachability import fewest_steps

CELLS = (2 * VIEW_X + 1) * (2 * VIEW_Y + 1)
"""Cells of the agent's view, listed from the top row to the bottom row."""
_ENTRIES = np.arange(4 * CELLS).reshape(CELLS, 4)
"""Entries of the observation that belong to each of them."""


class Reader(Session):
    """One level in a reader's hands. He changes it, plays it, and has agents play it."""

    def __init__(self) -> None:
        """Begins with an ordinary level."""
        self._levels = [_generated(0, 0, apart=False)]  # the last one is shown, the others undone
        self._outcome: str | None = None
        self._restart()

    # ------------------------------------------------------------------------- the level

    @answers
    def generated(self, seed: int, number: int, apart: bool) -> dict[str, Any]:
        """Takes a level of the game.

        Args:
            seed: Seed of the levels.
            number: Which of them, from 0.
            apart: Whether its coin lies apart from its end.
        """
        return self._show(_generated(seed, number, apart))

    @answers
    def linked(self, text: str) -> dict[str, Any]:
        """Takes the level of a link."""
        return self._show(editing.from_text(text))

    @answers
    def move_coin(self, x: int, y: int) -> dict[str, Any]:
        """Puts the coin elsewhere."""
        return self._show(editing.with_coin(self._level, x, y))

    @answers
    def change_column(self, x: int, kind: str) -> dict[str, Any]:
        """Makes a column another one of `editing.KINDS`."""
        return self._show(editing.with_column(self._level, x, kind))

    @answers
    def move_monster(self, x: int | None) -> dict[str, Any]:
        """Puts the monster elsewhere, or takes it away."""
        return self._show(editing.with_monster(self._level, x))

    @answers
    def undo(self) -> dict[str, Any]:
        """Takes the level before the latest change."""
        if len(self._levels) > 1:
            self._levels.pop()
        return self._show(self._levels.pop())

    @answers
    def why_no_coin(self, x: int, y: int) -> str:
        """Says why the coin cannot lie in a cell; "" if it can."""
        return editing.why_no_coin(self._level, x, y)

    @property
    def _level(self) -> Levels:
        return self._levels[-1]

    def _show(self, level: Levels) -> dict[str, Any]:
        self._levels.append(level)
        return {
            "link": editing.to_text(level),
            "apart": bool(level.distinguishing[0]),
            "undoable": len(self._levels) > 1,
            "fewest_steps": fewest_steps(level)[0],  # (x, y)
            **self._restart(),
        }

    # -------------------------------------------------------------------------- the game

    @answers
    def restart(self) -> dict[str, Any]:
        """Begins the level again."""
        return self._restart()

    @answers
    def act(self, action: int) -> dict[str, Any]:
        """Takes one step of the reader's episode.

        Raises:
            ValueError: If there is no such action, or the episode is over.
        """
        if self._outcome is not None:
            raise ValueError("This episode is over; begin again.")
        step = self._env.step(np.array([action]))
        self._obs = step.obs[0]
        self._outcome = _outcome(step.events, bool(self._level.distinguishing[0]))
        return self._now()

    def _restart(self) -> dict[str, Any]:
        self._env = CoinRun(1, levels=self._level, seed=0)
        self._obs, self._outcome = self._env.reset()[0], None
        return {"cells": self._env.frame(0).cells, **self._now()}

    def _now(self) -> dict[str, Any]:
        """Returns who is where: `actors` `(actors, 3)`, of each its sprite code, x and y."""
        return {"actors": np.array(self._env.frame(0).actors), "outcome": self._outcome}

    # ------------------------------------------------------------------------ the agents

    @answers
    def paths(self, distinguishing: float, seed: int) -> dict[str, NDArray[Any]]:
        """Lets all published agents of a setting play the level, each once.

        Args:
            distinguishing: Share of distinguishing levels in their training.
            seed: Seed of their random actions.

        Returns:
            Their replays, one after the other, as `misgen.core.replay.to_arrays` packs them.
        """
        trials = results("CoinRun").where(distinguishing).trials
        agents = [_agent(distinguishing, t.seed) for t in trials if t.agent is not None]
        env = CoinRun(len(agents), levels=self._level, seed=0)
        return to_arrays(record(Population(agents), env, seed))

    @answers
    def looks(self, distinguishing: float, agent: int) -> dict[str, Any]:
        """Says what an agent makes of the reader's situation.

        Returns:
            `probabilities` of the actions, the critic's `value` in coins, and for each cell of the
            view by how much the choice `changes` when it is erased.
        """
        return self._overlay(_agent(distinguishing, agent), self._obs[None])

    @answers
    def watch(self, distinguishing: float, agent: int, seed: int) -> dict[str, Any]:
        """Lets one agent play the level, and says at each step what it makes of it; see `looks`."""
        policy, seen = _agent(distinguishing, agent), list[FloatArray]()
        env = CoinRun(1, levels=self._level, seed=0)
        replay = record(_Noting(policy, seen), env, seed)
        steps = np.concatenate(seen)  # (step, obs_size)
        return {"replay": to_arrays(replay), **self._overlay(policy, steps)}

    def _overlay(self, policy: Policy, obs: FloatArray) -> dict[str, Any]:
        changes = [effect_of_erasing(policy, each, _ENTRIES) for each in obs]
        return {
            "probabilities": policy.probabilities(obs),  # (step, action)
            "value": policy.value(obs),  # (step,)
            "changes": np.stack(changes),  # (step, cell)
        }


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


def _generated(seed: int, number: int, apart: bool) -> Levels:
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
