"""Interruptions (Ctrl-C, or the stop button of a notebook) that lose nothing.

Where a KeyboardInterrupt would leave half of something, as half an imported torch, which cannot be
imported again, it is noted and heard later: by `hear`, between two updates of a training.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType
from typing import Any

PATIENCE = 3  # interruptions until one is heard at once
RESEND_AFTER_S = 0.05  # when the import that was under way is over


@dataclass
class _Noted:
    """What is known of interruptions; there is one signal in a process, so there is one of this."""

    came: int = 0
    impatient: bool = True
    """Whether the last of `PATIENCE` interruptions is heard at once."""

    def handle(self, number: int, _: FrameType | None) -> None:
        """Notes an interruption."""
        self.came += 1
        if self.impatient and self.came >= PATIENCE:
            hear()


_noted = _Noted()


def hear() -> None:
    """Raises KeyboardInterrupt if one was noted.

    Raises:
        KeyboardInterrupt: There was one; it is heard once.
    """
    if _noted.came:
        _noted.came = 0
        raise KeyboardInterrupt


@contextmanager
def held() -> Iterator[None]:
    """Notes interruptions while a block runs; what is not heard until its end is told in a warning.

    Only Python's own handler is replaced, and only in the main thread, where it is possible. Blocks
    may lie within each other: the outermost is the one that holds. A block that fails has nothing
    to keep: the interruption is raised after all, and the error is its cause.

    Raises:
        KeyboardInterrupt: The block failed, and an interruption had come.
    """
    try:
        with _holding() as outermost:
            yield
    except Exception as error:
        if outermost and _noted.came:
            _noted.came = 0
            raise KeyboardInterrupt from error
        raise
    if outermost and _noted.came:
        _noted.came = 0
        warnings.warn(
            "The interruption came when all was done; nothing is lost.", stacklevel=4
        )  # who called what holds the block: contextlib lies between


@contextmanager
def _holding() -> Iterator[bool]:
    """Notes interruptions while a block runs; gives whether no other block does already."""
    outermost = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if outermost:
        _noted.came = 0
        signal.signal(signal.SIGINT, _noted.handle)
    try:
        yield outermost
    finally:
        if outermost:
            signal.signal(signal.SIGINT, signal.default_int_handler)


class _WholeImport:
    """Finds one package, and lets nothing interrupt its import."""

    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Returns how the package is imported, as the other finders say."""
        if name != self._package:
            return None
        sys.meta_path.remove(self)  # while the others are asked
        try:
            spec = importlib.util.find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        if spec is not None and spec.loader is not None:
            setattr(spec.loader, "exec_module", _whole(spec.loader.exec_module))  # noqa: B010
        return spec


def _whole(load: Callable[[ModuleType], Any]) -> Callable[[ModuleType], None]:
    @wraps(load)
    def load_whole(module: ModuleType) -> None:
        with _holding() as outermost:
            patience, _noted.impatient = _noted.impatient, False
            try:
                load(module)
            finally:
                _noted.impatient = patience
        if outermost and _noted.came:
            _noted.came = 0
            # raised here it would undo the import
            threading.Timer(RESEND_AFTER_S, os.kill, (os.getpid(), signal.SIGINT)).start()

    return load_whole


def import_whole(package: str) -> None:
    """Lets interruptions wait while a package is imported, whoever imports it from now on."""
    sys.meta_path.insert(0, _WholeImport(package))
