"""A student's process: runs his cells, then calls his functions and answers with plain data.

It knows no test, no solution and no mark. Whatever the student's code does to it, to Python or to
NumPy, it can only change what it answers.
"""

from __future__ import annotations

import ast
import json
import os
import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from misgen.core.atomic import Json
from misgen.grading.codec import CodecError, decode, encode
from misgen.grading.confine import confine

_LONGEST = 300  # characters of what is quoted of an error
_MAGIC = re.compile(r"^(\s*)(?:[%!?].*|\S*\?{1,2}\s*)$", re.MULTILINE)


def main() -> None:
    """Shakes hands, then answers one request a line until there is no more."""
    requests, answers = _own_pipes()
    hello = json.loads(requests.readline())
    closed = confine(hello["limits"])
    _send(answers, {"hello": hello["hello"], "network_closed": closed})
    _silence(2)  # until now, what goes wrong is told to the grader
    space: dict[str, Any] = {"__name__": "__main__"}
    for line in requests:
        _send(answers, _answer(json.loads(line), space))


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Takes standard input and output away from the student's code: prints go nowhere."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _silence(0, 1)
    return requests, answers


def _silence(*descriptors: int) -> None:
    with Path(os.devnull).open("r+b", buffering=0) as nowhere:
        for descriptor in descriptors:
            os.dup2(nowhere.fileno(), descriptor)


def _send(answers: BinaryIO, message: Json) -> None:
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()


def _answer(request: dict[str, Any], space: dict[str, Any]) -> Json:
    asked: dict[str, Callable[..., Json]] = {"run": _run, "look": _look, "call": _call}
    try:
        return {"id": request["id"], "value": asked[request["do"]](request, space)}
    except CodecError as error:
        told = f"it returned {error}: return numbers, lists, dictionaries, arrays or an agent"
        return {"id": request["id"], "error": told}
    except BaseException as error:  # an exit, too, is no reason to stop
        return {"id": request["id"], "error": _told(error)}


def _run(request: dict[str, Any], space: dict[str, Any]) -> Json:
    code = compile(without_magics(request["source"]), "<cell>", "exec")
    exec(code, space)
    return None


def _look(request: dict[str, Any], space: dict[str, Any]) -> Json:
    """Returns what is known by a name: nothing, a function, or a value."""
    if request["name"] not in space:
        return {"kind": "missing"}
    value = space[request["name"]]
    return {"kind": "function"} if callable(value) else {"kind": "value", "value": encode(value)}


def _call(request: dict[str, Any], space: dict[str, Any]) -> Json:
    keywords: dict[str, Any] = decode(request["keywords"])
    return encode(space[request["name"]](*decode(request["arguments"]), **keywords))


def without_magics(source: str) -> str:
    r"""Returns the source of a cell with what only IPython understands left out.

    >>> without_magics("%matplotlib inline\nx = 7 % 4")
    'pass\nx = 7 % 4'
    """
    if source.startswith("%%"):  # the whole cell is for something else
        return "pass"
    try:
        ast.parse(source)
    except SyntaxError:
        return _MAGIC.sub(r"\1pass", source)
    return source


def _told(error: BaseException) -> str:
    """Returns an error in one line, with the line of the cell where it was raised."""
    last = traceback.format_exception_only(error)[-1].strip()[:_LONGEST]
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == "<cell>"]
    return f"{last} (line {lines[-1]})" if lines else last


if __name__ == "__main__":
    main()
