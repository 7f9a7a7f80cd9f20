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
"""Of what `_build/html` was built from."""

SCRIPT = Path(__file__).resolve().with_name("notebooks.py")

# Where each file of an npm package goes below site/vendor, and so below _static.
# Those of pyodide are pruned and compiled first: `live_python.py`. Those of CodeMirror and of its
# parser become one, and those of markdown-it: `editor.py`.
VENDORED: dict[str, dict[str, str]] = {
    "@codemirror/view": {},
    "@lezer/common": {},
    "entities": {},
    "markdown-it": {},
    "mathjax": {
        "es5/tex-chtml.js": "mathjax/tex-chtml.js",
        "es5/input/tex/extensions": "mathjax/input/tex/extensions",
        "es5/output/chtml/fonts/woff-v2": "mathjax/output/chtml/fonts/woff-v2",
    },
    "plotly.js-basic-dist-min": {"plotly-basic.min.js": "plotly/plotly-basic.min.js"},
    "pyodide": {},
}
# The outputs of the notebooks depend on these; the execution cache knows the cells only.
CODE = ("src", "assets/agents", "requirements.txt")
PAGES = ("_config.yml", "_toc.yml", "intro.md", "references.bib", "chapters")
SITE = (
    "site/answers.py",
    "site/extension.py",
    "site/cards.py",
    "site/citations.py",
    "site/code_cells.py",
    "site/covers.py",
    "site/folded_exercises.py",
    "site/contents.py",
    "site/edition.py",
    "site/edition_on_site.py",
    "site/editor.js",
    "site/editor.py",
    "site/editions.txt",
    "site/explorer_files.py",
    "site/find_root.js",
    "site/first.js",
    "site/licences",
    "site/licences.py",
    "site/live",
    "site/live_modules.py",
    "site/markdown.js",
    "site/kernels.py",
    "site/live_python.py",
    "site/numpy_wheel.py",
    "site/policy.py",
    "site/notebooks.py",
    "site/prose.py",
    "site/search_words.py",
    "site/site_files.py",
    "site/slides.py",
    "site/slides_extension.py",
    "site/split_query.js",
    "site/still.js",
    "site/stills.py",
    "site/static",
    "site/templates",
    "assets/figures/dial.png",
    "slides",
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
            # else make would take the environment for whole
            Path(sys.prefix, ".stamp").unlink(missing_ok=True)
            raise BuildError(
                f"{sys.executable} has no {module}: run `make site`, which sets up .venv."
            )
    if not (ROOT / "_toc.yml").is_file():
        raise BuildError(f"{ROOT} has no _toc.yml: run this from the repository of the book.")


def locked_versions() -> dict[str, str]:
    """Returns the version of each vendored npm package in `package-lock.json`."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return {name: packages[f"node_modules/{name}"]["version"] for name in VENDORED}


def installed_version(name: str) -> str | None:
    """Returns the version of an npm package in `node_modules`, if what we need of it is there."""
    folder, manifest = NODE_MODULES / name, "package.json"
    if not all((folder / file).exists() for file in (manifest, *VENDORED[name])):
        return None
    try:
        return str(json.loads((folder / manifest).read_text(encoding="utf-8"))["version"])
    except (ValueError, KeyError):  # cut off while it was written
        return None


def vendor() -> None:
    """Fills `site/vendor` from the npm packages, whose integrity `npm ci` has checked."""
    for name, version in locked_versions().items():
        if installed_version(name) != version:
            for stamp in (".stamp", ".test-stamp"):  # else make would take the folder for whole
                (NODE_MODULES / stamp).unlink(missing_ok=True)
            raise BuildError(
                f"node_modules has no {name} {version}: run `make assets`, which fetches it again."
            )
    shutil.rmtree(VENDOR, ignore_errors=True)  # so that no file of an older version stays
    for name, files in VENDORED.items():
        for source, target in files.items():
            copy(NODE_MODULES / name / source, VENDOR / target)


def add_live_python() -> None:
    """Adds what runs Python in the pages, where all of it is there; they do without."""
    import live_python  # it needs the package that `check_tools` looks for

    try:
        live_python.fill(VENDOR / live_python.FOLDER)
    except live_python.LivePythonError as error:
        say(f"pages will have all but live Python: {error}")


def add_editor() -> None:
    """Adds the editor of code cells and what reads Markdown; pages do without."""
    import editor  # it needs the package that `check_tools` looks for

    try:
        editor.bundle(VENDOR / editor.FILE)
        editor.bundle(VENDOR / editor.MARKDOWN_FILE, editor.MARKDOWN_SOURCE)
    except editor.EditorError as error:
        say(f"pages will have a plain field in place of an editor: {error}")


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
    if CODE_STAMP.is_file() and CODE_STAMP.read_text(encoding="utf-8") == current:
        say("the code is as before: cached outputs are used for unchanged notebooks")
        return
    say("the code has changed: every notebook is executed")
    shutil.rmtree(BUILD / ".jupyter_cache", ignore_errors=True)
    CODE_STAMP.write_text(
        current, encoding="utf-8"
    )  # after the cache is gone: an interruption repeats the removal


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


def run(*command: str) -> bool:
    """Runs a Python command in the environment of the build; returns whether it went well."""
    python = [sys.executable, *command]
    return subprocess.run(python, cwd=ROOT, env=build_environment(), check=False).returncode == 0


def execute_notebooks() -> None:
    """Executes the notebooks whose outputs are not cached, several at once."""
    # our own id, so that nothing goes on when we are killed
    if not run(str(SCRIPT), str(ROOT), str(BUILD / ".jupyter_cache"), str(os.getpid())):
        raise BuildError(f"a notebook failed: which one, and why, is listed above{last_good()}.")


def build_pages() -> None:
    """Runs the strict build beside the last good site, and puts the new one into its place."""
    sources = hash_of((*CODE, *PAGES, *SITE))  # before the build: what changes meanwhile is new
    beside = BUILD / "next"
    shutil.rmtree(beside, ignore_errors=True)  # pages that are no longer in the book disappear
    command = ["-c", "from jupyter_book.cli.main import main; main()", "build"]
    command += ["-n", "-W", "--keep-going"]  # strict, and all warnings at once
    if not run(*command, "--path-output", str(beside), str(ROOT)):
        raise BuildError(f"the build has warnings or errors: they are listed above{last_good()}.")
    built = beside / "_build" / "html"  # jupyter-book's own folder below the one that it is given
    add_stills(built)
    add_slides_to(built)
    SITE_STAMP.unlink(missing_ok=True)  # for a moment nobody knows which site is there
    put_into_place(built, BUILD / "html")
    SITE_STAMP.write_text(sources, encoding="utf-8")
    shutil.rmtree(beside, ignore_errors=True)


def last_good() -> str:
    """Returns the end of a sentence that says what there is, though a build failed."""
    html = BUILD / "html"
    return f", and {html.relative_to(ROOT)} is as it was" if html.is_dir() else ""


def put_into_place(new: Path, folder: Path) -> None:
    """Puts a folder into the place of another, which goes; `restore` mends an interruption."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)  # two renames: no system but Linux exchanges folders in one
    shutil.rmtree(old, ignore_errors=True)


def restore(folder: Path) -> None:
    """Puts back what `put_into_place` had moved away when it was killed between its renames."""
    old = folder.with_name(f"{folder.name}.old")
    if old.is_dir() and not folder.exists():
        old.rename(folder)


def add_stills(html: Path) -> None:
    """Draws the still pictures of what moves, where there is a Chromium to draw them."""
    from browser import find_chromium  # these need the tools that `check_tools` looks for
    from stills import StillError, draw_stills

    if find_chromium() is None:
        say("no Chromium: pages keep sentences in place of stills; `make chromium site` draws them")
        return
    say("drawing the still pictures")
    try:
        draw_stills(html)
    except StillError as error:
        raise BuildError(str(error)) from error


def add_slides_to(html: Path) -> None:
    """Builds the slides, which show figures of the pages."""
    from slides import SlidesError, add_slides  # it needs the tools that `check_tools` looks for

    say("building the slides")
    try:
        add_slides(ROOT / "slides", html, run)
    except SlidesError as error:
        raise BuildError(f"{error}{last_good()}.") from error


def build() -> None:
    """Builds the site.

    Raises:
        BuildError: Something is missing or wrong.
        OSError: The folder cannot be written.
    """
    check_tools()
    BUILD.mkdir(exist_ok=True)
    restore(BUILD / "html")
    say("copying the vendored scripts and fonts")
    vendor()
    say("adding what runs Python in the pages")
    add_live_python()
    add_editor()
    forget_outputs_of_other_code()
    say("executing the notebooks")
    execute_notebooks()
    say("building the pages")
    build_pages()
    say(f"done: {BUILD.relative_to(ROOT) / 'html' / 'index.html'}")


def main() -> int:
    """Builds the site; returns the exit code."""
    try:
        build()
    except BuildError as error:
        print(f"site: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"site: {error.filename or ROOT} cannot be written ({error.strerror or error}): build "
            "in a copy of the repository on a disk that has room and that you may write to.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print(f"\nsite: stopped{last_good()}.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
