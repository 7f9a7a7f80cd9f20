"""Sweeps: every configuration of an experiment, computed once, wherever there is a processor.

    from misgen.ledger import executors, runs, sweep

    experiment, store = sweep.find("coinrun"), runs.Store(".runs/coinrun")
    failures = sweep.run_all(experiment, store, executors.loky(jobs=2))

A sweep may be stopped or killed at any time: the next one goes on where it was. The command line is
`python -m misgen.ledger --help`.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import importlib
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from misgen.core.atomic import check_folder, remove_leftovers
from misgen.core.extras import extra
from misgen.core.topics import topics_with
from misgen.ledger.code import code_of
from misgen.ledger.executors import Executor, Failure, serial
from misgen.ledger.experiment import Experiment, execute
from misgen.ledger.manifest import copy_published, verify_manifest, write_manifest
from misgen.ledger.runs import Config, Run, Store, SweepError, run_key

Only = Mapping[str, Sequence[Any]]
"""A part of a grid: the values that are wanted, by field."""


@dataclass(frozen=True)
class Planned:
    """One configuration of a grid."""

    index: int
    """Where it is in the grid."""
    config: Config
    """The configuration."""
    key: str
    """The name of its run, see `misgen.ledger.runs.run_key`."""


def names() -> list[str]:
    """Lists the experiments of the book."""
    return topics_with("experiment.py")


def find(name: str) -> Experiment:
    """Returns an experiment by its name.

    Args:
        name: A topic with an experiment, such as "coinrun", or the dotted name of a module of your
            own; the module holds the experiment as its constant `EXPERIMENT`.

    Raises:
        SweepError: There is no such experiment, or it needs a package that is not installed.
    """
    module = name if "." in name else f"misgen.topics.{name}.experiment"
    if not all(part.isidentifier() for part in module.split(".")):
        raise _unknown(name)
    try:
        experiment: Experiment | None = getattr(importlib.import_module(module), "EXPERIMENT", None)
    except ModuleNotFoundError as error:
        if f"{module}.".startswith(f"{error.name}."):  # it or a package above it is not there
            raise _unknown(name) from error
        raise SweepError(
            f"The experiment {name!r} needs {error.name!r}, which is not installed: "
            "pip install 'misgen[train,cluster]'."
        ) from error
    if experiment is None:
        raise SweepError(f"The module {module} has no constant EXPERIMENT: give it one.")
    return experiment


def _unknown(name: str) -> SweepError:
    close = difflib.get_close_matches(name, names(), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(names())}."
    return SweepError(f"There is no experiment {name!r}: {hint}")


def plan(experiment: Experiment, only: Only | None = None) -> list[Planned]:
    """Names the runs of an experiment, in the order of its grid.

    Args:
        experiment: The experiment.
        only: The part of its grid that is wanted, such as {"seed": [0, 1]}; None for all of it.

    Raises:
        SweepError: The grid has a configuration twice, or no configuration is wanted.
    """
    code = code_of(type(experiment))
    runs = [
        # numbered before a part is chosen
        Planned(index, config, run_key(experiment.name, config, code))
        for index, config in enumerate(experiment.grid())
    ]
    if len({run.key for run in runs}) < len(runs):
        raise SweepError(f"The grid of {experiment.name!r} has a configuration twice: remove one.")
    return runs if only is None else _part(runs, only)


def _part(runs: Sequence[Planned], only: Only) -> list[Planned]:
    fields = sorted({field for run in runs for field in run.config})
    for field in only:
        if field not in fields:
            raise SweepError(f"The grid has no field {field!r}: choose from {', '.join(fields)}.")
    part = [
        run
        for run in runs
        if all(field in run.config and _is_wanted(run.config[field], only[field]) for field in only)
    ]
    if not part:
        raise SweepError(f"No configuration has {dict(only)}: the command list shows the values.")
    return part


def _is_wanted(value: Any, wanted: Sequence[Any]) -> bool:
    # as numbers true and false would be 1 and 0
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in wanted)


def missing(experiment: Experiment, store: Store, only: Only | None = None) -> list[Planned]:
    """Lists the runs that are not in the store.

    Raises:
        DamagedError: A run is in the store, but not as it was written.
    """
    runs = plan(experiment, only)  # in the order of the grid
    for run in runs:
        if run.key in store:
            store.check(run.key)  # a damaged run is told now, not after hours
    return [run for run in runs if run.key not in store]


def run_one(experiment: Experiment, config: Config, store: Store) -> Run:
    """Runs one configuration here, unless the store has it, and returns the run.

    Raises:
        DamagedError: The store has it, but not as it was written.
        misgen.core.atomic.WriteError: The disk is full or the store cannot be written.
    """
    code = code_of(type(experiment))
    key = run_key(experiment.name, config, code)
    if key not in store:
        check_folder(store.folder)
        store.save(execute(experiment, config, code))
    return store.load(key)  # read back, so that it is the same whether or not it was run now


def run_all(
    experiment: Experiment,
    store: Store,
    executor: Executor = serial,
    *,
    only: Only | None = None,
    progress: bool = True,
) -> list[Failure]:
    """Runs what the store does not have, and keeps every run as soon as it is finished.

    Args:
        experiment: The experiment.
        store: Where its runs are kept.
        executor: Where they are computed: `serial`, `loky(jobs)` or `dask(address)`.
        only: The part of the grid that is wanted; None for all of it.
        progress: Whether to show a bar with the time left.

    Returns:
        The runs that raised. They are not kept, so that the next sweep tries them again.

    Raises:
        DamagedError: A run is in the store, but not as it was written.
        misgen.core.atomic.WriteError: The disk is full or the store cannot be written.
        SweepError: The executor cannot go on, or a process holds other code.
    """
    with extra("cluster", "A sweep"):
        from tqdm import tqdm

    remove_leftovers(store.folder)  # of sweeps that were killed while writing
    if todo := missing(experiment, store, only):
        check_folder(store.folder)
    done = len(plan(experiment, only)) - len(todo)
    task = functools.partial(execute, experiment, code=code_of(type(experiment)))
    results = executor(task, store.save, [run.config for run in todo])
    # smoothing=0: runs of many processes arrive in bursts, only their mean tells the time left.
    bar = tqdm(
        desc=experiment.name,
        total=done + len(todo),
        initial=done,
        unit="run",
        smoothing=0,
        disable=not progress,
    )
    failures = []
    with contextlib.closing(results), bar:  # closes the executor also when it is stopped
        for result in results:
            if isinstance(result, Failure):
                failures.append(result)
                bar.write(str(result), file=sys.stderr)
            bar.update()
    return failures


def collect(
    experiment: Experiment, store: Store, folder: Path, *, only: Only | None = None
) -> None:
    """Turns finished runs into the published tables of `folder`, and writes its manifest.

    The manifest lists what is collected now. Whatever else lies in the folder stays, and is named
    on stderr.

    Args:
        experiment: The experiment.
        store: Where its runs are kept.
        folder: Where the tables go.
        only: The part of the grid to publish; None for all of it.

    Raises:
        SweepError: A run is missing.
        DamagedError: A file of a run is not what was written.
    """
    absent = missing(experiment, store, only)
    if absent:
        raise SweepError(
            f"{len(absent)} runs of {experiment.name!r} are missing: finish the sweep first."
        )
    runs = [store.load(run.key) for run in plan(experiment, only)]
    with tempfile.TemporaryDirectory() as empty:  # where nothing else can be taken for published
        collected = Path(empty)
        experiment.collect(runs, collected)
        write_manifest(runs, collected)
        copy_published(collected, folder)
    remove_leftovers(folder)  # of sweeps that were killed while publishing
    for remark in verify_manifest(folder):
        print(f"{remark} Move it elsewhere if nobody needs it.", file=sys.stderr)
