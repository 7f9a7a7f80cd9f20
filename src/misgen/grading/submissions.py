"""What a class has handed in: a folder or a zip, as Canvas, Moodle, Gradescope or nbgrader lay it.

Whose a notebook is follows from its file, never from what is written in it alone: the name that a
student types decides his variant only if it is one of the names by which his file, or the roster,
knows him.
"""

from __future__ import annotations

import ast
import csv
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TextIO

from misgen.grading.assignment import TEST, WRITTEN, Assignment
from misgen.grading.grade import config_of, solution_cells
from misgen.grading.notebooks import LARGEST, Notebook, NotebookError, read, writable
from misgen.ledger.runs import Config, short_hash

_CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<id>\d+)_\d+_.*")
_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_.*")
_NOT_SUBMISSIONS = re.compile(r"(^|/)(\.|__MACOSX/)")
_LONGEST_NAME = 100
_NOBODY = {"points possible", "student, test"}
"""Rows of a gradebook of Canvas that are no students."""


class SubmissionsError(Exception):
    """Nothing can be graded; the message says what to change."""


@dataclass(frozen=True)
class Handed:
    """One file that was handed in, or the place where one is missing."""

    keys: tuple[str, ...]
    """What the file says of whose it is; the first one is his name in the tables."""
    place: str
    """Where it lies, for whoever looks for it."""
    data: bytes
    problem: str = ""
    """Why there is nothing to grade; empty if there is."""


@dataclass(frozen=True)
class Submission:
    """What one student has handed in, ready to be graded."""

    student: str
    """His name in the tables."""
    place: str
    config: Config
    """What is graded; empty if nothing can be."""
    written: Mapping[str, str]
    """His answers in words, by the names of their cells."""
    remarks: tuple[str, ...]
    """What is strange about his file; he is told so as well."""
    row: Mapping[str, str]
    """His row of the roster; empty without one."""
    doubts: tuple[str, ...] = ()
    """What only whoever grades should know."""

    @property
    def graded(self) -> bool:
        """Whether there is anything to grade."""
        return bool(self.config)


def handed_in(place: Path, assignment: str) -> list[Handed]:
    """Lists what lies in a folder or a zip, in the order of the names.

    Args:
        place: The folder or the zip.
        assignment: The name of the assignment, for students with several notebooks.

    Raises:
        SubmissionsError: There is no such place, or nothing in it.
    """
    files = dict(_in_zip(place) if zipfile.is_zipfile(place) else _in_folder(place))
    owners: dict[tuple[str, ...], list[str]] = {}
    for name in sorted(files):
        if not _NOT_SUBMISSIONS.search(name):
            owners.setdefault(_keys(name), []).append(name)
    # a loose file that is no notebook, such as a list of the class, belongs to nobody
    owners = {keys: names for keys, names in owners.items() if keys}
    if not owners:
        raise SubmissionsError(f"{place} holds no submissions: it must hold notebooks or folders.")
    return [_of(keys, names, files, assignment) for keys, names in owners.items()]


_File = tuple[bytes, str]  # what is in it, and why it was not read


def _in_folder(place: Path) -> Iterator[tuple[str, _File]]:
    if not place.is_dir():
        raise SubmissionsError(f"{place} is neither a folder nor a zip: name one of submissions.")
    inside = place.resolve()
    for path in sorted(place.rglob("*")):
        name = writable(path.relative_to(place).as_posix())  # bytes that are no UTF-8 stay apart
        if not _is_inside(path, inside):
            place_of_it = name if path.suffix == ".ipynb" else f"{name}/"
            yield place_of_it, (b"", "it is a link to somewhere else, and was not followed")
        elif path.is_file():
            yield name, _contents(path)
        elif path.is_dir() and not any(path.iterdir()):
            yield f"{name}/", (b"", "")


def _is_inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # links in a circle
        return False


def _contents(path: Path) -> _File:
    if path.suffix != ".ipynb":
        return b"", ""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1), ""
    except OSError as error:
        return b"", f"it cannot be read: {error.strerror}"


def _in_zip(place: Path) -> Iterator[tuple[str, _File]]:
    with _opened(place) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                yield member.filename, _unpacked(archive, member)


def _opened(place: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(place)
    except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
        raise SubmissionsError(f"{place} cannot be unpacked: {error}.") from error


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> _File:
    """Reads a member into memory, so that no path leads out; never more than its size says."""
    if not member.filename.endswith(".ipynb"):
        return b"", ""
    if member.file_size > LARGEST:
        return b"", "it is too large to be read"
    try:
        return archive.read(member), ""
    except Exception as error:  # each way of packing has its own for what is damaged
        return b"", f"it cannot be read: {str(error) or type(error).__name__}"


def _keys(name: str) -> tuple[str, ...]:
    """Returns whose a file is, by its path.

    >>> _keys("doejane_4711_99_coinrun.ipynb"), _keys("Jane Doe_12_assignsubmission_file_/a.ipynb")
    (('doejane', '4711'), ('Jane Doe', '12', 'Participant 12'))
    >>> _keys("jane/coinrun/coinrun.ipynb"), _keys("jane.ipynb"), _keys("class.csv")
    (('jane',), ('jane',), ())
    """
    path = PurePosixPath(name)
    if len(path.parts) == 1 and not name.endswith("/"):
        if path.suffix != ".ipynb":
            return ()
        canvas = _CANVAS.fullmatch(path.stem)
        return (canvas["name"], canvas["id"]) if canvas else (path.stem,)
    folder = path.parts[0]
    moodle = _MOODLE.fullmatch(folder)
    if moodle:
        return (moodle["name"], moodle["id"], f"Participant {moodle['id']}")
    return (folder,)


def _of(
    keys: tuple[str, ...], names: list[str], files: Mapping[str, _File], assignment: str
) -> Handed:
    """Chooses the notebook of one student among his files."""
    notebooks = [name for name in names if name.endswith(".ipynb")]
    named = [n for n in notebooks if PurePosixPath(n).stem == assignment] or [
        n for n in notebooks if assignment in PurePosixPath(n).parts
    ]
    chosen = named if len(notebooks) > 1 and named else notebooks
    if len(chosen) == 1:
        data, problem = files[chosen[0]]
        return Handed(keys, chosen[0], data, problem)
    told = "there is no notebook" if not chosen else f"there are {len(chosen)} notebooks"
    problem = next((files[name][1] for name in names if files[name][1]), told)
    return Handed(keys, names[0], b"", problem)


# -------------------------------------------------------------------------- whose it is


@dataclass(frozen=True)
class Roster:
    """The list of a class, as the system of the course exports it."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

    def find(self, keys: Iterable[str]) -> Mapping[str, str]:
        """Returns the row in which one of the keys stands, or an empty one."""
        wanted = {_folded(key) for key in keys if key}
        found = [row for row in self.rows if wanted & {_folded(value) for value in row.values()}]
        return found[0] if len(found) == 1 else {}

    def only_of(self, row: Mapping[str, str]) -> list[str]:
        """Returns what stands in this row and in no other, such as a name, but not a section."""
        others = {_folded(v) for other in self.rows if other is not row for v in other.values()}
        return [value for value in row.values() if _folded(value) not in others]


def read_roster(path: Path | None) -> Roster:
    """Reads a roster; without a path there is an empty one.

    Raises:
        SubmissionsError: It cannot be read, or has no columns.
    """
    if path is None:
        return Roster((), ())
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, delimiter=delimiter_of(file))
            rows = tuple({k: v or "" for k, v in row.items() if k} for row in table)
    except (OSError, ValueError, csv.Error) as error:
        raise SubmissionsError(f"{path} is no roster: {error}.") from error
    if not rows:
        raise SubmissionsError(f"{path} is no roster: it needs a line of names and one for each.")
    return Roster(tuple(rows[0]), rows)


def delimiter_of(file: TextIO) -> str:
    """Returns what stands between the columns: a spreadsheet may have written semicolons."""
    head = file.readline()
    file.seek(0)
    return ";" if head.count(";") > head.count(",") else ","


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def submissions(
    files: Sequence[Handed], assignment: Assignment, roster: Roster, *, trust_typed: bool = False
) -> list[Submission]:
    """Reads what was handed in; whatever is wrong with a file is a remark on it.

    Who is on the roster and has handed in nothing comes last, so that a table has the whole class.

    Args:
        files: From `handed_in`.
        assignment: What was to be done.
        roster: The class.
        trust_typed: Whether the name that a student typed decides his variant in any case.
    """
    read_ones = [_submission(file, assignment, roster, trust_typed) for file in files]
    untouched = config_of(assignment, "", list(solution_cells(assignment.without_hidden())))
    return [*_with_twins_named(read_ones, untouched), *_absent(read_ones, roster)]


def _absent(found: Sequence[Submission], roster: Roster) -> Iterator[Submission]:
    """Yields those of the roster of whom there is no file."""
    for row in roster.rows:
        name = next(iter(filter(str.strip, roster.only_of(row))), "")
        if name and _folded(name) not in _NOBODY and all(row is not one.row for one in found):
            yield Submission(name, "", {}, {}, ("nothing was handed in",), row)


def _submission(
    file: Handed, assignment: Assignment, roster: Roster, trust_typed: bool
) -> Submission:
    row = roster.find(file.keys)
    remarks = [] if row or not roster.rows else ["nobody on the roster has this name"]
    empty = Submission(file.keys[0], file.place, {}, {}, (), row)
    if file.problem:
        return replace(empty, remarks=(*remarks, file.problem))
    try:
        notebook = read(file.data)
    except NotebookError as error:
        return replace(empty, remarks=(*remarks, str(error)))
    student, doubt = _whose(notebook, (*file.keys, *roster.only_of(row)), trust_typed)
    return replace(
        empty,
        config=config_of(assignment, student, notebook.cells),
        written=_written(notebook, assignment),
        remarks=(*remarks, *notebook.remarks, *doubt, *_strange(notebook, assignment)),
    )


def _whose(notebook: Notebook, keys: Sequence[str], trust_typed: bool) -> tuple[str, list[str]]:
    """Returns the name from which the variant is drawn, and whether there is doubt about it."""
    typed = _typed(notebook)
    fits = _folded(typed) in {_folded(key) for key in keys if key}
    if typed and (fits or trust_typed):
        return typed, []
    if not typed:
        return keys[0], [f"no name is typed in the notebook; the variant is that of {keys[0]}"]
    return keys[0], [f"{typed!r} is typed, which is not {keys[0]}, whose variant was graded"]


def _typed(notebook: Notebook) -> str:
    """Returns the name that a student typed into his notebook, without running it."""
    for cell in notebook.cells:
        if cell.code and (cell.name == "student" or "student" in cell.source):
            found = re.search(r"^student\s*=\s*(['\"].*?['\"])", cell.source, re.MULTILINE)
            try:
                typed = ast.literal_eval(found[1]) if found else ""
            except (ValueError, SyntaxError):
                continue
            if typed:
                return writable(str(typed)).strip()[:_LONGEST_NAME]
    return ""


def _written(notebook: Notebook, assignment: Assignment) -> dict[str, str]:
    """Returns the answers in words, of a copied cell all copies."""
    answers, elsewhere = {}, _own_texts(notebook, assignment)
    for part in assignment.of_role(WRITTEN):
        texts = [cell.source.strip() for cell in notebook.cells if cell.name == part.name]
        own = [text for text in texts if text != part.for_students.strip()]
        answers[part.name] = "\n\n".join(own) or elsewhere
    return answers


def _own_texts(notebook: Notebook, assignment: Assignment) -> str:
    """Returns what a student wrote into text cells of his own, or into some that lost their names.

    Many leave the cell for the answer as it is, and write below it.
    """
    given = {"".join(part.for_students.split()) for part in assignment.parts}
    named = {part.name for part in assignment.of_role(WRITTEN)}
    others = [c.source.strip() for c in notebook.cells if not c.code and c.name not in named]
    return "\n\n".join(text for text in others if "".join(text.split()) not in {"", *given})


def _strange(notebook: Notebook, assignment: Assignment) -> list[str]:
    """Says which cells are missing or stand twice; where there are names at all."""
    parts = [part for part in assignment.parts if part.name and part.role != "text"]
    found = Counter(cell.name for cell in notebook.cells if cell.name)
    if not found:
        return ["its cells have lost their names; the answers were looked for by what they define"]
    wanted = [part.name for part in parts if part.role != TEST]  # tests come from the source
    missing = [name for name in wanted if not found[name]]
    twice = [name for name in wanted if found[name] > 1]
    order = [cell.name for cell in notebook.cells if cell.name in wanted]
    told = [f"cell {name} is missing" for name in missing]
    told += [f"cell {name} stands {found[name]} times; all were run in order" for name in twice]
    if not twice and order != [name for name in wanted if found[name]]:
        told.append("its cells stand in another order, in which they were run")
    return told


def _with_twins_named(read_ones: Sequence[Submission], untouched: Config) -> list[Submission]:
    """Remarks on what two students share: their name, or a typed one, or all of their cells."""

    def cells(one: Submission) -> str:
        own = one.config.get("cells", untouched["cells"])
        # what nobody has touched is the same everywhere
        return one.place if own == untouched["cells"] else short_hash(own)

    shared = {
        "another submission has the same name": [s.student for s in read_ones],
        "another submission has the same variant": [
            s.config.get("student", s.place) for s in read_ones
        ],
        "another submission has the very same cells": [cells(s) for s in read_ones],
    }
    counts = {told: Counter(values) for told, values in shared.items()}
    result = []
    for index, one in enumerate(read_ones):
        more = [told for told, values in shared.items() if counts[told][values[index]] > 1]
        result.append(replace(one, doubts=tuple(more)))
    return result
