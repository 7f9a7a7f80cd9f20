"""The recorded episodes of published agents, as one file beside their results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.env import Frame
from misgen.core.measure import control_options
from misgen.core.policy import Policy
from misgen.core.registry import environment, make
from misgen.core.replay import Replay, from_arrays, record, to_arrays
from misgen.ledger.runs import plain_json

if TYPE_CHECKING:
    from misgen.ledger.runs import Run

REPLAY_SEED = 2_000_000  # far from the seeds of training and of tests
REPLAY_LEVELS, _POOL = 8, 64
"""Recorded are at most so many levels, chosen among the first so many of this seed."""
REPLAY_KINDS = {"shifted": (1.0, "none"), "erased": (1.0, "erased"), "ordinary": (0.0, "none")}
"""On which levels agents are recorded: goal moved, the same with the goal erased, ordinary.

The values are `distinguishing` and the control; a kind whose control the environment does not have
is left out.
"""


@dataclass(frozen=True)
class Recording:
    """Which episodes are recorded for the explorers."""

    agents: Callable[[Mapping[str, Any]], bool]
    """Says of a configuration whether its agent is recorded."""
    levels: Sequence[int]
    """Numbers of the levels, from `first_levels`: the same for all agents."""
    play: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    """Options with which the agent of a configuration plays, such as the encoding that it knows."""


def first_levels(name: str, is_worth_showing: Callable[[Frame], bool]) -> list[int]:
    """Returns the numbers of the first levels that are worth showing, whatever happens there.

    Args:
        name: Name of the environment.
        is_worth_showing: Says so of a level as it is at the start, on ordinary levels.

    Raises:
        ValueError: If there is none.
    """
    env = make(name, _POOL, seed=REPLAY_SEED)  # ordinary levels, where nothing is moved
    env.reset()
    found = [i for i in range(_POOL) if is_worth_showing(env.frame(i))]
    if not found:
        raise ValueError(f"None of {_POOL} levels of {name} is worth showing; ask for less.")
    return found[:REPLAY_LEVELS]


def record_runs(name: str, runs: Iterable[Run], recording: Recording) -> dict[str, NDArray[Any]]:
    """Returns the recorded episodes of all runs as arrays; the inverse is `read_replays`.

    Args:
        name: Name of the environment.
        runs: Finished runs of `misgen.learn.trial`.
        recording: Which of them, and on which levels.

    Raises:
        ValueError: If none of the runs is to be recorded.
    """
    recorded = [run for run in runs if recording.agents(run.config)]
    if not recorded:
        raise ValueError(f"No agent of {name} is to be recorded; publish it without a recording.")
    episodes: list[Replay] = []
    labels = []
    for run in recorded:
        config, trained_with = run.config, plain_json(run.config["options"])
        for kind, played in _play(name, run, recording):
            episodes += played
            labels += [(kind, config["distinguishing"], config["seed"], trained_with)] * len(played)
    kinds, shares, seeds, options = zip(*labels, strict=True)
    arrays = {
        **to_arrays(episodes),
        "kind": np.array(kinds, np.uint8),  # its place in REPLAY_KINDS
        "distinguishing": np.array(shares),  # (replay,), as all of them
        "seed": np.array(seeds, np.uint8),
    }
    # Without any options the file does not speak of them.
    return arrays if set(options) == {"{}"} else {**arrays, "options": np.array(options)}


def _play(name: str, run: Run, recording: Recording) -> Iterator[tuple[int, list[Replay]]]:
    """Yields the number of each kind of level, and the episodes of one agent there."""
    agent, seed = Policy.from_arrays(run.arrays), run.config["seed"]
    own_options = recording.play(run.config) if recording.play else {}
    # numbered before any is left out
    for number, (share, control) in enumerate(REPLAY_KINDS.values()):
        if control in environment(name).controls:
            options = {**own_options, **control_options(name, control)}
            # all, so that a number is the same level everywhere
            env = make(name, _POOL, distinguishing=share, seed=REPLAY_SEED, **options)
            erased = control == "erased"
            yield number, record(agent, env, seed, levels=recording.levels, erased=erased)


def read_replays(
    arrays: Mapping[str, NDArray[Any]],
    sprites: tuple[str, ...],
    kind: str,
    options: Mapping[str, Any] | None,
) -> dict[tuple[float, int, int], Replay]:
    """Returns the replays of one kind by `(distinguishing, training seed, level)`.

    Args:
        arrays: What `record_runs` returned.
        sprites: Names of the sprite codes of the environment.
        kind: One of `REPLAY_KINDS`.
        options: Options of the environment in training; by default none.
    """
    episodes = from_arrays(dict(arrays), sprites)
    wanted = np.asarray(arrays["kind"] == list(REPLAY_KINDS).index(kind))  # (replay,)
    wanted &= arrays.get("options", plain_json({})) == plain_json(dict(options or {}))
    shares, seeds = arrays["distinguishing"], arrays["seed"]
    return {
        (float(shares[i]), int(seeds[i]), episodes[i].level): episodes[i]
        for i in np.flatnonzero(wanted)
    }
