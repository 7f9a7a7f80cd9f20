"""The published assistants: for each seed one trunk, and the heads that book of every setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.atomic import write_npz
from misgen.ledger.published import damage_told, folder_of_experiment
from misgen.topics.assistant.model import Assistant, from_arrays, notes_array, read_npz
from misgen.topics.assistant.variants import Setting
from misgen.topics.assistant.weeks import BREAKS

if TYPE_CHECKING:
    from misgen.ledger.runs import Run

EXPERIMENT = "assistant"


@dataclass(frozen=True, eq=False)
class Shelf:
    """All published assistants of one seed; they share the trunk and the heads that know."""

    seed: int
    settings: tuple[Setting, ...]
    """How the weeks of each fine-tuning were, in the order of the arrays."""
    cause_order: tuple[str, ...]
    """With k causes, breaks had the first k of these."""
    arrays: Mapping[str, NDArray[Any]]
    """Weights in float16, named as by `Assistant.to_arrays`; those of the heads that book have one
    more axis in front, `(settings, ...)`."""

    def assistant(self, distinguishing: float, causes: int = len(BREAKS)) -> Assistant:
        """Returns one assistant.

        Args:
            distinguishing: Share of the weeks of its fine-tuning that had a break.
            causes: How many different causes these had; without breaks it does not matter.

        Raises:
            ValueError: If no such assistant is published.
        """
        causes = causes if distinguishing else len(BREAKS)  # as the one setting without breaks
        setting = Setting(distinguishing, causes)
        if setting not in self.settings:
            raise ValueError(
                f"No assistant was published with distinguishing={distinguishing} and "
                f"causes={causes}; {_choice(self.settings)}."
            )
        row = self.settings.index(setting)
        notes = {
            "seed": self.seed,
            "distinguishing": distinguishing,
            "causes": list(self.cause_order[:causes]),
        }
        # The first axis of the heads that book is the setting; the rest is shared.
        weights = {n: a[row] if n.startswith("books_") else a for n, a in self.arrays.items()}
        return from_arrays({**weights, "notes": notes_array(notes)})


def _choice(settings: Sequence[Setting]) -> str:
    shares, causes = (sorted(set(of)) for of in zip(*settings, strict=True))
    return f"published shares are {shares}, numbers of causes {causes}"


def published(*, seed: int, distinguishing: float, causes: int = len(BREAKS)) -> Assistant:
    """Returns a published assistant.

    Args:
        seed: Its training seed.
        distinguishing: Share of the weeks of its fine-tuning that had a break.
        causes: How many different causes these had; without breaks it does not matter.

    >>> published(seed=0, distinguishing=0.1, causes=3).notes["causes"]
    ['abroad', 'on_a_diet', 'newborn']

    Raises:
        ValueError: If no such assistant is published, or its file is damaged.
    """
    return shelf(seed).assistant(distinguishing, causes)


@lru_cache(maxsize=16)
def shelf(seed: int) -> Shelf:
    """Returns all published assistants of a seed.

    Raises:
        ValueError: If none is published, or their file is damaged.
    """
    seeds = published_seeds()
    if seed not in seeds:
        raise ValueError(f"Seed {seed} is not published; published seeds: {list(seeds)}.")
    path = folder_of_experiment(EXPERIMENT) / shelf_file(seed)
    with damage_told(path):
        return read_shelf(read_npz(path), seed)


def published_seeds() -> tuple[int, ...]:
    """Returns the seeds whose assistants are published.

    Raises:
        ValueError: If nothing is published.
    """
    files = folder_of_experiment(EXPERIMENT).glob(shelf_file("*"))
    return tuple(sorted(int(path.stem.rpartition("-")[2]) for path in files))


# ------------------------------------------------------------------------ the files


def shelf_file(seed: int | str) -> str:
    """Returns the name of the file with the assistants of a seed.

    >>> shelf_file(3)
    'seed-3.npz'
    """
    return f"seed-{seed}.npz"


def read_shelf(arrays: Mapping[str, NDArray[Any]], seed: int) -> Shelf:
    """Returns the assistants that a run of the ledger described.

    Raises:
        ValueError: If the arrays are not those of assistants.
    """
    # Only the weights are in float16, not the dials or the order of the causes.
    weights = {name: array for name, array in arrays.items() if array.dtype == np.float16}
    dials = list(zip(arrays["distinguishing"].tolist(), arrays["causes"].tolist(), strict=True))
    settings = tuple(Setting(*dial) for dial in dials)
    order = tuple(BREAKS[i] for i in arrays["cause_order"])
    found = Shelf(seed, settings, order, weights)
    for distinguishing, causes in dials:
        found.assistant(distinguishing, causes)  # refuses weights that do not fit together
    return found


def publish_shelves(runs: Sequence[Run], folder: Path) -> None:
    """Writes the assistants of the runs that have some.

    Args:
        runs: Finished runs of `misgen.topics.assistant.trial`.
        folder: Where to write.
    """
    for run in runs:
        if run.arrays:
            write_npz(folder / shelf_file(run.config["seed"]), run.arrays)
