"""Imports go down: `core`, `learn`, `ledger`, `live`, `explore`, `topics`, `grading`.

No topic knows another.

All imports count: those inside of functions, and those for type checkers alone.
"""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

LAYERS = ("core", "learn", "ledger", "live", "explore", "topics", "grading")
"""Each may import itself and those before it."""
BINDS = {
    ("four_scenarios", "coinrun"): "it leaves the hazards of CoinRun out",
    ("mitigations", "coin_grid"): "it tries what would help in both worlds",
    ("mitigations", "coinrun"): "it tries what would help in both worlds",
    (
        "obvious_lies",
        "persuasion",
    ): "its persuaders are of the same networks, and meet the same users",
    ("shared_budget", "mitigations"): "it has the same ensembles, of agents that were trained less",
    ("taxonomy", "coin_grid"): "the map of the book shows the agents of every ledger",
    ("taxonomy", "tree_gridworld"): "the map of the book shows the agents of every ledger",
    ("why_the_end", "coinrun"): "it changes one thing of CoinRun at a time",
}
"""(topic, other topic) -> why the first imports the second."""
MOST_ROOMS = 8
HOUSEKEEPING = {"__init__.py", "py.typed", "__pycache__"}

Graph = dict[str, set[str]]


@pytest.fixture(scope="session")
def package(root) -> Path:
    return root / "src" / "misgen"


@pytest.fixture(scope="session")
def graph(package) -> Graph:
    """Module -> the modules of the package that it imports."""
    paths = {module_name(package, path): path for path in package.rglob("*.py")}
    return {name: imported(path.read_text("utf-8"), paths) for name, path in paths.items()}


def module_name(package: Path, path: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(source: str, known) -> set[str]:
    """Returns which of the known modules a source imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"write the whole name of {node.module}"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else str(node.module) for name in inner}
    return found & set(known)


def room(module: str) -> str:
    """Returns the room of a module: its layer, or "" for what lies above all rooms."""
    return [*module.split("."), ""][1]


def topic(module: str) -> str:
    return [*module.split("."), "", ""][2] if room(module) == "topics" else ""


def edges(graph: Graph) -> list[tuple[str, str]]:
    return [(module, other) for module in sorted(graph) for other in sorted(graph[module])]


def upward(graph: Graph) -> list[tuple[str, str]]:
    """Returns the imports that do not go down. What lies above all rooms may import any."""
    return [
        (module, other)
        for module, other in edges(graph)
        if room(module) in LAYERS
        and (room(other) not in LAYERS or LAYERS.index(room(other)) > LAYERS.index(room(module)))
    ]


def across(graph: Graph) -> set[tuple[str, str]]:
    """Returns the pairs of different topics of which the first imports the second."""
    pairs = {(topic(module), topic(other)) for module, other in edges(graph)}
    return {(one, other) for one, other in pairs if one and other and one != other}


def cycle(graph: Graph) -> list[str]:
    """Returns modules that import each other in a circle, or none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_module_is_in_a_room_or_above_all(graph):
    assert {room(module) for module in graph} == {*LAYERS, "", "registration"}


def test_imports_go_down(graph):
    assert upward(graph) == []


def test_a_topic_imports_no_other_topic_without_a_reason(graph):
    assert across(graph) == set(BINDS)


def test_no_modules_import_each_other(graph):
    assert cycle(graph) == []


def test_the_package_has_few_rooms(package):
    rooms = {path.name for path in package.iterdir()} - HOUSEKEEPING
    assert len(rooms) <= MOST_ROOMS, sorted(rooms)


# ------------------------------------------------------------------ the tests themselves


def test_imports_are_found_wherever_they_are():
    known = ["misgen", "misgen.a", "misgen.a.b", "misgen.c", "misgen.d", "misgen.e"]
    source = """
from typing import TYPE_CHECKING
from misgen.a import b, name
if TYPE_CHECKING:
    from misgen.c import Kind
def late():
    import misgen.d
"""
    assert imported(source, known) == {"misgen.a", "misgen.a.b", "misgen.c", "misgen.d"}


def test_a_wrong_direction_and_a_circle_would_be_found():
    wrong = {"misgen.core.x": {"misgen.learn.y"}, "misgen.learn.y": {"misgen.core.x"}}
    assert upward(wrong) == [("misgen.core.x", "misgen.learn.y")]
    assert set(cycle(wrong)) == set(wrong)
    assert across({"misgen.topics.a.x": {"misgen.topics.b.y", "misgen.topics.a.z"}}) == {("a", "b")}
