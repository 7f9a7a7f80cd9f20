"""No text is read or written in whatever encoding a machine happens to have."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = [
    path.relative_to(ROOT)
    for folder in ("src", "site", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
BY_POSITION = {"read_text": 0, "write_text": 1}
"""Where the encoding stands among the positional arguments of a method of `Path`."""
ARCHIVES = {"tarfile.open", "zipfile.open"}
"""What opens bytes without saying so in a mode."""
SUBPROCESS = {"run", "Popen", "check_output"}


def without_encoding(source: str) -> list[int]:
    """Returns the lines that read or write text without naming an encoding."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return sorted(call.lineno for call in calls if _guesses(call))


def _guesses(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if "encoding" in keywords or None in keywords:  # None: `**options`, which may hold it
        return False
    if name in SUBPROCESS:
        return bool({"text", "universal_newlines"} & keywords.keys())
    if name in BY_POSITION and isinstance(call.func, ast.Attribute):
        return len(call.args) <= BY_POSITION[name]
    if ast.unparse(call.func) in ARCHIVES:
        return False
    if name in {"open", "fdopen", "NamedTemporaryFile", "TemporaryFile"}:
        return _is_text(name, call, keywords)
    return name == "TextIOWrapper"


def _is_text(name: str, call: ast.Call, keywords: dict[str | None, ast.expr]) -> bool:
    """Whether a file is opened as text; it is where no mode says otherwise."""
    binary = "Temporary" in name  # those are binary without a mode
    modes = [
        value for value in [*call.args, keywords.get("mode")] if isinstance(value, ast.Constant)
    ]
    words = [mode.value for mode in modes if isinstance(mode.value, str) and len(mode.value) < 4]
    return not any("b" in word for word in words) and not (binary and not words)


def test_each_text_file_has_an_encoding():
    found = {path: without_encoding((ROOT / path).read_text(encoding="utf-8")) for path in SCRIPTS}
    assert {str(path): lines for path, lines in found.items() if lines} == {}


GUESSED = [
    "path.read_text()",
    "path.write_text('a')",
    "open('a')",
    "path.open('w')",
    "subprocess.run(command, text=True)",
    "io.TextIOWrapper(file)",
    "tempfile.NamedTemporaryFile('w')",
]
NAMED = [
    "path.read_text(encoding='utf-8')",
    "path.read_text('utf-8')",
    "path.write_text('a', 'utf-8')",
    "open('a', 'rb')",
    "path.open(mode='wb')",
    "subprocess.run(command)",
    "tempfile.TemporaryFile()",
    "write_text(path, text)",
    "tarfile.open(path)",
]


@pytest.mark.parametrize("source", GUESSED)
def test_a_guessed_encoding_is_found(source):
    assert without_encoding(source) == [1]


@pytest.mark.parametrize("source", NAMED)
def test_a_named_encoding_is_not(source):
    assert without_encoding(source) == []
