"""What a student's process gives up before it runs a line of a student.

The limits are those of the kernel, and cannot be raised again. A filter of system calls refuses
new sockets, also where no network namespace can be had, and memory that belongs to no process.
"""

from __future__ import annotations

import contextlib
import ctypes
import platform
import signal
import socket
import struct
import sys
from collections.abc import Mapping

_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000  # 13: EACCES
_SYSTEM = {"x86_64": (0xC000003E, 41, 319, 29), "aarch64": (0xC00000B7, 198, 279, 194)}
"""Processor -> how the kernel names it, and the numbers of `socket`, `memfd_create`, `shmget`."""
_IO_URING_SETUP = 425  # by which a socket can be opened without the call `socket`
_OTHER_NUMBERS = 0x40000000  # from here on calls of x86_64 have a second name
_UNIX = 1  # the family of sockets that never leave the machine
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _PROCESSOR_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # bytes into what a filter sees
_PDEATHSIG, _SECCOMP, _NO_NEW_PRIVILEGES = 1, 22, 38


def confine(limits: Mapping[str, int]) -> bool:
    """Takes the limits on, for good, and closes the network.

    Args:
        limits: Names of `resource`, without "RLIMIT_", and the values.

    Returns:
        Whether no socket to another machine can be opened.
    """
    import resource  # Windows has none

    for name, value in limits.items():
        which = getattr(resource, f"RLIMIT_{name}")
        _, most = resource.getrlimit(which)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        # macOS refuses some; isolation is refused there anyway
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (value, value))
    if sys.platform == "linux":
        _die_with_the_grader()
        _refuse_sockets()
    return not _can_open_sockets()


def _die_with_the_grader() -> None:
    ctypes.CDLL(None).prctl(_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def _refuse_sockets() -> None:
    """Installs the filter; on a processor that it does not know, nothing happens."""
    if platform.machine() not in _SYSTEM:
        return
    code = b"".join(struct.pack("=HBBI", *line) for line in _filter(*_SYSTEM[platform.machine()]))
    buffer = ctypes.create_string_buffer(code)
    # struct sock_fprog: the number of instructions, then a pointer to them
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(_SECCOMP, 2, ctypes.c_char_p(program), 0, 0)  # 2: by a filter


def _filter(processor: int, open_socket: int, *refused: int) -> list[tuple[int, int, int, int]]:
    """Returns instructions: what to do, lines to skip if so, lines to skip if not, a number."""
    wrong = [(_AT_LEAST, _OTHER_NUMBERS), *((_EQUAL, n) for n in (_IO_URING_SETUP, *refused))]
    return [
        (_LOAD, 0, 0, _PROCESSOR_AT),
        (_EQUAL, 1, 0, processor),
        (_RETURN, 0, 0, _KILL),  # calls of another processor have other numbers
        (_LOAD, 0, 0, _NUMBER_AT),
        *((test, len(wrong) - at + 3, 0, n) for at, (test, n) in enumerate(wrong)),  # to the end
        (_EQUAL, 0, 2, open_socket),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_EQUAL, 0, 1, _UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]


def _can_open_sockets() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    except OSError:
        return False
    return True
