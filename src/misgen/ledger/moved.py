"""Tells the published runs of an experiment that their code has moved, and only moved.

A run belongs to the code that made it. When that code is taken elsewhere (a function into another
module, a module into two), its hash may change though no statement did. This writes the new hash
into the manifest, if every statement that decides the runs stood in the older checkout too, and
refuses if one did not.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from misgen.core.atomic import write_json
from misgen.ledger.code import Statements, code_hash, hashed, statements_of
from misgen.ledger.experiment import Experiment
from misgen.ledger.manifest import NAME
from misgen.ledger.runs import SweepError


def follow_move(experiment: Experiment, older: Path, folder: Path) -> str:
    """Writes the hash of moved code into the manifest of published runs.

    Args:
        experiment: The experiment.
        older: A checkout in which the published runs belong to the code (its tests say so).
        folder: The published tables of the experiment here.

    Returns:
        The new hash.

    Raises:
        SweepError: A statement that decides the runs is not in the older checkout, or what is
            published there is not what is published here.
    """
    now, before = statements_of(type(experiment)), statements_below(older / "src")
    new = {line for key, line in now.items() if key not in before}
    if new:
        raise SweepError(
            f"The code of {experiment.name!r} has not only moved, so run it again: "
            f"{'; '.join(sorted(new))}."
        )
    _check_published(folder, older / "assets" / "agents" / folder.name)
    write_json(folder / NAME, {**_manifest(folder), "code": code_hash(now)})
    return code_hash(now)


def statements_below(folder: Path) -> Statements:
    """Returns the statements at the top of all modules below a folder, and of their classes."""
    trees = (ast.parse(path.read_bytes()) for path in sorted(folder.rglob("*.py")))
    return hashed(node for tree in trees for node in _with_members(tree))


def _with_members(tree: ast.Module) -> Iterator[ast.AST]:
    for node in tree.body:
        yield node
        if isinstance(node, ast.ClassDef):
            yield from node.body


def _check_published(folder: Path, older: Path) -> None:
    if _manifest(folder) | {"code": ""} != _manifest(older) | {"code": ""}:
        raise SweepError(f"{folder} does not hold what the older checkout published: restore it.")


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError) as error:
        raise SweepError(
            f"There is no readable manifest in {folder}: name a checkout that has published these "
            "runs."
        ) from error
    return found
