"""How much memory the processes of a student hold together, and their end where it is too much.

The kernel's limit, in `confine`, holds for each process alone, and leaves out memory that a process
could share with others. So the grader looks at all of them, a few times a second.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

_SECONDS_BETWEEN = 0.25
_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096  # Windows has none
_STATUS = re.compile(rb"^PPid:\s*(\d+)$.*?^Uid:\s*(\d+)", re.MULTILINE | re.DOTALL)
_SHARE = re.compile(rb"^Pss:\s*(\d+) kB", re.MULTILINE)


@contextlib.contextmanager
def bounded(process: subprocess.Popen[bytes], user: int | None, most: int) -> Iterator[None]:
    """Ends the processes of a student as soon as they hold too much together.

    Whoever waits for an answer then sees that there is none, as where the kernel ends a process.

    Args:
        process: The first of them, which nobody may wait for meanwhile.
        user: The number of the user whom they belong to and nobody else does; None if there is
            no such user, and they are all that the first one has started.
        most: Bytes.
    """
    over = threading.Event()
    # what ran before any code of his is none of his: many, which need not be read each time
    strangers = _running() - set(processes_of(process.pid, user))

    def watch() -> None:
        while not over.wait(_SECONDS_BETWEEN):
            strangers.intersection_update(_running())
            found = processes_of(process.pid, user, strangers)
            if sum(map(held_by, found)) > most:
                _end(process.pid, found)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def processes_of(
    first: int, user: int | None, strangers: AbstractSet[int] = frozenset()
) -> list[int]:
    """Returns the numbers of a student's processes, see `bounded`.

    Args:
        first: The first of them.
        user: Whom they belong to.
        strangers: Processes that are known to be none of them.
    """
    told = {number: _parent_and_user(number) for number in _running() - strangers}
    if user is not None:
        return [number for number, (_, its_user) in told.items() if its_user == user]
    found = [first]
    for number in found:  # which grows meanwhile
        found += [child for child, (parent, _) in told.items() if parent == number]
    return found


def _running() -> set[int]:
    with contextlib.suppress(OSError):  # macOS has no such folder, and the kernel's limit alone
        return {int(folder.name) for folder in _PROC.iterdir() if folder.name.isdigit()}
    return set()


def held_by(process: int) -> int:
    """Returns the bytes of memory that a process holds; none if it has ended.

    Of a page that several share each has its part, unless the kernel does not tell: then each has
    all of it.
    """
    folder = _PROC / str(process)
    with contextlib.suppress(OSError):  # of another user, in some containers
        found = _SHARE.search((folder / "smaps_rollup").read_bytes())
        if found:
            return int(found[1]) << 10
    with contextlib.suppress(OSError):
        return int((folder / "statm").read_bytes().split()[1]) * _PAGE
    return 0


def _parent_and_user(process: int) -> tuple[int, int]:
    # not by the owner of the folder: a process can hide whose it is
    try:
        found = _STATUS.search((_PROC / str(process) / "status").read_bytes())
    except OSError:  # it has ended
        found = None
    return (int(found[1]), int(found[2])) if found else (-1, -1)


def _end(first: int, others: Sequence[int]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(first, signal.SIGKILL)
    for number in others:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
