"""Makes the editor of code cells, one file of CodeMirror's modules, and the reader of Markdown.

What they take is in `editor.js` and `markdown.js`, and comes with the packages of `package.json`;
esbuild makes the same file of the same packages.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from nodejs import find_node

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "site" / "editor.js"
BUNDLER = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
FILE = "editor/editor.js"
"""Where it is below `_static`."""
MARKDOWN_SOURCE = ROOT / "site" / "markdown.js"
MARKDOWN_FILE = "markdown/markdown.js"
"""Where the reader of Markdown is, which the page that opens notebooks loads."""
OPTIONS = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none")


class EditorError(Exception):
    """The editor cannot be made; the message says what to do."""


def bundle(target: Path, source: Path = SOURCE) -> list[str]:
    """Writes the editor, or another source, to a path; returns the names of its packages.

    Raises:
        EditorError: Node or a package is missing, or esbuild fails.
    """
    node = find_node()
    if node is None or not BUNDLER.is_file():
        raise EditorError("The editor of code cells needs Node and esbuild: run `make assets`.")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [node, str(BUNDLER), str(source), f"--outfile={target}", f"--metafile={report}"]
        done = subprocess.run(
            [*command, *OPTIONS], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
        )
        if done.returncode:
            raise EditorError(f"esbuild refuses {source.name}: {done.stderr.strip()[:500]}")
        (made,) = json.loads(report.read_text(encoding="utf-8"))["outputs"].values()
    used = [path for path, part in made["inputs"].items() if part["bytesInOutput"]]
    return sorted({_package(path) for path in used if "node_modules/" in path})


def _package(path: str) -> str:
    """Returns the package of a file.

    >>> _package("node_modules/@lezer/lr/dist/index.js"), _package("node_modules/crelt/index.js")
    ('@lezer/lr', 'crelt')
    """
    parts = path.rpartition("node_modules/")[2].split("/")
    return "/".join(parts[: 2 if parts[0].startswith("@") else 1])
