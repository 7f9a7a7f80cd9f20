"""Installs PyTorch: its build for processors alone where there is one, else what pip finds.

    .venv/bin/python site/install_torch.py 2.13.0

On Linux the usual wheel is the CUDA build, whose libraries take gigabytes and are never used here.
PyTorch's own index has the small one. Torch has no hash in the lock: two builds bear one version,
and a mirror may have built another.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import subprocess
import sys
import urllib.request

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PATIENCE = 5
"""Seconds until an index that does not answer counts as one that cannot be reached."""
PIP = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]


def reachable(address: str) -> bool:
    """Returns whether an index answers."""
    try:
        with urllib.request.urlopen(f"{address}/torch/", timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except OSError:  # no such host, no route, no answer, no certificate
        return False


def installed() -> str | None:
    """Returns the version of torch that is there, such as "2.13.0+cpu"."""
    importlib.invalidate_caches()  # it may have come just now
    try:
        return importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return None


def sources() -> list[list[str]]:
    """Returns the options of pip that are tried in turn."""
    if sys.platform != "linux":
        return [[]]  # there the usual wheel is the small one
    small = ["--no-deps", "--index-url", CPU_INDEX]  # what it needs is in the lock
    return [small, []] if reachable(CPU_INDEX) else [[]]


def install(version: str) -> str:
    """Installs a version of torch unless it is there; returns a sentence on what there is.

    Raises:
        SystemExit: It cannot be had.
    """
    found = installed()
    if found is None or found.split("+")[0] != version:
        if not any(_succeeds(options, version) for options in sources()):
            raise SystemExit(f"pip finds no torch {version}: its own words are above.")
        found = installed() or version
    return f"torch {found}, {kind_of(found)}"


def _succeeds(options: list[str], version: str) -> bool:
    return subprocess.run([*PIP, *options, f"torch=={version}"], check=False).returncode == 0


def kind_of(found: str) -> str:
    """Returns which build a version of torch is, for whoever wonders about the disk.

    >>> kind_of("2.13.0+cpu")
    'the build for processors alone'
    """
    if found.endswith("+cpu") or sys.platform != "linux":
        return "the build for processors alone"
    return f"the usual build with gigabytes of CUDA, as {CPU_INDEX} could not be used"


def main() -> int:
    """Installs torch and says which build it is; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("version", help="such as 2.13.0")
    print(f"== {install(parser.parse_args().version)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
