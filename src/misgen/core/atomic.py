"""Files that are written whole or not at all.

Every file of the book (runs, agents, tables, manifests) goes through here: a reader never meets
half a file, whatever happens to the process that writes it.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import secrets
import socket
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Json = Any
"""What `json.dumps` accepts."""

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # no space, over the quota, file too large
_TEMPORARY = re.compile(r"\.(?P<pid>\d+)-[0-9a-f]+@(?P<host>.+)\.tmp$")
_ONE_DAY = 24 * 60 * 60
"""Seconds after which a temporary file of another machine counts as left over."""


class WriteError(OSError):
    """A file could not be written; the message is one sentence that says what to do."""

    def __str__(self) -> str:
        return str(self.strerror)


def write_bytes(path: Path, data: bytes) -> None:
    """Writes `data` to `path` so that at any moment the file is the old one or the new one, whole.

    Args:
        path: The file; its folder is made where it does not exist.
        data: The content.

    Raises:
        WriteError: The disk is full or the folder cannot be written; `path` is what it was.
    """
    # tells `_is_left_over` who wrote it
    mark = f"{os.getpid()}-{secrets.token_hex(4)}@{socket.gethostname()}"
    # in the same folder, as a rename works within one file system only
    temporary = path.with_name(f"{path.name}.{mark}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:  # x: never writes into the file of another process
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # else a power cut after the rename could leave an empty file
        temporary.replace(path)  # the rename is atomic
    except OSError as error:
        raise WriteError(error.errno, _sentence(error, path, len(data))) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)  # it is gone where all went well


def check_folder(folder: Path) -> None:
    """Refuses a folder in which nothing can be written, before anything is computed for it.

    It is made where it does not exist, and nothing is left in it.

    Raises:
        WriteError: The disk is full or the folder cannot be written.
    """
    probe = folder / "writable"
    write_bytes(probe, b"")
    probe.unlink(missing_ok=True)  # another process may have asked just now, too


def write_text(path: Path, text: str) -> None:
    """Writes `text` as UTF-8, as `write_bytes` does."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Json, *, indent: int | None = 1) -> None:
    """Writes `value` as JSON with a newline at the end, as `write_bytes` does.

    Args:
        path: The file.
        value: Anything that JSON can hold; NaN and infinities are refused, since JSON has none.
        indent: Spaces per level; None for everything on one line.

    Raises:
        ValueError: `value` holds a NaN, an infinity or an object that JSON does not know.
    """
    try:
        text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} cannot be written as JSON, change the value: {error}.") from error
    write_text(path, text + "\n")


def read_json(path: Path) -> Json:
    """Returns what a file holds, as strictly as `write_json` writes it.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not JSON, or holds NaN or an infinity, or is nested too deeply to be read.
    """

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    try:
        return json.loads(path.read_bytes(), parse_constant=refuse)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def write_npz(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Writes `arrays` as a compressed .npz without pickles, as `write_bytes` does.

    Raises:
        ValueError: An array holds Python objects.
    """
    write_bytes(path, npz(arrays))


def npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Returns `arrays` as the bytes of a compressed .npz without pickles.

    The same arrays give the same bytes, so that their sha256 can be published.

    Raises:
        ValueError: An array holds Python objects.
    """
    # numpy.savez would do, but its bytes are not promised to be the same twice.
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(arrays):  # so that the order of the mapping does not change the bytes
            # the earliest date that a zip can hold, instead of now
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3  # Unix, whatever the machine is
            member.external_attr = 0o644 << 16  # permissions, in the upper half of the field
            npy = io.BytesIO()
            np.lib.format.write_array(npy, np.asanyarray(arrays[name]), allow_pickle=False)
            archive.writestr(member, npy.getvalue())
    return buffer.getvalue()


def remove_leftovers(folder: Path) -> None:
    """Removes the temporary files that killed processes left in `folder`, and no others."""
    for temporary in folder.glob("*.tmp"):
        if _is_left_over(temporary):
            temporary.unlink(missing_ok=True)


def _is_left_over(temporary: Path) -> bool:
    writer = _TEMPORARY.search(temporary.name)
    if writer is None:
        return False
    # On Windows signal 0 is Ctrl-C, which interrupts instead of asking.
    if writer["host"] != socket.gethostname() or os.name != "posix":
        # A process of another machine cannot be asked; no write takes a day.
        return time.time() - temporary.stat().st_mtime > _ONE_DAY
    try:
        os.kill(int(writer["pid"]), 0)  # signal 0 only asks whether the process exists
    except ProcessLookupError:
        return True
    except PermissionError:  # it is alive, and somebody else's
        return False
    return False


def _sentence(error: OSError, path: Path, size: int) -> str:
    if error.errno in _DISK_FULL:
        return (
            f"The disk is full: {path} ({size:,} bytes) was not written, nothing else was lost; "
            "free some space and run the same command again."
        )
    return f"{path} cannot be written ({error.strerror}): choose a folder that you may write to."
