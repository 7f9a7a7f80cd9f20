"""Recorded episodes, small enough to travel with a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.actors import Acting
from misgen.core.arguments import check_count, check_flag, check_kind
from misgen.core.env import BatchedEnv, Frame
from misgen.core.measure import OUTCOMES, run_episodes


@dataclass(frozen=True)
class Replay:
    """One episode of one agent, up to the step that decided it."""

    cells: NDArray[np.uint8]
    """Sprite codes of the level, `(height, width)`; row 0 is at the bottom."""
    sprites: tuple[str, ...]
    """Names of the sprite codes."""
    actors: NDArray[np.uint8]
    """Sprite codes of what moves, or may be taken, in drawing order, `(actors,)`."""
    positions: NDArray[np.uint8]
    """`(x, y)` of each actor at the start and after each step, `(steps + 1, actors, 2)`."""
    outcome: str
    """One of `OUTCOMES`."""
    level: int
    """Number of the level."""
    erased: bool = False
    """Whether the goal was erased from what the agent saw."""

    def __repr__(self) -> str:
        """Returns what happened in one line; its arrays would fill screens."""
        return f"<Replay: level {self.level}, {self.steps} steps, {self.outcome}>"

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.positions) - 1


def record(
    policy: Acting,
    env: BatchedEnv,
    seed: int,
    *,
    levels: Sequence[int] | None = None,
    erased: bool = False,
) -> list[Replay]:
    """Records one episode of each environment, up to the step that decides it.

    Args:
        policy: The agent, as for `misgen.evaluate`.
        env: The environments; they are reset. Their order numbers the levels.
        seed: Seed of the agent's random actions.
        levels: Which of them to record; by default all.
        erased: Whether `env` hides the goal from the agent.

    Raises:
        ValueError: If there is no such level, or the episodes of the environment never end.
    """
    check_kind("env", env, BatchedEnv, 'misgen.make("CoinRun", 4, seed=0)')
    seed, erased = check_count("seed", seed, minimum=0), check_flag("erased", erased)
    every = range(env.num_envs)
    wanted = every if levels is None else levels
    chosen = [check_count("levels", k, minimum=0, maximum=every[-1]) for k in wanted]
    frames: list[list[Frame]] = []  # [step][level]

    def watch() -> None:
        frames.append([env.frame(i) for i in chosen])

    # (environment,) both; [seed, 2]: a stream of its own
    outcomes, steps = run_episodes(policy, env, np.random.default_rng([seed, 2]), watch)
    replays = []
    for k, level in enumerate(chosen):
        seen = [row[k] for row in frames[: steps[level] + 1]]  # the start, and each step
        actors = np.array([frame.actors for frame in seen]).astype(np.uint8)  # (step, actor, 3)
        replays.append(
            Replay(
                cells=seen[0].cells,
                sprites=env.sprites,
                actors=actors[0, :, 0],  # sprite codes do not change in an episode
                positions=actors[:, :, 1:],  # (step, actor, xy)
                outcome=OUTCOMES[outcomes[level]],
                level=level,
                erased=erased,
            )
        )
    return replays


def at_start(env: BatchedEnv, i: int) -> Replay:
    """Returns the level of environment `i` before the first step, as a replay of no steps."""
    env.reset()
    frame = env.frame(i)
    actors = np.array(frame.actors, np.uint8)  # (actor, code and x and y)
    positions = actors[None, :, 1:]  # (step, actor, xy)
    return Replay(frame.cells, env.sprites, actors[:, 0], positions, OUTCOMES[-1], i)


NOBODY = 255
"""Fills the arrays of replays where one is smaller than others."""


def to_arrays(replays: list[Replay]) -> dict[str, NDArray[Any]]:
    """Returns many replays of one environment as a few arrays, padded to equal sizes.

    The inverse is `from_arrays`.

    Returns:
        `cells` (replays, height, width), `actors` (replays, actors), `positions` (all frames of all
        replays, actors, 2), and of each replay its number of `frames`, its `outcome`, its `level`
        and whether the goal was `erased`; all of 8 bits, padded with `NOBODY`.
    """
    frames = [len(r.positions) for r in replays]
    height = replays[0].cells.shape[0]
    width, actors = max(r.cells.shape[1] for r in replays), max(len(r.actors) for r in replays)
    cells = np.full((len(replays), height, width), NOBODY, np.uint8)  # (replay, y, x)
    codes = np.full((len(replays), actors), NOBODY, np.uint8)  # (replay, actor)
    # (frame, actor, xy): the frames of all replays one after the other, as their numbers differ
    positions = np.full((sum(frames), actors, 2), NOBODY, np.uint8)
    for i, (replay, stop) in enumerate(zip(replays, np.cumsum(frames), strict=True)):
        cells[i, :, : replay.cells.shape[1]] = replay.cells
        codes[i, : len(replay.actors)] = replay.actors
        positions[stop - frames[i] : stop, : len(replay.actors)] = replay.positions
    return {
        "cells": cells,
        "actors": codes,
        "positions": positions,
        "frames": np.array(frames, np.uint8),
        "outcome": np.array([OUTCOMES.index(r.outcome) for r in replays], np.uint8),
        "level": np.array([r.level for r in replays], np.uint8),
        "erased": np.array([r.erased for r in replays]),
    }


def from_arrays(arrays: dict[str, NDArray[Any]], sprites: tuple[str, ...]) -> list[Replay]:
    """Returns the replays that `to_arrays` packed; `sprites` are those of their environment."""
    stops = np.cumsum(arrays["frames"], dtype=np.int64)  # sums of 8 bits would overflow
    replays = []
    for i, stop in enumerate(stops):
        cells, actors = arrays["cells"][i], arrays["actors"][i]
        present = actors != NOBODY  # (actor,)
        replays.append(
            Replay(
                cells=cells[:, cells[0] != NOBODY],  # a padded column is padded in each row
                sprites=sprites,
                actors=actors[present],
                positions=arrays["positions"][stop - arrays["frames"][i] : stop, present],
                outcome=OUTCOMES[arrays["outcome"][i]],
                level=int(arrays["level"][i]),
                erased=bool(arrays["erased"][i]),
            )
        )
    return replays
