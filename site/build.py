"""Builds the book into `_build/html`, strictly: a warning or a failing cell is an error.

Run it through `make site`, or as `.venv/bin/python site/build.py`. It needs no network.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "site" / "vendor"
CODE_STAMP = BUILD / ".code-hash"
SITE_STAMP = BUILD / ".site-hash"

# Where each file of an npm package goes below site/vendor, and so below _static.
VENDORED = {
    "mathjax": {
        "es5/tex-chtml.js": "mathjax/tex-chtml.js",
        "es5/input/tex/extensions": "mathjax/input/tex/extensions",
        "es5/output/chtml/fonts/woff-v2": "mathjax/output/chtml/fonts/woff-v2",
    },
    "plotly.js-basic-dist-min": {"plotly-basic.min.js": "plotly/plotly-basic.min.js"},
}
# The outputs of the notebooks depend on these; the execution cache knows the cells only.
CODE = ("src", "assets/agents", "requirements.txt")
PAGES = ("_config.yml", "_toc.yml", "intro.md", "references.bib", "chapters")
SITE = (
    "site/extension.py",
    "site/cards.py",
    "site/citations.py",
    "site/contents.py",
    "site/edition.py",
    "site/edition_on_site.py",
    "site/editions.txt",
    "site/explorer_files.py",
    "site/prose.py",
    "site/site_files.py",
    "site/still.js",
    "site/stills.py",
    "site/static",
    "site/templates",
    "assets/figures/dial.png",
    "package-lock.json",
    "pyproject.toml",
    "README.md",  # the wheel holds it
)
IGNORED = {"__pycache__", ".ipynb_checkpoints"}  # they change without any change of the code


class BuildError(Exception):
    """Something is missing or wrong; the message says what to do."""


def say(message: str) -> None:
    """Prints one step of the build."""
    print(f"site: {message}", flush=True)


def check_tools() -> None:
    """Raises `BuildError` unless this Python has the toolchain and the package of the book."""
    for module in ("jupyter_book", "misgen"):
        if importlib.util.find_spec(module) is None:
            raise BuildError(
                f"{sys.executable} has no {module}: run `make site`, which sets up .venv."
            )
    if not (ROOT / "_toc.yml").is_file():
        raise BuildError(f"{ROOT} has no _toc.yml: run this from the repository of the book.")


def locked_versions() -> dict[str, str]:
    """Returns the version of each vendored npm package in `package-lock.json`."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return {name: packages[f"node_modules/{name}"]["version"] for name in VENDORED}


def installed_version(name: str) -> str | None:
    """Returns the version of an npm package in `node_modules`, if it is there."""
    manifest = NODE_MODULES / name / "package.json"
    return json.loads(manifest.read_text())["version"] if manifest.is_file() else None


def vendor() -> None:
    """Fills `site/vendor` from the npm packages, whose integrity `npm ci` has checked."""
    for name, version in locked_versions().items():
        if installed_version(name) != version:
            raise BuildError(f"node_modules has no {name} {version}: run `make assets`.")
    shutil.rmtree(VENDOR, ignore_errors=True)  # so that no file of an older version stays
    for name, files in VENDORED.items():
        for source, target in files.items():
            copy(NODE_MODULES / name / source, VENDOR / target)


def copy(source: Path, target: Path) -> None:
    """Copies a file or a folder, making the folders above it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def files_below(paths: Iterable[Path]) -> Iterator[Path]:
    """Yields the files at and below `paths` in a fixed order, without caches."""
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in found if file.is_file() and not IGNORED & set(file.parts))


def hash_of(names: Iterable[str], root: Path = ROOT) -> str:
    """Returns the hash of the named files and folders below `root`, and of Python's version."""
    digest = hashlib.sha256(sys.version.encode())  # outputs may differ between versions of Python
    for file in files_below(root / name for name in names):
        digest.update(str(file.relative_to(root)).encode() + b"\0")  # ends the name, which may vary
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def forget_outputs_of_other_code() -> None:
    """Removes the notebooks' cached outputs when the code behind them has changed."""
    current = hash_of(CODE)
    if CODE_STAMP.is_file() and CODE_STAMP.read_text() == current:
        say("the code is as before: cached outputs are used for unchanged notebooks")
        return
    say("the code has changed: every notebook is executed")
    shutil.rmtree(BUILD / ".jupyter_cache", ignore_errors=True)
    BUILD.mkdir(exist_ok=True)
    CODE_STAMP.write_text(current)  # after the cache is gone: an interruption repeats the removal


def build_environment() -> dict[str, str]:
    """Returns the environment of the build: this Python's own kernel, and no other."""
    scripts = str(Path(sys.executable).parent)
    return {
        **os.environ,
        # first: `jupyter` and `python3` of this environment
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")]),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_PLATFORM_DIRS": "1",  # else Jupyter warns that its folders will change
        # else the debugger of kernels warns of frozen modules
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def build_pages() -> None:
    """Runs the strict build; pages that are no longer in the book disappear."""
    sources = hash_of((*CODE, *PAGES, *SITE))  # before the build: what changes meanwhile is new
    SITE_STAMP.unlink(missing_ok=True)  # a failed build leaves no stamp
    for stale in ("html", ".doctrees", "jupyter_execute"):
        shutil.rmtree(BUILD / stale, ignore_errors=True)
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]
    command += ["-n", "-W", "--keep-going", str(ROOT)]  # strict, and all warnings at once
    if subprocess.run(command, cwd=ROOT, env=build_environment(), check=False).returncode:
        raise BuildError("the build has warnings or errors: they are listed above.")
    add_stills()
    SITE_STAMP.write_text(sources)


def add_stills() -> None:
    """Draws the still pictures of what moves, where there is a Chromium to draw them."""
    from browser import find_chromium  # these need the tools that `check_tools` looks for
    from stills import StillError, draw_stills

    if find_chromium() is None:
        say("no Chromium: pages keep sentences in place of stills; `make chromium site` draws them")
        return
    say("drawing the still pictures")
    try:
        draw_stills(BUILD / "html")
    except StillError as error:
        raise BuildError(str(error)) from error


def main() -> int:
    """Builds the site; returns the exit code."""
    try:
        check_tools()
        say("copying the vendored scripts and fonts")
        vendor()
        forget_outputs_of_other_code()
        say("building the pages")
        build_pages()
    except BuildError as error:
        print(f"site: {error}", file=sys.stderr)
        return 1
    say(f"done: {BUILD.relative_to(ROOT) / 'html' / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
