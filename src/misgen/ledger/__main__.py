r"""Runs the sweeps of the book, on one machine, on a Dask cluster or on SLURM.

    python -m misgen.ledger run coinrun --jobs 2
    python -m misgen.ledger run coinrun --dask tcp://host:8786
    python -m misgen.ledger collect coinrun

A sweep may be stopped or killed at any time: the same command goes on where it was. Dask workers
(dask worker tcp://host:8786 --nthreads 1) need the same misgen installed, and no shared disk. The
tasks of a SLURM array share the folder --store:

    ids=$(python -m misgen.ledger missing coinrun) && [ -n "$ids" ] &&
    sbatch --array="$ids%50" --export=ALL,OMP_NUM_THREADS=1 \
        --wrap='python -m misgen.ledger one coinrun --index $SLURM_ARRAY_TASK_ID'
"""

from __future__ import annotations

import argparse
import itertools
import json
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from misgen.core.atomic import WriteError
from misgen.ledger import executors, sweep
from misgen.ledger.experiment import Experiment
from misgen.ledger.manifest import follow_move
from misgen.ledger.runs import Store, SweepError

PUBLISHED = Path("assets/agents")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Returns:
        The exit code: 0 when all went well, 1 when runs raised, 2 when something must be put right
        first, 130 when stopped.
    """
    # kept, to print the command again when it is stopped
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = argument_parser().parse_args(words)
    # SLURM, containers and make stop a process by SIGTERM: it must end as cleanly as by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return int(options.command(options) or 0)
    except (SweepError, WriteError) as error:
        print(error, file=sys.stderr)
        return 2  # a sentence for the reader, not a traceback
    except KeyboardInterrupt:
        command = shlex.join(["python", "-m", "misgen.ledger", *words])
        print(f"Stopped. To go on: {command}", file=sys.stderr)
        return 130  # 128 and the number of SIGINT, as shells have it


def ranges(indices: Sequence[int]) -> str:
    """Writes ascending indices the way SLURM reads them.

    >>> ranges([0, 1, 2, 5, 7, 8])
    '0-2,5,7-8'
    >>> ranges([])
    ''
    """
    # Along a span the difference between an index and its place stays the same.
    spans = itertools.groupby(enumerate(indices), lambda pair: pair[1] - pair[0])
    members = [[index for _, index in span] for _, span in spans]
    return ",".join("-".join(map(str, sorted({span[0], span[-1]}))) for span in members)


def _run(options: argparse.Namespace) -> int:
    experiment, store, only = _asked(options)
    executor = executors.serial if options.jobs == 1 else executors.loky(options.jobs)
    if options.dask is not None:
        executor = executors.dask(options.dask)
    try:
        failures = sweep.run_all(experiment, store, executor, only=only)
    finally:  # also when it is stopped or cannot go on
        states = [run.key in store for run in sweep.plan(experiment, only)]
        print(
            f"{sum(states)} of {len(states)} runs are finished and kept in {store.folder}, "
            f"{states.count(False)} are left.",
            file=sys.stderr,
        )
    if failures:
        print(
            f"\n{failures[0].trace}\nRuns that failed: {len(failures)}, the first is above; "
            "correct the experiment and run the same command again.",
            file=sys.stderr,
        )
    return 1 if failures else 0


def _one(options: argparse.Namespace) -> None:
    experiment, store, _ = _asked(options)
    runs = sweep.plan(experiment)  # all of it: --only would change what an index means
    if not 0 <= options.index < len(runs):
        raise SweepError(f"--index must be 0 to {len(runs) - 1}, not {options.index}.")
    run = sweep.run_one(experiment, runs[options.index].config, store)
    print(f"Run {options.index} is finished: {store.folder / run.key}.json")


def _missing(options: argparse.Namespace) -> None:
    print(ranges([run.index for run in sweep.missing(*_asked(options))]))


def _collect(options: argparse.Namespace) -> None:
    experiment, store, only = _asked(options)
    folder = options.into or PUBLISHED / experiment.name
    sweep.collect(experiment, store, folder, only=only)
    print(f"The tables of {experiment.name!r} are in {folder}.")


def _moved(options: argparse.Namespace) -> None:
    experiment, _, _ = _asked(options)
    code = follow_move(experiment, options.older, PUBLISHED / experiment.name)
    print(f"The published runs of {experiment.name!r} belong to the moved code {code}.")


def _list(options: argparse.Namespace) -> None:
    if options.experiment is None:
        print("\n".join(sweep.names()))
        return
    experiment, store, only = _asked(options)
    for run in sweep.plan(experiment, only):
        state = "finished" if run.key in store else "missing"
        print(f"{run.index:4d}  {run.key}  {state:8}  {json.dumps(run.config)}")


def _asked(options: argparse.Namespace) -> tuple[Experiment, Store, sweep.Only | None]:
    experiment = sweep.find(options.experiment)
    # relative to where it is called
    store = Store(options.store or Path(".runs") / experiment.name)
    return experiment, store, chosen_by(options.only)


def chosen_by(words: Sequence[str] | None) -> sweep.Only | None:
    """Reads field=value pairs; a field that is given again adds a value."""
    wanted: dict[str, list[Any]] = {}
    for word in words or ():
        field, equals, value = word.partition("=")
        if not equals:
            raise SweepError(f"--only takes field=value, such as seed=0, not {word!r}.")
        wanted.setdefault(field, []).append(_scalar(value))
    return wanted or None


def _scalar(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # the second for a thousand brackets
        return text  # an unquoted word, such as encoding=cell


def argument_parser() -> argparse.ArgumentParser:
    """Returns the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m misgen.ledger",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, command: Callable[[argparse.Namespace], int | None], summary: str
    ) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
        parser.set_defaults(command=command)
        # Without an experiment, `list` lists the experiments.
        parser.add_argument(
            "experiment", metavar="EXPERIMENT", nargs="?" if name == "list" else None
        )
        parser.add_argument("--store", type=Path, metavar="FOLDER", help="default .runs/EXPERIMENT")
        part = "a part of the grid, such as seed=0 seed=1"
        parser.add_argument("--only", nargs="+", action="extend", metavar="FIELD=VALUE", help=part)
        return parser

    where = add("run", _run, "run what is missing").add_mutually_exclusive_group()
    where.add_argument("--jobs", type=int, default=1, metavar="N", help="processes, default 1")
    where.add_argument("--dask", metavar="ADDRESS", help="a Dask scheduler, tcp://host:8786")
    one = add("one", _one, "run one configuration, for SLURM arrays")
    one.add_argument("--index", type=int, required=True, help="its index in the grid, from 0")
    add("missing", _missing, "print the indices of what is missing, as 0-3,7")
    # the one command that writes below assets/
    collect = add("collect", _collect, "write the published tables, their manifest")
    default = "default assets/agents/EXPERIMENT"
    collect.add_argument("--into", type=Path, metavar="FOLDER", help=default)
    moved = add(
        "moved", _moved, "tell the published runs that their code has moved, and only moved"
    )
    moved.add_argument("older", type=Path, metavar="CHECKOUT", help="one from before the move")
    add("list", _list, "list the experiments, or the grid of one")
    return parser


if __name__ == "__main__":
    sys.exit(main())
