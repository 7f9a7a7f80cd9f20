"""Executes the notebooks of the book before its pages are built, several at once.

The build would execute one after the other. It finds their outputs in the cache of jupyter-cache,
which knows a notebook by its code cells; what is there already is not executed again.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import nbformat
import yaml
from contents import page_names
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution

from misgen.ledger.executors import end_with

KERNEL_ENVIRONMENT = {  # what the kernels inherit from this process, and from that of the build
    "MISGEN_BOOK": "1",  # explorers and figures answer with plain HTML
    "OMP_NUM_THREADS": "1",  # two spinning threads are many times slower than one
    "OPENBLAS_NUM_THREADS": "1",
}


def execute(notebooks: Sequence[Path], cache_folder: Path, timeout: int) -> Iterator[str]:
    """Executes notebooks whose outputs are not in the cache, and keeps them there.

    Args:
        notebooks: The files; each runs in its folder.
        cache_folder: Where the outputs are kept.
        timeout: How long a cell may take, in seconds.

    Yields:
        Why a notebook failed, for each that did, as soon as it is known.
    """
    cache = get_cache(cache_folder)
    contents = {path: nbformat.read(path, as_version=4) for path in notebooks}
    # threads, as all the work is done by kernels, which end with this process
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running: dict[Future[ExecutionResult], Path] = {
            pool.submit(_execute_one, notebook, path.parent, timeout): path
            for path, notebook in contents.items()
            if not _is_in(cache, notebook)
        }
        for done in as_completed(running):
            path = running[done]
            try:
                result = done.result()
            except RuntimeError as error:  # its kernel died, perhaps for want of memory
                yield f"{path.name} failed: {error}."
                continue
            if result.err is not None:
                yield f"{path.name} failed after {result.time:.0f} s:\n{result.err}"
                continue
            print(f"site: {path.name} took {result.time:.0f} s", flush=True)
            seconds = {"execution_seconds": result.time}
            bundle = CacheBundleIn(result.nb, str(path), data=seconds)
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def _execute_one(notebook: nbformat.NotebookNode, folder: Path, timeout: int) -> ExecutionResult:
    # else each kernel warns of TCP, which does not leave this machine
    quiet = ["--log-level=ERROR"]
    return single_nb_execution(notebook, str(folder), timeout, False, extra_arguments=quiet)


def _is_in(cache: Any, notebook: nbformat.NotebookNode) -> bool:
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


def main() -> int:
    """Executes the notebooks of the book below a root, into a cache; returns the exit code."""
    root, cache_folder, driver = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    end_with(driver)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # at once, without waiting for the threads
    os.environ.update(KERNEL_ENVIRONMENT)  # before any kernel starts
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    pages = [root / f"{name}.ipynb" for name in page_names(root / "_toc.yml")]
    chapters = [page for page in pages if page.is_file()]
    failures = 0
    for failure in execute(chapters, cache_folder, settings["execute"]["timeout"]):
        print(failure, file=sys.stderr, flush=True)
        failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
