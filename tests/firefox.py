"""A Firefox that the tests drive by WebDriver BiDi, which it speaks itself: no driver, no package.

Playwright brings a Firefox of its own, which is not the one that readers have.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tornado.websocket import WebSocketClientConnection, websocket_connect

NAMES = ("firefox-esr", "firefox")
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
PATIENCE = 240.0  # seconds, of a busy machine
PREFERENCES = {  # it talks to this machine only
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1, localhost",
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}


def find_firefox() -> str | None:
    """The path of a Firefox, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Firefox:
    """One window."""

    def __init__(self, loop: asyncio.AbstractEventLoop, address: str) -> None:
        self._loop = loop
        self._count = 0
        self.errors: list[str] = []
        self._socket: WebSocketClientConnection = self._wait(_connected(address))
        self.tell("session.new", capabilities={})
        self.tell("session.subscribe", events=["log.entryAdded"])
        tree = self.tell("browsingContext.getTree")
        self._window = tree["contexts"][0]["context"]

    def _wait(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)

    def tell(self, method: str, **parameters: Any) -> Any:
        """Sends a command; returns its result."""
        return self._wait(self._tell(method, parameters))

    async def _tell(self, method: str, parameters: dict[str, Any]) -> Any:
        self._count += 1
        command = {"id": self._count, "method": method, "params": parameters}
        await self._socket.write_message(json.dumps(command))
        while True:
            message = json.loads(await self._socket.read_message())
            if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error":
                self.errors.append(message["params"]["text"])
            if message.get("id") == self._count:
                assert message["type"] == "success", message
                return message["result"]

    def open(self, address: str) -> None:
        self.tell("browsingContext.navigate", context=self._window, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of a promise, through JSON."""
        code = f"(async () => JSON.stringify(await ({expression}) ?? null))()"
        target = {"context": self._window}
        answer = self.tell("script.evaluate", expression=code, target=target, awaitPromise=True)
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])


async def _connected(address: str) -> WebSocketClientConnection:
    return await websocket_connect(f"{address}/session")


@contextmanager
def opened(profile: Path) -> Iterator[Firefox]:
    """Runs Firefox with a new profile while the block runs."""
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
    command = [find_firefox(), "--headless", "--no-remote", "--remote-debugging-port=0"]
    loop = asyncio.new_event_loop()
    # a thread of its own, as Playwright's loop runs in this one
    threading.Thread(target=loop.run_forever, daemon=True).start()
    with subprocess.Popen(
        [*command, "--profile", str(profile)], stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            found = next(match for line in process.stderr if (match := LISTENS.search(line)))
            yield Firefox(loop, found[1])
        finally:
            process.terminate()
            loop.call_soon_threadsafe(loop.stop)
