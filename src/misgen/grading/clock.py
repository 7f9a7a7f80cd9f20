"""The end of the time for all questions, also where it is the grader's own work that takes long."""

from __future__ import annotations

import contextlib
import ctypes
import threading
import time
from collections.abc import Iterator

from misgen.grading.student import OVER, LostError


class OverError(LostError):
    """The time for all questions is over."""

    def __init__(self, told: str = OVER) -> None:
        super().__init__(told)


@contextlib.contextmanager
def until(end: float) -> Iterator[None]:
    """Stops what runs inside, in whatever thread, between two steps of Python.

    Args:
        end: When, on the clock of `time.monotonic`.

    Raises:
        OverError: The time has come.
    """
    done, thread = threading.Event(), threading.get_ident()

    def watch() -> None:
        left = min(max(0.0, end - time.monotonic()), threading.TIMEOUT_MAX)
        if not done.wait(left):  # raised once and no more, so that none is left over
            _raise_in(thread, ctypes.py_object(OverError))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        _raise_in(thread, None)  # takes back one that has not arrived yet


def _raise_in(thread: int, error: ctypes.py_object[type[Exception]] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error)
