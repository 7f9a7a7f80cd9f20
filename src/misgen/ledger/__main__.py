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
import json
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from misgen.core.atomic import WriteError
from misgen.ledger import sweep
from misgen.ledger.manifest import follow_move
from misgen.ledger.sweep import (
    Executor,
    Experiment,
    Failure,
    Only,
    Store,
    SweepError,
)

Scalar = str | float | bool | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Returns:
        The exit code: 0 when all went well, 1 when runs raised, 2 when something must be put right
        first, 130 when stopped.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(words)
    # SLURM, containers and make stop a process by SIGTERM: it must end as cleanly as by Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return int(options.command(options))
    except (SweepError, WriteError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"Stopped. To go on: {_command_line(words)}", file=sys.stderr)
        return 130


def ranges(indices: Sequence[int]) -> str:
    """Writes ascending indices the way SLURM reads them.

    >>> ranges([0, 1, 2, 5, 7, 8])
    '0-2,5,7-8'
    >>> ranges([])
    ''
    """
    spans: list[list[int]] = []
    for index in indices:
        if spans and index == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], index]
        else:
            spans.append([index])
    return ",".join("-".join(map(str, span)) for span in spans)


def _run(options: argparse.Namespace) -> int:
    experiment, store, only = _asked(options)
    executor = _executor(options)
    try:
        failures = sweep.run_all(experiment, store, executor, only=only)
    finally:
        print(_state(experiment, store, only), file=sys.stderr)
    if failures:
        print(_summary(failures), file=sys.stderr)
    return 1 if failures else 0


def _one(options: argparse.Namespace) -> int:
    experiment, store, _ = _asked(options)
    runs = sweep.plan(experiment)
    if not 0 <= options.index < len(runs):
        raise SweepError(f"--index must be 0 to {len(runs) - 1}, not {options.index}.")
    run = sweep.run_one(experiment, runs[options.index].config, store)
    print(f"Run {options.index} is finished: {store.folder / run.key}.json")
    return 0


def _missing(options: argparse.Namespace) -> int:
    print(ranges([run.index for run in sweep.missing(*_asked(options))]))
    return 0


def _collect(options: argparse.Namespace) -> int:
    experiment, store, only = _asked(options)
    folder = options.into or Path("assets/agents") / experiment.name
    sweep.collect(experiment, store, folder, only=only)
    print(f"The tables of {experiment.name!r} are in {folder}.")
    return 0


def _moved(options: argparse.Namespace) -> int:
    experiment, _, _ = _asked(options)
    code = follow_move(experiment, options.older, Path("assets/agents") / experiment.name)
    print(f"The published runs of {experiment.name!r} belong to the moved code {code}.")
    return 0


def _list(options: argparse.Namespace) -> int:
    lines = sweep.names() if options.experiment is None else _rows(*_asked(options))
    print("\n".join(lines))
    return 0


def _rows(experiment: Experiment, store: Store, only: Only | None) -> list[str]:
    state = {True: "finished", False: "missing"}
    return [
        f"{run.index:4d}  {run.key}  {state[run.key in store]:8}  {json.dumps(run.config)}"
        for run in sweep.plan(experiment, only)
    ]


def _asked(options: argparse.Namespace) -> tuple[Experiment, Store, Only | None]:
    experiment = sweep.find(options.experiment)
    store = Store(options.store or Path(".runs") / experiment.name)
    return experiment, store, _only(options.only)


def _executor(options: argparse.Namespace) -> Executor:
    if options.dask is not None:
        return sweep.dask(options.dask)
    return sweep.serial if options.jobs == 1 else sweep.loky(options.jobs)


def _only(words: Sequence[str] | None) -> Only | None:
    """Reads field=value pairs; a field that is given again adds a value."""
    wanted: dict[str, list[Scalar]] = {}
    for word in words or ():
        field, equals, value = word.partition("=")
        if not equals:
            raise SweepError(f"--only takes field=value, such as seed=0, not {word!r}.")
        wanted.setdefault(field, []).append(_scalar(value))
    return wanted or None


def _scalar(text: str) -> Scalar:
    try:
        value: Scalar = json.loads(text)
    except ValueError:
        return text
    return value


def _state(experiment: Experiment, store: Store, only: Only | None) -> str:
    keys = [run.key for run in sweep.plan(experiment, only)]
    done = sum(key in store for key in keys)
    left = len(keys) - done
    return f"{done} of {len(keys)} runs are finished and kept in {store.folder}, {left} are left."


def _summary(failures: Sequence[Failure]) -> str:
    return (
        f"\n{failures[0].trace}\nRuns that failed: {len(failures)}, the first is above; correct "
        "the experiment and run the same command again."
    )


def _command_line(words: Sequence[str]) -> str:
    return shlex.join(["python", "-m", "misgen.ledger", *words])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m misgen.ledger",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (_add_run, _add_one, _add_missing, _add_collect, _add_moved, _add_list):
        add(commands)
    return parser


Commands = argparse._SubParsersAction  # argparse has no public name for it


def _add_run(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "run", _run, "run what is missing")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=int, default=1, metavar="N", help="processes, default 1")
    where.add_argument("--dask", metavar="ADDRESS", help="a Dask scheduler, tcp://host:8786")


def _add_one(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "one", _one, "run one configuration, for SLURM arrays")
    parser.add_argument("--index", type=int, required=True, help="its index in the grid, from 0")


def _add_missing(commands: Commands[argparse.ArgumentParser]) -> None:
    _command(commands, "missing", _missing, "print the indices of what is missing, as 0-3,7")


def _add_collect(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "collect", _collect, "write the published tables, their manifest")
    default = "default assets/agents/EXPERIMENT"
    parser.add_argument("--into", type=Path, metavar="FOLDER", help=default)


def _add_moved(commands: Commands[argparse.ArgumentParser]) -> None:
    summary = "tell the published runs that their code has moved, and only moved"
    parser = _command(commands, "moved", _moved, summary)
    parser.add_argument("older", type=Path, metavar="CHECKOUT", help="one from before the move")


def _add_list(commands: Commands[argparse.ArgumentParser]) -> None:
    _command(commands, "list", _list, "list the experiments, or the grid of one", required=False)


def _command(
    commands: Commands[argparse.ArgumentParser],
    name: str,
    command: Callable[[argparse.Namespace], int],
    summary: str,
    *,
    required: bool = True,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
    parser.set_defaults(command=command)
    parser.add_argument("experiment", metavar="EXPERIMENT", nargs=None if required else "?")
    parser.add_argument("--store", type=Path, metavar="FOLDER", help="default .runs/EXPERIMENT")
    part = "a part of the grid, such as seed=0 seed=1"
    parser.add_argument("--only", nargs="+", action="extend", metavar="FIELD=VALUE", help=part)
    return parser


if __name__ == "__main__":
    sys.exit(main())
