"""The published endless runs, by their settings, and some of them in full: the films."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.arrays import BoolArray
from misgen.core.atomic import write_npz
from misgen.core.policy import Policy
from misgen.ledger.published import damage_told, folder_of_experiment, table
from misgen.topics.tree_gridworld.affinity import affinity_of
from misgen.topics.tree_gridworld.env import TreeGridworld
from misgen.topics.tree_gridworld.film import Cells, Rollout, record
from misgen.topics.tree_gridworld.frozen import Windows, windows
from misgen.topics.tree_gridworld.runs import ForestRun, Setting, from_json
from misgen.topics.tree_gridworld.scripted import NearestTree, RandomWalk

if TYPE_CHECKING:
    from misgen.ledger.runs import Run

EXPERIMENT = "tree_gridworld"
YARDSTICK_SEED = 900_000
"""Seed of the forests of the policies that nobody trained."""
FILE = "forests.npz"
DENSITIES = (1, 2, 3, 4, 6, 8, 10)
"""Trees at the start of the forests in which frozen agents are recorded."""
STEPS = 40
"""Steps of each recording."""
CELLS = 100  # 10 x 10; without it the padding of packed bits would count
RECORDING_SEED = 2_000_000
"""Of the forests in which frozen agents are recorded; it is not chosen by what happens there."""
WEIGHTS = tuple(field.name for field in fields(Policy) if field.name != "notes")  # `notes` is text


@dataclass(frozen=True)
class Film:
    """One run, some of its forests over time, and its frozen agents at work."""

    run: ForestRun
    trees: BoolArray
    """Where trees stood in the first forests at the end of each span, `(bins, forests, cells)`."""
    agents: Cells
    """The cell of each agent, `(bins, forests)`."""
    rollouts: Mapping[tuple[int, int], Rollout]
    """A recording for each `(moment of the run, trees at the start)`."""


@dataclass(frozen=True)
class ForestRuns:
    """The seeds of one setting."""

    setting: Setting
    runs: tuple[ForestRun, ...]
    """In the order of their seeds."""

    @property
    def ticks(self) -> NDArray[np.int64]:
        """The last step of each span of time, `(bins,)`, the same for all seeds."""
        return self.runs[0].series.ticks

    def of_each(self, value: Callable[[ForestRun], Any]) -> NDArray[np.float64]:
        """Returns a value of each run, with the seeds as the first axis.

        >>> runs(Setting()).of_each(lambda run: run.series.rewards).shape
        (10, 80)
        """
        return np.array([value(run) for run in self.runs])


def runs(setting: Setting | None = None) -> ForestRuns:
    """Returns the published runs of a setting, by default of the one that collapses.

    Raises:
        ValueError: If it is not published; the message names those that are.
    """
    setting = setting or Setting()
    found = [run for run in all_runs() if run.setting == setting]
    if not found:
        known = "; ".join(dict.fromkeys(str(run.setting) for run in all_runs()))
        raise ValueError(f"No run of {setting} is published; published are {known}.")
    return ForestRuns(setting, tuple(sorted(found, key=lambda run: run.seed)))


@lru_cache(maxsize=1)
def all_runs() -> tuple[ForestRun, ...]:
    """Returns all published runs, in the order of the table."""
    rows = table(EXPERIMENT)["runs"]
    return tuple(from_json(row["config"], row["result"]) for row in rows)


@lru_cache(maxsize=16)
def greed_and_chance(setting: Setting) -> tuple[Windows, Windows]:
    """Returns what the greedy and the random policy do in forests of each density."""
    world = TreeGridworld(1, seed=0, **setting.options)
    greedy, chance = (
        windows(actor, seed=YARDSTICK_SEED, options=setting.options)
        for actor in (NearestTree(world, 1), RandomWalk())
    )
    return greedy, chance


def affinities(runs: ForestRuns) -> NDArray[np.float64]:
    """Returns the affinity of each frozen agent at each density, over the first steps.

    See `affinity` for what it is and where it is not defined, which is nan.

    Returns:
        `(seeds, moments, max_trees + 1)`.
    """
    greedy, chance = greed_and_chance(runs.setting)
    # (seed, moment, trees at the start)
    rewards = runs.of_each(lambda run: [moment.windows.first_reward for moment in run.moments])
    return affinity_of(rewards, chance.first_reward, greedy.first_reward)


# ------------------------------------------------------------------- films: writing
#
# One archive holds the pictures of all filmed runs; trees are bits, and `run` is the row of the
# published table. The agents are in one archive for each run.


def publish_films(
    finished: Sequence[Run], folder: Path, filmed: Callable[[Mapping[str, Any]], bool]
) -> None:
    """Writes the frozen agents of some runs, and the pictures for the explorer.

    Args:
        finished: Runs of `misgen.topics.tree_gridworld.trial`.
        folder: Where to write.
        filmed: Says of a configuration whether it is wanted.
    """
    rows = [row for row, run in enumerate(finished) if filmed(run.config)]
    pictures = []
    for run in (finished[row] for row in rows):
        weights = {name: run.arrays[name] for name in WEIGHTS}
        write_npz(folder / agents_file(run.config), weights)
        recordings = record_agents(
            agents_of(run.arrays), seed=RECORDING_SEED, options=run.config["options"]
        )
        pictures.append({name: run.arrays[name] for name in ("trees", "agents")} | recordings)
    # (film, ...)
    stacked = {name: np.stack([each[name] for each in pictures]) for name in pictures[0]}
    write_npz(folder / FILE, {"run": np.array(rows, np.uint16), **stacked})


def agents_file(config: Mapping[str, Any]) -> str:
    """Returns the name of the archive with the frozen agents of a run.

    >>> agents_file({"discount": 0.97, "options": {"r_min": 1e-06}, "seed": 3})
    'discount-0.97-r_min-1e-06-seed-3.npz'
    """
    r_min = config["options"]["r_min"]
    return f"discount-{config['discount']:g}-r_min-{r_min:g}-seed-{config['seed']}.npz"


def record_agents(
    agents: Sequence[Policy], *, seed: int, options: Mapping[str, Any]
) -> dict[str, NDArray[np.uint8]]:
    """Returns each agent at work in one forest of each of `DENSITIES`, as arrays.

    Args:
        agents: The agents, which do not learn meanwhile.
        seed: Seed of the forests; forests of the same density start alike for all agents.
        options: Options of `TreeGridworld`.
    """
    rows = [
        [record(agent, trees=n, steps=STEPS, seed=seed, options=options) for n in DENSITIES]
        for agent in agents
    ]
    return {
        # (moment, density, byte)
        "start": np.packbits([[r.start for r in row] for row in rows], axis=-1),
        "agent": np.array([[r.agent for r in row] for row in rows]),  # (moment, density, step + 1)
        "grown": np.array([[r.grown for r in row] for row in rows]),  # (moment, density, step)
    }


# ------------------------------------------------------------------- films: reading


def agents_of(arrays: Mapping[str, NDArray[Any]]) -> list[Policy]:
    """Returns the frozen agents of a run, in the order of time, from their stacked weights."""
    weights = [arrays[name].astype(np.float32) for name in WEIGHTS]  # published in float16
    return [Policy(*each) for each in zip(*weights, strict=True)]


@lru_cache(maxsize=4)
def frozen_agents(setting: Setting, seed: int) -> tuple[Policy, ...]:
    """Returns the frozen agents of a published run, one for each of its moments.

    Raises:
        ValueError: If they are not published, or their file is damaged.
    """
    config = {"discount": setting.discount, "options": setting.options, "seed": seed}
    path = folder_of_experiment(EXPERIMENT) / agents_file(config)
    if not path.is_file():
        raise ValueError(f"The agents of seed {seed} of {setting} are not published.")
    return tuple(agents_of(_read_npz(path)))


@lru_cache(maxsize=1)
def films() -> dict[tuple[Setting, int], Film]:
    """Returns the published films by `(setting, seed)`.

    Raises:
        ValueError: If their file is missing or damaged.
    """
    found = read_films(folder_of_experiment(EXPERIMENT) / FILE, all_runs())
    return {(film.run.setting, film.run.seed): film for film in found}


def read_films(path: Path, known: Sequence[ForestRun]) -> list[Film]:
    """Returns the films of an archive.

    Args:
        path: The archive.
        known: All published runs, in the order of the table.

    Raises:
        ValueError: If the file is missing or damaged.
    """
    arrays = _read_npz(path)
    trees, start = (
        np.unpackbits(arrays[name], axis=-1, count=CELLS).astype(np.bool_)
        for name in ("trees", "start")
    )
    return [
        Film(
            known[int(row)],
            trees[i],
            arrays["agents"][i],
            {
                # `start`, `agent` and `grown` are (film, moment, density, ...).
                (moment, n): Rollout(
                    *(part[i, moment, k] for part in (start, arrays["agent"], arrays["grown"]))
                )
                for moment in range(start.shape[1])
                for k, n in enumerate(DENSITIES)
            },
        )
        for i, row in enumerate(arrays["run"])
    ]


def _read_npz(path: Path) -> dict[str, NDArray[Any]]:
    with damage_told(path), np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
        return dict(file)
