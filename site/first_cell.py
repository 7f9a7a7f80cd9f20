"""The first code cell of every chapter, which installs the book in Colab.

`generate_pages.py` writes it. It is not on the page, where nobody needs it. It asks pip itself,
not `%pip`: a magic that fails counts as a success, and the next cell would say that there is no
module `misgen`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from edition import ROOT, WHEELS, Edition, address, newest
from page_text import PageError

HELP = "chapters/appendix/troubleshooting.html#in-colab"
LEARNER = re.compile(r"^stable_baselines3==(\S+)", re.MULTILINE)
ON_THE_PAGE = {"tags": ["remove-cell"]}
CELL = """\
# In Colab this installs the book's package, edition {version}; everywhere else it does nothing
import subprocess
import sys

if "google.colab" in sys.modules:
    wheel = (
        "{folder}"
        "{wheel}"
        "#sha256={sha256}"
    )
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps"]
    packages = ["stable-baselines3=={learner}", f"misgen @ {{wheel}}"]
    done = subprocess.run([*pip, *packages], capture_output=True, text=True)
    if done.returncode:
        print(done.stderr)
        raise SystemExit(
            "The book's package could not be installed: run this cell again, and if that does "
            "not help, see "
            "{help}"
        )"""


def first_cell(edition: Edition, site: str) -> str:
    """Returns the cell that installs an edition from the site.

    Raises:
        PageError: The address of the site is not known, or requirements.txt has no learner.
    """
    pinned = LEARNER.search((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    if not site or pinned is None:
        raise PageError(
            "The first cell needs the site's address and the learner's version: set html.baseurl "
            "in _config.yml, and pin stable_baselines3 in requirements.txt."
        )
    return CELL.format(
        version=edition.version,
        folder=f"{site}{WHEELS}/",
        wheel=edition.wheel,
        sha256=edition.sha256,
        learner=pinned[1],
        help=f"{site}{HELP}",
    )


def with_first_cell(notebook: str, source: str) -> str:
    r"""Returns the text of a notebook with `source` in its first code cell, which the page hides.

    >>> cells = [{"cell_type": "markdown"}, {"cell_type": "code", "metadata": {}, "source": []}]
    >>> text = with_first_cell(json.dumps({"cells": cells}), "import sys\nsys.path")
    >>> json.loads(text)["cells"][1]["source"]
    ['import sys\n', 'sys.path']
    """
    content: dict[str, Any] = json.loads(notebook)
    first = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
    first["metadata"] = dict(ON_THE_PAGE)
    first["source"] = source.splitlines(keepends=True)
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"  # as Jupyter writes it


def with_own_first_cell(path: Path) -> str:
    """Returns a chapter with its first cell as it should be.

    Raises:
        PageError: It has no code cell.
    """
    try:
        return with_first_cell(path.read_text(encoding="utf-8"), first_cell(newest(), address()))
    except StopIteration as error:
        raise PageError(f"{path.name} has no code cell: begin it with an empty one.") from error
