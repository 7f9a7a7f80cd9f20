"""The desks of a page: `site/live/worker.js` calls these functions in its Pyodide."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from misgen.learn import kernels
from misgen.learn.wasm import Exports, WasmKernels
from misgen.live.desk import Desk
from misgen.live.session import session_of

_DESKS: dict[str, Desk] = {}


def receive(
    key: str, topic: str, text: str, buffers: Sequence[Any], send: Callable[[str, str, Any], None]
) -> None:
    """Hands a message of an explorer to its desk, which opens with the first one.

    Messages cross the border as JSON, so that they are what a kernel gets: no `undefined`, no
    integers of JavaScript's own.

    Args:
        key: The explorer's name on its page.
        topic: The topic whose session answers it.
        text: The message, as JSON.
        buffers: Its arrays, as JavaScript's `Uint8Array`.
        send: Sends the key, a message and its buffers to the page.
    """
    if key not in _DESKS:
        session = session_of(topic)
        with contextlib.suppress(ValueError):  # who asks for what was not fetched is told
            session.prepare()
        _DESKS[key] = Desk(session, lambda content, arrays: send(key, json.dumps(content), arrays))
    _DESKS[key].receive(json.loads(text), [buffer.to_bytes() for buffer in buffers])


def use_kernels(exports: Exports) -> None:
    """Lets trainings compute with the exports of a WebAssembly module (`learn/kernels.ts`)."""
    kernels.use(WasmKernels(exports))
