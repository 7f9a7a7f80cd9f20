"""Answers the explorers of a page from this process, as a kernel would: by a socket."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from misgen.live.desk import Desk
from misgen.live.session import session_of

# In place of the page's own `live.js`; arrays travel as lists of numbers.
LIVE = """export function connect(model, {{ topic }}) {{
  const socket = new WebSocket(`ws://127.0.0.1:{port}/${{topic}}`);
  const isOpen = new Promise((resolve) => {{ socket.onopen = resolve; }});
  socket.onmessage = ({{ data }}) => {{
    const [content, buffers] = JSON.parse(data);
    model.hear(content, buffers.map((numbers) => new DataView(Uint8Array.from(numbers).buffer)));
  }};
  model.onsend = async (content, buffers = []) => {{
    await isOpen;
    socket.send(JSON.stringify([content, buffers.map((buffer) => [...buffer])]));
  }};
}}"""


class _Line(WebSocketHandler):
    """One explorer's desk."""

    def open(self, topic: str) -> None:
        self.desk, self.asked = Desk(session_of(topic), self.tell), set[str]()

    def tell(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        with suppress(WebSocketClosedError):
            self.write_message(json.dumps([content, [list(buffer) for buffer in buffers]]))

    def on_message(self, message: str | bytes) -> None:
        content, buffers = json.loads(message)
        self.asked.add(content.get("id", ""))
        self.desk.receive(content, [bytes(buffer) for buffer in buffers])

    def on_close(self) -> None:
        for ask in self.asked:  # else a training would go on with nobody to see it
            self.desk.receive({"live": "cancel", "id": ask})

    def check_origin(self, origin: str) -> bool:
        return True  # the page is on another port of this machine


@contextmanager
def answering() -> Iterator[str]:
    """Answers while the block runs; yields the text of the `live.js` that leads here."""
    sockets = bind_sockets(0, "127.0.0.1")
    loop, stopped = asyncio.new_event_loop(), asyncio.Event()

    async def answer() -> None:
        server = HTTPServer(Application([(r"/(\w+)", _Line)]))
        server.add_sockets(sockets)
        await stopped.wait()
        server.stop()

    thread = threading.Thread(target=lambda: loop.run_until_complete(answer()), daemon=True)
    thread.start()
    try:
        yield LIVE.format(port=sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join()
