"""Live Python for the pages: Pyodide, NumPy and our own modules, in one folder named by their hash.

All of it lies on the site itself, and an older cache never mixes with a newer edition, as another
edition has another folder. The archives are pruned of what a page never reads and compiled in Node
(`live/precompile.py`); that takes a while, so the folder is kept in `site/downloads`.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import code_cells
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
LISTING = "files.json"
"""The sizes of the files, which the bar of the download needs, and the names of the agents."""
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


class LivePythonError(Exception):
    """Pages will have no live Python; the message says what is missing."""


def fill(folder: Path) -> None:
    """Puts live Python into `folder`, below the hash of all that it is made of.

    Raises:
        LivePythonError: Something is missing.
    """
    kept = DOWNLOADS / FOLDER / content_hash()
    if not kept.is_dir():
        # what is older is of another edition
        shutil.rmtree(kept.parent, ignore_errors=True)
        kept.parent.mkdir(parents=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as beside:
            make(Path(beside) / kept.name)
            (Path(beside) / kept.name).rename(kept)
    shutil.copytree(kept, folder / kept.name)


def content_hash() -> str:
    """Returns 16 hexadecimal digits for all that the folder is made from.

    Raises:
        LivePythonError: NumPy's wheel or Pyodide is missing.
    """
    if not (PYODIDE / INTERPRETER[0]).is_file() or not numpy_wheel.locked().is_there():
        raise LivePythonError("NumPy or Pyodide for the pages is missing: run `make assets`.")
    digest = hashlib.sha256(Path(__file__).read_bytes())
    files = [*sorted(SOURCES.iterdir()), PYODIDE / "package.json", numpy_wheel.locked().path]
    for name, data in [*own_modules(), *((each.name, each.read_bytes()) for each in files)]:
        digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
    for file in agents():
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


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
    """Returns the published files, each of which a page fetches when it is asked for."""
    return sorted(file for file in AGENTS.rglob("*") if file.is_file())


def make(folder: Path) -> None:
    """Writes all files into a new folder.

    Raises:
        LivePythonError: Node is missing, or fails.
    """
    folder.mkdir()
    for file in (*(PYODIDE / name for name in INTERPRETER), *(SOURCES / name for name in SCRIPTS)):
        shutil.copyfile(file, folder / file.name)
    stdlib, numpy, own = ARCHIVES
    write_bytes(folder / stdlib, pruned(PYODIDE / stdlib, _UNREAD_STDLIB))
    write_bytes(folder / numpy, pruned(numpy_wheel.locked().path, _UNREAD_NUMPY))
    write_bytes(folder / own, zipped(own_modules()))
    precompile(folder)
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))
    # nothing is installed by name
    write_json(folder / "pyodide-lock.json", {**lock, "packages": {}})
    shutil.copytree(AGENTS, folder / "agents")
    write_json(folder / LISTING, listing(folder))


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


def precompile(folder: Path) -> None:
    """Compiles the modules in the archives of a folder to bytecode.

    Raises:
        LivePythonError: Node is missing, or fails.
    """
    node = find_node()
    if node is None:
        raise LivePythonError("Node, which compiles for the pages, is missing: run `make assets`.")
    command = [node, str(SOURCES / "precompile.mjs"), str(PYODIDE), str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise LivePythonError(f"Nothing was compiled for the pages: {done.stderr.strip()[-300:]}")


def listing(folder: Path) -> Mapping[str, object]:
    """Returns the sizes of what each start fetches, their sum on the wire, and the agents."""
    files = [file for file in sorted(folder.iterdir()) if file.is_file()]
    lent = sorted(file for file in (folder / "agents").rglob("*") if file.is_file())
    return {
        "bytes": {file.name: file.stat().st_size for file in files},
        "wire": sum(map(wire_size, files)),
        "agents": [file.relative_to(folder).as_posix() for file in lent],
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
