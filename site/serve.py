"""Serves the built site at http://localhost:8000, compressed as a real host would do it.

By Tornado, which Jupyter brings along: HTTP, paths that lead out of the folder, time-outs and
readers who go away are its part, and one thread is enough for hundreds of readers.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import gzip
import mimetypes
import re
import socket
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, cast

from policy import POLICY
from tornado.http1connection import HTTP1Connection
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler

HTML = Path(__file__).resolve().parent.parent / "_build" / "html"
FIRST_PORT = 8000
HEADERS = {"Content-Security-Policy": POLICY}
LAST_PORT = 65535
PORTS_TO_TRY = 20
SECONDS_OF_SILENCE = 60.0
"""After which a connection is closed whose reader asks nothing, or does not take the answer."""
WAITING_READERS = 1024
BASE = re.compile(rb'<base href="[^"]*">')

# Some systems map .js to text/plain, and browsers then refuse modules.
mimetypes.add_type("text/javascript", ".js")


class Content(NamedTuple):
    """What a file holds, and the same compressed."""

    plain: bytes
    gzipped: bytes


@lru_cache(maxsize=512)
def content(path: Path, _changed: int, _size: int, *, is_lost: bool) -> Content:
    """Returns the content of a file, which is read and compressed anew when it has changed."""
    body = path.read_bytes()
    if is_lost:  # this server has no path before the site
        body = BASE.sub(b'<base href="/">', body)
    return Content(body, gzip.compress(body, compresslevel=6, mtime=0))


def takes_gzip(accepted: str) -> bool:
    """Returns whether a header Accept-Encoding allows gzip.

    >>> takes_gzip("gzip, deflate, br"), takes_gzip("br;q=1.0, GZIP;q=0.8"), takes_gzip("*")
    (True, True, True)
    >>> takes_gzip(""), takes_gzip("gzip;q=0"), takes_gzip("*, gzip; q=0.000"), takes_gzip("gzips")
    (False, False, False, False)
    """
    weights = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        # what is no number is no permission either
        weights[name.strip()] = re.fullmatch(r"\s*(q=0*1(\.0*)?|q=0?\.\d*[1-9]\d*)?\s*", weight)
    return bool(weights.get("gzip", weights.get("*")))


class SiteHandler(StaticFileHandler):
    """Files of one folder, compressed where the browser takes it, never stale."""

    def prepare(self) -> None:
        """Says what all answers say, also those of errors."""
        self.set_header("Cache-Control", "no-cache")  # kept, but asked for again each time
        self.set_header("Vary", "Accept-Encoding")
        for name, value in self.settings["headers"].items():
            self.set_header(name, value)

    async def get(self, path: str, include_body: bool = True) -> None:
        """Sends a file, or the site's own page where there is none, as a host does.

        A path out of the folder, or to a folder without a page, leads to nothing that readers may
        see. Tornado leaves out the body where only the headers are asked for.
        """
        own = Path(self.root) / "404.html"
        try:
            found = self._found(path)
        except HTTPError:
            if not own.is_file():
                raise HTTPError(HTTPStatus.NOT_FOUND) from None
            self.set_status(HTTPStatus.NOT_FOUND)
            found = str(own)
        if found is not None:  # else it is a folder, and the reader was sent to its page
            await self._send(Path(found))

    def _found(self, path: str) -> str | None:
        if "\0" in path:  # no file has such a name, and `os` raises
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.path = self.parse_url_path(path)
        absolute = self.get_absolute_path(self.root, self.path)
        try:
            if path.endswith("/") and not Path(absolute).is_dir():
                raise HTTPError(HTTPStatus.NOT_FOUND)  # its relative links would lead astray
            return self.validate_absolute_path(self.root, absolute)
        except OSError:  # no file has a name or a path of such a length
            raise HTTPError(HTTPStatus.NOT_FOUND) from None

    async def _send(self, path: Path) -> None:
        about = path.stat()
        is_lost = path == Path(self.root) / "404.html"
        body = content(path, about.st_mtime_ns, about.st_size, is_lost=is_lost)
        self.set_header(
            "Content-Type", mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        )
        compressed = takes_gzip(self.request.headers.get("Accept-Encoding", ""))
        if compressed:
            self.set_header("Content-Encoding", "gzip")
        try:
            sent = self.finish(body.gzipped if compressed else body.plain)
            await asyncio.wait_for(sent, self.settings["seconds_of_silence"])
        except TimeoutError:
            cast(HTTP1Connection, self.request.connection).stream.close()

    # of the bytes that are sent: Tornado's own remembers each file as it once was
    compute_etag = RequestHandler.compute_etag

    def log_exception(
        self, typ: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Prints what is a mistake of ours; a request that nobody can answer is none."""
        if not isinstance(value, HTTPError):
            super().log_exception(typ, value, tb)


async def serve(
    folder: Path,
    sockets: Sequence[socket.socket],
    *,
    seconds_of_silence: float = SECONDS_OF_SILENCE,
    headers: Mapping[str, str] = HEADERS,
) -> None:
    """Serves a folder until it is cancelled.

    Args:
        folder: What to serve.
        sockets: Where, as `listening` returns them.
        seconds_of_silence: After which a connection is closed.
        headers: What each answer says besides.
    """
    files = {"path": str(folder.resolve()), "default_filename": "index.html"}
    application = Application(
        [("/(.*)", SiteHandler, files)],
        seconds_of_silence=seconds_of_silence,
        headers=headers,
        log_function=lambda _request: None,
    )
    server = HTTPServer(
        application, idle_connection_timeout=seconds_of_silence, body_timeout=seconds_of_silence
    )
    server.add_sockets(sockets)
    try:
        await asyncio.Event().wait()
    finally:
        server.stop()
        await server.close_all_connections()


def listening(port: int) -> list[socket.socket]:
    """Returns sockets on this machine only; port 0 means any free one.

    Raises:
        OSError: The port is taken or forbidden.
    """
    return bind_sockets(port, "127.0.0.1", backlog=WAITING_READERS)


@contextmanager
def served(folder: Path, **options: Any) -> Iterator[str]:
    """Serves `folder` on a free port while the block runs; yields its address.

    Args:
        folder: What to serve.
        options: See `serve`.
    """
    sockets = listening(0)
    loop = asyncio.new_event_loop()
    serving = loop.create_task(serve(folder, sockets, **options))

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(serving)
        loop.close()

    thread = threading.Thread(target=run, daemon=True)  # dies with the process
    thread.start()
    try:
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join()


def first_free(first_port: int) -> list[socket.socket]:
    """Returns sockets at the first free port from `first_port` on.

    Raises:
        OSError: None of the next ports is free, or they are forbidden.
    """
    for port in range(first_port, min(first_port + PORTS_TO_TRY, LAST_PORT + 1)):
        try:
            return listening(port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise OSError(
                    f"port {port} cannot be used ({error.strerror}): name another by "
                    "`make serve PORT=9000`."
                ) from error
            print(f"Port {port} is taken by another program.", file=sys.stderr)
    raise OSError("no free port: name another by `make serve PORT=9000`.")


def port_of(text: str) -> int:
    """Returns the number of a port.

    Raises:
        ValueError: It is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= LAST_PORT):
        raise ValueError(f"PORT must be a number from 0 to {LAST_PORT}, not {text!r}.")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until Ctrl+C; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default=str(FIRST_PORT), help="first port to try")
    parser.add_argument("--folder", type=Path, default=HTML, help="what to serve")
    options = parser.parse_args(arguments)
    if not (options.folder / "index.html").is_file():
        print("serve: there is no site yet: run `make site` first.", file=sys.stderr)
        return 1
    try:
        sockets = first_free(port_of(options.port))
        address = f"http://localhost:{sockets[0].getsockname()[1]}"
        print(f"\nThe book is at {address} (Ctrl+C stops it).\n", flush=True)
        asyncio.run(serve(options.folder, sockets))
    except (OSError, ValueError) as error:
        print(f"serve: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
