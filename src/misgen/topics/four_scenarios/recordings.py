"""Recorded episodes of the agents of the four scenarios: to write them, and to read them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from misgen.core.atomic import write_npz
from misgen.core.env import Frame
from misgen.core.policy import Policy
from misgen.core.replay import Replay, from_arrays, record, to_arrays
from misgen.ledger.published import REPLAYS, damage_told, folder_of_experiment
from misgen.ledger.recording import REPLAY_SEED
from misgen.topics.four_scenarios.env import ScenarioCoinRun

if TYPE_CHECKING:
    from misgen.ledger.runs import Run

EXPERIMENT = "four_scenarios"
SHOWN: Mapping[str, Mapping[str, Any]] = {
    "capability": {},
    "goal": {"hazards": False, "distinguishing": 1.0},
}
"""What a test asks for -> options of its levels. They are the same levels but for what kills, and
for the place of the coin."""
LEVELS = 4
"""How many are recorded."""
LONG = 27
"""Columns of a level that is long enough to show something."""
_POOL = 64  # levels of the seed, among which the first that are long and have hazards are shown
_HAZARDS = ("lava", "saw", "monster")


class Key(NamedTuple):
    """Which episode a replay is."""

    hazards: bool
    """Whether the training levels had hazards."""
    distinguishing: float
    """Share of distinguishing levels in training."""
    seed: int
    """Training seed."""
    test: str
    """One of `SHOWN`."""
    erased: bool
    """Whether the coin was erased from what the agent saw."""
    level: int


def publish_recordings(runs: Sequence[Run], folder: Path) -> None:
    """Records the agents of runs on the same levels, and writes the episodes into a folder."""
    replays = [(key, replay) for run in runs for key, replay in _play(run)]
    keys = [key for key, _ in replays]
    write_npz(
        folder / REPLAYS,
        {
            **to_arrays([replay for _, replay in replays]),
            "hazards": np.array([key.hazards for key in keys]),  # (replay,), as all of them
            "distinguishing": np.array([key.distinguishing for key in keys]),
            "seed": np.array([key.seed for key in keys], np.uint8),
            "test": np.array([list(SHOWN).index(key.test) for key in keys], np.uint8),
        },
    )


def _play(run: Run) -> Iterable[tuple[Key, Replay]]:
    agent, config = Policy.from_arrays(run.arrays), run.config
    trained = (config["options"]["hazards"], config["distinguishing"], config["seed"])
    for (test, options), erased in product(SHOWN.items(), (False, True)):
        # all, so that a number is the same level everywhere
        env = ScenarioCoinRun(_POOL, coin_visible=not erased, seed=REPLAY_SEED, **options)
        for replay in record(agent, env, config["seed"], levels=levels(), erased=erased):
            yield Key(*trained, test, erased, replay.level), replay


@lru_cache(maxsize=1)
def levels() -> list[int]:
    """Returns the numbers of the levels that are recorded, whatever happens there."""
    env = ScenarioCoinRun(_POOL, seed=REPLAY_SEED)
    env.reset()
    return [i for i in range(_POOL) if _is_worth_showing(env.frame(i))][:LEVELS]


def _is_worth_showing(frame: Frame) -> bool:
    actors = [actor[0] for actor in frame.actors]  # sprite codes
    there = {ScenarioCoinRun.sprites[code] for code in (*np.unique(frame.cells), *actors)}
    columns = frame.cells.shape[1] - 1  # the end wall is not counted
    return columns >= LONG and not there.isdisjoint(_HAZARDS)


@lru_cache(maxsize=1)
def recordings() -> dict[Key, Replay]:
    """Returns the published replays.

    Raises:
        ValueError: If they are not published, or their file is damaged.
    """
    return read_recordings(folder_of_experiment(EXPERIMENT) / REPLAYS)


def read_recordings(path: Path) -> dict[Key, Replay]:
    """Returns the replays that `publish_recordings` wrote.

    Raises:
        ValueError: If the file is missing or damaged.
    """
    with damage_told(path):
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            arrays: dict[str, NDArray[Any]] = dict(file)
        episodes = from_arrays(arrays, ScenarioCoinRun.sprites)
        trained = zip(*(arrays[name].tolist() for name in Key._fields[:3]), strict=True)
        tests = [list(SHOWN)[number] for number in arrays["test"]]
    return {
        Key(hazards, share, seed, test, replay.erased, replay.level): replay
        for (hazards, share, seed), test, replay in zip(trained, tests, episodes, strict=True)
    }
