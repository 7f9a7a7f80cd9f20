"""A Firefox that the tests drive by WebDriver BiDi, which it speaks itself: no driver, no package.

Playwright brings a Firefox of its own, which is not the one that readers have.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browsing import LOCAL, WEB, load_tool
from tornado.websocket import WebSocketClientConnection, websocket_connect

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
    "ui.prefersReducedMotion": 1,  # so that a step is over as soon as it shows
}
browser = load_tool("browser")
BEFORE_EACH_PAGE = f"""() => {{
  {browser.NOTHING_COVERED}
  globalThis.violations = [];
  addEventListener("securitypolicyviolation", ({{ blockedURI }}) => violations.push(blockedURI));
}}"""
BUTTON = """new Promise((resolve) => {
  const [within, text] = %s;
  const look = () => {
    const buttons = [...document.querySelectorAll(`${within} button`)];
    const button = buttons.find((one) => one.textContent === text && one.offsetParent);
    if (!button || button.disabled) return setTimeout(look, 50);
    button.scrollIntoView({ behavior: "instant", block: "center" });
    const { x, y, width, height } = button.getBoundingClientRect();
    resolve([Math.round(x + width / 2), Math.round(y + height / 2)]);
  };
  look();
})"""
needs_firefox = pytest.mark.skipif(
    not browser.find_firefox(),
    reason=f"There is no Firefox on this machine (Debian: apt-get install {browser.FIREFOX}).",
)


class Firefox:
    """One window."""

    def __init__(self, loop: asyncio.AbstractEventLoop, address: str) -> None:
        self._loop = loop
        self._count = 0
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self._socket: WebSocketClientConnection = self._wait(_connected(address))
        self.tell("session.new", capabilities={})
        self.tell("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.tell("script.addPreloadScript", functionDeclaration=BEFORE_EACH_PAGE)
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
            self._note(message.get("method"), message.get("params"))
            if message.get("id") == self._count:
                assert message["type"] == "success", message
                return message["result"]

    def _note(self, event: str | None, told: Any) -> None:
        if event == "log.entryAdded" and told["level"] == "error":
            self.errors.append(told["text"])
        if event == "network.beforeRequestSent":
            address = urlsplit(told["request"]["url"])
            if address.scheme in WEB and address.hostname not in LOCAL:
                self.foreign.append(told["request"]["url"])

    def open(self, address: str) -> None:
        self.tell("browsingContext.navigate", context=self._window, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of a promise, through JSON."""
        code = f"(async () => JSON.stringify(await ({expression}) ?? null))()"
        target = {"context": self._window}
        answer = self.tell("script.evaluate", expression=code, target=target, awaitPromise=True)
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def wait(self, condition: str) -> None:
        """Waits until an expression is true."""
        self.evaluate(
            f"new Promise((resolve) => {{ const look = () => ({condition}) ? resolve(true) "
            ": setTimeout(look, 50); look(); })"
        )

    def click(self, within: str, text: str) -> None:
        """Clicks a button by its text, once it can be, with the pointer."""
        x, y = self.evaluate(BUTTON % json.dumps([within, text]))
        moved = {"type": "pointerMove", "x": x, "y": y}
        pressed = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        self._perform({"type": "pointer", "id": "mouse", "actions": [moved, *pressed]})

    def press(self, *keys: str) -> None:
        """Presses keys together, as the numbers of WebDriver or as letters."""
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self._perform({"type": "key", "id": "keys", "actions": [*down, *up]})

    def _perform(self, source: dict[str, Any]) -> None:
        self.tell("input.performActions", context=self._window, actions=[source])


async def _connected(address: str) -> WebSocketClientConnection:
    return await websocket_connect(f"{address}/session")


@contextmanager
def opened(profile: Path) -> Iterator[Firefox]:
    """Runs Firefox with a new profile while the block runs."""
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
    command = [browser.find_firefox(), "--headless", "--no-remote", "--remote-debugging-port=0"]
    loop = asyncio.new_event_loop()
    # a thread of its own, as Playwright's loop runs in this one
    threading.Thread(target=loop.run_forever, daemon=True).start()
    with subprocess.Popen(
        [*command, "--profile", str(profile)], stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            found = next(match for line in process.stderr if (match := LISTENS.search(line)))
            # it says more, and would wait for ever for somebody to read it
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield Firefox(loop, found[1])
        finally:
            process.terminate()
            loop.call_soon_threadsafe(loop.stop)
