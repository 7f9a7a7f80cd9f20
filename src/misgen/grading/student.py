"""A student's process as the grader sees it: a name to call, and plain data that comes back."""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import secrets
import select
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from misgen.core.atomic import Json
from misgen.grading import memory, sandbox
from misgen.grading.codec import CodecError, decode, encode
from misgen.grading.notebooks import writable
from misgen.grading.sandbox import MachineError

_SECONDS_TO_START = 120  # a busy machine is no fault; a student's code has not begun
_LONGEST_ANSWER = 8 << 20
"""Bytes of one answer; the weights of an agent are a fortieth of that."""

OVER = "the time for all questions is over"
"""What is said of a question for which nothing of it is left."""


class StudentError(Exception):
    """What a student's code did wrong, in one line for him."""


class LostError(StudentError):
    """His process is gone, or does not answer: it must be started again."""


@dataclass
class Process:
    """A process that has shaken hands; what goes wrong from here on is the student's."""

    process: subprocess.Popen[bytes]
    rest: bytes = b""
    """What has arrived of the next answer."""
    asked: int = 0
    end: float = math.inf
    """When the time for all questions is over, on the clock of `time.monotonic`."""

    def run(self, source: str, seconds: float) -> None:
        """Runs a cell.

        Raises:
            StudentError: It raised, took too long, or ended the process.
        """
        self._ask(seconds, do="run", source=source)

    def look(self, name: str, seconds: float) -> Json:
        """Returns what the student's code knows by a name: its "kind", and the "value" of a value.

        Raises:
            StudentError: It is no plain data, or the process is gone.
        """
        found = self._ask(seconds, do="look", name=name)
        if not isinstance(found, dict):
            return {"kind": "missing"}
        return {"kind": found.get("kind"), "value": self._plain(found.get("value"))}

    def function(self, name: str, seconds: float) -> Callable[..., Any]:
        """Returns a function that calls the student's, and returns plain data."""

        def call(*arguments: Any, **keywords: Any) -> Any:
            given = {"arguments": encode(list(arguments)), "keywords": encode(keywords)}
            try:
                return self._plain(self._ask(seconds, do="call", name=name, **given))
            except StudentError as error:
                raise type(error)(f"{name}: {error}") from error

        return call

    @staticmethod
    def _plain(answer: Json) -> Any:
        try:
            return decode(answer)
        except CodecError as error:
            raise StudentError(f"it returned {error}") from error

    def _ask(self, seconds: float, **request: Json) -> Json:
        self.asked += 1
        seconds = min(seconds, self.end - time.monotonic())
        if seconds <= 0:
            raise LostError(OVER)
        try:
            self._send({"id": self.asked, **request})
            answer = json.loads(self._receive(seconds))
            told = answer.get("error") if answer["id"] == self.asked else "another answer"
        except (CodecError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # the pipe is out of step, or was written to by somebody else
            raise LostError("it wrote something that is no answer") from None
        if told is not None:
            raise StudentError(writable(str(told)[:500]))
        return answer.get("value")

    def _send(self, request: Json) -> None:
        stdin = self.process.stdin
        assert stdin is not None
        try:
            stdin.write(json.dumps(request).encode() + b"\n")
        except OSError:
            raise LostError("it ended its own process") from None

    def _receive(self, seconds: float) -> bytes:
        stdout, end = self.process.stdout, time.monotonic() + seconds
        assert stdout is not None
        while b"\n" not in self.rest:
            ready, _, _ = select.select([stdout], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                told = f"it did not end within {seconds:.0f} seconds"
                raise LostError(OVER if time.monotonic() >= self.end else told)
            more = os.read(stdout.fileno(), 1 << 16)
            if not more:
                raise LostError("it ended its own process, or ran out of memory")
            self.rest += more
            if len(self.rest) > _LONGEST_ANSWER:
                raise LostError("its answer is larger than 8 MB")
        line, _, self.rest = self.rest.partition(b"\n")
        return line


@contextlib.contextmanager
def started(isolation: str, limits: sandbox.Limits) -> Iterator[Process]:
    """Starts a process, shakes hands with it, and ends it with all that it has started.

    Raises:
        MachineError: It did not start, so that nothing can be said of any student.
    """
    with sandbox.box(isolation, limits) as place, tempfile.TemporaryFile() as errors:
        process = _popen(place, errors)
        try:
            student = Process(process)
            _shake_hands(student, isolation, limits, errors)
            with memory.bounded(process, place.user, limits.memory):
                yield student
        finally:
            sandbox.kill(process)
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    assert pipe is not None
                    pipe.close()


def _popen(place: sandbox.Box, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            place.command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=place.folder or "/",
            env=place.environment(),
            bufsize=0,
            start_new_session=True,
        )
    except OSError as error:
        raise MachineError(f"A student's process could not be started: {error}.") from error


def _shake_hands(
    student: Process, isolation: str, limits: sandbox.Limits, errors: IO[bytes]
) -> None:
    word = secrets.token_hex(8)
    try:
        student._send({"hello": word, "limits": limits.of_kernel(isolation)})
        answer = json.loads(student._receive(_SECONDS_TO_START))
    except (StudentError, ValueError) as error:
        errors.seek(0)
        lines = errors.read(4096).decode("utf-8", "replace").strip().splitlines()
        told = lines[-1] if lines else error
        raise MachineError(f"A student's process did not start: {told}.") from error
    if answer["hello"] != word:
        raise MachineError("A student's process did not answer as it must.")
    if isolation == sandbox.USER and not answer["network_closed"]:
        raise MachineError("On this processor nothing can close the network for another user.")


@functools.cache
def isolation_here() -> str:
    """Returns the isolation that works on this machine.

    Raises:
        MachineError: None does.
    """
    kinds = [sandbox.BUBBLEWRAP, *([sandbox.USER] if os.geteuid() == 0 else [])]
    told = []
    for kind in kinds:
        try:
            with started(kind, sandbox.Limits()) as student:
                student.run("import misgen", _SECONDS_TO_START)
        except (MachineError, StudentError) as error:
            told.append(f"{kind}: {str(error).rstrip('.')}")
        else:
            return kind
    raise MachineError(
        "Nothing isolates students' code on this machine: install bubblewrap, or grade as root in "
        "a container; with --insecure their code runs as you, and may read and change all that is "
        f"yours. ({'; '.join(told)})"
    )


def check_isolation(paths: Sequence[Path]) -> None:
    """Refuses to let students' code run where it could read these paths.

    Raises:
        MachineError: Nothing isolates it here, or another user may read what he must not.
    """
    if isolation_here() != sandbox.USER:
        return
    readable = sandbox.readable_by_others([path.resolve() for path in paths])
    if readable:
        words = shlex.join(["chmod", "-R", "go-rwx", *map(str, readable)])
        raise MachineError(
            "Students' code will run as another user, who could read the tests or what others "
            f"have handed in: {words}"
        )
