"""Releases an edition: checks a tag, packs what belongs to the edition, assembles the public site.

    .venv/bin/python site/release.py check v0.2.0         # `make release TAG=v0.2.0` does both,
    .venv/bin/python site/release.py pack                 # with the build between them
    .venv/bin/python site/release.py older                # the tags of older editions
    .venv/bin/python site/release.py assemble RELEASES _build/public

A release consists of the site as an archive, the wheel, the book on paper, and SHA256SUMS. The
public site is the newest edition at its root, each older one whole below `editions/`, and the
wheels of all: what a chapter of any edition installs stays where it was.
"""

from __future__ import annotations

import argparse
import gzip
import io
import re
import shutil
import sys
import tarfile
from collections.abc import Iterable
from html import escape
from pathlib import Path

from edition import ROOT, WHEELS, Edition, EditionError, editions, newest, sha256_of

from misgen import __version__
from misgen.core.atomic import write_bytes, write_text

DIST = ROOT / "dist"
BUILD = ROOT / "_build"
SUMS = "SHA256SUMS"
SITE = "site.tar.gz"
FOOT = re.compile(r'<p class="misgen-edition"><span>[^<]*</span>')
LIST = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>All editions</title><link rel="icon" href="../_static/favicon.svg">
<style>:root {{ color-scheme: light dark }} body {{ font: 1.1rem/1.6 sans-serif; margin: 2rem auto;
max-width: 38rem; padding: 0 1rem }}</style></head>
<body><main><h1>All editions</h1><ul>
{items}</ul></main></body></html>
"""


def check(tag: str, changelog: str) -> None:
    """Refuses a tag that is not the noted edition of this tree, or that the changelog lacks.

    Raises:
        EditionError: The tag, the version, the notes and the changelog do not agree.
    """
    edition = newest()
    if not tag == edition.tag == f"v{__version__}":
        raise EditionError(
            f"The tag is {tag}, the package {__version__} and the noted edition {edition.version}: "
            "run `make edition`, commit, and tag that commit."
        )
    if not re.search(
        rf"^## {re.escape(__version__)} \(\d{{4}}-\d\d-\d\d\)", changelog, re.MULTILINE
    ):
        raise EditionError(
            f"CHANGELOG.md has no heading `## {__version__} (YYYY-MM-DD)`: date the edition there."
        )


def pack(html: Path, paper: Iterable[Path], out: Path) -> list[Path]:
    """Writes the files of a release, and SHA256SUMS over them; returns them.

    Args:
        html: The built site.
        paper: The files of the printable book.
        out: Where to write; what lay there before is removed.

    Raises:
        EditionError: The site carries another wheel than the noted one, or a file is missing.
    """
    edition, wheel = newest(), html / WHEELS / newest().wheel
    if not wheel.is_file() or sha256_of(wheel) != edition.sha256:
        raise EditionError(
            f"The site does not carry the noted wheel of edition {edition.version}: run "
            "`make edition`, commit, and build again."
        )
    files = [wheel, *paper]
    if not {".html", ".pdf"} <= {file.suffix for file in files}:
        raise EditionError("There is no book on paper: run `make print` first.")
    shutil.rmtree(out, ignore_errors=True)
    write_bytes(out / SITE, archive(html))
    for file in files:
        shutil.copyfile(file, out / file.name)
    packed = sorted(out.iterdir())
    write_text(out / SUMS, "".join(f"{sha256_of(file)}  {file.name}\n" for file in packed))
    return [*packed, out / SUMS]


def archive(folder: Path) -> bytes:
    """Returns a folder as .tar.gz; the same files give the same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = tarfile.TarInfo(path.relative_to(folder).as_posix())  # no date, no owner
            entry.size = path.stat().st_size
            with path.open("rb") as file:
                tar.addfile(entry, file)
    return gzip.compress(buffer.getvalue(), mtime=0)


def assemble(releases: Path, out: Path, noted: Iterable[Edition]) -> None:
    """Writes the public site from the releases of all noted editions.

    Args:
        releases: A folder with one for each release, named by its tag.
        out: Where to write; it must not exist.
        noted: The editions, the newest last.

    Raises:
        EditionError: A release is missing or damaged, or has another wheel than the noted one.
    """
    *older, last = noted
    unpack(releases / last.tag, out, last)
    for edition in older:
        target = out / "editions" / edition.version
        unpack(releases / edition.tag, target, edition)
        shutil.copyfile(target / WHEELS / edition.wheel, out / WHEELS / edition.wheel)
        lead_to_the_newest(target, last)
    places = {last: "../index.html"} | {
        edition: f"{edition.version}/index.html" for edition in reversed(older)
    }
    items = (f'<li><a href="{place}">{item.version}</a></li>\n' for item, place in places.items())
    write_text(out / "editions" / "index.html", LIST.format(items="".join(items)))


def unpack(release: Path, target: Path, edition: Edition) -> None:
    """Unpacks the site of a release, after its hashes have been checked.

    Raises:
        EditionError: The release is missing or damaged, or has another wheel than the noted one.
    """
    sums = release / SUMS
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    hashes = {name: sha256 for sha256, name in map(str.split, lines)}
    damaged = [name for name, sha256 in hashes.items() if not _is(release / name, sha256)]
    if damaged or hashes.get(edition.wheel) != edition.sha256 or SITE not in hashes:
        raise EditionError(
            f"The release {edition.tag} is not what was noted "
            f"({', '.join(damaged) or 'its wheel or its site is another'}): upload its files again."
        )
    with tarfile.open(release / SITE) as tar:
        tar.extractall(target, filter="data")  # nothing outside of the folder


def _is(file: Path, sha256: str) -> bool:
    return file.is_file() and sha256_of(file) == sha256


def lead_to_the_newest(folder: Path, last: Edition) -> None:
    """Adds to the foot of each page of an older edition where the newest is."""
    for page in folder.rglob("*.html"):
        root = "../" * (len(page.relative_to(folder).parts) + 1)  # up to the root of the site
        link = f' · <a href="{root}index.html">The newest is {escape(last.version)}</a>'
        text = page.read_text(encoding="utf-8")
        write_text(page, FOOT.sub(rf"\g<0>{link}", text))


def main() -> int:
    """Runs one of the steps; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("check", help="check a tag").add_argument("tag")
    steps.add_parser("pack", help="pack the built site and the printed book into dist")
    steps.add_parser("older", help="print the tags of the older editions")
    assembling = steps.add_parser("assemble", help="write the public site from all releases")
    assembling.add_argument("releases", type=Path)
    assembling.add_argument("out", type=Path)
    try:
        run(parser.parse_args())
    except (EditionError, OSError) as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


def run(options: argparse.Namespace) -> None:
    """Runs the chosen step."""
    if options.step == "check":
        check(options.tag, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    elif options.step == "pack":
        paper = sorted((BUILD / "print").glob("*.*"))
        for file in pack(BUILD / "html", paper, DIST):
            print(f"{file.relative_to(ROOT)} ({file.stat().st_size / 1e6:.1f} MB)")
    elif options.step == "older":
        print("\n".join(edition.tag for edition in editions()[:-1]))
    else:
        assemble(options.releases, options.out, editions())


if __name__ == "__main__":
    sys.exit(main())
