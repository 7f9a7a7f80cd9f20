"""The edition of the book: its version, where it is found, and the wheel that Colab installs.

The version is that of the package, the addresses follow `_config.yml`, and `editions.txt` has the
hash of each edition's wheel. Whatever names one of them reads it here, or `generate_pages.py`
writes it from here.

    .venv/bin/python site/edition.py    # `make edition` notes the hash of the present wheel
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from misgen import __version__
from misgen.core.atomic import write_text

ROOT = Path(__file__).resolve().parent.parent
NOTES = ROOT / "site" / "editions.txt"
WHEELS = "wheels"
"""The folder of the site that holds the wheels of all editions."""
HEADING = (
    "# The sha256 of each edition's wheel, the newest last. `make edition` writes the last line.\n"
)
SAME_DATE = "315532800"  # 1980, the earliest that a zip can hold: the bytes do not know the day


class EditionError(Exception):
    """An edition is not what it says; the message says what to do."""


@dataclass(frozen=True)
class Edition:
    """A version of the book with the hash of its wheel."""

    version: str
    sha256: str

    @property
    def wheel(self) -> str:
        """Returns the file name of the wheel."""
        return wheel_name(self.version)

    @property
    def tag(self) -> str:
        """Returns the tag of the commit from which the edition was built."""
        return f"v{self.version}"


def wheel_name(version: str) -> str:
    """Returns the file name of a version's wheel.

    >>> wheel_name("0.2.0")
    'misgen-0.2.0-py3-none-any.whl'
    """
    return f"misgen-{version}-py3-none-any.whl"


def repository() -> str:
    """Returns the address of the repository, which `_config.yml` alone says."""
    return str(_config()["repository"]["url"])


def address() -> str:
    """Returns the address of the site with a slash at its end, or nothing where none is known."""
    return site_address(_config()["html"]["baseurl"], repository())


def _config() -> dict[str, dict[str, str]]:
    settings: dict[str, dict[str, str]] = yaml.safe_load(
        (ROOT / "_config.yml").read_text(encoding="utf-8")
    )
    return settings


def site_address(baseurl: str, repository_address: str) -> str:
    """Returns `html.baseurl` of `_config.yml`, else the GitHub Pages of its `repository.url`.

    >>> site_address("https://book.example/a", ""), site_address("", "https://github.com/ann/book")
    ('https://book.example/a/', 'https://ann.github.io/book/')
    """
    return f"{baseurl.rstrip('/')}/" if baseurl else github_pages(repository_address)


def github_pages(repository_address: str) -> str:
    """Returns where GitHub publishes a repository's pages, or nothing for another host.

    >>> github_pages("https://github.com/Ann/book"), github_pages("https://example.org/ann/book")
    ('https://ann.github.io/book/', '')
    >>> github_pages("https://github.com/Ann/ann.github.io")
    'https://ann.github.io/'
    """
    parts = urlsplit(repository_address)
    owner, _, name = parts.path.strip("/").removesuffix(".git").partition("/")
    if parts.hostname != "github.com" or not name:
        return ""
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def editions(notes: Path = NOTES) -> list[Edition]:
    """Returns the noted editions, the newest last."""
    lines = [line.split() for line in notes.read_text(encoding="utf-8").splitlines()]
    noted = [line for line in lines if line and line[0] != "#"]
    return [Edition(name.split("-")[1], sha256) for sha256, name in noted]


def newest(notes: Path = NOTES) -> Edition:
    """Returns the edition that the chapters install in Colab."""
    return editions(notes)[-1]


def sha256_of(file: Path) -> str:
    """Returns the hash of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def build_wheel(folder: Path, root: Path = ROOT) -> Path:
    """Builds the wheel of the package into `folder`; the same files give the same bytes.

    Raises:
        EditionError: The package cannot be built.
    """
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": SAME_DATE}
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise EditionError(f"The wheel was not built, mend this first: {done.stderr.strip()}")
    return folder / wheel_name(__version__)


def is_noted(wheel: Path, notes: Path = NOTES) -> bool:
    """Returns whether a wheel is the noted one of its edition; else it belongs to a draft."""
    return sha256_of(wheel) in {edition.sha256 for edition in editions(notes)}


def note(edition: Edition, tags: set[str], notes: Path = NOTES) -> None:
    """Notes the hash of an edition's wheel, in place of the one of an earlier draft.

    Args:
        edition: The edition.
        tags: The tags of the repository; an edition with a tag is out.
        notes: The file.

    Raises:
        EditionError: The edition is out with other bytes.
    """
    before = editions(notes) if notes.is_file() else []
    if edition.tag in tags and edition not in before:
        raise EditionError(
            f"Edition {edition.version} is out and stays as it is: raise `__version__` in "
            "src/misgen/__init__.py."
        )
    kept = [other for other in before if other.version != edition.version]
    lines = [f"{item.sha256}  {item.wheel}\n" for item in (*kept, edition)]
    write_text(notes, HEADING + "".join(lines))


def tags_of(root: Path) -> set[str]:
    """Returns the tags of a repository; none where there is no repository."""
    command = ["git", "-C", str(root), "tag", "--list"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return set(done.stdout.split())


def main() -> int:
    """Notes the hash of the present wheel; returns the exit code."""
    try:
        wheel = build_wheel(ROOT / "dist")
        note(Edition(__version__, sha256_of(wheel)), tags_of(ROOT))
    except (EditionError, OSError) as error:
        print(f"edition: {error}", file=sys.stderr)
        return 1
    print(f"edition: {__version__} is noted in {NOTES.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
