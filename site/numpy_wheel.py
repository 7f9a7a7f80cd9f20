"""Fetches NumPy for Pyodide into `site/downloads`, at the install step; `make assets` runs it.

PyPI has no NumPy for this platform, but open-webui's wheel there holds the very file that
`pyodide-lock.json` names by its hash. It is one member of a large archive, so that only its part of
the archive is read. That lock comes with Pyodide, whose integrity npm has checked.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import urllib.request
import zipfile
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from misgen.core.atomic import write_bytes

ROOT = Path(__file__).resolve().parent.parent
PYODIDE = ROOT / "node_modules" / "pyodide"
DOWNLOADS = ROOT / "site" / "downloads"
CARRIER = "open-webui==0.12.4"
"""The package on PyPI whose wheel holds the file."""
_CHUNK = 1 << 20  # bytes of a request: a member is read in a few of them


class FetchError(Exception):
    """The wheel could not be had; the message says what to do."""


class Wheel(NamedTuple):
    """A wheel as Pyodide's lock names it."""

    name: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return DOWNLOADS / self.name

    def is_there(self) -> bool:
        """Returns whether the file is there, whole."""
        return self.path.is_file() and self.fits(self.path.read_bytes())

    def fits(self, data: bytes) -> bool:
        """Returns whether `data` is what the lock names."""
        return hashlib.sha256(data).hexdigest() == self.sha256


def locked(pyodide: Path = PYODIDE) -> Wheel:
    """Returns NumPy's wheel as the lock of the installed Pyodide names it."""
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    entry = lock["packages"]["numpy"]
    return Wheel(entry["file_name"], entry["sha256"])


class Ranges(io.RawIOBase):
    """A file on a server, of which only what is read is fetched."""

    def __init__(self, address: str) -> None:
        """Asks for the length of the file.

        Raises:
            OSError: The server does not answer, or sends whole files only.
        """
        self._address = address
        self._at = 0
        self._length = int(self._get("bytes=0-0").headers["Content-Range"].rpartition("/")[2])

    def _get(self, wanted: str) -> Any:
        request = urllib.request.Request(self._address, headers={"Range": wanted})
        answer = urllib.request.urlopen(request, timeout=60)
        if answer.status != HTTPStatus.PARTIAL_CONTENT:
            raise OSError("the index sends whole files only")
        return answer

    def readable(self) -> bool:
        """Returns True."""
        return True

    def seekable(self) -> bool:
        """Returns True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves to a byte, counted from the start, from here, or from the end."""
        self._at = offset + (0, self._at, self._length)[whence]
        return self._at

    def tell(self) -> int:
        """Returns the byte that is read next."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fetches the next bytes into `buffer`; returns how many."""
        last = min(self._at + len(buffer), self._length) - 1
        if last < self._at:
            return 0
        data: bytes = self._get(f"bytes={self._at}-{last}").read()
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def address_of(requirement: str) -> str:
    """Returns where pip would fetch a package from; nothing but its metadata is fetched.

    Raises:
        OSError: pip cannot find it.
    """
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--report", "-", "--quiet"]
    # whatever is installed here, and whatever Python it is for: only its address counts
    command += ["--no-deps", "--ignore-installed", "--ignore-requires-python", requirement]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise OSError(done.stderr.strip().rpartition("\n")[2])
    return str(json.loads(done.stdout)["install"][0]["download_info"]["url"])


def member(address: str, name: str) -> bytes:
    """Returns the file called `name` out of the archive at an address.

    Raises:
        OSError: The archive cannot be read.
        ValueError: It has no such file.
    """
    with zipfile.ZipFile(io.BufferedReader(Ranges(address), _CHUNK)) as archive:
        found = [path for path in archive.namelist() if path.rpartition("/")[2] == name]
        if not found:
            raise ValueError(f"it holds no {name}")
        return archive.read(found[0])


def fetch(wheel: Wheel, carrier: str = CARRIER) -> None:
    """Fetches the wheel, unless it is there.

    Raises:
        FetchError: It cannot be fetched, or is another file than the lock names.
    """
    if wheel.is_there():
        return
    try:
        data = member(address_of(carrier), wheel.name)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise FetchError(
            f"{wheel.name} was not fetched from {carrier} ({error}): run `make assets` again where "
            "there is a network, or pages will have no live Python."
        ) from error
    if not wheel.fits(data):
        raise FetchError(
            f"{carrier} holds another {wheel.name} than Pyodide's lock names: choose a carrier in "
            f"{Path(__file__).name} that has sha256 {wheel.sha256}."
        )
    write_bytes(wheel.path, data)


def main() -> int:
    """Fetches the wheel; returns the exit code."""
    try:
        fetch(locked())
    except (FetchError, OSError) as error:
        print(f"numpy_wheel: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
