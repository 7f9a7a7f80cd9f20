"""The manifest of published tables: what they were made from, and the sha256 of each file.

A run belongs to the code that made it. When that code is taken elsewhere (a function into another
module, a module into two), its hash may change though no statement did; `follow_move` then writes
the new hash.
"""

from __future__ import annotations

import ast
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from misgen.core.atomic import read_json, write_bytes, write_json
from misgen.ledger.code import Statements, code_hash, hashed, statements_of
from misgen.ledger.experiment import Experiment
from misgen.ledger.runs import DamagedError, Run, SweepError, file_hash

NAME = "manifest.json"
"""File in the folder of an experiment."""


def manifest(runs: Sequence[Run], folder: Path) -> dict[str, Any]:
    """Describes the published files of `folder` and the runs that they were made from.

    Args:
        runs: The runs, all of one experiment and of one code.
        folder: The published files; the manifest itself does not count.

    Returns:
        JSON: experiment, code (hash), runs (count), seeds, versions and platforms (all that
        occurred), seconds (wall time of the runs: sum and median), files (sha256 by path).

    Raises:
        SweepError: There are no runs, or they are of several experiments or codes.
    """
    seconds = [run.seconds for run in runs]
    return {
        "experiment": _the_one("experiment", [run.experiment for run in runs]),
        "code": _the_one("code", [run.code for run in runs]),
        "runs": len(runs),
        "seeds": sorted({run.config["seed"] for run in runs if "seed" in run.config}),
        "versions": {
            package: sorted({run.versions[package] for run in runs}) for package in runs[0].versions
        },
        "platforms": sorted({run.platform for run in runs}),
        "seconds": {"sum": round(sum(seconds), 3), "median": round(statistics.median(seconds), 3)},
        "files": _hashes(folder),
    }


def write_manifest(runs: Sequence[Run], folder: Path) -> None:
    """Writes the manifest of `folder` as its manifest.json; call it when all else is written."""
    write_json(folder / NAME, manifest(runs, folder))


def copy_published(source: Path, folder: Path) -> None:
    """Copies published files from `source` to `folder`, each whole; the manifest comes last.

    Raises:
        misgen.core.atomic.WriteError: The disk is full or the folder cannot be written.
    """
    for name in [*_hashes(source), NAME]:  # last, since it says that all others are there
        write_bytes(folder / name, (source / name).read_bytes())


def verify_manifest(folder: Path) -> list[str]:
    """Compares the files of `folder` with its manifest.

    Returns:
        One sentence for each file that was changed, is missing or is not listed; none if all is
        well.

    Raises:
        DamagedError: There is no readable manifest.
    """
    published, present = _read(folder)["files"], _hashes(folder)  # path -> sha256
    remarks = dict.fromkeys(present.keys() - published.keys(), "is not listed in the manifest")
    remarks |= dict.fromkeys(published.keys() - present.keys(), "is missing")
    for name in published.keys() & present.keys():
        if published[name] != present[name]:
            remarks[name] = "is not the file that was published"
    return [f"{folder / name} {remark}." for name, remark in sorted(remarks.items())]


def follow_move(experiment: Experiment, older: Path, folder: Path) -> str:
    """Writes the hash of code that has moved, and only moved, into the manifest of published runs.

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
    if not (older / "src").is_dir():
        raise SweepError(f"There is no checkout at {older}: make one by `git worktree add`.")
    now, before = statements_of(type(experiment)), _statements_below(older / "src")
    new = {line for key, line in now.items() if key not in before}  # first lines of statements
    if new:
        raise SweepError(
            f"The code of {experiment.name!r} has not only moved, so run it again: "
            f"{'; '.join(sorted(new))}."
        )
    here, there = _read(folder), _read(older / "assets" / "agents" / folder.name)
    if here | {"code": ""} != there | {"code": ""}:  # but for the hash that is about to change
        raise SweepError(f"{folder} does not hold what the older checkout published: restore it.")
    write_json(folder / NAME, {**here, "code": code_hash(now)})
    return code_hash(now)


def _statements_below(folder: Path) -> Statements:
    """Returns the statements at the top of all modules below a folder, and of their classes."""
    trees = (ast.parse(path.read_bytes()) for path in sorted(folder.rglob("*.py")))
    nodes: list[ast.AST] = [node for tree in trees for node in tree.body]
    # their members too: of an experiment its `run` alone may count
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    return hashed([*nodes, *(member for kind in classes for member in kind.body)])


def _read(folder: Path) -> dict[str, Any]:
    try:
        fields: dict[str, Any] = read_json(folder / NAME)
        return {**fields, "files": dict(fields["files"])}  # raises where it is no mapping
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedError(
            f"{folder / NAME} is not a readable manifest: restore it, or collect the experiment "
            "again."
        ) from error


def _the_one(what: str, values: Sequence[str]) -> str:
    distinct = set(values)
    if len(distinct) != 1:
        raise SweepError(f"A manifest is of runs of one {what}, not of {len(distinct)}.")
    return distinct.pop()


def _hashes(folder: Path) -> dict[str, str]:
    """Returns the sha256 of each file by its path in the folder, sorted."""
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    # it cannot hold itself
    return {name: file_hash(folder / name) for name in sorted(files - {NAME})}
