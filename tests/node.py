"""Runs an explorer's ES module in Node, where no browser is needed: it must not touch a page."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from browsing import load_tool

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "misgen"

_SCRIPT = """
import * as explorer from "./{module}.js";
import {{ readFileSync }} from "node:fs";
const given = JSON.parse(readFileSync(0, "utf8"));
const answer = await ({function})(explorer, given);
process.stdout.write(JSON.stringify(answer));
"""


def find_node() -> str | None:
    """Node of the machine, or the one that the Makefile installs where there is none."""
    return load_tool("nodejs").find_node()


def modules() -> list[Path]:
    """All ES modules of the package: those of the kit, and those of the topics."""
    return sorted([*PACKAGE.glob("explore/js/*.js"), *PACKAGE.glob("topics/*/*.js")])


def _copy_modules(folder: Path) -> None:
    # Modules import each other by relative paths, so that each keeps its place.
    for source in modules():
        copy = folder / source.relative_to(PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)


def run_in_node(folder: Path, module: str, function: str, given: Any) -> Any:
    """Returns what a JavaScript function `(module, given) => answer` gives; it may be async.

    Args:
        folder: An empty folder to work in.
        module: Path of the module in the package, without `.js`, such as "explore/js/shared".
        function: Source of the function.
        given: Its second argument, as JSON.
    """
    node = find_node()
    if node is None:
        pytest.skip("There is no Node: `make assets` installs one.")
    _copy_modules(folder)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "main.js").write_text(_SCRIPT.format(module=module, function=function))
    run = subprocess.run(
        [node, "main.js"], cwd=folder, input=json.dumps(given), capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
