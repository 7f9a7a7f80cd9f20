"""Writes the locks, `constraints/locks/*.txt`: each list of packages with hashes. Run `make lock`.

One lock serves Linux, macOS and Windows, and Python 3.11 and later. What `requirements.txt` pins is
resolved, so that what other systems need besides is there; the other lists are complete as they
are. torch is left out: `install_torch.py` says why.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from misgen.core.atomic import write_bytes

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints"
LOCKS = CONSTRAINTS / "locks"
INDEX = "https://pypi.org/simple"  # named, so that no index of this machine gets into a lock
TORCH = re.compile(r"^torch==.*\n", re.MULTILINE)
UV = [
    str(Path(sys.executable).with_name("uv")), "pip", "compile", "--quiet", "--no-config",
    "--default-index", INDEX, "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-annotate", "--custom-compile-command", "make lock", "-",
]  # fmt: skip


def lists() -> dict[Path, Path]:
    """Returns the list behind each lock."""
    others = sorted(CONSTRAINTS.glob("*.txt"))
    return {LOCKS / "book.txt": ROOT / "requirements.txt"} | {
        LOCKS / file.name: file for file in others
    }


def compiled(listed: Path, lock: Path) -> bytes:
    """Returns the lock of a list of packages.

    Args:
        listed: The list.
        lock: Its present lock, whose versions are kept where the list allows.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, excludes = Path(folder, lock.name), Path(folder, "excludes.txt")
        if lock.is_file():
            out.write_bytes(lock.read_bytes())
        excludes.write_text("torch\n", encoding="utf-8")
        resolve = ["--excludes", str(excludes)] if lock.name == "book.txt" else ["--no-deps"]
        subprocess.run(
            [*UV, *resolve, "--output-file", str(out)],
            input=TORCH.sub("", listed.read_text(encoding="utf-8")),
            cwd=folder, encoding="utf-8", check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        return out.read_bytes()


def main() -> int:
    """Writes all locks, or none; returns the exit code."""
    try:
        locks = {lock: compiled(listed, lock) for lock, listed in lists().items()}
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"lock: nothing was written, see above: {error}", file=sys.stderr)
        return 1
    for lock, content in locks.items():
        write_bytes(lock, content)
    print(f"lock: {len(locks)} lists are locked")
    return 0


if __name__ == "__main__":
    sys.exit(main())
