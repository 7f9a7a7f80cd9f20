"""Code cells that a reader edits and runs in the page.

Each run begins anew, with what the cell needs of those above it as they now stand on the page
(`prelude`). So in whatever order he presses Run, a reader gets what running the page from its top
would give him, and nothing counts that he no longer sees.
"""

from __future__ import annotations

import ast
import io
import linecache
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from itertools import count
from types import CodeType
from typing import Any

from misgen.core.feedback import Feedback
from misgen.live.prelude import PreludeError, needed
from misgen.live.session import Session, answers, tell

MOST_CHARACTERS = 20_000
"""Of what a cell prints, and of its value."""
LONGEST_REASON = 300  # characters
_AT_ONCE = 100  # messages with what is printed; from then on at most one in `_TELL_EVERY` seconds
_TELL_EVERY = 0.05
_CUT = "… (the rest is not shown)\n"
_LOOK_EVERY = 64  # events: the clock costs more than a turn of most loops
_TOOL = 3  # `sys.monitoring` tells tools apart by a number below 6; debuggers have others
_FILE = re.compile(r"<cell (\d+)>")


class TimeUpError(BaseException):
    """A cell has run too long; the `except Exception` of a reader lets it pass."""


class QuestionError(Exception):
    """A cell asks its reader, whom a worker cannot ask."""


class Cells(Session):
    """Runs code cells."""

    @answers
    def run(self, cells: list[Any], seconds: float) -> dict[str, Any]:
        """Runs the last one of some cells, and before it what it needs of the others.

        What the cell prints is told at once, as `{"text": ...}`; what those above print is not.

        Args:
            cells: The sources of the cells, from the first of the page on.
            seconds: How long the loops and functions of the cells may take. One call of a library
                that takes longer is not ended.

        Returns:
            What the last expression gives: `feedback` of a check (`right`, `sentence`, `mistake`),
            or its `value` as text unless it is None. Or else an `error`, a sentence.
        """
        with _Printed() as printed:
            try:
                value = _value(cells, seconds, printed)
            except BaseException as error:  # whatever a reader raises; else nobody would answer him
                return {"error": _told(error, len(cells), seconds)}
        if isinstance(value, Feedback):
            return {"feedback": dict(vars(value))}
        return {} if value is None else {"value": value}


def _value(cells: Sequence[str], seconds: float, printed: _Printed) -> Feedback | str | None:
    """Runs the last cell with what it needs; returns what its last expression gives."""
    *above, cell = needed(cells)
    for number, source in enumerate(cells):  # where `inspect` and warnings look for it
        lines = source.splitlines(keepends=True)
        linecache.cache[_file(number)] = (len(source), None, lines, _file(number))
    last = cell.body.pop() if cell.body and isinstance(cell.body[-1], ast.Expr) else None
    space = {"__name__": "__main__", "input": _ask}
    with _limited(seconds) as limited, redirect_stderr(printed):  # bars and warnings
        with redirect_stdout(io.StringIO()):
            for number, part in enumerate(above):
                exec(limited(compile(part, _file(number), "exec")), space)
        with redirect_stdout(printed):
            exec(limited(compile(cell, _file(len(above)), "exec")), space)
            if not isinstance(last, ast.Expr):
                return None
            code = compile(ast.Expression(last.value), _file(len(above)), "eval")
            value = eval(limited(code), space)
            return value if value is None or isinstance(value, Feedback) else _cut(repr(value))


def _ask(prompt: object = "", /) -> str:
    raise QuestionError(prompt)


def _file(number: int) -> str:
    return f"<cell {number + 1}>"


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}{_CUT}"


class _Printed(io.TextIOBase):
    """What a cell prints, on its way to the page: so much of it, and not too often."""

    def __init__(self) -> None:
        self._waiting = ""
        self._left = MOST_CHARACTERS
        self._told = 0  # messages
        self._told_at = 0.0

    def write(self, text: str) -> int:
        if self._left >= 0:
            self._waiting += text if len(text) <= self._left else f"{text[: self._left]}{_CUT}"
            self._left -= len(text)  # below zero once it was cut
        is_due = self._told < _AT_ONCE or time.monotonic() > self._told_at + _TELL_EVERY
        if "\n" in text and is_due:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if self._waiting:
            tell({"text": self._waiting})
            self._waiting, self._told, self._told_at = "", self._told + 1, time.monotonic()


@contextmanager
def _limited(seconds: float) -> Iterator[Callable[[CodeType], CodeType]]:
    """Yields what watches code: its loops and functions end by a `TimeUpError` after some seconds.

    Only the reader's own code is watched, so that libraries lose no time.
    """
    if sys.version_info < (3, 12):  # no page has such a Python
        yield lambda code: code
        return
    monitoring, events = sys.monitoring, sys.monitoring.events
    end, seen = time.monotonic() + seconds, count()

    def look(*_: object) -> None:
        if next(seen) % _LOOK_EVERY == 0 and time.monotonic() > end:
            raise TimeUpError

    def watched(code: CodeType) -> CodeType:
        for each in _with_inner(code):
            monitoring.set_local_events(_TOOL, each, events.JUMP | events.PY_START)
        return code

    monitoring.use_tool_id(_TOOL, __name__)
    try:
        for event in (events.JUMP, events.PY_START):
            monitoring.register_callback(_TOOL, event, look)
        yield watched
    finally:
        monitoring.free_tool_id(_TOOL)


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    """Yields a code object and those of its functions, classes and comprehensions."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_inner(constant)


def _told(error: BaseException, cells: int, seconds: float) -> str:
    """Returns the sentence for a reader: where it happened, and what."""
    if isinstance(error, TimeUpError):
        reason = f"stopped after {seconds:g} s: is there a loop that does not end?"
    elif isinstance(error, QuestionError):
        reason = "a cell in the page cannot ask you: write the value into the code."
    elif package := _absent(error):
        reason = f"there is no {package} in the page: open this chapter in Colab for that."
    else:
        kind = "SyntaxError" if isinstance(error, PreludeError) else type(error).__name__
        said = error.msg if isinstance(error, SyntaxError) else error
        message = " ".join(str(said).split())[:LONGEST_REASON]
        reason = f"{kind}{message and ': '}{message.rstrip('.')}."
    place = _place(error)
    if place is None:
        return f"{reason[0].upper()}{reason[1:]}"
    number, line = place
    return f"Line {line}{'' if number == cells else ' of a cell above'}: {reason}"


def _place(error: BaseException) -> tuple[int, int | None] | None:
    """Returns the number of the cell, counted from 1, and the line where an error arose."""
    if isinstance(error, PreludeError):
        return error.number + 1, error.line
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):  # of the compiler, as for a return outside of a function
        places.append((str(error.filename), error.lineno))
    for file, line in reversed(places):
        if found := _FILE.fullmatch(file):
            return int(found[1]), line
    return None


def _absent(error: BaseException) -> str:
    """Returns what an import did not find, or nothing; what this page has no part of is absent."""
    for each in (error, error.__cause__):  # the cause: see `misgen.core.extras`
        if isinstance(each, ModuleNotFoundError):
            return str(each.name)
        if isinstance(each, ImportError) and str(each.name).startswith("misgen"):
            return f"{each.name}.{getattr(each, 'name_from', '')}".rstrip(".")
    return ""
