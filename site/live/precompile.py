"""Puts bytecode into the archives of `/archives`, of the modules that a start imports.

A page that loads sources spends most of its start on compiling them. Bytecode is larger, so that
what a start does not import stays as it is. It runs in Pyodide, see `precompile.mjs`, as bytecode
is of one version of Python. The same archives give the same bytes.
"""

from __future__ import annotations

import importlib.util
import marshal
import sys
import zipfile
from pathlib import Path

FOLDER = Path("/archives")
STDLIB, NUMPY, OWN = (FOLDER / name for name in ("python_stdlib.zip", "numpy.zip", "misgen.zip"))
"""Of our own, readers keep the sources: tracebacks show them, and the registry reads some."""
PLACES = {STDLIB: "/lib/python314.zip", NUMPY: "/lib/python3.14/site-packages"}
PLACES[OWN] = PLACES[NUMPY]
DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: the bytes do not know the day
_UNCHECKED = (1).to_bytes(4, "little")  # bytecode that is never compared with its source


def imported() -> set[str]:
    """Imports NumPy and all of our modules; returns the paths of what this has imported."""
    for archive in (NUMPY, OWN):
        zipfile.ZipFile(archive).extractall(PLACES[archive])
    importlib.invalidate_caches()
    for name in zipfile.ZipFile(OWN).namelist():
        importlib.import_module(
            name.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
        )
    return {str(module.__spec__.origin) for module in sys.modules.values() if module.__spec__}


def bytecode(source: bytes, path: str) -> bytes:
    """Returns what a .pyc file of a source holds."""
    code = compile(source, path, "exec", dont_inherit=True)
    head = importlib.util.MAGIC_NUMBER + _UNCHECKED + importlib.util.source_hash(source)
    return head + marshal.dumps(code)


def precompile(archive: Path, wanted: set[str]) -> None:
    """Writes an archive anew, with bytecode in place of the wanted sources, or beside our own."""
    with zipfile.ZipFile(archive) as old:
        files = {name: old.read(name) for name in sorted(old.namelist())}
    for name, data in list(files.items()):
        if (path := f"{PLACES[archive]}/{name}") not in wanted or not name.endswith(".py"):
            continue
        if archive == OWN:
            files[importlib.util.cache_from_source(name)] = bytecode(data, path)
        else:
            files[f"{name}c"] = bytecode(files.pop(name), path)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name, data in files.items():
            new.writestr(zipfile.ZipInfo(name, DATE), data, zipfile.ZIP_DEFLATED, 9)


paths = imported()
for each in PLACES:
    precompile(each, paths)
