"""Serves the built site at http://localhost:8000, compressed as a real host would do it."""

from __future__ import annotations

import argparse
import gzip
import io
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

from policy import POLICY

HTML = Path(__file__).resolve().parent.parent / "_build" / "html"
FIRST_PORT = 8000
PORTS_TO_TRY = 20
BASE = re.compile(rb'<base href="[^"]*">')


@lru_cache(maxsize=256)
def compressed(body: bytes) -> bytes:
    """Returns a file under gzip."""
    return gzip.compress(body, compresslevel=6, mtime=0)  # mtime=0: the same bytes each time


class SiteHandler(SimpleHTTPRequestHandler):
    """Files of one folder, compressed where the browser takes it, never stale."""

    # Some systems map .js to text/plain, and browsers then refuse modules.
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Sends the headers; returns the body."""
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.split("?")[0].endswith("/"):  # without: super redirects
            path /= "index.html"
        return self._send(path, HTTPStatus.OK) if path.is_file() else super().send_head()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Sends the site's own page where there is none, as a host does, else a plain one."""
        if code == HTTPStatus.NOT_FOUND and self._not_found().is_file():
            self.wfile.write(self._send(self._not_found(), code).getvalue())
        else:
            super().send_error(code, message, explain)

    def _not_found(self) -> Path:
        return Path(self.directory) / "404.html"

    def _send(self, path: Path, code: int) -> io.BytesIO:
        body = path.read_bytes()
        if path == self._not_found():  # this server has no path before the site
            body = BASE.sub(b'<base href="/">', body)
        self.send_response(code)
        self.send_header("Content-Type", self.guess_type(path))
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = compressed(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def end_headers(self) -> None:
        """Ends the headers; a rebuilt page shows at the next reload."""
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-cache")  # kept, but asked for again each time
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Prints nothing for a request."""


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Returns a server of `folder` on this machine only; port 0 means any free one.

    Raises:
        OSError: The port is taken.
    """
    # threads, as browsers keep several connections
    return ThreadingHTTPServer(("127.0.0.1", port), partial(SiteHandler, directory=str(folder)))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serves `folder` on a free port while the block runs; yields its address."""
    with server(folder, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()  # dies with the process
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def first_free_server(folder: Path, first_port: int) -> ThreadingHTTPServer:
    """Returns a server at the first free port from `first_port` on.

    Raises:
        OSError: None of the next ports is free.
    """
    for port in range(first_port, first_port + PORTS_TO_TRY):
        try:
            return server(folder, port)
        except OSError:
            print(f"Port {port} is taken by another program.", file=sys.stderr)
    raise OSError("no free port: name another by `make serve PORT=9000`.")


def main() -> int:
    """Serves until Ctrl+C; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="first port to try")
    parser.add_argument("--folder", type=Path, default=HTML, help="what to serve")
    options = parser.parse_args()
    if not (options.folder / "index.html").is_file():
        print("serve: there is no site yet: run `make site` first.", file=sys.stderr)
        return 1
    try:
        with first_free_server(options.folder, options.port) as running:
            address = f"http://localhost:{running.server_port}"
            print(f"\nThe book is at {address} (Ctrl+C stops it).\n", flush=True)
            running.serve_forever()
    except OSError as error:
        print(f"serve: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
