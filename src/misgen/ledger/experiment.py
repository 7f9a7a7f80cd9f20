"""What an experiment is, and how one of its configurations is run."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import json
import platform
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, Protocol

import numpy as np
from numpy.typing import NDArray

from misgen.ledger.code import code_of
from misgen.ledger.runs import Config, Run, SweepError, plain_json

# The first look counts: a process goes on with the code that it imported, whatever is edited.
_code_of_this_process = functools.cache(code_of)


class CodeChangedError(SweepError):
    """A process holds other code than the one that the sweep was started with."""


@dataclass(frozen=True)
class Outcome:
    """What an experiment returns for one configuration."""

    result: dict[str, Any]
    """Numbers and words that JSON can hold, no NaN."""
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    """Anything larger: weights, replays, rates per level."""


class Experiment(Protocol):
    """A grid of configurations, a function that runs one, and one that publishes them all.

    A module `misgen.topics.<name>.experiment` holds one as its constant `EXPERIMENT`.
    Workers import that module, so its class is defined there at the top level. Which code decides a
    result is found from what `run` uses and imports, see `misgen.ledger.code`.
    """

    @property
    def name(self) -> str:
        """The name, as in `python -m misgen.ledger run <name>`."""

    @property
    def packages(self) -> tuple[str, ...]:
        """Distributions whose versions are recorded with each run, such as "torch"."""

    def grid(self) -> list[Config]:
        """All configurations, always in the same order: their index is the index of `--index`."""

    def run(self, config: Config) -> Outcome:
        """Runs one configuration; the result depends on nothing else (no global random state)."""

    def collect(self, runs: Sequence[Run], folder: Path) -> None:
        """Writes the published tables of `runs` (in the order of the grid) into `folder`."""


def execute(experiment: Experiment, config: Config, code: str) -> Run:
    """Runs one configuration in this process, and notes where it came from.

    Args:
        experiment: The experiment.
        config: One configuration of its grid.
        code: The hash of the code that the sweep was started with.

    Raises:
        CodeChangedError: This process would run other code.
        SweepError: The result cannot be kept.
        KeyboardInterrupt: The run was interrupted, even if the experiment made nothing of it.
    """
    if _code_of_this_process(type(experiment)) != code:
        raise CodeChangedError(
            f"A process on {socket.gethostname()} holds other code for {experiment.name!r} than "
            "the sweep: install the same misgen there, restart its workers and run the sweep again."
        )
    start = time.perf_counter()  # seconds
    with _interruption_kept():
        outcome = experiment.run(dict(config))  # a copy, which the experiment may change
    versions = {package: _version(package) for package in experiment.packages}
    return Run(
        experiment=experiment.name,
        config=_as_json(config),  # as it will be read back, so that keys agree
        code=code,
        result=_as_json(outcome.result),
        arrays=_without_objects(outcome.arrays),
        # its own place, as it is no distribution
        versions={"python": platform.python_version(), **versions},
        platform=f"{platform.system()} {platform.machine()}",
        seconds=round(time.perf_counter() - start, 3),
    )


@contextlib.contextmanager
def _interruption_kept() -> Iterator[None]:
    """Raises KeyboardInterrupt in the end if one came, whatever the body did about it.

    A trainer that is interrupted may return the agent so far; the ledger must not take it for a
    run. Only Python's own handlers are replaced, and only in the main thread, where it is possible.
    """
    came: list[int] = []

    def interrupt(number: int, _: FrameType | None) -> NoReturn:
        came.append(number)  # the body may catch the exception
        raise KeyboardInterrupt

    signals = [
        number
        for number in (signal.SIGINT, signal.SIGTERM)
        if threading.current_thread() is threading.main_thread()
        # a handler of somebody else stays
        and signal.getsignal(number) is signal.default_int_handler
    ]
    for number in signals:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in signals:
            signal.signal(number, signal.default_int_handler)
    if came:  # after the handlers were put back
        raise KeyboardInterrupt


def _as_json(value: Mapping[str, Any]) -> dict[str, Any]:
    return json.loads(plain_json(value))


def _without_objects(arrays: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    plain = {name: np.asarray(array) for name, array in arrays.items()}
    for name, array in plain.items():
        if array.dtype.hasobject:  # NumPy would pickle them
            raise SweepError(f"The array {name!r} holds Python objects, make it one of numbers.")
    return plain


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
