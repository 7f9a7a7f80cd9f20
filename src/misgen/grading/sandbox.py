"""Where a student's process runs: what it can see, whose it is, and how it ends.

Three kinds of isolation, of which the first that works is taken:

- `bubblewrap`: namespaces of its own. It sees Python, NumPy and misgen, nothing else, and writes
  into memory only. Where the grader is root, it is another user as well.
- `user`: another user, as in a container, where bubblewrap has no permission for namespaces. The
  grader must be root, and that user must not be able to read the tests.
- `none`: the grader's own user, for one's own code only.

In all of them a process has the limits of `confine`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

BUBBLEWRAP, USER, NONE = "bubblewrap", "user", "none"
_USERS = range(61184, 65520)  # which no system gives to a person or to a service that stays
_LOCKS = "/run/lock/misgen-grade"
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives")
_BOX = "/box"
_PACKAGE = Path(__file__).resolve().parents[1]
"""The folder of misgen."""
_MEGABYTE = 1 << 20
_NO_PRIVILEGES = (
    "--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"
)  # fmt: skip


class MachineError(Exception):
    """A fault of the machine, never a student's: no mark follows from it."""


@dataclass(frozen=True)
class Limits:
    """What a student's process may use."""

    memory: int = 2048 * _MEGABYTE
    """Bytes of memory of all of its processes: the kernel bounds each, and `memory` their sum."""
    processes: int = 32
    """Processes and threads at once."""
    file: int = 64 * _MEGABYTE
    """Bytes of one file; `box` bounds all of them, where there is bubblewrap."""
    box: int = 256 * _MEGABYTE
    """Bytes of all files."""
    files: int = 128
    """Files that are open at once."""
    seconds: int = 900
    """Seconds of a processor."""

    def of_kernel(self, isolation: str) -> dict[str, int]:
        """Returns the limits as `confine` takes them."""
        limits = {
            "DATA": self.memory, "FSIZE": self.file, "NOFILE": self.files,
            "CPU": self.seconds, "CORE": 0,
        }  # fmt: skip
        # the grader's own user has other processes already
        return limits if isolation == NONE else {**limits, "NPROC": self.processes}


@dataclass
class Box:
    """One place to run one process, and its end."""

    isolation: str
    user: int | None = None
    """The number of the other user, where the grader is root."""
    folder: Path | None = None
    """Where the process may write, unless it writes into memory."""
    limits: Limits = field(default_factory=Limits)

    def command(self) -> list[str]:
        """Returns the command that starts `misgen.grading.child` there."""
        program = (
            f"import sys; sys.path[:0], sys.path[len(sys.path):] = {_packages()!r}; "
            "from misgen.grading import child; child.main()"
        )
        python = [os.path.abspath(sys.executable), "-I", "-c", program]  # noqa: PTH100
        as_user = [] if self.user is None else _as_user(self.user)
        if self.isolation == BUBBLEWRAP:
            return [*self._bubblewrap(), *as_user, *python]
        return [*as_user, *python]

    def environment(self) -> dict[str, str]:
        """Returns all that the process may know of the environment."""
        home = _BOX if self.folder is None else str(self.folder)
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        return {
            "HOME": home, "TMPDIR": home, "PATH": "/usr/bin:/bin", "MPLBACKEND": "Agg",
            "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", **threads,
        }  # fmt: skip

    def _bubblewrap(self) -> list[str]:
        # A namespace of users would hide from the kernel that this is another user.
        spaces = ["user", "pid", "net", "ipc", "uts"] if self.user is None else _SPACES_OF_ROOT
        seen = [path for path in (*_SYSTEM, *_python_folders()) if Path(path).exists()]
        parents = {str(parent) for path in seen for parent in Path(path).parents}
        command = ["bwrap", *(f"--unshare-{space}" for space in spaces)]
        command += ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]
        if self.user is not None:  # to become the other user, who then has none of them
            for capability in ("SETUID", "SETGID", "SETPCAP"):
                command += ["--cap-add", f"CAP_{capability}"]
        for parent in sorted(parents - {"/"}):
            command += ["--perms", "0755", "--dir", parent]
        for path in seen:
            command += ["--ro-bind", path, path]
        shared = ["--perms", "1777", "--size", str(self.limits.file), "--tmpfs", "/dev/shm"]
        written = ["--perms", "1777", "--size", str(self.limits.box), "--tmpfs", _BOX]
        command += ["--proc", "/proc", "--dev", "/dev", *shared, "--remount-ro", "/dev"]
        return [*command, *written, "--remount-ro", "/", "--chdir", _BOX]

    def clean(self) -> None:
        """Ends all processes of the other user, and removes what he has left."""
        if self.user is None:
            return
        # once more: one may have been starting another
        for _ in range(2):
            _run([*_as_user(self.user), "kill", "-KILL", "--", "-1"])
        if self.isolation == USER:
            for folder in ("/tmp", "/var/tmp", "/dev/shm"):
                _remove_files_of(self.user, Path(folder))


_SPACES_OF_ROOT = ["pid", "net", "ipc", "uts"]


@contextlib.contextmanager
def box(isolation: str, limits: Limits) -> Iterator[Box]:
    """Makes a place for one process, and clears it at the end.

    Raises:
        MachineError: No user is free.
    """
    with contextlib.ExitStack() as stack:
        place = Box(isolation, limits=limits)
        if isolation != NONE and os.geteuid() == 0:
            place.user = stack.enter_context(_free_user())
        place.clean()  # of a grader that was killed
        if isolation != BUBBLEWRAP:
            place.folder = Path(stack.enter_context(_folder_in_tmp()))
            if place.user is not None:
                os.chown(place.folder, place.user, place.user)
        stack.callback(place.clean)
        yield place


def _folder_in_tmp() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="misgen-", ignore_cleanup_errors=True)


@contextlib.contextmanager
def _free_user() -> Iterator[int]:
    """Takes a number that no other process of a student has at this moment."""
    import fcntl  # Windows has none

    Path(_LOCKS).mkdir(mode=0o700, parents=True, exist_ok=True)
    for user in _USERS:
        with Path(_LOCKS, str(user)).open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            yield user
            return
    raise MachineError(f"All users from {_USERS[0]} on are in use: remove {_LOCKS}.")


def _as_user(user: int) -> list[str]:
    return ["setpriv", f"--reuid={user}", f"--regid={user}", *_NO_PRIVILEGES]


def readable_by_others(paths: Sequence[Path]) -> list[Path]:
    """Returns which of the paths another user could read; only root can ask."""
    asked = [(path, [*_as_user(_USERS[-1]), "test", "-r", str(path)]) for path in paths]
    return [path for path, command in asked if _run(command) == 0]


def _run(command: Sequence[str]) -> int:
    quiet = subprocess.DEVNULL
    return subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, check=False).returncode


def _remove_files_of(user: int, folder: Path) -> None:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.stat(follow_symlinks=False).st_uid != user:
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()


def _packages() -> tuple[list[str], list[str]]:
    """Returns where misgen lies, to be looked at first, and where NumPy lies, to be looked at last.

    Nothing else of this process's path is handed on.
    """
    return [str(_PACKAGE.parent)], [str(Path(np.__file__).parents[1])]


def _python_folders() -> list[str]:
    """Returns what must be seen of this Python: of a checkout, not the folders beside misgen."""
    folders = [sys.base_prefix, sys.prefix, str(Path(sys.prefix).resolve()), str(_PACKAGE)]
    folders += [str(Path(sys.executable).resolve().parents[1]), *_packages()[1]]
    folders.append(str(_PACKAGE.parents[1] / "assets" / "agents"))
    return [folder for folder in dict.fromkeys(folders) if not folder.startswith("/usr")]


def kill(process: subprocess.Popen[bytes]) -> None:
    """Ends a process with all that it has started and that has stayed in its group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
