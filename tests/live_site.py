"""A site of one page with live explorers, whose Python knows the toy session beside the book's."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from browsing import ROOT, load_tool

FIXTURES = ROOT / "tests" / "site" / "fixtures" / "live"
TOPIC = "misgen/topics/toy"
PAGE = """<!doctype html>
<html lang="en" data-theme="light">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Live Python</title><link rel="icon" href="data:,">{mark}
<link rel="stylesheet" href="_static/book.css">
<link rel="stylesheet" href="_static/misgen/explore/js/explorer.css">
<script type="module" src="_static/host.js"></script></head>
<body style="margin: 12px"><main><h1>Live Python</h1>{explorers}</main></body></html>"""
EXPLORER = """<div class="misgen-explorer" id="{name}" data-key="{name}" data-live="toy"
data-module="topics/toy/toy"><figure class="misgen-still"><figcaption>Still.</figcaption></figure>
<script type="application/json" class="misgen-state">{state}</script></div>"""


@cache
def filled() -> Path:
    """Returns a folder with the live Python of the book, made once for all sites of a process."""
    folder = Path(tempfile.mkdtemp(prefix="misgen-live-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    load_tool("live_python").fill(folder)
    return folder


def explorer(name: str) -> str:
    state = json.dumps({"table": {"name": name}, "data": "", "state": {}})
    return EXPLORER.format(name=name, state=state)


def make(folder: Path, *names: str, edition: str = "", live: bool = True) -> None:
    """Writes the site into a folder.

    Args:
        folder: A new folder.
        names: Names of the explorers on its page.
        edition: Another name for the folder of live Python, as another edition has.
        live: Whether live Python is part of it.
    """
    static = folder / "_static"
    shutil.copytree(ROOT / "site" / "static", static)
    load_tool("explorer_files").copy_to(static)
    (static / TOPIC).mkdir(parents=True)
    shutil.copyfile(FIXTURES / "toy.js", static / TOPIC / "toy.js")
    live_python = load_tool("live_python")
    if live:
        shutil.copytree(filled(), static / "live")
        (made,) = (static / "live").iterdir()
        made = made.rename(made.with_name(edition or made.name))
        with zipfile.ZipFile(made / "misgen.zip", "a") as package:
            package.writestr(f"{TOPIC}/__init__.py", "")
            package.write(ROOT / "tests" / "toy_session.py", f"{TOPIC}/live.py")
    script = live_python.SERVICE_WORKER
    shutil.copyfile(live_python.SOURCES / script, folder / script)
    mark = live_python.mark(static, "_static/")
    page = PAGE.format(mark=mark, explorers="".join(map(explorer, names)))
    (folder / "index.html").write_text(page, encoding="utf-8")
