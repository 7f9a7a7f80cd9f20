"""Where the code runs: in a notebook, in a web page, or elsewhere."""

from __future__ import annotations

import sys


def in_notebook() -> bool:
    """Returns whether this process is the kernel of a notebook; IPython in a terminal is none."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


def in_page() -> bool:
    """Returns whether this Python runs in a web page, as Pyodide does."""
    return sys.platform == "emscripten"
