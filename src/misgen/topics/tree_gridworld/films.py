"""Some published runs in full: their frozen agents, these at work, and what the forests look like.

One archive holds the pictures of all of them. Trees are bits; `run` is the row of the published
table. The agents are in one archive for each run.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.atomic import write_npz
from misgen.core.env import BoolArray
from misgen.core.policy import Policy
from misgen.ledger.published import folder_of_experiment
from misgen.topics.tree_gridworld.film import Cells, Rollout, record
from misgen.topics.tree_gridworld.published import EXPERIMENT, all_runs, runs
from misgen.topics.tree_gridworld.runs import ForestRun, Setting

if TYPE_CHECKING:
    from misgen.ledger.runs import Run

FILE = "forests.npz"
DENSITIES = (1, 2, 3, 4, 6, 8, 10)
"""Trees at the start of the forests in which frozen agents are recorded."""
STEPS = 40
"""Steps of each recording."""
CELLS = 100
RECORDING_SEED = 2_000_000
"""Of the forests in which frozen agents are recorded; it is not chosen by what happens there."""
WEIGHTS = tuple(field.name for field in fields(Policy) if field.name != "notes")


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


# ------------------------------------------------------------------------ writing


def publish_films(
    runs: Sequence[Run], folder: Path, filmed: Callable[[Mapping[str, Any]], bool]
) -> None:
    """Write the frozen agents of some runs, and the pictures for the explorer.

    Args:
        runs: Finished runs of `misgen.topics.tree_gridworld.trial`.
        folder: Where to write.
        filmed: Says of a configuration whether it is wanted.
    """
    rows = [row for row, run in enumerate(runs) if filmed(run.config)]
    for row in rows:
        arrays = runs[row].arrays
        weights = {name: arrays[name] for name in WEIGHTS}
        write_npz(folder / agents_file(runs[row].config), weights)
    pictures = [_pictures(runs[row]) for row in rows]
    stacked = {name: np.stack([each[name] for each in pictures]) for name in pictures[0]}
    write_npz(folder / FILE, {"run": np.array(rows, np.uint16), **stacked})


def agents_file(config: Mapping[str, Any]) -> str:
    """Return the name of the archive with the frozen agents of a run.

    >>> agents_file({"discount": 0.97, "options": {"r_min": 1e-06}, "seed": 3})
    'discount-0.97-r_min-1e-06-seed-3.npz'
    """
    r_min = config["options"]["r_min"]
    return f"discount-{config['discount']:g}-r_min-{r_min:g}-seed-{config['seed']}.npz"


def _pictures(run: Run) -> dict[str, NDArray[np.uint8]]:
    agents = agents_of(run.arrays)
    recordings = record_agents(agents, seed=RECORDING_SEED, options=run.config["options"])
    return {"trees": run.arrays["trees"], "agents": run.arrays["agents"], **recordings}


def record_agents(
    agents: Sequence[Policy], *, seed: int, options: Mapping[str, Any]
) -> dict[str, NDArray[np.uint8]]:
    """Return each agent at work in one forest of each of `DENSITIES`, as arrays.

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
        "start": np.packbits([[r.start for r in row] for row in rows], axis=-1),
        "agent": np.array([[r.agent for r in row] for row in rows]),
        "grown": np.array([[r.grown for r in row] for row in rows]),
    }


# ------------------------------------------------------------------------ reading


def agents_of(arrays: Mapping[str, NDArray[Any]]) -> list[Policy]:
    """Return the frozen agents of a run, in the order of time, from their stacked weights."""
    weights = [arrays[name].astype(np.float32) for name in WEIGHTS]
    return [Policy(*each) for each in zip(*weights, strict=True)]


def frozen_agents(setting: Setting, seed: int) -> list[Policy]:
    """Return the published frozen agents of a run, one for each of its moments.

    Args:
        setting: One of the settings that are published in detail.
        seed: One of the filmed seeds.

    Raises:
        ValueError: If they are not published, or their file is damaged.
    """
    config = {"discount": setting.discount, "options": setting.options, "seed": seed}
    path = folder_of_experiment(EXPERIMENT) / agents_file(config)
    runs(setting)  # refuses a setting that differs in what the name of the file does not tell
    if not path.exists():
        raise ValueError(f"The agents of seed {seed} of {setting} are not published.")
    return agents_of(_read(path))


@lru_cache(maxsize=1)
def films() -> dict[tuple[Setting, int], Film]:
    """Return the published films by `(setting, seed)`.

    Raises:
        ValueError: If their file is missing or damaged.
    """
    found = read_films(folder_of_experiment(EXPERIMENT) / FILE, all_runs())
    return {(film.run.setting, film.run.seed): film for film in found}


def read_films(path: Path, runs: Sequence[ForestRun]) -> list[Film]:
    """Return the films of an archive.

    Args:
        path: The archive.
        runs: All published runs, in the order of the table.

    Raises:
        ValueError: If the file is missing or damaged.
    """
    arrays = _read(path)
    return [_film(runs[int(row)], arrays, i) for i, row in enumerate(arrays["run"])]


def _read(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except Exception as error:  # NumPy and zipfile raise a dozen kinds for foreign bytes
        raise ValueError(
            f"{path} is missing or damaged; restore it or run `make agents`."
        ) from error


def _film(run: ForestRun, arrays: Mapping[str, NDArray[Any]], i: int) -> Film:
    start = _unpacked(arrays["start"][i])
    rollouts = {
        (moment, n): Rollout(
            start[moment, k], arrays["agent"][i, moment, k], arrays["grown"][i, moment, k]
        )
        for moment in range(len(start))
        for k, n in enumerate(DENSITIES)
    }
    return Film(run, _unpacked(arrays["trees"][i]), arrays["agents"][i], rollouts)


def _unpacked(bits: NDArray[np.uint8]) -> BoolArray:
    return np.unpackbits(bits, axis=-1, count=CELLS).astype(np.bool_)
