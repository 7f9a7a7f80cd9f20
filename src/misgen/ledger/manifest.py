"""The manifest of published tables: what they were made from, and the sha256 of each file."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from misgen.core.atomic import write_json
from misgen.ledger.runs import (
    DamagedError,
    Run,
    SweepError,
    file_hash,
)

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
    return {
        "experiment": _the_one("experiment", [run.experiment for run in runs]),
        "code": _the_one("code", [run.code for run in runs]),
        "runs": len(runs),
        "seeds": sorted({run.config["seed"] for run in runs if "seed" in run.config}),
        "versions": _versions(runs),
        "platforms": sorted({run.platform for run in runs}),
        "seconds": _seconds([run.seconds for run in runs]),
        "files": _hashes(folder),
    }


def write_manifest(runs: Sequence[Run], folder: Path) -> None:
    """Writes the manifest of `folder` as its manifest.json; call it when all else is written."""
    write_json(folder / NAME, manifest(runs, folder))


def verify_manifest(folder: Path) -> list[str]:
    """Compares the files of `folder` with its manifest.

    Returns:
        One sentence for each file that was changed, is missing or is not listed; none if all is
        well.

    Raises:
        DamagedError: There is no readable manifest.
    """
    published, present = _published(folder / NAME), _hashes(folder)
    remarks = dict.fromkeys(present.keys() - published.keys(), "is not listed in the manifest")
    remarks |= dict.fromkeys(published.keys() - present.keys(), "is missing")
    for name in published.keys() & present.keys():
        if published[name] != present[name]:
            remarks[name] = "is not the file that was published"
    return [f"{folder / name} {remark}." for name, remark in sorted(remarks.items())]


def _published(path: Path) -> dict[str, str]:
    try:
        files: dict[str, str] = json.loads(path.read_bytes())["files"]
        return dict(files)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedError(
            f"{path} is not a readable manifest: restore it, or collect the experiment again."
        ) from error


def _the_one(what: str, values: Sequence[str]) -> str:
    distinct = set(values)
    if len(distinct) != 1:
        raise SweepError(f"A manifest is of runs of one {what}, not of {len(distinct)}.")
    return distinct.pop()


def _versions(runs: Sequence[Run]) -> dict[str, list[str]]:
    return {
        package: sorted({run.versions[package] for run in runs}) for package in runs[0].versions
    }


def _seconds(seconds: Sequence[float]) -> dict[str, float]:
    return {"sum": round(sum(seconds), 3), "median": round(statistics.median(seconds), 3)}


def _hashes(folder: Path) -> dict[str, str]:
    """Returns the sha256 of each file by its path in the folder, sorted."""
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name: file_hash(folder / name) for name in sorted(files - {NAME})}
