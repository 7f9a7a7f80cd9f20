"""Finds Node: Lighthouse runs in it, and so does the Pyodide that compiles what a page loads."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path


def find_node() -> str | None:
    """Returns the path of Node: the machine's, or the one that the Makefile installs."""
    beside_python = Path(sys.executable).with_name("node")
    return shutil.which("node") or (str(beside_python) if beside_python.is_file() else None)
