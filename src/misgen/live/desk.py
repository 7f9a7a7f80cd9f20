"""Where questions arrive: each is answered in turns, so that others and a cancel are heard.

The messages, in both directions, are JSON with arrays beside it (`wire`), and the same whether they
come through a notebook's comm or from the page (`explore/js/ask.js`, which is the other end):

    {"live": "hello"}                              -> {"live": "state", "state": "ready"}
    {"live": "ask", "id", "name", "arguments"}     -> {"live": "progress", "id", "value"} ...
                                                   -> {"live": "answer" or "error", "id", "value"}
    {"live": "cancel", "id"}
    {"live": "ping"}                               -> {"live": "pong"}, unless Python hangs
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from misgen.live.session import Session, Steps, told_to
from misgen.live.wire import Buffer, decode, encode

Send = Callable[[dict[str, Any], list[bytes]], None]
"""Sends a message and its buffers to the one who asked."""


class Desk:
    """Answers the questions of one explorer."""

    def __init__(self, session: Session, send: Send) -> None:
        """Takes the session that knows the answers, and what sends them."""
        self._session = session
        self._send = send
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def receive(self, content: Mapping[str, Any], buffers: Sequence[Buffer] = ()) -> None:
        """Takes one message; an answer is sent when it is there.

        Where an event loop runs, as in a kernel and in a page, the answer is worked out between
        other things; elsewhere at once, to its end. Messages of others are left alone.
        """
        match content:
            case {"live": "hello"}:
                self._send({"live": "state", "state": "ready"}, [])
            case {"live": "ping"}:
                self._send({"live": "pong"}, [])
            case {"live": "ask", "id": str(ask), "name": str(name), "arguments": dict(arguments)}:
                self._begin(ask, self._answer(ask, name, arguments, buffers))
            case {"live": "cancel", "id": str(ask)} if ask in self._tasks:
                self._tasks.pop(ask).cancel()

    def _begin(self, ask: str, answer: Any) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a plain script
            asyncio.run(answer)
            return
        self._tasks[ask] = loop.create_task(answer)  # kept, as a loop itself may lose it

    async def _answer(self, ask: str, name: str, arguments: Any, buffers: Sequence[Buffer]) -> None:
        try:
            # closed at once when it is cancelled, so that it can tidy up
            with (
                told_to(partial(self._tell, "progress", ask)),  # each task has a context
                closing(self._session.answering(name, decode(arguments, buffers))) as steps,
            ):
                self._tell("answer", ask, await self._last(steps, ask))
        except (Exception, KeyboardInterrupt) as error:
            self._send({"live": "error", "id": ask, "value": sentence(error)}, [])
        finally:
            self._tasks.pop(ask, None)

    async def _last(self, steps: Steps, ask: str) -> Any:
        while True:
            try:
                progress = next(steps)
            except StopIteration as end:
                return end.value
            if progress is not None:
                self._tell("progress", ask, progress)
            await asyncio.sleep(0)  # messages are heard here; a cancel ends it

    def _tell(self, kind: str, ask: str, value: Any) -> None:
        encoded, buffers = encode(value)
        self._send({"live": kind, "id": ask, "value": encoded}, buffers)


def sentence(error: BaseException) -> str:
    """Returns what a reader is told of an error.

    >>> sentence(ValueError("seed must be a whole number, but is 'a'."))
    "seed must be a whole number, but is 'a'."
    >>> sentence(KeyError("coin"))
    "Python stopped here: KeyError: 'coin'"
    """
    if isinstance(error, ValueError):  # the book's own refusals are sentences
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this: ask for less, or close other pages."
    if isinstance(error, KeyboardInterrupt):
        return "It was interrupted: ask again."
    last = str(error).strip().rpartition("\n")[2]
    return f"Python stopped here: {type(error).__name__}{f': {last}' if last else ''}"
