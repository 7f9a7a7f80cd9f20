"""Executes the notebooks of the book before its pages are built, on all processors at once.

The build would execute one after the other. It finds their outputs in the cache of jupyter-cache,
which knows a notebook by its code cells; what is there already is not executed again.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml
from contents import page_names
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor

KERNEL_ENVIRONMENT = {  # what the kernels inherit from this process, and from that of the build
    "MISGEN_BOOK": "1",  # explorers and figures answer with plain HTML
    "OMP_NUM_THREADS": "1",  # two spinning threads are many times slower than one
    "OPENBLAS_NUM_THREADS": "1",
}


def execute(notebooks: Sequence[Path], cache_folder: Path, timeout: int) -> list[Path]:
    """Executes notebooks whose outputs are not in the cache, and keeps them there.

    Args:
        notebooks: The files; each runs in its folder.
        cache_folder: Where the outputs are kept.
        timeout: How long a cell may take, in seconds.

    Returns:
        Those that failed; why is in the log.
    """
    cache = get_cache(cache_folder)
    paths = [str(notebook.resolve()) for notebook in notebooks]
    for path in paths:
        cache.add_nb_to_project(path)
    logger = logging.getLogger(__name__)
    logger.setLevel(logging.INFO)  # at this level the executor says what begins and what ends
    executor = load_executor("local-parallel", cache, logger)
    result = executor.run_and_cache(filter_uris=paths, timeout=timeout)
    return [Path(path) for path in (*result.excepted, *result.errored)]


def main() -> int:
    """Executes the notebooks of the book below a root, into a cache; returns the exit code."""
    root, cache_folder = map(Path, sys.argv[1:])
    os.environ.update(KERNEL_ENVIRONMENT)  # before any kernel starts
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    pages = [root / f"{name}.ipynb" for name in page_names(root / "_toc.yml")]
    chapters = [page for page in pages if page.is_file()]
    failed = execute(chapters, cache_folder, settings["execute"]["timeout"]) if chapters else []
    for notebook in failed:
        print(f"{notebook.relative_to(root.resolve())} failed.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
