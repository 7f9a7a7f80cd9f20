"""Sets up the second stack in `.venv-colab`: Colab's versions of what the chapters import.

Colab's own Python and torch are taken where that Python is installed and a small build of that
torch can be had, else the book's. It says which, and what was therefore not run.

Colab's Python goes with that build because torch has to be fetched anew for it: on Linux, where
PyTorch's own index cannot be reached, this would be the build with CUDA, gigabytes that nothing
here uses. The torch of the book has been fetched before, and pip takes it from its cache.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from install_torch import CPU_INDEX, reachable

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv-colab"
LOCKS = ROOT / "constraints" / "locks"
COLAB_PYTHON = "3.13"
HASHED = ["--no-deps", "--only-binary", ":all:", "--require-hashes"]


def colabs_python() -> str | None:
    """Returns where Colab's version of Python is installed, if it is: on the path or in pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = sorted((pyenv / "versions").glob(f"{COLAB_PYTHON}*/bin/python{COLAB_PYTHON}"))
    candidates = [shutil.which(f"python{COLAB_PYTHON}"), *map(str, reversed(found))]
    return next((python for python in candidates if python and _starts(python)), None)


def _starts(python: str) -> bool:
    # pyenv's shims are there for versions that are not
    done = subprocess.run([python, "-c", "import venv"], capture_output=True, check=False)
    return done.returncode == 0


def choice(python: str | None, *, small_torch: bool) -> tuple[str, str, str]:
    """Returns the Python and the list that names the torch of the stack, and a sentence on both.

    Args:
        python: Colab's Python, if it is installed.
        small_torch: Whether a small build of Colab's torch can be had.
    """
    if python and small_torch:
        return python, "constraints/colab.txt", f"the second stack has Colab's Python ({python})"
    lack = f"{CPU_INDEX} cannot be reached" if python else f"Python {COLAB_PYTHON} is not installed"
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    why = f"not run: Colab's Python {COLAB_PYTHON} and its torch, as {lack}; this is Python {own}"
    return sys.executable, "requirements.txt", why


def torch_in(listed: str) -> str:
    r"""Returns the version of torch in a list of requirements.

    >>> torch_in("numpy==2.1.3\ntorch==2.11.0  # why")
    '2.11.0'
    """
    found = re.search(r"^torch==(\S+)", listed, re.MULTILINE)
    if found is None:
        raise SystemExit("The list of requirements pins no torch: add a line `torch==...`.")
    return found[1]


def entry(lock: str, name: str) -> str:
    r"""Returns the lines of one package in a lock.

    >>> entry("a==1 \\\n    --hash=x\nb==2 \\\n    --hash=y\n", "b")
    'b==2 \\\n    --hash=y\n'
    """
    lines = re.search(rf"^{re.escape(name)}==.*\n(?:[ ].*\n)*", lock, re.MULTILINE)
    if lines is None:
        raise SystemExit(f"The lock has no {name}: run `make lock`.")
    return lines[0]


def set_up(python: str, torch: str) -> None:
    """Makes the environment and installs the packages, and the learner's wheel beside them."""
    shutil.rmtree(FOLDER, ignore_errors=True)  # it may have another Python
    subprocess.run([python, "-m", "venv", str(FOLDER)], check=True)
    own = str(FOLDER / "bin" / "python")
    pip = [own, "-m", "pip", "-qq", "--disable-pip-version-check"]
    packages = [*pip, "install", *HASHED, "-r", str(LOCKS / "colab.txt")]
    subprocess.run(packages, check=True)
    subprocess.run([own, str(ROOT / "site" / "install_torch.py"), torch], check=True)
    subprocess.run(packages, check=True)  # another torch than Colab's may have replaced some
    learner = FOLDER / "learner.txt"  # what a chapter's first cell installs beside the book
    lock = (LOCKS / "book.txt").read_text(encoding="utf-8")
    learner.write_text(entry(lock, "stable-baselines3"), encoding="utf-8")
    wheels = str(FOLDER / "wheels")
    subprocess.run([*pip, "download", *HASHED, "-d", wheels, "-r", str(learner)], check=True)


def main() -> int:
    """Sets up the stack; returns the exit code."""
    small = sys.platform != "linux" or reachable(CPU_INDEX)
    python, listed, sentence = choice(colabs_python(), small_torch=small)
    print(f"== {sentence}", flush=True)
    try:
        set_up(python, torch_in((ROOT / listed).read_text(encoding="utf-8")))
    except subprocess.CalledProcessError as error:
        print(f"The second stack was not set up, see above: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
