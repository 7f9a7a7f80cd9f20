"""The ledger: what a run is, how it is named, and how it is kept.

An experiment is a grid of configurations and a function that runs one of them. A run is named by a
hash of its configuration and of the code that it depends on, and is kept as a small JSON file, with
an .npz if it has arrays. A run that is in the ledger is never computed again; when the code of a
run changes, so does its name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misgen.core.atomic import Json, read_json, write_json, write_npz

Config = dict[str, Any]
"""The settings of one run: JSON scalars, or lists of them, by name."""


class SweepError(Exception):
    """Something that the reader can put right; the message is one sentence that says how."""


class DamagedError(SweepError):
    """A file of the ledger is not what was written."""


@dataclass(frozen=True)
class Run:
    """One finished run: what came out, and where it came from."""

    experiment: str
    """Name of the experiment."""
    config: Config
    """Its configuration, as JSON gives it back (tuples have become lists)."""
    code: str
    """Hash of the code that decided the result."""
    result: dict[str, Any]
    """Numbers and words, as JSON gives them back."""
    arrays: dict[str, NDArray[Any]]
    """Anything larger, by name: weights, replays, rates per level."""
    versions: dict[str, str]
    """Versions of Python and of the experiment's packages."""
    platform: str
    """Operating system and processor of the machine that ran it."""
    seconds: float
    """Wall time."""

    @property
    def key(self) -> str:
        """The name of the run: 16 hexadecimal digits."""
        return run_key(self.experiment, self.config, self.code)


def run_key(experiment: str, config: Mapping[str, Any], code: str) -> str:
    """Names a run by what decides its result.

    Args:
        experiment: Name of the experiment.
        config: Configuration; the order of its fields does not matter.
        code: Hash of the code, from `misgen.ledger.code.code_hash`.

    Returns:
        16 hexadecimal digits.

    Raises:
        SweepError: The configuration holds something that JSON cannot, such as a NumPy number.

    >>> run_key("toy", {"seed": 3, "share": 0.02}, code="0" * 16)
    'f5840bf86afa580c'
    """
    return short_hash({"experiment": experiment, "config": config, "code": code})


_IN_JSON = ("experiment", "config", "code", "result", "versions", "platform", "seconds")
"""Fields of a run that its JSON file holds."""


class Store:
    """A folder of finished runs.

    `<key>.json` holds the run, `<key>.npz` its arrays. The .npz is written first: where there is a
    .json, the run is complete.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    def __contains__(self, key: str) -> bool:
        try:
            return self._json(key).exists()
        except OSError as error:  # a folder of others, or a name that no folder can have
            raise SweepError(
                f"{self.folder} cannot be read ({error.strerror}): choose another --store."
            ) from error

    def save(self, run: Run) -> None:
        """Keeps `run`; a run that is there already stays as it is.

        Raises:
            misgen.core.atomic.WriteError: The disk is full or the folder cannot be written.
        """
        if run.key in self:  # two processes may have run the same; the first one counts
            return
        if run.arrays:
            write_npz(self._npz(run.key), run.arrays)  # first, as the .json says that all is there
        record = {"key": run.key, **{name: getattr(run, name) for name in _IN_JSON}}
        # of the bytes on the disk
        record["arrays_sha256"] = file_hash(self._npz(run.key)) if run.arrays else None
        write_json(self._json(run.key), record | {"checksum": short_hash(record)})

    def load(self, key: str) -> Run:
        """Reads a run back.

        Raises:
            DamagedError: A file of the run is not what was written.
        """
        record, arrays = self.check(key), {}
        if record["arrays_sha256"] is not None:
            with np.load(self._npz(key), allow_pickle=False) as archive:
                arrays = dict(archive)  # read whole, before the file is closed
        return Run(**{name: record[name] for name in _IN_JSON}, arrays=arrays)

    def check(self, key: str) -> dict[str, Any]:
        """Returns the JSON record of a run, after checking it and its .npz against their sha256.

        Raises:
            DamagedError: A file of the run is not what was written.
        """
        record, npz = self._read_record(key), self._npz(key)
        try:
            found = None if record["arrays_sha256"] is None else file_hash(npz)
        except OSError as error:
            raise self._damaged(npz, f"it cannot be read, {error.strerror}") from error
        if record["arrays_sha256"] != found:
            raise self._damaged(npz, "its content is not what the run wrote")
        return record

    def _json(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _npz(self, key: str) -> Path:
        return self.folder / f"{key}.npz"

    def _read_record(self, key: str) -> dict[str, Any]:
        path = self._json(key)
        try:
            record = read_json(path)
        except (OSError, ValueError) as error:
            raise self._damaged(path, f"it cannot be read as JSON, {error}") from error
        if not isinstance(record, dict) or record.get("key") != key:
            raise self._damaged(path, "it is not the run of this name")
        if record.pop("checksum", None) != short_hash(record):  # popped first: it is not of itself
            raise self._damaged(path, "its content is not what the run wrote")
        if absent := {*_IN_JSON, "arrays_sha256"} - record.keys():
            raise self._damaged(path, f"it has no {min(absent)}")
        return record

    def _damaged(self, path: Path, why: str) -> DamagedError:
        # It is the .json that says that a run is there; without it both files are written again.
        return DamagedError(
            f"{path} is damaged ({why}): delete {path.with_suffix('.json')} and run the sweep "
            "again, only this run is repeated."
        )


def file_hash(path: Path) -> str:
    """Returns the sha256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def plain_json(value: Json) -> str:
    """Writes `value` as JSON that is the same for the same content: sorted, without spaces.

    Raises:
        SweepError: `value` holds something that JSON cannot, such as a NaN or a NumPy number.

    >>> plain_json({"seed": 3, "share": 0.02})
    '{"seed":3,"share":0.02}'
    """
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise SweepError(
            f"A configuration or a result is not plain JSON, so convert the value: {error}."
        ) from error


def short_hash(value: Json) -> str:
    """Returns 16 hexadecimal digits that stand for the content of `value`."""
    # 64 bits, more than enough for thousands of runs
    return hashlib.sha256(plain_json(value).encode()).hexdigest()[:16]
