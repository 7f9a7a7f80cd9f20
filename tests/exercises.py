"""The exercises of the chapters as a reader meets them: the cell, its solution, its named mistakes.

The solutions are those of the chapters, the mistakes those in the topics' `test_checks.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from browsing import ROOT, load_tool

from misgen.live.prelude import needed

code_cells = load_tool("code_cells")
CHECKS = re.compile(r"(\w+\.)?check_\w+\(")
SOLUTION = re.compile(r"<summary>Solution</summary>.*?```python\n(.*?)```", re.DOTALL)


class Exercise(NamedTuple):
    """A cell that ends with a check."""

    cell: Any
    """The cell, as `site/code_cells.py` has it."""
    above: tuple[str, ...]
    """The sources of the cells above it."""
    topic: str
    """The topic of the check."""
    check: str
    """Name of the check."""
    solution: str
    """What the chapter gives as the solution."""

    @property
    def call(self) -> ast.Call:
        """The call of the check."""
        return ast.parse(self.cell.source).body[-1].value

    def solved(self) -> str:
        """The cell in which the solution has taken the place of what it answers."""
        answered = _bound(ast.parse(self.solution))
        rest = [node for node in ast.parse(self.cell.source).body if not answered & _bound(node)]
        return f"{self.solution}\n{ast.unparse(ast.Module(rest, []))}"

    def mistakes(self) -> list[str]:
        """The named mistakes of its check."""
        names, _ = import_module(f"topics.{self.topic}.test_checks").ANSWERS[self.check]
        return list(names)

    def mistaken(self) -> tuple[str, str]:
        """Two cells that make each of the mistakes, and give what each is taken for."""
        tests = ROOT / "tests" / "topics" / self.topic / "test_checks.py"
        told = f"[{ast.unparse(self.call.func)}(*give(name)).mistake for name in names]"
        return tests.read_text(encoding="utf-8"), f"names, give = ANSWERS[{self.check!r}]\n{told}"


def _bound(tree: ast.AST) -> set[str]:
    """Returns the names that code gives a value, within functions too."""
    stored = [node for node in ast.walk(tree) if isinstance(getattr(node, "ctx", None), ast.Store)]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {*(ast.unparse(node) for node in stored), *(node.name for node in functions)}


def exercises(chapter: Path) -> list[Exercise]:
    """Returns the exercises of a chapter."""
    notebook = nbformat.read(chapter, as_version=4).cells
    cells = code_cells.cells_of(chapter)
    found: list[Exercise] = []
    for at, cell in enumerate(cells):
        last = ast.parse(cell.source).body[-1]
        if not CHECKS.match(ast.unparse(last)):
            continue
        above = tuple(each.source for each in cells[:at])
        check = _value(ast.unparse(last.value.func), above)
        topic = check.__module__.split(".")[-2]
        (solution,) = SOLUTION.findall(notebook[cell.number + 1].source)
        found.append(Exercise(cell, above, topic, check.__name__, solution))
    return found


def _value(name: str, above: Sequence[str]) -> Any:
    """Returns what a name means below some cells."""
    space: dict[str, Any] = {}
    for part in needed([*above, name]):
        exec(compile(part, "<above>", "exec"), space)
    return eval(name, space)
