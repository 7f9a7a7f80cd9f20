"""What a class has handed in: a folder or a zip, as Canvas, Moodle, Gradescope or nbgrader lay it.

Whose a notebook is follows from its file, never from what is written in it alone: the name that a
student types decides his variant only if it is one of the names by which his file, or the roster,
knows him.
"""

from __future__ import annotations

import ast
import csv
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TextIO

from misgen.grading.assignment import SETUP, SOLUTION, TEST, WRITTEN, Assignment
from misgen.grading.grade import config_of
from misgen.grading.notebooks import LARGEST, Notebook, NotebookError, read, writable
from misgen.grading.sources import parsed, squeezed
from misgen.grading.twins import twins
from misgen.ledger.runs import Config

_CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<id>\d+)_\d+_.*")
_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_.*")
_NAMED = re.compile(r"(?P<name>.+)\.ipynb(\..*)?", re.IGNORECASE | re.DOTALL)
_NOT_SUBMISSIONS = re.compile(r"(^|/)(\.|__MACOSX/)")
_LONGEST_NAME = 100
_NOBODY = {"points possible", "test student"}
"""Rows of a gradebook of Canvas that are no students, as `_folded` writes them."""


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

    who: str = ""
    """What tells him from others of his name, and stays when he hands in again."""

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
    # a loose file without a student's name, such as a list of the class, belongs to nobody
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
            place_of_it = name if _keys(name) else f"{name}/"
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
    if not _is_notebook(path.name):
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
    if not _is_notebook(member.filename):
        return b"", ""
    if member.file_size > LARGEST:
        return b"", "it is too large to be read"
    try:
        return archive.read(member), ""
    except Exception as error:  # each way of packing has its own for what is damaged
        return b"", f"it cannot be read: {str(error) or type(error).__name__}"


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def _keys(name: str) -> tuple[str, ...]:
    """Returns whose a file is, by its path.

    >>> _keys("doejane_4711_99_coinrun.ipynb"), _keys("Jane Doe_12_assignsubmission_file_/a.ipynb")
    (('doejane', '4711'), ('Jane Doe', '12', 'Participant 12'))
    >>> _keys("jane/coinrun/coinrun.ipynb"), _keys("jane.ipynb"), _keys("class.csv")
    (('jane',), ('jane',), ())
    >>> _keys("doejane_4711_99_coinrun.py"), _keys("jane.ipynb.txt")  # handed in, if no notebooks
    (('doejane', '4711'), ('jane',))
    """
    path = PurePosixPath(name)
    if len(path.parts) == 1 and not name.endswith("/"):
        canvas, named = _CANVAS.fullmatch(path.stem), _NAMED.fullmatch(name)
        if canvas:
            return (canvas["name"], canvas["id"])
        return (named["name"],) if named else ()
    folder = path.parts[0]
    moodle = _MOODLE.fullmatch(folder)
    if moodle:
        return (moodle["name"], moodle["id"], f"Participant {moodle['id']}")
    return (folder,)


def _of(
    keys: tuple[str, ...], names: list[str], files: Mapping[str, _File], assignment: str
) -> Handed:
    """Chooses the notebook of one student among his files."""
    notebooks = [name for name in names if _is_notebook(name)]
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
        """Returns the row in which the most of the keys stand, or an empty one.

        Of two that bear one name, a number tells whose it is; where nothing does, it is nobody's.
        """
        wanted = {_folded(key) for key in keys if key}
        counts = [len(wanted & {_folded(value) for value in row.values()}) for row in self.rows]
        most = max(counts, default=0)
        found = [row for row, count in zip(self.rows, counts, strict=True) if count == most > 0]
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
    """Returns a name as it is compared with others: of any case, turned round, of any accents.

    >>> _folded("Doe,  Jos\u00e9"), _folded("jose\u0301 doe") == _folded("Doe, Jos\u00e9")
    ('jos\u00e9 doe', True)
    """
    last, _, first = name.partition(",")
    turned = f"{first} {last}" if first.strip() and "," not in first else name
    return " ".join(unicodedata.normalize("NFC", turned.casefold()).split())


def _run_together(name: str) -> set[str]:
    """Returns a name as Canvas has it in names of files, beginning with any of its words.

    >>> sorted(_run_together("Pat O'Brien"))
    ['obrienpat', 'patobrien']
    """
    words = [re.sub(r"\W", "", word) for word in _folded(name).split()]
    return {"".join([*words[at:], *words[:at]]) for at in range(len(words))} - {""}


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
    return [*_with_twins_named(read_ones, assignment), *_absent(read_ones, roster)]


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
    who = "_".join(file.keys[:2])  # a name, and the number that the system gave him
    empty = Submission(file.keys[0], file.place, {}, {}, (), row, who=who)
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
    known = {_folded(key) for key in keys if key}
    fits = not known.isdisjoint({_folded(typed), *_run_together(typed)})
    if typed and (fits or trust_typed):
        return typed, []
    if not typed:
        return keys[0], [f"no name is typed in the notebook; the variant is that of {keys[0]}"]
    return keys[0], [f"{typed!r} is typed, which is not {keys[0]}, whose variant was graded"]


def _typed(notebook: Notebook) -> str:
    """Returns the name that a student typed into his notebook, without running it."""
    cells = (cell.source for cell in notebook.cells if cell.code and "student" in cell.source)
    typed = next(filter(str.strip, map(_assigned, cells)), "")
    return writable(typed).strip()[:_LONGEST_NAME]


def _assigned(source: str) -> str:
    """Returns the text that a cell assigns to `student`, also where something else is no Python."""
    lines = re.findall(r"^student\b.*", source, re.MULTILINE)
    trees = [parsed(source)] if parsed(source) else [parsed(line) for line in lines]
    found = ""
    for statement in (each for tree in trees if tree for each in tree.body):
        if not isinstance(statement, ast.Assign | ast.AnnAssign):
            continue
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        named = any(isinstance(each, ast.Name) and each.id == "student" for each in targets)
        if named and isinstance(statement.value, ast.Constant):
            found = str(statement.value.value)
    return found


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
    given = {squeezed(part.for_students) for part in assignment.parts}
    named = {part.name for part in assignment.of_role(WRITTEN)}
    others = [c.source.strip() for c in notebook.cells if not c.code and c.name not in named]
    return "\n\n".join(text for text in others if squeezed(text) not in {"", *given})


def _strange(notebook: Notebook, assignment: Assignment) -> list[str]:
    """Says which cells are missing, twice there or not run; where there are names at all."""
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
    return told + _not_run(notebook, assignment)


def _not_run(notebook: Notebook, assignment: Assignment) -> list[str]:
    """Says what of a student's own is left out: in cells that are locked, and answers as text."""
    locked = {part.name: squeezed(part.for_students) for part in assignment.of_role(SETUP, TEST)}
    answers = {part.name for part in assignment.of_role(SOLUTION)}
    told = [
        f"cell {cell.name} was changed; it is locked, and the change was not run"
        for cell in notebook.cells
        if locked.get(cell.name, squeezed(cell.source)) != squeezed(cell.source)
    ]
    texts = [cell.name for cell in notebook.cells if cell.name in answers and not cell.code]
    return told + [f"cell {name} is text, no code, and was not run" for name in texts]


def _with_twins_named(read_ones: Sequence[Submission], assignment: Assignment) -> list[Submission]:
    """Remarks on what students share: their name, or a typed one, or the code of their answers."""
    shared = {
        "another submission has the same name": [s.student for s in read_ones],
        "another submission has the same variant": [
            _folded(s.config.get("student", s.place)) for s in read_ones
        ],
    }
    counts = {told: Counter(values) for told, values in shared.items()}
    code = twins(assignment, [(one.who, one.config.get("cells", ())) for one in read_ones])
    result = []
    for index, one in enumerate(read_ones):
        more = [told for told, values in shared.items() if counts[told][values[index]] > 1]
        result.append(replace(one, doubts=(*more, *filter(None, [code[index]]))))
    return result
