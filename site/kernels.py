"""Compiles the kernels of the page's learner, `src/misgen/learn/kernels.ts`, to WebAssembly.

    .venv/bin/python site/kernels.py kernels.wasm

It needs Node, and AssemblyScript from `node_modules`; `make assets` fetches both. Without the file
a training in the page takes NumPy: slower, with the same results but for rounding.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from nodejs import find_node

from misgen.core.atomic import write_bytes

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "misgen" / "learn" / "kernels.ts"
COMPILER = ROOT / "node_modules" / "assemblyscript" / "bin" / "asc.js"
OPTIONS = (
    "-O3", "--enable", "simd", "--importMemory", "--noExportMemory", "--runtime", "stub",
    "--noAssert",
)  # fmt: skip
_OWN_MEMORY = {5: "a memory", 6: "global variables", 11: "data"}
"""Sections of a module that would lie upon the memory of the interpreter, or beside it."""


class KernelError(Exception):
    """The kernels cannot be compiled; the message says what to do."""


def compiled() -> bytes:
    """Returns the module: its exports `choose`, `gradient` and `adam`, its import a memory.

    Raises:
        KernelError: If there is no compiler, it refuses the source, or the module would need
            memory of its own.
    """
    node = find_node()
    if node is None or not COMPILER.is_file():
        raise KernelError("The kernels need Node and AssemblyScript: run `make assets`.")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "kernels.wasm")
        command = [node, str(COMPILER), str(SOURCE), "--outFile", str(target), *OPTIONS]
        run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if run.returncode != 0:
            raise KernelError(f"AssemblyScript refuses {SOURCE.name}:\n{run.stderr}")
        module = target.read_bytes()
    if owned := [name for number, name in _OWN_MEMORY.items() if number in sections(module)]:
        raise KernelError(f"The kernels must own no memory, but have {' and '.join(owned)}.")
    return module


def sections(module: bytes) -> list[int]:
    """Returns the numbers of the sections of a WebAssembly module, in their order.

    >>> sections(bytes.fromhex("0061736d 01000000 010100 0b0100"))
    [1, 11]
    """
    found, at = [], 8  # after the magic number and the version
    while at < len(module):
        found.append(module[at])
        size, at = _number(module, at + 1)
        at += size
    return found


def _number(module: bytes, at: int) -> tuple[int, int]:
    """Returns a number of seven bits a byte (LEB128), and where it ends."""
    number, shift = 0, 0
    while True:
        number |= (module[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if module[at - 1] < 128:  # the eighth bit says that there is more
            return number, at


def main() -> None:
    """Writes the module to the path that is given."""
    try:
        write_bytes(Path(sys.argv[1]), compiled())
    except KernelError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
