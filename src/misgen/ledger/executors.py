"""Where the runs of a sweep are computed: in this process, on many, or on a Dask cluster.

An executor takes a task (a function of one configuration), a function that keeps its run, and the
configurations; it yields every run after it was kept, in any order. Processes of this machine keep
their runs themselves, so that nothing finished is lost with the process that drives the sweep. Dask
workers send them back to be kept, so that they need no shared disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import json
import logging
import multiprocessing.resource_tracker
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from misgen.core.atomic import WriteError
from misgen.ledger.experiment import CodeChangedError
from misgen.ledger.runs import Config, Run, SweepError

SECONDS_TO_ANSWER = 5
"""How long a Dask scheduler may take to answer at all."""
JOBS_FOR_A_PROCESSOR = 4
"""How many processes of one machine may share each of its processors; more only take its memory."""
RETRIES = 2
"""How often Dask repeats a run that raised; a run whose worker died is repeated anyway."""


@dataclass(frozen=True)
class Failure:
    """A run that raised; the sweep goes on without it."""

    config: Config
    """What was run."""
    error: str
    """The exception in one line."""
    trace: str
    """The whole traceback."""

    def __str__(self) -> str:
        return f"{json.dumps(self.config)} failed: {self.error}"


Task = Callable[[Config], Run]
Keep = Callable[[Run], None]
Results = Generator[Run | Failure, None, None]
Executor = Callable[[Task, Keep, Sequence[Config]], Results]


def serial(task: Task, keep: Keep, configs: Sequence[Config]) -> Results:
    """Runs one after the other, in this process."""
    for config in configs:
        yield _attempt(task, keep, config)


def loky(jobs: int) -> Executor:
    """Runs on `jobs` processes of this machine, with one thread each.

    Raises:
        SweepError: There are too few or too many `jobs`, or joblib is not installed; later, a
            process was killed.
    """
    most = JOBS_FOR_A_PROCESSOR * (os.cpu_count() or 1)
    if not 1 <= jobs <= most:
        raise SweepError(f"--jobs must be 1 to {most} on this machine, not {jobs}.")
    joblib = _import("joblib")

    def run(task: Task, keep: Keep, configs: Sequence[Config]) -> Results:
        attempt = joblib.delayed(functools.partial(_attempt, task, keep))
        broken = joblib.externals.loky.process_executor.BrokenProcessPool
        # as an initializer, so that also a process that never gets a run ends with its driver
        watched = {"initializer": end_with, "initargs": (os.getpid(),)}
        try:
            # else all processes use all cores
            with joblib.parallel_config("loky", inner_max_num_threads=1, **watched):
                # batch_size=1: runs are long, and a batch would only delay their arrival
                how = {"return_as": "generator_unordered", "batch_size": 1}
                with _interruption_held():  # the processes start here
                    arriving = joblib.Parallel(n_jobs=jobs, **how)(map(attempt, configs))
                yield from arriving
        except broken as error:
            raise SweepError(
                "A process of the sweep was killed, perhaps for want of memory: what was finished "
                "is kept, run the same command again with fewer --jobs."
            ) from error

    return run


@contextlib.contextmanager
def _interruption_held() -> Iterator[None]:
    """Lets Ctrl-C wait until the end of the block, and never reach the processes started in it.

    A terminal interrupts all of them, and one that is still importing would print a traceback. It
    is the driver that ends them.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # Python's own tracker would let signals through again as it starts, so that it is there before
    multiprocessing.resource_tracker.ensure_running()
    with _noted_by_python():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # children inherit it
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _noted_by_python() -> Iterator[None]:
    """Hands an interruption on at the end of the block, whichever thread has taken it.

    A mask is that of one thread, and the progress bar has another.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield  # nobody hears interruptions here
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if came:
        handler(came[0], None)


def dask(address: str) -> Executor:
    """Runs on a Dask cluster; the runs of a worker that dies are run by another.

    Args:
        address: The scheduler, such as "tcp://host:8786".

    Raises:
        SweepError: Dask is not installed or no scheduler answers; later, the scheduler went away.
    """
    distributed = _import("distributed")
    _check_scheduler(distributed, address)

    def run(task: Task, keep: Keep, configs: Sequence[Config]) -> Results:
        with distributed.Client(address, set_as_default=False) as client:
            # pure=False: Dask must not take the result of an equal call
            futures = client.map(task, configs, retries=RETRIES, pure=False)
            config_of = {
                future.key: config for future, config in zip(futures, configs, strict=True)
            }
            arriving = distributed.as_completed(
                futures, loop=client.loop, with_results=True, raise_errors=False
            )
            for future, value in arriving:
                result = _result(config_of[future.key], future.status, value)
                # If it were held, Dask would repeat this run when the worker that ran it dies.
                future.release()
                if isinstance(result, Run):
                    keep(result)
                yield result

    return run


def _attempt(task: Task, keep: Keep, config: Config) -> Run | Failure:
    try:
        run = task(config)
        keep(run)
    # These would stop every other run too, so that they end the sweep.
    except (CodeChangedError, WriteError):
        raise
    except Exception as error:
        return _failure(config, error)
    return run


def _failure(config: Config, error: BaseException) -> Failure:
    # the last: syntax errors have several
    line = traceback.format_exception_only(error)[-1].strip()
    return Failure(config, line, "".join(traceback.format_exception(error)))


def end_with(driver: int) -> None:
    """Ends this process soon after its parent, the driver, was killed.

    A loky process would go on, and keep a processor busy with what the next sweep runs as well.

    Args:
        driver: The driver's id, as it says itself: asked for here, it could be that of whoever
            adopted this process while it was starting.
    """

    def watch() -> None:
        while os.getppid() == driver:
            time.sleep(0.5)  # seconds
        os._exit(1)  # sys.exit would end this thread only

    threading.Thread(target=watch, daemon=True).start()


def _result(config: Config, status: str, value: Any) -> Run | Failure:
    """Returns what Dask handed over: a run, or a triple with an exception and its traceback."""
    if isinstance(value, Run):
        return value
    if status != "error":
        raise SweepError(
            "The Dask scheduler went away: start it again and run the same command again."
        )
    _, error, trace = value  # the first is the type
    if isinstance(error, CodeChangedError):
        raise error
    return _failure(config, error.with_traceback(trace))


def _check_scheduler(distributed: ModuleType, address: str) -> None:
    async def ask() -> dict[str, Any]:
        async with distributed.rpc(address, timeout=SECONDS_TO_ANSWER) as server:
            return await server.identity()

    # The sentences of this module say all that Dask's log would say.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    identity: dict[str, Any] = {}
    # In a thread of its own, since a notebook's thread has an event loop already. Whatever a
    # foreign server says in another protocol, it is no scheduler; a Client would wait forever.
    with contextlib.suppress(Exception), ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(asyncio.run, asyncio.wait_for(ask(), SECONDS_TO_ANSWER))
        identity = waiting.result()
    if identity.get("type") != "Scheduler":
        raise SweepError(
            f"No Dask scheduler answers at {address}: start one (dask scheduler), or correct the "
            "address, which looks like tcp://host:8786."
        )
    if not identity["workers"]:
        hint = f"dask worker {address} --nthreads 1"
        print(f"The scheduler has no workers yet, waiting for some: {hint}", file=sys.stderr)


def _import(package: str) -> ModuleType:
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        raise SweepError(
            f"{package} is not installed, and this sweep needs it: pip install 'misgen[cluster]'."
        ) from error
