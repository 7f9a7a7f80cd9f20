"""How the book's server bears many readers at once, beside Python's own static server.

    .venv/bin/python benchmarks/server.py                 # half a minute
    .venv/bin/python benchmarks/server.py --readers 50 --seconds 3

Each reader asks for one file after the other, each by a connection of its own, as `http.server`
closes it anyway. Both servers hand out the built site (`make site`), in turns in one run, and each
answer is checked against its own Content-Length. Read ratios, not rates.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
SERVERS = {
    "site/serve.py": [str(ROOT / "site" / "serve.py"), "--port={port}", "--folder={folder}"],
    "http.server": ["-m", "http.server", "{port}", "--bind=127.0.0.1", "--directory={folder}"],
}
GRACE = 10.0  # seconds for an answer that is under way when the time is up
TURNS = 2  # the seconds are split, so that another program's load falls on both
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Row:
    """What all readers of a server saw."""

    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    tracebacks: int = 0
    seconds: float = 0.0
    processor: float = 0.0  # seconds of the server's processor time
    in_time: int = 0  # answers before the time was up

    @property
    def rate(self) -> float:
        return self.in_time / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of processor time for an answer, which another program changes little."""
        return 1000 * self.processor / len(self.milliseconds)


async def ask(port: int, path: str) -> None:
    """Reads one file; raises `OSError` if the answer is not whole."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = f"GET /{path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        answer = await reader.read(-1)
    finally:
        writer.close()
    told, _, body = answer.partition(b"\r\n\r\n")
    length = LENGTH.search(told)
    if b" 200 " not in told[:20] or length is None or int(length[1]) != len(body):
        raise OSError(f"{path}: {told[:40]!r} and {len(body)} bytes")


async def read_on(port: int, paths: Sequence[str], first: int, end: float, row: Row) -> None:
    """Reads one file after the other until the clock says `end`."""
    number = first  # so that not all readers ask for the same
    while (start := time.perf_counter()) < end:
        path = paths[number % len(paths)]
        try:
            await asyncio.wait_for(ask(port, path), end + GRACE - start)
            row.milliseconds.append(1000 * (time.perf_counter() - start))
            row.in_time += time.perf_counter() < end
        except TimeoutError:
            row.errors.append(f"{path}: no answer")
        except OSError as error:
            row.errors.append(str(error))
        number += 1


async def crowd(port: int, paths: Sequence[str], readers: int, seconds: float, row: Row) -> None:
    """Lets all readers read at once."""
    end = time.perf_counter() + seconds
    await asyncio.gather(*(read_on(port, paths, i, end, row) for i in range(readers)))
    row.seconds += seconds


@contextmanager
def running(command: Sequence[str], row: Row) -> Iterator[int]:
    """Runs a server while the block runs, yields its id, and counts its tracebacks."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, *command], stdout=log, stderr=log)
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait()
        log.seek(0)
        row.tracebacks += log.read().count(b"Traceback")


def processor_seconds(pid: int) -> float:
    """Returns the processor time that a server has used so far."""
    used = psutil.Process(pid).cpu_times()
    return used.user + used.system


def measure(
    command: Sequence[str], paths: Sequence[str], readers: int, turn: float, row: Row
) -> None:
    """Starts a server, lets the crowd read for one turn, and ends it."""
    port = free_port()
    words = [word.format(port=port, folder=HTML) for word in command]
    with running(words, row) as pid:
        wait_for(port)
        for path in paths:  # once, so that what a server does only at first is not counted
            asyncio.run(ask(port, path))
        before = processor_seconds(pid)
        asyncio.run(crowd(port, paths, readers, turn, row))
        row.processor += processor_seconds(pid) - before


def free_port() -> int:
    """Returns a port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for(port: int) -> None:
    """Waits until somebody answers at a port."""
    while True:
        try:
            asyncio.run(ask(port, "index.html"))
        except ConnectionError:
            time.sleep(0.05)
        else:
            return


def files() -> list[str]:
    """Returns the pages of the book, and what the first of them loads."""
    pages = [page.relative_to(HTML).as_posix() for page in sorted(HTML.glob("chapters/*.html"))]
    styles = [style.relative_to(HTML).as_posix() for style in sorted(HTML.glob("_static/*.css"))]
    return ["index.html", "intro.html", *pages, *styles]


def print_table(rows: dict[str, Row]) -> None:
    columns = (
        "answers",
        "errors",
        "tracebacks",
        "answers/s",
        "median",
        "slowest",
        "processor each",
    )
    print(f"{'server':15}" + "".join(f"{name:>16}" for name in columns))
    for name, row in rows.items():
        times = sorted(row.milliseconds)
        cells = [f"{len(times):,}", str(len(row.errors)), str(row.tracebacks), f"{row.rate:,.0f}"]
        cells += [f"{times[len(times) // 2]:,.0f} ms", f"{times[-1]:,.0f} ms", f"{row.cost:.2f} ms"]
        print(f"{name:15}" + "".join(f"{cell:>16}" for cell in cells))
        for error in row.errors[:3]:
            print(f"  {error}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=200, help="at once")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each server")
    options = parser.parse_args()
    if not (HTML / "index.html").is_file():
        print("server: there is no site to serve: run `make site` first.", file=sys.stderr)
        return 1
    rows = {name: Row() for name in SERVERS}
    for _ in range(TURNS):
        for name, command in SERVERS.items():
            measure(command, files(), options.readers, options.seconds / TURNS, rows[name])
    print_table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
