"""Live Python for the pages: Pyodide, NumPy and our own modules, in one folder named by their hash.

All of it lies on the site itself, and an older cache never mixes with a newer edition, as another
edition has another folder. The archives are pruned of what a page never reads and compiled in Node
(`live/precompile.py`); that takes a while, so they are kept in `site/downloads`.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import code_cells
import kernels
import live_modules
import numpy_wheel
from nodejs import find_node
from numpy_wheel import DOWNLOADS, PYODIDE, ROOT

from misgen.core.atomic import write_bytes, write_json

SOURCES = ROOT / "site" / "live"
AGENTS = ROOT / "assets" / "agents"
FOLDER = "live"
"""Where it is below `_static`; `FOLDER/<hash>/` holds the files."""
INTERPRETER = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
SCRIPTS = ("python.js", "worker.js")
SERVICE_WORKER = "service-worker.js"
"""It lies at the root of the site."""
ARCHIVES = ("python_stdlib.zip", "numpy.zip", "misgen.zip")
KERNELS = "kernels.wasm"
"""What a training computes with; without it NumPy does, and takes longer."""
LISTING = "files.json"
"""The sizes of the files, which the bar of the download needs, and where the agents are."""
COMPRESSED_BY_HOSTS = {".mjs", ".js", ".json", ".wasm"}

# Encodings of other scripts, servers and mail: pages import none of them.
_UNREAD_STDLIB = re.compile(
    r"encodings/(big5|cp(?!437|1252)|euc|gb|hp_|hz|iso|johab|koi8|kz|mac|palmos|ptcp|shift|tis)"
    r"|(multiprocessing|site-packages|sqlite3|wsgiref|xmlrpc)/"
    r"|(ftplib|imaplib|mailbox|poplib|smtplib|socketserver)\.py|.*/$"
)
_UNREAD_NUMPY = re.compile(
    r"numpy/(f2py|_pyinstaller)/|.*/tests/|(?!.*(\.(py|so)$|/licenses/))"  # a licence goes along
)
_OF_A_SETTING = re.compile(r"(.+)-seed-\d+\.npz")


class LivePythonError(Exception):
    """Pages will have no live Python; the message says what is missing."""


def fill(folder: Path) -> None:
    """Puts live Python into `folder`, below the hash of all that it is made of.

    Raises:
        LivePythonError: Something is missing.
    """
    if not (PYODIDE / INTERPRETER[0]).is_file() or not numpy_wheel.locked().is_there():
        raise LivePythonError("NumPy or Pyodide for the pages is missing: run `make assets`.")
    archives = compiled()
    files = [PYODIDE / name for name in INTERPRETER]
    files += [SOURCES / name for name in SCRIPTS]
    files += [archives / name for name in (*ARCHIVES, KERNELS) if (archives / name).is_file()]
    edition = folder / hash_of(each.read_bytes() for each in [*files, *agents()])
    edition.mkdir(parents=True)
    for file in files:
        shutil.copyfile(file, edition / file.name)
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))
    # nothing is installed by name
    write_json(edition / "pyodide-lock.json", {**lock, "packages": {}})
    for address, published in packs().items():
        (edition / address).parent.mkdir(parents=True, exist_ok=True)
        write_bytes(edition / address, b"".join(map(as_lent, published)))
    write_json(edition / LISTING, listing(edition))


def hash_of(parts: Iterable[bytes]) -> str:
    """Returns 16 hexadecimal digits for some contents in their order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:16]


def compiled() -> Path:
    """Returns the folder of the archives, which are made where their parts have changed.

    Raises:
        LivePythonError: Node is missing or fails, or a module cannot be imported in a page.
    """
    own = list(own_modules())
    makers = (
        Path(__file__),
        Path(kernels.__file__),
        kernels.SOURCE,
        *(SOURCES / f"precompile.{kind}" for kind in ("mjs", "py")),
    )
    parts = [each.read_bytes() for each in (*makers, PYODIDE / "package.json")]
    parts += [numpy_wheel.locked().sha256.encode(), *(f"{item}".encode() for item in own)]
    kept = DOWNLOADS / "compiled" / hash_of(parts)
    if not kept.is_dir():
        shutil.rmtree(kept.parent, ignore_errors=True)  # those of other parts
        kept.parent.mkdir(parents=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as beside:
            compile_into(Path(beside) / kept.name, own)
            (Path(beside) / kept.name).rename(kept)
    return kept


def own_modules() -> Iterator[tuple[str, bytes]]:
    """Yields the modules of the package that pages need: path in the archive, source.

    Raises:
        LivePythonError: One of them cannot be imported in a page.
    """
    try:
        found = live_modules.modules(code_cells.modules())
    except live_modules.PackError as error:
        raise LivePythonError(str(error)) from error
    packages = {parent for module in found for parent in live_modules.parents(module)}
    for module, source in found.items():
        path = module.replace(".", "/")
        yield f"{path}/__init__.py" if module in packages else f"{path}.py", source


def agents() -> list[Path]:
    """Returns the published files, which a page fetches when it is asked for one of them."""
    return sorted(file for file in AGENTS.rglob("*") if file.is_file())


def as_lent(file: Path) -> bytes:
    """Returns a published file as pages get it: results without the spaces between them."""
    if file.suffix != ".json":
        return file.read_bytes()
    results = json.loads(file.read_text(encoding="utf-8"))
    return json.dumps(results, ensure_ascii=False, separators=(",", ":")).encode()


def packs() -> dict[str, list[Path]]:
    """Returns the published files by the address that holds them, one after the other.

    The agents of a setting, which differ by their seed, come together: ten agents answer a reader,
    and he would wait for ten requests.
    """
    found: dict[str, list[Path]] = {}
    for file in agents():
        address = file.relative_to(AGENTS.parent)
        if setting := _OF_A_SETTING.fullmatch(file.name):
            address = address.with_name(f"{setting[1]}.bin")
        found.setdefault(address.as_posix(), []).append(file)
    return found


def compile_into(folder: Path, own: Iterable[tuple[str, bytes]]) -> None:
    """Writes the archives into a new folder.

    Args:
        folder: The folder.
        own: Our own modules, as `own_modules` yields them.

    Raises:
        LivePythonError: Node is missing, or fails.
    """
    stdlib, numpy, misgen = (folder / name for name in ARCHIVES)
    write_bytes(stdlib, pruned(PYODIDE / stdlib.name, _UNREAD_STDLIB))
    write_bytes(numpy, pruned(numpy_wheel.locked().path, _UNREAD_NUMPY))
    write_bytes(misgen, zipped(own))
    try:
        write_bytes(folder / KERNELS, kernels.compiled())
    except kernels.KernelError as error:
        print(f"site: trainings in pages will be slow. {error}", file=sys.stderr)
    node = find_node()
    if node is None:
        raise LivePythonError("Node, which compiles for the pages, is missing: run `make assets`.")
    command = [node, str(SOURCES / "precompile.mjs"), str(PYODIDE), str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise LivePythonError(f"Nothing was compiled for the pages: {done.stderr.strip()[-300:]}")


def pruned(archive: Path, unread: re.Pattern[str]) -> bytes:
    """Returns an archive without the files that match."""
    with zipfile.ZipFile(archive) as old:
        kept = ((name, old.read(name)) for name in old.namelist() if not unread.match(name))
        return zipped(kept)


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Returns an archive of files, uncompressed: `precompile` writes it anew."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def listing(folder: Path) -> Mapping[str, object]:
    """Returns the sizes of what each start fetches, their sum on the wire, and the agents.

    Of the agents it is the address of each pack with the names and the sizes of its files.
    """
    files = [file for file in sorted(folder.iterdir()) if file.is_file()]
    return {
        "bytes": {file.name: file.stat().st_size for file in files},
        "wire": sum(map(wire_size, files)),
        "agents": {
            address: {
                file.relative_to(AGENTS.parent).as_posix(): len(as_lent(file)) for file in published
            }
            for address, published in packs().items()
        },
    }


def wire_size(file: Path) -> int:
    """Returns the bytes of a file that a host sends which compresses what is worth it."""
    data = file.read_bytes()
    worth_it = file.suffix in COMPRESSED_BY_HOSTS
    return len(gzip.compress(data, compresslevel=6, mtime=0)) if worth_it else len(data)


def mark(vendor: Path, static: str) -> str:
    """Returns what tells a page where live Python is, or nothing if this copy of the site has none.

    Args:
        vendor: The folder whose files come below `_static`.
        static: The address of `_static` from the page.
    """
    found = sorted((vendor / FOLDER).glob("*/"))
    if not found:
        return ""
    listed = json.loads((found[0] / LISTING).read_text(encoding="utf-8"))
    megabytes = round(listed["wire"] / 1e6)
    address = f"{static}{FOLDER}/{found[0].name}/"
    return f'<meta name="misgen-live" content="{address}" data-megabytes="{megabytes}">'
