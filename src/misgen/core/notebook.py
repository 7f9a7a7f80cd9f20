"""Whether the code runs in a notebook."""

from __future__ import annotations

import sys


def in_notebook() -> bool:
    """Returns whether this process is the kernel of a notebook; IPython in a terminal is none."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")
